package io.h2session.netty.compat;

import static io.h2session.netty.compat.FrameConnection.closed;
import static io.h2session.netty.compat.FrameConnection.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.ErrorCode;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs ask of a connection, behind Netty's multiplexer and behind ours: windows, PING, SETTINGS, GOAWAY, its end. */
class FrameControlTest {
    private static final long HIGHEST = 0xffff_ffffL;

    // ---- windows ---------------------------------------------------------------------------------------------------

    private static List<String> windowUpdates(FrameConnection connection) {
        return connection.sent().stream()
                .filter(line -> line.startsWith("WINDOW_UPDATE"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void windowUpdateWithoutAStreamEnlargesTheWindowOfTheConnection(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            ChannelFuture written = server.last.writeAndFlush(new DefaultHttp2WindowUpdateFrame(2_000_000));
            assertThat(windowUpdates(server)).containsExactly("WINDOW_UPDATE 0 +2000000");
            assertThat(written.isSuccess()).isTrue();
        }
    }

    @Test
    void eachSuchWindowUpdateAddsToTheWindow() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.last.write(new DefaultHttp2WindowUpdateFrame(1000));
            server.last.writeAndFlush(new DefaultHttp2WindowUpdateFrame(500));
            assertThat(windowUpdates(server)).containsExactly("WINDOW_UPDATE 0 +1000", "WINDOW_UPDATE 0 +500");
        }
    }

    @Test
    void theWindowOfTheConnectionCannotOverflowOrShrink() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            for (int increment : new int[] {Integer.MAX_VALUE, -1}) {
                assertThat(server.last
                                .writeAndFlush(new DefaultHttp2WindowUpdateFrame(increment))
                                .cause())
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(windowUpdates(server)).isEmpty();
            assertThat(server.channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theConnectionMayGiveCreditForAStreamAndItIsGivenOnce(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            child.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
            Frames body = server.say();
            for (int piece = 0; piece < 4; piece++) {
                body.data(3, new byte[16_000], false);
            }
            server.receive(body);
            windowUpdates(server);
            ChannelFuture written =
                    server.last.writeAndFlush(new DefaultHttp2WindowUpdateFrame(64_000).stream(child.stream()));
            assertThat(written.isSuccess()).isTrue();
            assertThat(windowUpdates(server)).contains("WINDOW_UPDATE 3 +64000");
            if (stack == Stack.H2SESSION) {
                // Netty's channel does not notice, and gives it twice.
                child.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, true);
                assertThat(windowUpdates(server)).isEmpty();
            }
            assertThat(server.channel.isOpen()).isTrue();
        }
    }

    // ---- PING and SETTINGS -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aProgramMayAnswerPingByItself(Stack stack) {
        try (FrameConnection server = FrameConnection.server(
                stack, netty -> netty.autoAckPingFrame(false), ours -> ours.autoAckPingFrame(false))) {
            server.receive(server.say().ping(9));
            assertThat(server.sent()).isEmpty();
            assertThat(server.behind).endsWith("DefaultHttp2PingFrame");
            server.last.writeAndFlush(new DefaultHttp2PingFrame(9, true));
            assertThat(server.sent()).containsExactly("PING ACK 9");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theAnswerToAPingIsReadBehindIt(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.last.writeAndFlush(new DefaultHttp2PingFrame(42));
            server.behind.clear();
            server.receive(server.say().pingAck(42));
            assertThat(server.behind).containsExactly("DefaultHttp2PingFrame");
        }
    }

