package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.ByteSink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.NotSentReason;
import io.h2session.api.SendAnswer;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The steps of {@link Http2Session#send}, as the table there has them. */
class SendStepsTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private final Steps steps = new Steps();
    private Talk talk = Talk.client(steps);

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    /** Writes down what is asked for padding, too, and answers what it is told to. */
    private static class Steps extends Recorder {
        private int cancelledType = -1;
        private int padding;
        private final List<String> states = new ArrayList<>();

        @Override
        public SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) throws Exception {
            states.add(FrameType.name(frame.type()) + " " + session.streamState(frame.streamId()));
            super.beforeFrameSend(session, frame);
            return frame.type() == cancelledType ? SendAnswer.CANCEL : SendAnswer.PROCEED;
        }

        @Override
        public int selectPadding(Http2SessionContext session, Frame frame, int length, int max) {
            line("padding " + FrameType.name(frame.type()) + " from " + length + " to " + max);
            return Math.min(max, length + padding);
        }

        @Override
        public int dataReadLength(
                Http2SessionContext session,
                int streamId,
                int connectionWindow,
                int streamWindow,
                int peerMaxFrameSize) {
            line("length " + streamId + " of " + connectionWindow + " " + streamWindow + " " + peerMaxFrameSize);
            return 16_384;
        }

        @Override
        public void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) throws Exception {
            states.add("not " + FrameType.name(frame.type()) + " " + session.streamState(frame.streamId()));
            super.onFrameNotSent(session, frame, reason);
        }
    }

    @Test
    void theMostUrgentFrameGoesFirst() {
        session().submitRequest(POST, Body.script().then("first", DataResult.DEFERRED), null);
        talk.says();
        session().resumeData(1);
        session().submitRequest(POST, null, null);
        session().submitWindowUpdate(0, 5);
        session().submitGoAway(0, 0, new byte[0]);
        session().submitPing(7);
        session().submitSettings(List.of(new Setting(SettingId.MAX_CONCURRENT_STREAMS, 9)));

        assertThat(talk.says().stream().map(frame -> frame.split(" ", 2)[0]))
                .containsExactly("PING", "SETTINGS", "WINDOW_UPDATE", "GOAWAY");
        assertThat(talk.callbacks()).contains("not-sent HEADERS stream=3 START_STREAM_NOT_ALLOWED");
    }

    @Test
    void dataGoesLast() {
        session().submitRequest(POST, Body.script().then("a", DataResult.END), null);
        session().submitRequest(POST, null, null);
        session().submitPing(7);

        assertThat(talk.says().stream().map(frame -> frame.substring(0, 6)))
                .containsExactly("PING 7", "HEADER", "HEADER", "DATA 1");
    }

    @Test
    void aPingOvertakesALongBodyBetweenItsFrames() {
        session().submitRequest(POST, DataSource.of(new byte[40_000]), null);
        // HEADERS and the first DATA.
        talk.says(200);
        session().submitPing(7);

        assertThat(talk.says().stream().map(frame -> frame.substring(0, 6)))
                .containsExactly("PING 7", "DATA 1", "DATA 1");
    }

    @Test
    void preparingComesBeforeTheCallbacks() {
        Body body = Body.script().then(() -> steps.line("read"), "abc", DataResult.END);
        session().submitRequest(POST, body, null);
        assertThat(session().streamState(1)).isEqualTo(StreamState.IDLE);
        talk.says();

        assertThat(talk.callbacks())
                .containsExactly(
                        "padding HEADERS from 6 to 262",
                        "before HEADERS stream=1",
                        "sent HEADERS stream=1",
                        "length 1 of 65535 65535 16384",
                        "read",
                        "padding DATA from 3 to 259",
                        "sent DATA stream=1 END_STREAM");
    }

    @Test
    void whatMayNotBeSentIsToldAsNotSent() {
        Body body = Body.script();
        session().submitRequest(POST, body, null);
        session().submitReset(1, ErrorCode.CANCEL.code());

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).containsExactly("not-sent HEADERS stream=1 CANCEL", "closed stream=1 CANCEL");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void aHeaderBlockTooLongIsToldAsNotSentAndItsStreamCloses() {
        HeaderList large = HeaderList.of(
                ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "a", "x".repeat(70_000));
        session().submitRequest(large, null, null);
        session().submitRequest(POST, null, null);

        assertThat(talk.says()).hasSize(1).first().asString().startsWith("HEADERS 3 END_STREAM [:method: POST");
        assertThat(talk.callbacks())
                .startsWith("not-sent HEADERS stream=1 FRAME_SIZE_ERROR", "closed stream=1 REFUSED_STREAM");
    }

    @Test
    void paddingIsSelectedWhenTheLengthIsKnown() {
        steps.padding = 100;
        session().submitRequest(POST, Body.script().then("abc", DataResult.END), null);

        assertThat(talk.says())
                .containsExactly(
                        "HEADERS 1 [:method: POST, :scheme: https, :authority: a, :path: /]", "DATA 1 END_STREAM abc");
        assertThat(talk.dataLengths()).containsExactly(103);
        assertThat(session().remoteWindow(1)).isEqualTo(65_535 - 103);
        assertThat(talk.callbacks()).contains("padding HEADERS from 6 to 262", "padding DATA from 3 to 259");
    }

    @Test
    void paddingTakesWindowAndFrameIntoAccount() {
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 10));
        steps.padding = 100;
        session().submitRequest(POST, Body.script().then("abcd", DataResult.MORE), null);
        talk.says();

        assertThat(talk.callbacks()).contains("length 1 of 65535 10 16384", "padding DATA from 4 to 10");
        assertThat(talk.dataLengths()).containsExactly(10);
        assertThat(session().remoteWindow(1)).isZero();
    }

    @Test
    void paddingIsChosenForBodiesThatPassThrough() {
        steps.padding = 10;
        session().submitRequest(POST, DataSource.of(new byte[20_000]), null);

        assertThat(talk.says()).contains("DATA 1 16384 bytes", "DATA 1 END_STREAM 3616 bytes");
        assertThat(talk.dataLengths()).containsExactly(16_384, 3_626);
    }

    @Test
    void aRequestsStreamIsOpenBeforeItIsSent() {
        session().submitRequest(POST, Body.script(), null);
        talk.says();
        assertThat(steps.states).contains("HEADERS OPEN");

        steps.cancelledType = FrameType.HEADERS;
        session().submitRequest(POST, null, null);
        talk.says();
        assertThat(steps.states).contains("not HEADERS OPEN");
        assertThat(session().streamState(3)).as("nothing of it was sent").isEqualTo(StreamState.IDLE);
    }

    @Test
    void theApplicationIsAskedBeforeAFrameGoes() {
        session().submitRequest(POST, Body.script().then("a", DataResult.END), null);
        session().submitPing(1);
        session().submitWindowUpdate(0, 10);
        talk.says();

        assertThat(talk.callbacks().stream().filter(line -> line.startsWith("before")))
                .containsExactly("before PING stream=0", "before WINDOW_UPDATE stream=0", "before HEADERS stream=1");
    }

    @Test
    void theApplicationIsAskedBeforeTheLastFramesGo() {
        session().submitPing(1);
        session().terminate(0);
        assertThat(talk.says()).containsExactly("GOAWAY 0 NO_ERROR");
        assertThat(talk.callbacks())
                .containsExactly(
                        "not-sent PING stream=0 SESSION_CLOSING", "before GOAWAY stream=0", "sent GOAWAY stream=0");
        talk.close();

        // What it answers changes nothing: the peer has to be told.
        steps.cancelledType = FrameType.GOAWAY;
        talk = Talk.strange(Http2Role.SERVER, steps, options -> {});
        session().terminate(0);
        assertThat(talk.says()).hasSize(2).last().isEqualTo("GOAWAY 0 NO_ERROR");
        assertThat(talk.callbacks())
                .containsExactly(
                        "before SETTINGS stream=0",
                        "sent SETTINGS stream=0",
                        "not-sent WINDOW_UPDATE stream=0 SESSION_CLOSING",
                        "before GOAWAY stream=0",
                        "sent GOAWAY stream=0");
    }

    @Test
    void aCancelledFrameIsToldAsNotSent() {
        Body body = Body.script();
        steps.cancelledType = FrameType.HEADERS;
        session().submitRequest(POST, body, null);

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).endsWith("not-sent HEADERS stream=1 CANCEL", "closed stream=1 REFUSED_STREAM");
        assertThat(body.closed()).isEqualTo(1);

        // The cancelled block had filled our table; the peer, which never saw it, can read the next.
        steps.cancelledType = -1;
        session().submitRequest(POST, null, null);
        assertThat(talk.says())
                .containsExactly("HEADERS 3 END_STREAM [:method: POST, :scheme: https, :authority: a, :path: /]");
    }

    @Test
    void onlyTheApplicationsOwnPingCanBeCancelled() {
        steps.cancelledType = FrameType.PING;
        session().submitPing(1);
        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks()).contains("not-sent PING stream=0 CANCEL");

        talk.hears(peer -> peer.ping(2));
        assertThat(talk.says()).containsExactly("PING ACK 2");
    }

    @Test
    void whatKeepsTheEndsInStepCannotBeCancelled() {
        for (int type :
                new int[] {FrameType.SETTINGS, FrameType.WINDOW_UPDATE, FrameType.RST_STREAM, FrameType.GOAWAY}) {
            steps.cancelledType = type;
            int id = session().nextStreamId();
            session().submitRequest(POST, Body.script(), null);
            talk.says();
            switch (type) {
                case FrameType.SETTINGS -> session().submitSettings(List.of());
                case FrameType.WINDOW_UPDATE -> session().submitWindowUpdate(0, 1);
                case FrameType.RST_STREAM -> session().submitReset(id, 8);
                default -> session().submitGoAway(0, 0, new byte[0]);
            }
            assertThat(talk.says()).hasSize(1).first().asString().startsWith(FrameType.name(type));
        }
    }

    @Test
    void aCancelledResponseResetsItsStream() {
        talk.close();
        talk = Talk.server(steps);
        talk.hears(peer -> peer.request(1, true, "/"));
        steps.cancelledType = FrameType.HEADERS;
        session().submitResponse(1, OK, null);

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL");
        assertThat(talk.callbacks()).endsWith("closed stream=1 CANCEL");
    }

    @Test
    void aCancelledPromiseClosesThePromisedStream() {
        talk.close();
        talk = Talk.server(steps);
        talk.hears(peer -> peer.request(1, true, "/"));
        steps.cancelledType = FrameType.PUSH_PROMISE;
        session()
                .submitPushPromise(
                        1, HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/p"), null);

        assertThat(talk.says()).isEmpty();
        assertThat(talk.callbacks())
                .endsWith("not-sent PUSH_PROMISE stream=1 CANCEL", "closed stream=2 INTERNAL_ERROR");
        session().submitResponse(1, HeaderList.of(":status", "200", "a", "b"), null);
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200, a: b]");
    }

    @Test
    void aCancelledExtensionFrameLeavesNoByte() {
        talk.close();
        talk = Talk.client(new Recorder() {
            @Override
            public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
                target.writeBytes(new byte[] {'a', 'b'});
                return "no".equals(frame.payload()) ? SendAnswer.CANCEL : SendAnswer.PROCEED;
            }
        });
        session().submitExtension(0xbb, 0, 0, "no");
        session().submitExtension(0xbb, 1, 3, "yes");

        assertThat(talk.says()).containsExactly("EXT_bb 3 ab");
        assertThat(talk.callbacks()).contains("not-sent EXT_bb stream=0 CANCEL", "sent EXT_bb stream=3");
    }

    @Test
    void anExtensionFrameLongerThanThePeerTakesIsNotSent() {
        talk.close();
        talk = Talk.client(new Recorder() {
            @Override
            public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
                target.writeZero((Integer) frame.payload());
                return SendAnswer.PROCEED;
            }
        });
        session().submitExtension(0xbb, 0, 0, 16_385);
        session().submitExtension(0xbb, 0, 3, 16_384);

        assertThat(talk.says()).hasSize(1).first().asString().startsWith("EXT_bb 3 ");
        assertThat(talk.callbacks()).contains("not-sent EXT_bb stream=0 FRAME_SIZE_ERROR");
    }

    @Test
    void theApplicationReleasesThePayloadItPacksAndTheSessionTheOthers() {
        talk.close();
        talk = Talk.client(new Recorder() {
            @Override
            public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
                ByteBuf payload = (ByteBuf) frame.payload();
                target.writeBytes(payload);
                payload.release();
                return SendAnswer.PROCEED;
            }
        });
        ByteBuf packed = Unpooled.copiedBuffer("ab", StandardCharsets.US_ASCII);
        session().submitExtension(0xbb, 0, 0, packed);
        assertThat(talk.says()).containsExactly("EXT_bb 0 ab");
        ByteBuf dropped = Unpooled.copiedBuffer("cd", StandardCharsets.US_ASCII);
        session().submitExtension(0xbb, 0, 0, dropped);
        session().terminate(0);
        talk.says();

        assertThat(packed.refCnt()).isZero();
        assertThat(dropped.refCnt()).isZero();
        assertThat(talk.callbacks()).contains("not-sent EXT_bb stream=0 SESSION_CLOSING");
    }

    @Test
    void theBytesAreThoseOfTheFrames() {
        session().submitRequest(POST, Body.script().then("hello", DataResult.END_WITHOUT_END_STREAM), null);
        session().submitTrailers(1, HeaderList.of("a", "b"));
        session().submitPing(0x0102030405060708L);

        assertThat(talk.says())
                .containsExactly(
                        "PING 72623859790382856",
                        "HEADERS 1 [:method: POST, :scheme: https, :authority: a, :path: /]",
                        "DATA 1 hello",
                        "HEADERS 1 END_STREAM [a: b]");
    }

    @Test
    void aLongHeaderBlockIsContinued() {
        HeaderList large = HeaderList.of(
                ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "a", "\u0001".repeat(30_000));
        talk.close();
        talk = Talk.client(steps, options -> options.validateOutbound(false));
        session().submitRequest(large, null, null);

        // It is not cut by the sink's limit, nor is it padded.
        assertThat(talk.says(10)).hasSize(1).first().asString().startsWith("HEADERS 1 END_STREAM [:method: GET");
        assertThat(talk.callbacks()).noneMatch(line -> line.startsWith("padding"));
    }

    @Test
    void onFrameSentComesBeforeTheSinkIsGivenTheBytes() {
        session().submitPing(1);
        session().submitPing(2);
        List<String> order = new ArrayList<>();
        talk.session().send(new ByteSink() {
            @Override
            public long writableBytes() {
                return 1000;
            }

            @Override
            public void write(ByteBuf buffer) {
                order.addAll(talk.callbacks());
                order.add(buffer.readableBytes() + " bytes");
                buffer.release();
            }
        });

        assertThat(order)
                .containsExactly(
                        "before PING stream=0",
                        "sent PING stream=0",
                        "before PING stream=0",
                        "sent PING stream=0",
                        "34 bytes");
    }

    @Test
    void theStreamClosesWhenItsLastFrameWasSent() {
        talk.close();
        talk = Talk.server(steps);
        talk.hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, Body.script().then("a", DataResult.MORE).then("b", DataResult.END));
        talk.says();

        assertThat(talk.callbacks()).endsWith("sent DATA stream=1 END_STREAM", "closed stream=1 NO_ERROR");
        assertThat(talk.callbacks()).isEmpty();
    }

    @Test
    void sendingStopsWhereTheSinkIsFullAndGoesOnThere() {
        talk.close();
        for (int limit = 1; limit < 120; limit++) {
            talk = Talk.strange(Http2Role.CLIENT, new Recorder(), options -> {});
            session()
                    .submitRequest(
                            POST, Body.script().then("first", DataResult.MORE).then("last", DataResult.END), null);
            session().submitPing(1);
            List<String> frames = new ArrayList<>();
            while (session().wantWrite()) {
                frames.addAll(talk.says(limit));
            }
            assertThat(frames.stream().map(frame -> frame.substring(0, 6)))
                    .containsExactly("SETTIN", "PING 1", "WINDOW", "HEADER", "DATA 1", "DATA 1");
            talk.close();
        }
        talk = Talk.client(steps);
    }

    @Test
    void nothingIsSentToASinkThatIsFull() {
        session().submitPing(1);
        assertThat(talk.says(0)).isEmpty();
        assertThat(session().wantWrite()).isTrue();
        assertThat(talk.says(1)).containsExactly("PING 1");
    }
}
