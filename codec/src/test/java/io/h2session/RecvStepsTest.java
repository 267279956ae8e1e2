package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.InvalidFrameReason;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of {@link Http2Session#recv}, as the table there has them. */
class RecvStepsTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");

    private Talk talk = Talk.server(new Recorder());

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    @Test
    void theFrameHeaderIsJudgedBeforeItsPayload() {
        assertThat(talk.hears(peer -> peer.header(16_385, FrameType.DATA, 0, 1)))
                .isEmpty();
        assertThat(session().terminationReason()).isEqualTo("frame_too_large");
        assertThat(talk.says()).containsExactly("GOAWAY 0 FRAME_SIZE_ERROR frame_too_large");
    }

    @Test
    void onBeginFrameComesWithTheHeaderBytes() {
        assertThat(talk.hears(peer -> peer.header(8, FrameType.PING, 0, 0)))
                .containsExactly("begin PING stream=0 length=8");
        assertThat(talk.hears(peer -> peer.raw(new byte[7]))).isEmpty();
        assertThat(talk.hears(peer -> peer.raw((byte) 5)))
                .containsExactly("received PING stream=0 opaque=0000000000000005");
    }

    @Test
    void dataIsDeliveredAsItArrives() {
        talk.hears(peer -> peer.request(1, false, "/"));
        assertThat(talk.hears(peer -> peer.header(6, FrameType.DATA, FrameFlags.END_STREAM | FrameFlags.PADDED, 1)
                        .hex("02 61 62")))
                .containsExactly("begin DATA stream=1 length=6", "data stream=1 ab");
        assertThat(talk.hears(peer -> peer.hex("63 00"))).containsExactly("data stream=1 c");
        session().submitResponse(1, HeaderList.of(":status", "204"), null);
        talk.says();
        talk.callbacks();
        assertThat(talk.hears(peer -> peer.hex("00")))
                .containsExactly(
                        "received DATA stream=1 flags=END_STREAM|PADDED length=6 padding=3",
                        "closed stream=1 NO_ERROR");
    }

    @Test
    void emptyDataIsAFrameWithoutChunks() {
        talk.hears(peer -> peer.request(1, false, "/"));
        assertThat(talk.hears(peer -> peer.data(1, "", false).data(1, "", true)))
                .containsExactly(
                        "begin DATA stream=1 length=0",
                        "received DATA stream=1 length=0",
                        "begin DATA stream=1 length=0",
                        "received DATA stream=1 flags=END_STREAM length=0");
    }

    @Test
    void headersAreDeliveredFieldByField() {
        byte[] block =
                talk.peer().block(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "b", "c");
        int half = block.length / 2;
        assertThat(talk.hears(peer -> peer.headersBegin(1, true, Arrays.copyOf(block, half))
                        .continuation(1, true, Arrays.copyOfRange(block, half, block.length))))
                .containsExactly(
                        "begin HEADERS stream=1 length=" + half,
                        "begin-headers stream=1",
                        "header stream=1 :method: GET",
                        "header stream=1 :scheme: https",
                        "header stream=1 :authority: a",
                        "begin CONTINUATION stream=1 length=" + (block.length - half),
                        "header stream=1 :path: /",
                        "header stream=1 b: c",
                        "received HEADERS stream=1 flags=END_STREAM|END_HEADERS length=" + block.length
                                + " category=REQUEST");
    }

    @Test
    void promisesAreDeliveredFieldByField() {
        talk.close();
        talk = Talk.client(new Recorder(), options -> options.enablePush(true));
        session().submitRequest(GET, null, null);
        talk.says();
        talk.callbacks();
        assertThat(talk.hears(peer ->
                        peer.pushPromise(1, 2, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/")))
                .containsSubsequence(
                        "begin-headers stream=1", "header stream=1 :method: GET", "header stream=1 :path: /")
                .last()
                .asString()
                .startsWith("received PUSH_PROMISE stream=1");
        assertThat(talk.hears(peer -> peer.response(2, true, 200)))
                .contains("header stream=2 :status: 200")
                .endsWith("closed stream=2 NO_ERROR");
    }

    @Test
    void controlFramesTakeEffectAndAreTold() {
        talk.hears(peer -> peer.request(1, true, "/").request(3, true, "/"));
        assertThat(talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 100)
                        .windowUpdate(1, 50)
                        .windowUpdate(0, 5)
                        .ping(9)
                        .pingAck(10)
                        .priority(1, 0, 5, false)
                        .reset(3, ErrorCode.CANCEL)
                        .goAway(0, ErrorCode.NO_ERROR, "bye")
                        .frame(0xbb, 0, 0)))
                .containsExactly(
                        "begin SETTINGS stream=0 length=6",
                        "received SETTINGS stream=0 [INITIAL_WINDOW_SIZE=100]",
                        "begin WINDOW_UPDATE stream=1 length=4",
                        "received WINDOW_UPDATE stream=1 increment=50",
                        "begin WINDOW_UPDATE stream=0 length=4",
                        "received WINDOW_UPDATE stream=0 increment=5",
                        "begin PING stream=0 length=8",
                        "received PING stream=0 opaque=0000000000000009",
                        "begin PING stream=0 length=8",
                        "received PING stream=0 flags=ACK opaque=000000000000000a",
                        "begin PRIORITY stream=1 length=5",
                        "begin RST_STREAM stream=3 length=4",
                        "received RST_STREAM stream=3 error=CANCEL",
                        "closed stream=3 CANCEL",
                        "begin GOAWAY stream=0 length=11",
                        "received GOAWAY stream=0 last=0 error=NO_ERROR debug=3 bytes");
        assertThat(session().remoteWindow(1)).isEqualTo(150);
        assertThat(session().remoteWindow(0)).isEqualTo(65_540);
        assertThat(talk.says()).containsExactly("SETTINGS ACK", "PING ACK 9");
    }

    @Test
    void framesThatBreakARuleAreToldAsInvalid() {
        assertThat(talk.hears(peer -> peer.headers(1, true, ":method", "GET")))
                .endsWith("error missing_scheme", "invalid HEADERS stream=1 HTTP_MESSAGING");
        assertThat(talk.hears(peer -> peer.request(3, true, "/", "connection", "close")))
                .endsWith("error connection_specific_field", "invalid HEADERS stream=3 HTTP_HEADER");
        assertThat(talk.hears(peer -> peer.windowUpdate(0, 0))).endsWith("invalid WINDOW_UPDATE stream=0 PROTO");
        assertThat(talk.says())
                .containsExactly(
                        "RST_STREAM 1 PROTOCOL_ERROR",
                        "RST_STREAM 3 PROTOCOL_ERROR",
                        "GOAWAY 3 PROTOCOL_ERROR zero_window_update");
    }

    /** Keeps the invalid header blocks as they were told. */
    private static final class Invalid extends Recorder {
        private final List<String> frames = new ArrayList<>();

        @Override
        public void onInvalidFrameReceived(Http2SessionContext session, Frame frame, InvalidFrameReason reason)
                throws Exception {
            super.onInvalidFrameReceived(session, frame, reason);
            int length = frame instanceof HeadersFrame headers ? headers.length() : ((PushPromiseFrame) frame).length();
            frames.add(reason + " " + FrameFlags.describe(frame.type(), frame.flags()) + " " + length);
        }
    }

    private static Frames inThree(Frames peer, int streamId, byte[] block, int first, int second) {
        return peer.headersBegin(streamId, true, Arrays.copyOfRange(block, 0, first))
                .continuation(streamId, false, Arrays.copyOfRange(block, first, second))
                .continuation(streamId, true, Arrays.copyOfRange(block, second, block.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void aHeaderBlockInSeveralFramesIsToldAsInvalidWithTheFlagsAndTheLengthOfTheWhole(int step) {
        String[] get = {":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "x", "y", "z", "more"};
        for (String fault : List.of("early", "late", "end", "refused", "too large")) {
            talk.close();
            Invalid invalid = new Invalid();
            talk = Talk.server(invalid, options -> options.maxConcurrentStreams(fault.equals("refused") ? 0 : 10)
                    .limits(limits -> limits.withMaxHeaderFields(fault.equals("too large") ? 5 : 100)));
            String[] fields = get.clone();
            switch (fault) {
                case "early" -> fields[1] = "G T";
                case "late" -> fields[10] = "connection";
                case "end" -> fields[0] = "x";
                default -> {}
            }
            if (fault.equals("end")) {
                fields = Arrays.copyOfRange(get, 2, get.length);
            }
            Frames peer = talk.peer();
            byte[] block = peer.block(fields);
            byte[] input = inThree(peer, 1, block, 6, block.length - 3).bytes();
            for (int i = 0; i < input.length; i += step) {
                talk.session().recv(Unpooled.wrappedBuffer(input, i, Math.min(step, input.length - i)));
            }
            String reason =
                    switch (fault) {
                        case "early", "late" -> "HTTP_HEADER";
                        case "end" -> "HTTP_MESSAGING";
                        case "refused" -> "REFUSED_STREAM";
                        default -> "HEADER_LIST_TOO_LARGE";
                    };
            assertThat(invalid.frames).as(fault).containsExactly(reason + " END_STREAM|END_HEADERS " + block.length);
        }
    }

    @Test
    void pingIsAnsweredByTheApplicationIfItWants() {
        talk.close();
        talk = Talk.server(new Recorder(), options -> options.automaticPingAck(false));
        talk.hears(peer -> peer.ping(9));
        assertThat(talk.says()).isEmpty();
        session().submitPingAck(9);
        assertThat(talk.says()).containsExactly("PING ACK 9");
    }

    @Test
    void readingStopsWhileRepliesAreOwed() {
        ByteBuf pings = talk.peer().times(100, talk.peer().ping(1)).buf();

        assertThat(talk.session().recv(pings)).isEqualTo(Http2SessionResult.REPLIES_OWED);
        assertThat(pings.readableBytes()).isEqualTo(36 * 17);
        assertThat(talk.session().recv(pings)).isEqualTo(Http2SessionResult.REPLIES_OWED);
        assertThat(talk.says()).hasSize(65);
        assertThat(talk.session().recv(pings)).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.says()).hasSize(35);
    }
}
