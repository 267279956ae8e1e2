package io.h2session.netty.compat;

import static io.h2session.netty.compat.FrameConnection.closed;
import static io.h2session.netty.compat.FrameConnection.request;
import static io.h2session.netty.compat.FrameConnection.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexActiveStreamsException;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is about the connection, behind Netty's multiplexer and behind ours. */
class FrameMultiplexHandlerTest {
    private static ByteBuf text(String text) {
        return ByteBufUtil.writeAscii(UnpooledByteBufAllocator.DEFAULT, text);
    }

    @ParameterizedTest
    @EnumSource
    void settingsPingAndGoAwayAreReadBehindIt(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            List<Object> values = new ArrayList<>();
            client.channel.pipeline().addBefore(client.last.name(), null, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    if (message instanceof Http2SettingsFrame settings) {
                        values.add(settings.settings().maxConcurrentStreams());
                    } else if (message instanceof Http2PingFrame ping) {
                        values.add(ping.content() + " " + ping.ack());
                    } else if (message instanceof Http2GoAwayFrame goAway) {
                        values.add(goAway.lastStreamId() + " " + goAway.errorCode() + " " + goAway.extraStreamIds());
                    }
                    ctx.fireChannelRead(message);
                }
            });
            client.behind.clear();
            client.receive(client.say()
                    .settings(SettingId.MAX_CONCURRENT_STREAMS, 7)
                    .ping(42)
                    .goAway(0, ErrorCode.NO_ERROR, "bye"));
            assertThat(client.behind)
                    .containsExactly("DefaultHttp2SettingsFrame", "DefaultHttp2PingFrame", "GOAWAY 0 NO_ERROR bye");
            assertThat(values).containsExactly(7L, "42 false", "0 0 0");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theAcknowledgementOfOurSettingsIsReadBehindIt(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            assertThat(server.behind).containsExactly("DefaultHttp2SettingsFrame", "DefaultHttp2SettingsAckFrame");
        }
    }

    @ParameterizedTest
    @EnumSource
    void settingsPingAndGoAwayThatAreWrittenAreSent(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/a"));
            Http2Settings settings = new Http2Settings().maxConcurrentStreams(5);
            ChannelFuture first = server.last.writeAndFlush(new DefaultHttp2SettingsFrame(settings));
            ChannelFuture second = server.last.writeAndFlush(new DefaultHttp2PingFrame(42));
            ChannelFuture third =
                    server.last.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR, text("bye")));
            assertThat(server.sent()).containsExactly("SETTINGS 3=5", "PING 42", "GOAWAY 3 NO_ERROR bye");
            assertThat(List.of(first, second, third)).allMatch(Future::isSuccess);
        }
    }

    @ParameterizedTest
    @EnumSource
    void goAwayLeavesRoomForExtraStreams(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/a"));
            server.last.writeAndFlush(
                    new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
            assertThat(server.sent()).containsExactly("GOAWAY 2147483647 NO_ERROR");
            server.last.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(2));
            assertThat(server.sent()).containsExactly("GOAWAY 7 NO_ERROR");
        }
    }

    @Test
    void goAwayBeforeAnyStreamLeavesRoomForThePeersFirst() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.last.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(2));
            assertThat(server.sent()).containsExactly("GOAWAY 3 NO_ERROR");
        }
        try (FrameConnection client = FrameConnection.client(Stack.H2SESSION)) {
            client.last.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(2));
            assertThat(client.sent()).containsExactly("GOAWAY 4 NO_ERROR");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSessionAnswersPingAndSettings(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().ping(9).settings(SettingId.MAX_CONCURRENT_STREAMS, 7));
            assertThat(server.sent()).containsExactlyInAnyOrder("PING ACK 9", "SETTINGS ACK");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGoAwayIsAnEventOfTheStreamsItLeavesOutAndEndsThem(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            int kept = client.ask(false).stream().id();
            int left = client.ask(false).stream().id();
            client.sent();
            client.receive(client.say().goAway(kept, ErrorCode.NO_ERROR, "bye"));
            assertThat(client.diary(0).told).noneMatch(what -> what.startsWith("event"));
            assertThat(client.child(0).isActive()).isTrue();
            // Netty's duplicate of the frame has forgotten its last stream.
            int last = stack == Stack.NETTY ? -1 : kept;
            assertThat(client.diary(1).told)
                    .contains("event GOAWAY " + last + " NO_ERROR bye")
                    .endsWith("inactive", "unregistered");
            assertThat(left).isGreaterThan(kept);
            client.receive(client.say().response(kept, true, 200));
            assertThat(client.diary(0).read()).containsExactly("HEADERS 200.");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsOpenedAfterGoAwayFails(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            int kept = client.ask(false).stream().id();
            client.receive(client.say().goAway(kept, ErrorCode.NO_ERROR, ""));
            Http2StreamChannel child = client.open();
            ChannelFuture written = child.writeAndFlush(new DefaultHttp2HeadersFrame(request("/"), true));
            client.channel.runPendingTasks();
            assertThat(written.cause()).isNotNull();
            assertThat(closed(child)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatEndsOneDirectionOfTheConnectionIsRepeatedOnEachStream(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a").request(5, false, "/b"));
            server.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
            server.channel.pipeline().fireUserEventTriggered(ChannelOutputShutdownEvent.INSTANCE);
            server.channel.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
            for (int index = 0; index < 2; index++) {
                assertThat(server.diary(index).told)
                        .contains(
                                "event ChannelInputShutdownReadComplete",
                                "event ChannelOutputShutdownEvent",
                                "event SslCloseCompletionEvent");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureOfTlsIsEachStreamsAndOthersAreTheConnections(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Exception tls = new IllegalStateException(new SSLException("tls"));
            server.channel.pipeline().fireExceptionCaught(tls);
            assertThat(server.diary(0).exceptions).containsExactly(tls);
            // Ours has ended with it: behind it that is told by SessionEnded.
            assertThat(server.exceptionsBehind).isEqualTo(stack == Stack.NETTY ? List.of(tls) : List.of());
        }
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            IllegalStateException ofConnection = new IllegalStateException("the connection's");
            server.channel.pipeline().fireExceptionCaught(ofConnection);
            assertThat(server.diary(0).exceptions).isEmpty();
            assertThat(server.exceptionsBehind).containsExactly(ofConnection);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionForTheActiveStreamsIsToldThemAlone(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a").request(5, false, "/b"));
            Exception timeout = new IllegalStateException("too late");
            server.channel.pipeline().fireExceptionCaught(new Http2MultiplexActiveStreamsException(timeout));
            assertThat(server.diary(0).exceptions).containsExactly(timeout);
            assertThat(server.diary(1).exceptions).containsExactly(timeout);
            assertThat(server.exceptionsBehind).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void openingOnAClosedConnectionFails(Stack stack) {
        FrameConnection client = FrameConnection.client(stack);
        client.close();
        Future<Http2StreamChannel> opened = stack.open(client.channel, new ChannelInboundHandlerAdapter());
        assertThat(opened.cause()).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource
    void openingWithoutAMultiplexerFails(Stack stack) {
        EmbeddedChannel bare = new EmbeddedChannel();
        Future<Http2StreamChannel> opened = stack.open(bare, new ChannelInboundHandlerAdapter());
        assertThat(opened.cause()).isInstanceOf(IllegalStateException.class);
        bare.finishAndReleaseAll();
    }

    @ParameterizedTest
    @EnumSource
    void aPromiseIsReadOnTheStreamOfItsRequest(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            int id = client.ask(true).stream().id();
            client.receive(client.say()
                    .pushPromise(id, 2, ":method", "GET", ":scheme", "http", ":authority", "test", ":path", "/pushed"));
            assertThat(client.diary(0).read()).containsExactly("PUSH_PROMISE 2 /pushed");
        }
    }

    @Test
    void aStreamCanBeResetByAnExceptionThatNamesIt() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.receive(server.say().request(3, false, "/a"));
            IllegalStateException cause = new IllegalStateException("broken");
            server.channel
                    .pipeline()
                    .fireExceptionCaught(
                            new Http2FrameStreamException(server.child(0).stream(), Http2Error.INTERNAL_ERROR, cause));
            assertThat(server.diary(0).exceptions).containsExactly(cause);
            assertThat(server.sent(3)).containsExactly("RST_STREAM 3 INTERNAL_ERROR");
        }
    }

    @Test
    void framesThatCannotBeSentAreReleasedAndFail() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            ByteBuf debug = text("bye");
            Http2GoAwayFrame received = new ReceivedGoAway(1, 0, debug);
            assertThat(server.last.writeAndFlush(received).cause()).isInstanceOf(IllegalArgumentException.class);
            assertThat(debug.refCnt()).isZero();
            assertThat(server.last
                            .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(server.last
                            .writeAndFlush(new DefaultHttp2HeadersFrame(response(200)))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
