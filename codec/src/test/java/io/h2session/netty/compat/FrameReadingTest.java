package io.h2session.netty.compat;

import static io.h2session.netty.compat.FrameConnection.closed;
import static io.h2session.netty.compat.FrameConnection.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.testing.Frames;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users of Netty's child channels rely on when they read, on Netty's codec and on ours. */
class FrameReadingTest {
    private static final byte[] PIECE = new byte[64];

    @ParameterizedTest
    @EnumSource
    void framesReachTheChannelOfTheirStreamInOrder(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say()
                    .request(3, false, "/a")
                    .request(5, false, "/b")
                    .data(3, "one", false)
                    .data(5, "two", false)
                    .headers(3, true, "sum", "3")
                    .data(5, "", true));
            assertThat(server.diary(0).read()).containsExactly("HEADERS /a", "DATA one", "TRAILERS.");
            assertThat(server.diary(1).read()).containsExactly("HEADERS /b", "DATA two", "DATA .");
            assertThat(server.diary(0).told).startsWith("registered", "active", "HEADERS /a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void framesNameTheStreamOfTheirChannel(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            List<Object> named = new ArrayList<>();
            server.reaction = (diary, what, message) -> {
                if (message instanceof Http2StreamFrame frame) {
                    named.add(frame.stream());
                }
            };
            server.receive(
                    server.say().request(3, false, "/a").data(3, "one", false).reset(3, ErrorCode.CANCEL));
            assertThat(named).hasSize(3).containsOnly(server.child(0).stream());
            assertThat(server.child(0).stream().id()).isEqualTo(3);
            assertThat(server.child(0).stream().state()).isEqualTo(Http2Stream.State.CLOSED);
            assertThat(server.child(0).parent()).isSameAs(server.channel);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fieldsAreReadInTheirOrderWithThePseudoHeaderFieldsFirst(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            List<String> fields = new ArrayList<>();
            server.reaction = (diary, what, message) -> {
                if (message instanceof Http2HeadersFrame head) {
                    head.headers().forEach(field -> fields.add(field.getKey() + "=" + field.getValue()));
                    assertThat(head.headers().method()).hasToString("GET");
                    assertThat(head.headers().getAll("x")).hasSize(2);
                    assertThat(head.padding()).isZero();
                }
            };
            server.receive(server.say().request(3, true, "/a", "x", "1", "y", "2", "x", "3"));
            assertThat(fields).hasSize(7).endsWith("x=1", "y=2", "x=3");
            assertThat(fields.subList(0, 4)).allMatch(field -> field.startsWith(":"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownFramesAreReadAndHarmNoFinishedStream(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(
                    server.say().request(3, true, "/a").frame(FrameConnection.UNKNOWN_TYPE, 7, 3, (byte) 'h', (byte)
                            'i'));
            assertThat(server.diary(0).read()).containsExactly("HEADERS /a.", "UNKNOWN -56 7 hi");

            server.child(0).writeAndFlush(new DefaultHttp2HeadersFrame(response(200), true));
            server.channel.runPendingTasks();
            server.diary(0).news();
            server.receive(server.say().frame(FrameConnection.UNKNOWN_TYPE, 0, 3, (byte) 'x'));
            assertThat(server.diary(0).told).isEmpty();
            assertThat(server.channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void prioritiesOfRfc7540AreToldByNettyOnlyAndHarmNothing(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say()
                    .request(3, false, "/a")
                    .priority(3, 0, 99, true)
                    .data(3, "b", true));
            assertThat(server.diary(0).read()).containsExactly("HEADERS /a", "DATA b.");
            assertThat(server.diary(0).told.contains("event PRIORITY 0 99 true"))
                    .isEqualTo(stack == Stack.NETTY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void switchingAutoReadOffLetsOneMoreMessageComeAndOnAll(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setAutoRead(false);
            server.receiveEach(server.say().data(3, "one", false), server.say().data(3, "two", false));
            server.receive(server.say().data(3, "three", true));
            assertThat(server.diary(0).read()).containsExactly("HEADERS /a", "DATA one");

            server.child(0).config().setAutoRead(true);
            server.channel.runPendingTasks();
            assertThat(server.diary(0).read()).containsExactly("HEADERS /a", "DATA one", "DATA two", "DATA three.");
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingInsideChannelReadWithMessagesWaitingIsSafe(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setAutoRead(false);
            server.receiveEach(server.say().data(3, "one", false), server.say().data(3, "two", false));
            server.reaction = (diary, what, message) -> {
                if (what.startsWith("DATA")) {
                    diary.ctx.close();
                }
            };
            server.receive(server.say().data(3, "three", false));
            server.child(0).read();
            server.channel.runPendingTasks();
            // Netty goes on with what waits.
            assertThat(server.diary(0).read()).startsWith("HEADERS /a", "DATA one", "DATA two");
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
            assertThat(server.sent(3)).containsExactly("RST_STREAM 3 CANCEL");
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyMessagesReadOneByOneFromReadCompleteDoNotOverflowTheStack(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setAutoRead(false);
            server.child(0).config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(64).maxMessagesPerRead(1));
            for (int piece = 0; piece < 1000; piece++) {
                server.receive(server.say().data(3, PIECE, piece == 999));
            }
            server.reaction = (diary, what, message) -> {
                if (what.equals("complete")) {
                    diary.ctx.read();
                }
            };
            server.child(0).read();
            server.channel.runPendingTasks();
            assertThat(server.diary(0).read()).hasSize(1001).endsWith("DATA 64 bytes.");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetNeedsNoReadToEndTheChannel(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setAutoRead(false);
            server.receive(server.say().reset(3, ErrorCode.NO_ERROR));
            assertThat(server.diary(0).told)
                    .contains("event RST_STREAM NO_ERROR")
                    .endsWith("inactive", "unregistered");
            assertThat(server.sent(3)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReadAskedForInACallbackKeepsDataComing(Stack stack) {
        for (String where : List.of("DATA", "complete")) {
            try (FrameConnection server = FrameConnection.server(stack)) {
                server.receive(server.say().request(3, false, "/a"));
                server.child(0).config().setAutoRead(false);
                server.reaction = (diary, what, message) -> {
                    if (what.startsWith(where)) {
                        diary.ctx.read();
                        diary.ctx.read();
                    }
                };
                server.receiveEach(
                        server.say().data(3, "one", false), server.say().data(3, "two", false));
                server.receive(server.say().data(3, "three", false));
                server.receive(server.say().data(3, "four", true));
                assertThat(server.diary(0).read())
                        .containsExactly("HEADERS /a", "DATA one", "DATA two", "DATA three", "DATA four.");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsIsReadAfterTheConnectionIsGone(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            child.config().setAutoRead(false);
            server.receiveEach(server.say().data(3, "one", false), server.say().data(3, "two", false));
            server.receive(server.say().data(3, "three", false));
            server.vanish();
            assertThat(child.isActive()).isTrue();
            child.read();
            server.channel.runPendingTasks();
            assertThat(server.diary(0).read()).containsExactly("HEADERS /a", "DATA one", "DATA two", "DATA three");
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfAStreamDoesNotDiscardWhatWaits(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setAutoRead(false);
            server.receiveEach(server.say().data(3, "one", false), server.say().data(3, "two", false));
            server.receive(server.say().data(3, "three", false).reset(3, ErrorCode.CANCEL));
            assertThat(server.diary(0).told).contains("event RST_STREAM CANCEL");
            assertThat(server.child(0).isActive()).isTrue();
            server.child(0).read();
            server.channel.runPendingTasks();
            assertThat(server.diary(0).read()).containsExactly("HEADERS /a", "DATA one", "DATA two", "DATA three");
            assertThat(server.diary(0).told).endsWith("inactive", "unregistered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsComesBeforeWhatIsFreshWithOneReadComplete(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setAutoRead(false);
            server.receiveEach(server.say().data(3, "one", false), server.say().data(3, "two", false));
            server.diary(0).news();
            server.child(0).config().setAutoRead(true);
            server.receive(server.say().data(3, "three", false));
            assertThat(server.diary(0).read()).containsExactly("DATA two", "DATA three");
            assertThat(server.diary(0).told).endsWith("DATA three", "complete");
        }
    }

    // ---- window credit ---------------------------------------------------------------------------------------------

    private static List<String> credit(FrameConnection connection, int streamId) {
        return connection.sent().stream()
                .filter(line -> line.startsWith("WINDOW_UPDATE " + streamId + " "))
                .toList();
    }

    private static Frames body(FrameConnection connection, int pieces) {
        Frames body = connection.say();
        for (int piece = 0; piece < pieces; piece++) {
            body.data(3, new byte[16_000], false);
        }
        return body;
    }

    @ParameterizedTest
    @EnumSource
    void aChannelWithAutoReadGivesCredit(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a")).receive(body(server, 4));
            assertThat(credit(server, 3)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void creditIsGivenAndFlushedByAReadOutsideAReadOfTheConnection(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            server.child(0).config().setAutoRead(false);
            server.receive(body(server, 4));
            server.child(0).read();
            server.child(0).read();
            server.child(0).read();
            server.child(0).read();
            assertThat(credit(server, 3)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutAutomaticFlowControlCreditIsWrittenUpToWhatWasRead(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            assertThat(child.writeAndFlush(new DefaultHttp2WindowUpdateFrame(1)).cause())
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(child.config().getOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL))
                    .isTrue();
            child.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
            assertThat(child.config().getOptions())
                    .containsEntry(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);

            server.receive(body(server, 4));
            assertThat(credit(server, 3)).isEmpty();
            assertThat(child.writeAndFlush(new DefaultHttp2WindowUpdateFrame(64_001))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(child.writeAndFlush(new DefaultHttp2WindowUpdateFrame(64_000))
                            .isSuccess())
                    .isTrue();
            assertThat(credit(server, 3)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void automaticFlowControlAgainGivesWhatIsOwed(Stack stack) {
        try (FrameConnection server = FrameConnection.server(stack)) {
            server.receive(server.say().request(3, false, "/a"));
            Http2StreamChannel child = server.child(0);
            child.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
            server.receive(body(server, 4));
            assertThat(credit(server, 3)).isEmpty();
            child.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, true);
            assertThat(credit(server, 3)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetIsToldAndNotAnswered(Stack stack) {
        try (FrameConnection client = FrameConnection.client(stack)) {
            Http2StreamChannel child = client.ask(true);
            int id = child.stream().id();
            client.sent();
            client.receive(client.say().reset(id, ErrorCode.INTERNAL_ERROR));
            assertThat(client.diary(0).told).contains("event RST_STREAM INTERNAL_ERROR", "inactive");
            assertThat(client.sent(id)).isEmpty();
            assertThat(closed(child)).isTrue();
        }
    }
}