    @ParameterizedTest
    @EnumSource
    void settingsOfAnyValueAreRead(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            List<Http2Settings> read = new ArrayList<>();
            server.channel.pipeline().addBefore(server.last.name(), null, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    read.add(((Http2SettingsFrame) message).settings());
                }
            });
            server.receive(server.say().settings(1, HIGHEST, 3, HIGHEST, 4, 0x7fff_ffffL, 6, HIGHEST, 0xf0f0, HIGHEST));
            assertThat(read).hasSize(1);
            assertThat(read.get(0).maxConcurrentStreams()).isEqualTo(HIGHEST);
            assertThat(read.get(0).get((char) 0xf0f0)).isEqualTo(HIGHEST);
            assertThat(server.exceptionsBehind).isEmpty();
        }
    }

    @Test
    void settingsThatAreWrittenHoldWhenTheyAreAcknowledged() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            server.last.writeAndFlush(new DefaultHttp2SettingsFrame(new Http2Settings().initialWindowSize(10)));
            assertThat(server.sent()).containsExactly("SETTINGS 4=10");
            server.receive(server.say().settingsAck().request(3, false, "/a").data(3, "more than ten", false));
            assertThat(server.sent()).anyMatch(line -> line.contains("FLOW_CONTROL_ERROR"));
        }
    }

    @Test
    void theAcknowledgementOfSettingsIsTheSessionsBusiness() {
        try (FrameConnection server = FrameConnection.server(Stack.H2SESSION)) {
            assertThat(server.last.writeAndFlush(Http2SettingsAckFrame.INSTANCE).isSuccess())
                    .isTrue();
            assertThat(server.sent()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoFrameGoesThroughTheStreamsHandler(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.channel.pipeline().fireChannelRead("read");
            assertThat(server.behind).endsWith("String");
        }
    }

    // ---- GOAWAY ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aGoAwayThatLeavesNoStreamOutIsNoEventOfAny(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            int id = client.ask(false).stream().id();
            client.receive(client.say().goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "soon"));
            assertThat(client.behind).endsWith("GOAWAY 2147483647 NO_ERROR soon");
            assertThat(client.diary(0).told).noneMatch(what -> what.startsWith("event"));
            client.receive(client.say().response(id, false, 200));
            client.receive(client.say().goAway(id, ErrorCode.NO_ERROR, "now").data(id, "all of it", true));
            assertThat(client.diary(0).read()).containsExactly("HEADERS 200", "DATA all of it.");
            assertThat(client.diary(0).exceptions).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGoAwayMayBeKeptCopiedAndReleased(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            List<Http2GoAwayFrame> kept = new ArrayList<>();
            client.channel.pipeline().addBefore(client.last.name(), null, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    Http2GoAwayFrame frame = (Http2GoAwayFrame) message;
                    kept.add(frame.copy());
                    kept.add(frame.replace(frame.content().copy()));
                    kept.add(frame.retainedDuplicate());
                    kept.add(frame.duplicate().retain());
                    kept.add(frame.retain(1).touch().touch("kept"));
                    assertThat(frame.name()).isEqualTo("GOAWAY");
                    assertThat(new HashSet<>(List.of(frame, kept.get(0), kept.get(1))))
                            .contains(frame);
                    if (frame instanceof ReceivedGoAway) {
                        assertThat(frame).hasToString("GOAWAY[last stream 0, ENHANCE_YOUR_CALM]");
                    }
                    ReferenceCountUtil.release(message);
                }
            });
            client.receive(client.say().goAway(0, ErrorCode.ENHANCE_YOUR_CALM, "calm"));
            assertThat(kept).hasSize(5);
            for (Http2GoAwayFrame frame : kept) {
                assertThat(frame.content().toString(CharsetUtil.US_ASCII)).isEqualTo("calm");
                assertThat(frame.errorCode()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM.code());
                assertThat(frame.refCnt()).isPositive();
                if (stack == Stack.H2SESSION) {
                    assertThat(frame.lastStreamId()).isZero();
                }
            }
            kept.forEach(Http2GoAwayFrame::release);
            // Netty's content is a part of what was received.
            if (stack == Stack.H2SESSION) {
                assertThat(kept.stream().mapToInt(Http2GoAwayFrame::refCnt)).containsOnly(0);
            }
        }
    }

    @Test
    void aGoAwayThatWasReceivedCannotBeGivenExtraStreams() {
        ByteBuf debug = ByteBufUtil.writeAscii(UnpooledByteBufAllocator.DEFAULT, "bye");
        ReceivedGoAway frame = new ReceivedGoAway(1, 0, debug);
        assertThatThrownBy(() -> frame.setExtraStreamIds(1)).isInstanceOf(UnsupportedOperationException.class);
        frame.release();
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private static FrameConnection serverWithTimeout(Stack stack, long millis) {
        FrameConnection server = FrameConnection.server(
                stack,
                netty -> netty.gracefulShutdownTimeoutMillis(millis),
                ours -> ours.gracefulShutdownTimeoutMillis(millis));
        server.receive(server.say().request(3, true, "/a"));
        return server;
    }

    private static void pass(FrameConnection connection, int seconds) {
        connection.channel.runPendingTasks();
        for (int second = 0; second < seconds; second++) {
            connection.channel.advanceTimeBy(1, TimeUnit.SECONDS);
            connection.channel.runScheduledPendingTasks();
            connection.channel.runPendingTasks();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingTheConnectionGivesStreamsNoTimeByDefault(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/a"));
            server.channel.pipeline().close();
            pass(server, 2);
            assertThat(server.sent()).anyMatch(line -> line.startsWith("GOAWAY ") && line.endsWith(" NO_ERROR"));
            assertThat(server.channel.isOpen()).isFalse();
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingTheConnectionWaitsForItsStreamsIfItIsToldSo(Stack stack) {
        for (long millis : new long[] {10_000, -1}) {
            try (FrameConnection server = serverWithTimeout(stack, millis)) {
                server.channel.pipeline().close();
                pass(server, 9);
                assertThat(server.channel.isOpen()).isTrue();
                server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(response(200), true));
                assertThat(server.sent())
                        .anyMatch(line -> line.startsWith("GOAWAY ") && line.endsWith(" NO_ERROR"))
                        .contains("HEADERS 3 END_STREAM [:status: 200]");
                pass(server, 2);
                assertThat(server.channel.isOpen()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamsThatTakeLongerAreCut(Stack stack) {
        try (FrameConnection server = serverWithTimeout(stack, 10_000)) {
            server.channel.pipeline().close();
            pass(server, 12);
            assertThat(closed(server.child(0))).isTrue();
        }
        try (FrameConnection server = serverWithTimeout(stack, -1)) {
            server.channel.pipeline().close();
            pass(server, 600);
            assertThat(server.child(0).isActive()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetThatTheConnectionWritesEndsTheStream(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.last.writeAndFlush(
                    new DefaultHttp2ResetFrame(Http2Error.ENHANCE_YOUR_CALM).stream(server.child(0).stream()));
            assertThat(server.sent(3)).containsExactly("RST_STREAM 3 ENHANCE_YOUR_CALM");
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResponseThatTheConnectionWritesEndsTheStream(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/a"));
            server.last.writeAndFlush(
                    new DefaultHttp2HeadersFrame(response(503), true).stream(server.child(0).stream()));
            assertThat(server.sent(3)).containsExactly("HEADERS 3 END_STREAM [:status: 503]");
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
        }
    }
}
