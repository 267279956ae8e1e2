package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.SendAnswer;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams that one end does not see as the other does: what the peer sends on a stream that we reset is ignored, and what it
 * sends on one that we never opened is its error (RFC 9113 sections 5.1 and 5.4.2).
 */
class UnseenStreamsTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "example.com", ":path", "/");
    private static final String[] PROMISED = {":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/p"};

    private Talk talk;
    private Canceller canceller;

    /** Cancels HEADERS and PUSH_PROMISE of one stream. */
    private static final class Canceller extends Recorder {
        private int streamId;

        @Override
        public SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) throws Exception {
            super.beforeFrameSend(session, frame);
            boolean opens = frame.type() == FrameType.HEADERS && frame.streamId() == streamId;
            boolean promises = frame instanceof PushPromiseFrame promise && promise.promisedStreamId() == streamId;
            return opens || promises ? SendAnswer.CANCEL : SendAnswer.PROCEED;
        }
    }

    @AfterEach
    void close() {
        if (talk != null) {
            talk.close();
            talk = null;
        }
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private void client(boolean nghttp2) {
        canceller = new Canceller();
        talk = Talk.either(nghttp2, Http2Role.CLIENT, canceller, options -> options.enablePush(true));
    }

    private void server() {
        canceller = new Canceller();
        talk = Talk.server(canceller);
    }

    // ---- a promised stream that the client reset

    /** What a server may send on a stream it has promised, as long as it does not know of the reset. */
    @SuppressWarnings("ImmutableEnumChecker")
    private enum Late {
        HEADERS(peer -> peer.response(2, false, 200)),
        LAST_HEADERS(peer -> peer.response(2, true, 200)),
        DATA(peer -> peer.data(2, "pushed", false)),
        WINDOW_UPDATE(peer -> peer.windowUpdate(2, 100)),
        PRIORITY(peer -> peer.priority(2, 0, 16, false)),
        RST_STREAM(peer -> peer.reset(2, ErrorCode.INTERNAL_ERROR));

        private final Consumer<Frames> frame;

        Late(Consumer<Frames> frame) {
            this.frame = frame;
        }
    }

    static List<List<Late>> orders() {
        List<List<Late>> orders = new ArrayList<>();
        for (Late first : Late.values()) {
            for (Late second : Late.values()) {
                for (Late third : Late.values()) {
                    List<Late> order = List.of(first, second, third);
                    int last = order.indexOf(Late.LAST_HEADERS);
                    boolean more = last >= 0
                            && order.subList(last + 1, 3).stream().anyMatch(late -> late.compareTo(Late.DATA) <= 0);
                    // After the end of a stream neither HEADERS nor DATA may come, whoever reset it.
                    if (!more && !order.subList(0, 2).contains(Late.RST_STREAM)) {
                        orders.add(order);
                    }
                }
            }
        }
        return orders;
    }

    @ParameterizedTest
    @MethodSource("orders")
    void whatComesOnAPromisedStreamThatTheClientResetIsIgnored(List<Late> order) {
        for (boolean nghttp2 : new boolean[] {false, true}) {
            // The first so many arrive while RST_STREAM waits, the others when it was sent.
            for (int before = 0; before <= order.size(); before++) {
                client(nghttp2);
                session().submitRequest(POST, DataSource.ofAscii("x"), null);
                talk.says();
                talk.hears(peer -> peer.pushPromise(1, 2, PROMISED));
                session().submitReset(2, ErrorCode.CANCEL.code());
                List<String> sent = new ArrayList<>();
                for (int i = 0; i < order.size(); i++) {
                    if (i == before) {
                        sent.addAll(talk.says());
                    }
                    talk.hears(order.get(i).frame);
                }
                talk.hears(peer -> peer.ping(7));
                sent.addAll(talk.says());
                assertThat(sent)
                        .as("%s, %d of them before RST_STREAM, nghttp2: %s", order, before, nghttp2)
                        .contains("PING ACK 7")
                        .noneMatch(frame -> frame.startsWith("GOAWAY"));
                assertThat(session().streamState(2)).isEqualTo(StreamState.CLOSED);
                assertThat(session().activeStreams()).isEqualTo(1);
                close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void whatComesOnAStreamThatWasResetIsIgnoredAndCharged(boolean headers, boolean resetSent) {
        server();
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitReset(1, ErrorCode.CANCEL.code());
        if (resetSent) {
            talk.says();
        }
        Consumer<Frames> late =
                headers ? peer -> peer.headers(1, false, "a", "b") : peer -> peer.data(1, new byte[1], false);
        int count = 0;
        while (session().terminationReason() == null && count < 100_000) {
            talk.hears(peer -> {
                for (int i = 0; i < 100; i++) {
                    late.accept(peer);
                }
            });
            count += 100;
        }
        assertThat(count).as("an honest peer may be late").isBetween(1_000, 50_000);
        assertThat(session().terminationReason()).isEqualTo("too_much_abuse");
    }

    // ---- streams that were never opened

    private void isAnError(Consumer<Frames> frame, String what) {
        talk.hears(frame);
        assertThat(talk.says()).as(what).last().asString().startsWith("GOAWAY").contains("PROTOCOL_ERROR");
    }

    private static final List<Consumer<Frames>> FROM_SERVER = List.of(
            peer -> peer.response(1, true, 200),
            peer -> peer.data(1, "x", true),
            peer -> peer.reset(1, ErrorCode.CANCEL),
            peer -> peer.windowUpdate(1, 1),
            peer -> peer.pushPromise(1, 2, PROMISED));

    @Test
    void aRequestThatWasNeverWrittenIsIdle() {
        List<Runnable> failures = List.of(
                () -> {
                    session().submitRequest(POST, null, null);
                    session().submitReset(1, ErrorCode.CANCEL.code());
                },
                () -> {
                    canceller.streamId = 1;
                    session().submitRequest(POST, null, null);
                },
                () -> {
                    talk.hears(peer -> peer.settings(SettingId.MAX_HEADER_LIST_SIZE, 10));
                    session().submitRequest(POST, null, null);
                },
                () -> {
                    talk.hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 0));
                    session().submitRequest(POST, null, null);
                });
        for (Runnable failure : failures) {
            for (Consumer<Frames> frame : FROM_SERVER) {
                client(false);
                failure.run();
                assertThat(talk.says()).noneMatch(sent -> sent.startsWith("HEADERS"));
                isAnError(frame, "failure " + failures.indexOf(failure) + ", frame " + FROM_SERVER.indexOf(frame));
                close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestThatWasNeverWrittenIsClosedWhenAHigherOneWasSent(boolean inQueue) {
        for (Consumer<Frames> frame : FROM_SERVER) {
            client(false);
            canceller.streamId = inQueue ? 0 : 1;
            session().submitRequest(POST, null, null);
            if (inQueue) {
                session().submitReset(1, ErrorCode.CANCEL.code());
            }
            session().submitRequest(GET, null, null);
            assertThat(talk.says()).hasSize(1).first().asString().startsWith("HEADERS 3");
            talk.hears(frame);
            talk.hears(peer -> peer.response(3, true, 200).ping(1));
            assertThat(talk.says()).contains("PING ACK 1").noneMatch(sent -> sent.startsWith("GOAWAY"));
            assertThat(talk.callbacks().stream().filter("closed stream=1 CANCEL"::equals))
                    .hasSizeLessThan(2);
            close();
        }
    }

    @Test
    void aRequestThatIsGivenUpIsToldOnce() {
        client(false);
        canceller.streamId = 1;
        session().submitRequest(POST, DataSource.ofAscii("body"), null);
        talk.says();
        assertThat(talk.callbacks())
                .containsExactly(
                        "before HEADERS stream=1",
                        "not-sent HEADERS stream=1 CANCEL",
                        "closed stream=1 REFUSED_STREAM");
        talk.hears(peer -> peer.ping(1));
        assertThat(session().streamState(1)).isEqualTo(StreamState.IDLE);
    }

    private static final List<Consumer<Frames>> FROM_CLIENT = List.of(
            peer -> peer.request(2, true, "/"),
            peer -> peer.data(2, "x", true),
            peer -> peer.reset(2, ErrorCode.CANCEL),
            peer -> peer.windowUpdate(2, 1),
            peer -> peer.priorityUpdate(2, "u=1"));

    @Test
    void aPromiseThatWasNotWrittenYetIsIdle() {
        for (Consumer<Frames> frame : FROM_CLIENT) {
            server();
            talk.hears(peer -> peer.request(1, true, "/"));
            session().submitPushPromise(1, GET, null);
            isAnError(frame, "frame " + FROM_CLIENT.indexOf(frame));
            close();
        }
    }

    @Test
    void aPromiseThatWasCancelledIsIdle() {
        for (Consumer<Frames> frame : FROM_CLIENT) {
            server();
            canceller.streamId = 2;
            talk.hears(peer -> peer.request(1, true, "/"));
            session().submitPushPromise(1, GET, null);
            assertThat(talk.says()).noneMatch(sent -> sent.startsWith("PUSH_PROMISE"));
            isAnError(frame, "frame " + FROM_CLIENT.indexOf(frame));
            close();
        }
    }

    @Test
    void aPromiseThatWasWrittenMayBeReset() {
        server();
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitPushPromise(1, GET, null);
        assertThat(talk.says()).hasSize(1);
        assertThat(talk.hears(peer -> peer.reset(2, ErrorCode.CANCEL))).contains("closed stream=2 CANCEL");
        talk.hears(peer -> peer.windowUpdate(2, 1).ping(1));
        assertThat(talk.says()).containsExactly("PING ACK 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPromiseWhoseStreamIsGoneNeverGoesOut(boolean parent) {
        server();
        talk.hears(peer -> peer.request(1, true, "/"));
        int promised = session().submitPushPromise(1, GET, null);
        session().submitReset(parent ? 1 : promised, ErrorCode.CANCEL.code());
        assertThat(talk.says()).noneMatch(sent -> sent.startsWith("PUSH_PROMISE") || sent.contains(" 2 "));
        assertThat(talk.callbacks()).contains("not-sent PUSH_PROMISE stream=1 STREAM_CLOSING");
        isAnError(peer -> peer.windowUpdate(2, 1), "nothing was promised");
    }

    @SuppressWarnings("ImmutableEnumChecker")
    private enum End {
        TERMINATED(talk -> talk.session().terminate(ErrorCode.NO_ERROR.code())),
        TERMINATED_IN_ERROR(talk -> talk.session().terminate(ErrorCode.INTERNAL_ERROR.code())),
        THE_PEERS_FAULT(talk -> talk.hears(peer -> peer.windowUpdate(0, 0)));

        private final Consumer<Talk> cause;

        End(Consumer<Talk> cause) {
            this.cause = cause;
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void theEndOfASessionResetsNoPromiseThatWasNotWritten(End end) {
        for (boolean reset : new boolean[] {true, false}) {
            server();
            talk.hears(peer -> peer.request(1, true, "/"));
            session().submitPushPromise(1, GET, null);
            if (reset) {
                session().submitReset(2, ErrorCode.CANCEL.code());
            }
            end.cause.accept(talk);
            assertThat(talk.says())
                    .noneMatch(frame -> frame.startsWith("RST_STREAM 2") || frame.startsWith("PUSH_PROMISE"))
                    .last()
                    .asString()
                    .startsWith("GOAWAY");
            assertThat(talk.callbacks().stream().filter(told -> told.startsWith("closed stream=2")))
                    .hasSize(1);
            close();
        }
    }

    @Test
    void theEndOfASessionResetsAPromiseThatWasWritten() {
        for (boolean answered : new boolean[] {true, false}) {
            server();
            talk.hears(peer -> peer.request(1, true, "/"));
            session().submitPushPromise(1, GET, null);
            assertThat(talk.says()).hasSize(1);
            if (answered) {
                session().submitResponse(2, HeaderList.of(":status", "200"), DataSource.ofAscii("x"));
            }
            session().terminate(ErrorCode.NO_ERROR.code());
            assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 2 CANCEL", "GOAWAY 1 NO_ERROR");
            assertThat(talk.callbacks().stream().filter(told -> told.startsWith("closed stream=2")))
                    .containsExactly("closed stream=2 CANCEL");
            close();
        }
    }
}
