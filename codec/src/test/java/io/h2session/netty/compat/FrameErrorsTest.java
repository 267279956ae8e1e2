package io.h2session.netty.compat;

import static io.h2session.netty.compat.FrameConnection.closed;
import static io.h2session.netty.compat.FrameConnection.request;
import static io.h2session.netty.compat.FrameConnection.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.StreamErrorException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PushPromiseFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2UnknownFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2NoMoreStreamIdsException;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What fails, with which exception, and what becomes of the stream and of the buffers, on Netty's codec and on ours. */
class FrameErrorsTest {
    private static ByteBuf text(String text) {
        return ByteBufUtil.writeAscii(UnpooledByteBufAllocator.DEFAULT, text);
    }

    // ---- exceptions at the end of a stream's pipeline --------------------------------------------------------------

    private static List<String> sentAfter(Throwable thrown, FrameConnection server) {
        server.receive(server.say().request(3, false, "/a"));
        server.diary(0).passesExceptions = true;
        server.child(0).pipeline().fireExceptionCaught(thrown);
        return server.sent(3);
    }

    @Test
    void theFirstCodeAmongTheCausesOfAnExceptionIsThatOfTheReset() {
        Exception inner = new StreamErrorException(ErrorCode.ENHANCE_YOUR_CALM, "inner");
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            assertThat(sentAfter(new IllegalStateException(inner), server))
                    .containsExactly("RST_STREAM 3 ENHANCE_YOUR_CALM");
        }
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            assertThat(sentAfter(new Http2Exception(Http2Error.CONNECT_ERROR, "outer", inner), server))
                    .containsExactly("RST_STREAM 3 CONNECT_ERROR");
        }
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            assertThat(sentAfter(new IllegalStateException("without a code"), server))
                    .containsExactly("RST_STREAM 3 INTERNAL_ERROR");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteThatCameTooLateIsNoReasonForAReset(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            assertThat(sentAfter(new ClosedChannelException(), server)).isEmpty();
            assertThat(server.child(0).isActive()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionOfTheConnectionThatNamesAStreamIsTheStreams(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a").request(5, false, "/b"));
            IllegalStateException cause = new IllegalStateException("broken");
            server.channel
                    .pipeline()
                    .fireExceptionCaught(
                            new Http2FrameStreamException(server.child(0).stream(), Http2Error.CONNECT_ERROR, cause));
            server.channel.runPendingTasks();
            assertThat(server.diary(0).exceptions).containsExactly(cause);
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
            assertThat(server.sent(3)).containsExactly("RST_STREAM 3 CONNECT_ERROR");
            assertThat(server.child(1).isActive()).isTrue();
            assertThat(server.exceptionsBehind).isEmpty();
        }
    }

    @Test
    void anExceptionThatNamesAStreamOfAnotherKindGoesOn() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            Http2FrameStream foreign = new Http2FrameStream() {
                @Override
                public int id() {
                    return 3;
                }

                @Override
                public Http2Stream.State state() {
                    return Http2Stream.State.OPEN;
                }
            };
            Exception first = new Http2FrameStreamException(foreign, Http2Error.CANCEL, new IllegalStateException());
            server.channel.pipeline().fireExceptionCaught(first);
            FrameMultiplexHandler frames = server.channel.pipeline().get(FrameMultiplexHandler.class);
            Exception second =
                    new Http2FrameStreamException(frames.newStream(), Http2Error.CANCEL, new IllegalStateException());
            server.channel.pipeline().fireExceptionCaught(second);
            assertThat(server.exceptionsBehind).containsExactly(first, second);
        }
    }

    // ---- requests that cannot be sent ------------------------------------------------------------------------------

    @Test
    void whenTheNumbersOfStreamsAreUsedUpRequestsFailWithNettysException() {
        try (FrameConnection client = FrameConnection.client(Stack.H2SESSION)) {
            client.last.write(Http2SessionWrite.nextStreamId(Integer.MAX_VALUE));
            assertThat(client.ask(true).stream().id()).isEqualTo(Integer.MAX_VALUE);
            Http2StreamChannel child = client.open();
            ChannelFuture written = child.writeAndFlush(new DefaultHttp2HeadersFrame(request("/"), true));
            client.channel.runPendingTasks();
            assertThat(written.cause()).isInstanceOf(Http2NoMoreStreamIdsException.class);
            assertThat(closed(child)).isTrue();
        }
    }

    private static FrameConnection impatientClient(long limit) {
        FrameConnection client = FrameConnection.client(Stack.H2SESSION);
        client.channel.pipeline().remove(FrameMultiplexHandler.class);
        client.channel
                .pipeline()
                .addBefore(
                        client.last.name(),
                        "other",
                        new FrameMultiplexHandler(
                                FrameMultiplexHandler.streams().requestsWait(false)));
        client.receive(client.say().settings(SettingId.MAX_CONCURRENT_STREAMS, limit));
        return client;
    }

    @Test
    void aRequestBeyondThePeersLimitFailsAsWithNettyIfItIsNotToWait() {
        try (FrameConnection client = impatientClient(1)) {
            client.ask(true);
            Http2StreamChannel second = client.open();
            ChannelFuture written = second.writeAndFlush(new DefaultHttp2HeadersFrame(request("/"), true));
            client.channel.runPendingTasks();
            assertThat(written.cause())
                    .isInstanceOfSatisfying(Http2Exception.class, failure -> assertThat(failure.error())
                            .isEqualTo(Http2Error.REFUSED_STREAM));
            assertThat(closed(second)).isTrue();
        }
    }

    @Test
    void theStreamsHandlerLeavesThePipelineWithIts() {
        try (FrameConnection client = FrameConnection.client(Stack.H2SESSION)) {
            List<String> before = client.channel.pipeline().names();
            client.channel.pipeline().remove(FrameMultiplexHandler.class);
            assertThat(client.channel.pipeline().names()).hasSize(before.size() - 2);
        }
    }

    // ---- frames that cannot be sent --------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aResetOfAStreamThatWasNeverSentClosesItsChannelAndSendsNothing(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            Http2StreamChannel child = client.open();
            child.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
            client.channel.runPendingTasks();
            assertThat(client.sent()).isEmpty();
            child.close();
            assertThat(closed(child)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void creditThatIsNoneIsRefused(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
            server.receive(server.say().data(3, "ten bytes.", false));
            assertThat(server.child(0)
                            .writeAndFlush(new DefaultHttp2WindowUpdateFrame(11))
                            .cause())
                    .isNotNull();
            assertThat(server.child(0)
                            .writeAndFlush(new DefaultHttp2WindowUpdateFrame(-1))
                            .cause())
                    .isNotNull();
            assertThat(server.channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedWriteWithAVoidPromiseIsAnException(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            child.writeAndFlush("no frame", child.voidPromise());
            server.channel.runPendingTasks();
            assertThat(server.diary(0).exceptions).hasSize(1);
        }
    }

    @Test
    void framesOfNoKindAreReleasedAndFail() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamFrame ofStream = (Http2StreamFrame) Proxy.newProxyInstance(
                    Http2StreamFrame.class.getClassLoader(),
                    new Class<?>[] {Http2StreamFrame.class},
                    (proxy, method, arguments) -> null);
            Http2Frame ofConnection = () -> "OTHER";
            assertThat(server.child(0).writeAndFlush(ofStream).cause()).isInstanceOf(IllegalArgumentException.class);
            assertThat(server.last.writeAndFlush(ofConnection).cause()).isInstanceOf(IllegalArgumentException.class);
            assertThat(server.child(0)
                            .writeAndFlush(new DefaultHttp2PushPromiseFrame(request("/")))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(server.sent()).isEmpty();
        }
    }

    @Test
    void theContentOfAFrameOfAProgramsOwnClassIsSentAndReleased() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).write(new DefaultHttp2HeadersFrame(response(200)));
            ByteBuf content = text("own");
            Http2DataFrame frame = new DefaultHttp2DataFrame(content, true);
            Http2DataFrame own = (Http2DataFrame) Proxy.newProxyInstance(
                    Http2DataFrame.class.getClassLoader(),
                    new Class<?>[] {Http2DataFrame.class},
                    (proxy, method, arguments) -> method.invoke(frame, arguments));
            server.child(0).writeAndFlush(own);
            assertThat(server.sent(3)).containsExactly("HEADERS 3 [:status: 200]", "DATA 3 END_STREAM own");
            assertThat(content.refCnt()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownFrameThatIsNeverSentIsReleased(Stack stack) {
        FrameConnection server = FrameConnection.server(stack);
        server.receive(server.say().request(3, false, "/a"));
        ByteBuf content = text("never sent");
        ByteBuf late = text("too late");
        ChannelFuture written =
                server.child(0).write(new DefaultHttp2UnknownFrame((byte) 200, new Http2Flags(), content));
        server.vanish();
        assertThat(server.child(0)
                        .writeAndFlush(new DefaultHttp2UnknownFrame((byte) 200, new Http2Flags(), late))
                        .cause())
                .isNotNull();
        server.close();
        assertThat(written.isDone()).isTrue();
        assertThat(content.refCnt()).isZero();
        assertThat(late.refCnt()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownFrameAsLongAsAFrameMayBeIsSentWhole(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            ByteBuf content = UnpooledByteBufAllocator.DEFAULT.buffer(16_384).writeZero(16_384);
            ChannelFuture written =
                    server.child(0).writeAndFlush(new DefaultHttp2UnknownFrame((byte) 200, new Http2Flags(), content));
            assertThat(server.sent(3)).hasSize(1).first().asString().startsWith("EXT_c8 3");
            assertThat(written.isSuccess()).isTrue();
            assertThat(content.refCnt()).isZero();
        }
    }

    @Test
    void anUnknownFrameLongerThanAFrameMayBeFailsAndIsReleased() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.receive(server.say().request(3, false, "/a"));
            ByteBuf content = UnpooledByteBufAllocator.DEFAULT.buffer(16_385).writeZero(16_385);
            ChannelFuture written =
                    server.child(0).writeAndFlush(new DefaultHttp2UnknownFrame((byte) 200, new Http2Flags(), content));
            assertThat(server.sent(3)).isEmpty();
            assertThat(written.cause()).isNotNull();
            assertThat(content.refCnt()).isZero();
            assertThat(server.channel.isOpen()).isTrue();
        }
    }

    // ---- handlers of streams ---------------------------------------------------------------------------------------

    @ChannelHandler.Sharable
    private static final class Counting extends ChannelInboundHandlerAdapter {
        int added;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            added++;
        }
    }

    @Test
    void aSharableHandlerServesEveryStreamAndAnotherOneServesOne() {
        Counting shared = new Counting();
        List<Integer> added = new ArrayList<>();
        ChannelInboundHandlerAdapter single = new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
                added.add(((Http2StreamChannel) ctx.channel()).stream().id());
            }
        };
        for (ChannelHandler handler : List.of(shared, single)) {
            try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
                server.channel.pipeline().remove(FrameMultiplexHandler.class);
                server.channel.pipeline().addBefore(server.last.name(), "other", new FrameMultiplexHandler(handler));
                server.receive(server.say().request(3, false, "/a").request(5, false, "/b"));
                assertThat(server.channel.isOpen()).isTrue();
            }
        }
        assertThat(shared.added).isEqualTo(2);
        assertThat(added).containsExactly(3);
    }
}
