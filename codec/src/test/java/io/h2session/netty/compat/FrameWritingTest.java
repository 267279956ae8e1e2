package io.h2session.netty.compat;

import static io.h2session.netty.compat.FrameConnection.closed;
import static io.h2session.netty.compat.FrameConnection.request;
import static io.h2session.netty.compat.FrameConnection.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PriorityFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2UnknownFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users of Netty's child channels rely on when they write and close, on Netty's codec and on ours. */
class FrameWritingTest {
    private static ByteBuf text(String text) {
        return ByteBufUtil.writeAscii(UnpooledByteBufAllocator.DEFAULT, text);
    }

    @ParameterizedTest
    @EnumSource
    void framesAreSentInOrderAndTheChannelEndsWithBothMessages(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/a"));
            Http2StreamChannel child = server.child(0);
            child.write(new DefaultHttp2HeadersFrame(response(200)));
            child.write(new DefaultHttp2DataFrame(text("hello")).stream(child.stream()));
            ChannelFuture last =
                    child.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("sum", "5"), true));
            assertThat(server.sent(3))
                    .containsExactly("HEADERS 3 [:status: 200]", "DATA 3 hello", "HEADERS 3 END_STREAM [sum: 5]");
            assertThat(last.isSuccess()).isTrue();
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void informationalResponsesComeBeforeTheFinalOne(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/a"));
            server.child(0).write(new DefaultHttp2HeadersFrame(response(103)));
            server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(response(200), true));
            assertThat(server.sent(3))
                    .containsExactly("HEADERS 3 [:status: 103]", "HEADERS 3 END_STREAM [:status: 200]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownFramesAreWritten(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            ChannelFuture written = server.child(0)
                    .writeAndFlush(new DefaultHttp2UnknownFrame((byte) 200, new Http2Flags(), text("hi")));
            assertThat(server.sent(3)).containsExactly("EXT_c8 3 hi");
            assertThat(written.isSuccess()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerThatClosesAfterTheResponseSendsNoReset(Stack stack) {
        for (String end : List.of("head", "data", "trailers")) {
            try (FrameConnection server = FrameConnection.server(stack)) {
                server.receive(server.say().request(3, end.equals("head"), "/a"));
                if (end.equals("data")) {
                    server.receive(server.say().data(3, "x", true));
                } else if (end.equals("trailers")) {
                    server.receive(server.say().headers(3, true, "x", "y"));
                }
                server.child(0)
                        .writeAndFlush(new DefaultHttp2HeadersFrame(response(200), true))
                        .addListener(ChannelFutureListener.CLOSE);
                assertThat(server.sent(3)).as(end).containsExactly("HEADERS 3 END_STREAM [:status: 200]");
                assertThat(closed(server.child(0))).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingBeforeTheRequestSendsNothingAndAfterItCancel(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            Http2StreamChannel idle = client.open();
            assertThat(idle.isActive()).isTrue();
            assertThat(idle.stream().id()).isEqualTo(-1);
            idle.close();
            assertThat(closed(idle)).isTrue();
            assertThat(client.sent()).isEmpty();

            Http2StreamChannel used = client.ask(false);
            int id = used.stream().id();
            assertThat(id).isPositive();
            client.sent();
            used.close();
            assertThat(client.sent(id)).containsExactly("RST_STREAM " + id + " CANCEL");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstFrameOfARequestIsItsHead(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            Http2StreamChannel child = client.open();
            ByteBuf content = text("a body before its head");
            ChannelFuture written = child.writeAndFlush(new DefaultHttp2DataFrame(content, true));
            client.channel.runPendingTasks();
            assertThat(written.cause()).isNotNull();
            assertThat(content.refCnt()).isZero();
            assertThat(client.sent()).isEmpty();

            child.writeAndFlush(new DefaultHttp2HeadersFrame(request("/"), true));
            client.channel.runPendingTasks();
            assertThat(client.sent(child.stream().id())).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatIsRefusedClosesItsChannelBeforeItsPromiseFails(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack, SettingId.MAX_HEADER_LIST_SIZE, 200)) {
            Http2StreamChannel child = client.open();
            List<Boolean> open = new ArrayList<>();
            ChannelFuture written = child.writeAndFlush(
                    new DefaultHttp2HeadersFrame(request("/").add("more", "than the peer takes".repeat(20)), true));
            written.addListener(done -> open.add(child.isOpen()));
            client.channel.runPendingTasks();
            assertThat(written.cause()).isNotNull();
            assertThat(open).containsExactly(false);
            assertThat(client.sent(3)).isEmpty();
            assertThat(client.diary(0).told).endsWith("inactive", "unregistered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientsStreamIsOpenedWrittenReadAndClosed(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            Http2StreamChannel child = client.open();
            child.write(new DefaultHttp2HeadersFrame(request("/up"), false));
            child.writeAndFlush(new DefaultHttp2DataFrame(text("body"), true));
            client.channel.runPendingTasks();
            int id = child.stream().id();
            assertThat(client.sent(id)).hasSize(2).last().isEqualTo("DATA " + id + " END_STREAM body");

            client.receive(client.say().response(id, false, 200).data(id, "ok", true));
            assertThat(client.diary(0).read()).containsExactly("HEADERS 200", "DATA ok.");
            assertThat(client.diary(0).told).endsWith("inactive", "unregistered");
            assertThat(client.sent(id)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoFrameOfThisStreamIsReleasedAndFails(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, true, "/a").request(5, true, "/b"));
            ByteBuf content = text("x");
            ChannelFuture foreign =
                    server.child(0).writeAndFlush(new DefaultHttp2DataFrame(content).stream(server.child(1).stream()));
            assertThat(foreign.cause()).isInstanceOf(IllegalArgumentException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(server.child(0).writeAndFlush("no frame").cause()).isInstanceOf(IllegalArgumentException.class);
            assertThat(server.sent(3)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatComesAfterOurEndIsReleasedAndFails(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            child.writeAndFlush(new DefaultHttp2HeadersFrame(response(200), true));
            ByteBuf late = text("late");
            Throwable data =
                    child.writeAndFlush(new DefaultHttp2DataFrame(late)).cause();
            assertThat(late.refCnt()).isZero();
            Throwable head = child.writeAndFlush(new DefaultHttp2HeadersFrame(response(200)))
                    .cause();
            // Netty says so only when the whole stream is closed.
            Class<? extends Exception> kind =
                    stack == Stack.NETTY ? IllegalStateException.class : ClosedChannelException.class;
            assertThat(List.of(data, head)).allMatch(kind::isInstance);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsWhenTheStreamIsResetFailsAsClosedWithoutAnException(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack, SettingId.INITIAL_WINDOW_SIZE, 0)) {
            Http2StreamChannel child = client.ask(false);
            ByteBuf content = text("waits");
            ChannelFuture waiting = child.writeAndFlush(new DefaultHttp2DataFrame(content, true));
            client.channel.runPendingTasks();
            assertThat(waiting.isDone()).isFalse();
            client.receive(client.say().reset(child.stream().id(), ErrorCode.CANCEL));
            assertThat(waiting.cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(client.diary(0).exceptions).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetThatIsWrittenClosesTheChannelAndIsSentOnce(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            ChannelFuture reset =
                    server.child(0).writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.ENHANCE_YOUR_CALM));
            server.channel.runPendingTasks();
            server.child(0).close();
            assertThat(server.sent(3)).containsExactly("RST_STREAM 3 ENHANCE_YOUR_CALM");
            assertThat(reset.isSuccess()).isTrue();
            assertThat(closed(server.child(0))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void prioritiesAreTaken(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            Http2StreamChannel child = client.ask(false);
            client.sent();
            ChannelFuture taken = child.writeAndFlush(new DefaultHttp2PriorityFrame(0, (short) 10, false));
            // RFC 9113 section 5.3.2: only Netty still sends them.
            assertThat(client.sent(child.stream().id())).hasSize(stack == Stack.NETTY ? 1 : 0);
            assertThat(taken.isSuccess()).isTrue();
        }
    }

    // ---- errors ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void anExceptionWithACodeResetsWithThatCode(Stack stack) {
        for (boolean ofStream : new boolean[] {true, false}) {
            try (FrameConnection server = FrameConnection.server(stack)) {
                server.receive(server.say().request(3, false, "/a"));
                Http2Exception cause = new Http2Exception(Http2Error.REFUSED_STREAM, "no more today");
                Throwable thrown = ofStream
                        ? new Http2FrameStreamException(
                                server.child(0).stream(), Http2Error.REFUSED_STREAM, new IllegalStateException())
                        : new IllegalStateException("wrapped", cause);
                server.diary(0).passesExceptions = true;
                server.child(0).pipeline().fireExceptionCaught(thrown);
                assertThat(server.sent(3)).containsExactly("RST_STREAM 3 REFUSED_STREAM");
                assertThat(server.diary(0).told).endsWith("exception", "inactive", "unregistered");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsNotAsLongAsItsHeadSaidIsAnExceptionAndTheEnd(Stack stack) {
        for (boolean answered : new boolean[] {true, false}) {
            for (String how : List.of("long", "short", "trailers")) {
                try (FrameConnection server = FrameConnection.server(stack)) {
                    server.receive(server.say().request(3, false, "/a", "content-length", "3"));
                    if (answered) {
                        server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(response(200), false));
                    }
                    server.sent();
                    switch (how) {
                        case "long" -> server.receive(server.say().data(3, "four", false));
                        case "short" -> server.receive(server.say().data(3, "a", true));
                        default -> server.receive(server.say().headers(3, true, "a", "b"));
                    }
                    assertThat(server.sent(3)).as(how).containsExactly("RST_STREAM 3 PROTOCOL_ERROR");
                    assertThat(server.diary(0).told)
                            .contains("HEADERS /a", "exception")
                            .endsWith("inactive", "unregistered");
                    assertThat(server.diary(0).exceptions).hasSize(1).allMatch(Http2Exception.class::isInstance);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMalformedContentLengthIsDeliveredToNoHandler(Stack stack) {
        for (String[] fields : new String[][] {
            {"content-length", "1", "content-length", "2"}, {"content-length", "+1"}, {"content-length", "-1"}
        }) {
            try (FrameConnection server = FrameConnection.server(stack)) {
                server.receive(server.say().request(3, false, "/a", fields));
                assertThat(server.sent(3)).containsExactly("RST_STREAM 3 PROTOCOL_ERROR");
                // Ours makes no channel of such a request.
                assertThat(server.diaries).allMatch(diary -> diary.read().isEmpty() && closed(diary.channel));
            }
        }
    }

    // ---- closed, everywhere ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void whereverTheEndIsToldTheChannelIsClosed(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            List<Boolean> open = new ArrayList<>();
            server.reaction = (diary, what, message) -> {
                if (what.equals("inactive")) {
                    open.add(diary.channel.isOpen() || diary.channel.isActive());
                }
            };
            child.closeFuture().addListener(done -> open.add(child.isOpen() || child.isActive()));
            child.close().addListener(done -> open.add(child.isOpen() || child.isActive()));
            server.channel.runPendingTasks();
            assertThat(open).containsExactly(false, false, false);
            assertThat(child.close().isSuccess()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExceptionAfterCloseComesBeforeInactive(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.reaction = (diary, what, message) -> {
                if (what.startsWith("DATA")) {
                    diary.ctx.close();
                    throw new IllegalStateException("after close");
                }
            };
            server.receive(server.say().request(3, false, "/a").data(3, "x", false));
            assertThat(server.diary(0).told).endsWith("exception", "complete", "inactive", "unregistered");
        }
    }

    // ---- writability and options -----------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void optionsAndAttributesAreTheChannelsOwn(Stack stack) {
        AttributeKey<String> key = AttributeKey.valueOf("FrameWritingTest.key");
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a").request(5, false, "/b"));
            server.child(0).config().setOption(ChannelOption.AUTO_READ, false);
            server.child(0).config().setWriteBufferWaterMark(new WriteBufferWaterMark(8, 16));
            server.child(0).attr(key).set("mine");
            assertThat(server.child(1).config().isAutoRead()).isTrue();
            assertThat(server.child(1).config().getWriteBufferHighWaterMark()).isEqualTo(64 * 1024);
            assertThat(server.child(1).attr(key).get()).isNull();
            assertThat(server.channel.attr(key).get()).isNull();
            assertThat(server.channel.config().isAutoRead()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aboveTheHighMarkItIsUnwritableUntilTheWindowOpens(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack, SettingId.INITIAL_WINDOW_SIZE, 10)) {
            Http2StreamChannel child = client.ask(false);
            int id = child.stream().id();
            child.config().setWriteBufferWaterMark(new WriteBufferWaterMark(512, 1024));
            assertThat(child.isWritable()).isTrue();
            ChannelFuture written = child.writeAndFlush(
                    new DefaultHttp2DataFrame(Unpooled.buffer(2000).writeZero(2000), true));
            client.channel.runPendingTasks();
            assertThat(child.isWritable()).isFalse();
            assertThat(child.bytesBeforeUnwritable()).isZero();
            assertThat(written.isDone()).isFalse();
            assertThat(client.channel.isWritable()).isTrue();

            client.receive(client.say().windowUpdate(id, 5000));
            assertThat(child.isWritable()).isTrue();
            assertThat(written.isSuccess()).isTrue();
            assertThat(client.diary(0).told).contains("unwritable").endsWith("writable");
            // The peer's credit itself is invisible.
            assertThat(client.diary(0).read()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFullConnectionLeavesItsStreamsWritable(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            child.writeAndFlush(new DefaultHttp2HeadersFrame(response(200)));
            server.channel.runPendingTasks();
            server.channel.waterMark(50).shut();
            child.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.buffer(100).writeZero(100)));
            server.channel.runPendingTasks();
            assertThat(server.channel.isWritable()).isFalse();
            assertThat(child.isWritable()).isTrue();
            server.channel.open();
        }
    }
}
