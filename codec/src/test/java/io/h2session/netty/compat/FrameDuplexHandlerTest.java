package io.h2session.netty.compat;

import static io.h2session.netty.compat.FrameConnection.request;
import static io.h2session.netty.compat.FrameConnection.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PushPromiseFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2PushPromiseFrame;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers of a connection that make streams, and visit them: Netty's base class and ours. */
class FrameDuplexHandlerTest {
    /** What a test needs of either base class. */
    private interface Streams {
        Http2FrameStream make();

        /** The numbers of the streams, of at most this many. */
        List<Integer> numbers(int most);
    }

    private static final class Nettys extends Http2ChannelDuplexHandler implements Streams {
        @Override
        public Http2FrameStream make() {
            return newStream();
        }

        @Override
        public List<Integer> numbers(int most) {
            List<Integer> seen = new ArrayList<>();
            try {
                forEachActiveStream(stream -> {
                    seen.add(stream.id());
                    return seen.size() < most;
                });
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
            return seen;
        }
    }

    private static final class Ours extends FrameDuplexHandler implements Streams {
        final List<String> told = new ArrayList<>();

        @Override
        protected void handlerAdded0(ChannelHandlerContext ctx) throws Exception {
            super.handlerAdded0(ctx);
            told.add("added " + ctx.name());
        }

        @Override
        protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
            super.handlerRemoved0(ctx);
            told.add("removed " + ctx.name());
        }

        @Override
        public Http2FrameStream make() {
            return newStream();
        }

        @Override
        public List<Integer> numbers(int most) {
            List<Integer> seen = new ArrayList<>();
            forEachActiveStream(stream -> {
                seen.add(stream.id());
                return seen.size() < most;
            });
            return seen;
        }
    }

    private static Streams streamsOf(FrameConnection connection) {
        if (connection.stack == Stack.NETTY) {
            Nettys handler = new Nettys();
            connection.channel.pipeline().addLast(handler);
            return handler;
        }
        Ours handler = new Ours();
        connection.channel.pipeline().addLast(handler);
        return handler;
    }

    @ParameterizedTest
    @EnumSource
    void theStreamsAreVisitedUntilTheVisitorHasSeenEnough(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            Streams streams = streamsOf(server);
            assertThat(streams.numbers(10)).isEmpty();
            server.receive(server.say()
                    .request(3, true, "/a")
                    .request(5, false, "/b")
                    .request(7, true, "/c")
                    .request(9, true, "/d")
                    .reset(5, ErrorCode.CANCEL));
            assertThat(streams.numbers(10)).containsExactlyInAnyOrder(3, 7, 9);
            assertThat(streams.numbers(2)).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerPromisesAndWritesTheResponseToTheConnection(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            Streams streams = streamsOf(server);
            server.receive(server.say().request(3, true, "/page"));
            Http2FrameStream promised = streams.make();
            assertThat(promised.id()).isEqualTo(-1);
            assertThat(promised.state()).isEqualTo(Http2Stream.State.IDLE);

            server.child(0).write(new DefaultHttp2HeadersFrame(response(200)));
            ChannelFuture push = server.child(0)
                    .writeAndFlush(new DefaultHttp2PushPromiseFrame(request("/style")).pushStream(promised));
            assertThat(server.sent())
                    .containsExactly(
                            "HEADERS 3 [:status: 200]",
                            "PUSH_PROMISE 3 promised=2 [:method: GET, :scheme: http, :authority: test, :path: /style]");
            assertThat(push.isSuccess()).isTrue();
            assertThat(promised.id()).isEqualTo(2);
            assertThat(promised.state()).isEqualTo(Http2Stream.State.RESERVED_LOCAL);

            ByteBuf style = ByteBufUtil.writeAscii(UnpooledByteBufAllocator.DEFAULT, "p {}");
            server.last.write(new DefaultHttp2HeadersFrame(response(200)).stream(promised));
            ChannelFuture end = server.last.writeAndFlush(new DefaultHttp2DataFrame(style, true).stream(promised));
            assertThat(server.sent()).containsExactly("HEADERS 2 [:status: 200]", "DATA 2 END_STREAM p {}");
            assertThat(end.isSuccess()).isTrue();
            assertThat(promised.state()).isEqualTo(Http2Stream.State.CLOSED);
            assertThat(promised).hasToString(stack == Stack.NETTY ? "2" : "stream 2");
            assertThat(server.diaries).hasSize(1);
            server.child(0).writeAndFlush(new DefaultHttp2DataFrame(true));
            assertThat(server.sent()).containsExactly("DATA 3 END_STREAM");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theStateOfAStreamIsThatOfItsConnection(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a").request(5, true, "/b"));
            Http2FrameStream first = server.child(0).stream();
            assertThat(first.state()).isEqualTo(Http2Stream.State.OPEN);
            assertThat(server.child(1).stream().state()).isEqualTo(Http2Stream.State.HALF_CLOSED_REMOTE);
            server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(response(200), true));
            assertThat(server.sent(3)).hasSize(1);
            assertThat(first.state()).isEqualTo(Http2Stream.State.HALF_CLOSED_LOCAL);
            server.receive(server.say().data(3, "", true));
            assertThat(first.state()).isEqualTo(Http2Stream.State.CLOSED);
        }
    }

    @Test
    void aPromisedResponseIsReservedUntilItComes() {
        try (FrameConnection client = FrameConnection.client(Stack.H2SESSION)) {
            List<Http2FrameStream> promised = new ArrayList<>();
            client.reaction = (diary, what, message) -> {
                if (message instanceof Http2PushPromiseFrame push) {
                    promised.add(push.pushStream());
                }
            };
            int id = client.ask(true).stream().id();
            client.receive(client.say()
                    .pushPromise(id, 2, ":method", "GET", ":scheme", "http", ":authority", "test", ":path", "/pushed"));
            assertThat(promised).hasSize(1);
            assertThat(promised.get(0).id()).isEqualTo(2);
            assertThat(promised.get(0).state()).isEqualTo(Http2Stream.State.RESERVED_REMOTE);
            client.receive(client.say().response(2, false, 200).data(2, "p {}", true));
            assertThat(client.diaries).hasSize(2);
            assertThat(client.diary(1).read()).containsExactly("HEADERS 200", "DATA p {}.");
            assertThat(client.child(1).stream().id()).isEqualTo(2);
        }
    }

    @Test
    void itIsToldWhenItIsAddedAndRemoved() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            Ours handler = new Ours();
            server.channel.pipeline().addLast("mine", handler);
            server.channel.pipeline().remove(handler);
            assertThat(handler.told).containsExactly("added mine", "removed mine");
            assertThatThrownBy(handler::newStream).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void itNeedsTheStreamsHandlerBeforeIt() {
        EmbeddedChannel bare = new EmbeddedChannel();
        Ours handler = new Ours();
        bare.pipeline().addLast(handler);
        assertThatThrownBy(bare::checkException).isInstanceOf(Exception.class);
        assertThat(handler.told).noneMatch(word -> word.startsWith("added"));
        assertThat(bare.pipeline().context(handler)).isNull();
        bare.finishAndReleaseAll();
    }
}
