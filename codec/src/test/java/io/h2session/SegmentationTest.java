package io.h2session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.PrioritySpec;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Replay;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long valid conversations, cut in every way: the same callbacks and the same bytes. */
class SegmentationTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private static Replay.Outcome atServer(Http2SessionOptions options, Supplier<Recorder> listener, Frames script) {
        return new Replay(Http2Role.SERVER, options, listener).play(script.bytes());
    }

    private static Frames greeting() {
        return Frames.script().preface().settings().settingsAck();
    }

    @Test
    void requestsWithBodiesTrailersPaddingAndContinuation() {
        Frames script = greeting();
        byte[] block = script.block(
                ":method",
                "POST",
                ":scheme",
                "https",
                ":authority",
                "example.com",
                ":path",
                "/upload",
                "a",
                "b",
                "c",
                "d");
        script.headersBegin(1, false, Arrays.copyOf(block, 3))
                .continuation(1, false, Arrays.copyOfRange(block, 3, 20))
                .continuation(1, false, new byte[0])
                .continuation(1, true, Arrays.copyOfRange(block, 20, block.length))
                .data(1, "hello".getBytes(US_ASCII), false, 20)
                .data(1, "", false)
                .headers(3, true, new PrioritySpec(1, 200, true), 30, Fault.hex(Fault.GET_BLOCK))
                .data(1, " world", false)
                .headers(1, true, "checksum", "42");
        Replay.Outcome outcome = atServer(Http2SessionOptions.safe(), Answering::new, script);

        assertThat(outcome.trace())
                .contains(
                        "header stream=1 c: d",
                        "data stream=1 hello",
                        "data stream=1  world",
                        "header stream=1 checksum: 42",
                        "closed stream=1 NO_ERROR",
                        "closed stream=3 NO_ERROR");
    }

    @Test
    void manyStreamsInterleaved() {
        Frames script = greeting();
        for (int id = 1; id < 20; id += 2) {
            script.request(id, false, "/" + id, "name-" + id, "value");
        }
        for (int round = 0; round < 3; round++) {
            for (int id = 1; id < 20; id += 2) {
                script.data(id, "part " + round, round == 2);
            }
        }
        Replay.Outcome outcome = atServer(Http2SessionOptions.safe(), Answering::new, script);

        assertThat(outcome.trace().stream().filter(line -> line.startsWith("closed") && line.endsWith("NO_ERROR")))
                .hasSize(10);
    }

    @Test
    void controlFramesOfAllKinds() {
        Frames script = greeting()
                .request(1, false, "/")
                .ping(1)
                .settings(SettingId.INITIAL_WINDOW_SIZE, 70_000, SettingId.HEADER_TABLE_SIZE, 100, 0xabc, 5)
                .windowUpdate(0, 100)
                .windowUpdate(1, 100)
                .priority(3, 1, 20, true)
                .priorityUpdate(3, "u=1, i")
                .frame(0xbb, 0xff, 9, new byte[33])
                .request(3, true, "/", "priority", "u=2")
                .reset(1, ErrorCode.CANCEL)
                .pingAck(2)
                .goAway(0, ErrorCode.NO_ERROR, "some reason");
        Replay.Outcome outcome = atServer(Http2SessionOptions.safe(), Answering::new, script);

        assertThat(outcome.trace())
                .contains(
                        "received PING stream=0 opaque=0000000000000001",
                        "closed stream=1 CANCEL",
                        "received PRIORITY_UPDATE stream=0 prioritized=3 value=u=1, i",
                        "closed stream=3 NO_ERROR");
    }

    @Test
    void repliesThatHaveToBeSentBeforeMoreIsRead() {
        Frames script = greeting().times(200, Frames.script().ping(7)).request(1, true, "/");
        Replay.Outcome outcome = atServer(Http2SessionOptions.safe(), Answering::new, script);

        assertThat(outcome.frames(Http2Role.SERVER).stream().filter("PING ACK 7"::equals))
                .hasSize(200);
        assertThat(outcome.trace()).contains("closed stream=1 NO_ERROR");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void uploadsThroughSmallWindows(boolean automatic) {
        Frames script = greeting().request(1, false, "/");
        for (int i = 0; i < 8; i++) {
            script.data(1, new byte[60], false, i * 5);
        }
        script.data(1, new byte[10], true);
        Http2SessionOptions options = Http2SessionOptions.builder()
                .initialWindowSize(automatic ? 700 : 1000)
                .automaticWindowUpdate(automatic)
                .build();
        Replay.Outcome outcome = atServer(options, () -> new Consuming(!automatic), script);

        assertThat(outcome.frames(Http2Role.SERVER))
                .anyMatch(frame -> frame.startsWith("WINDOW_UPDATE 1"))
                .noneMatch(frame -> frame.startsWith("GOAWAY"));
    }

    /** Consumes a frame's bytes when all of them came. */
    private static final class Consuming extends Recorder {
        private final boolean consumes;
        private int received;

        Consuming(boolean consumes) {
            this.consumes = consumes;
        }

        @Override
        public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
                throws Exception {
            received += data.readableBytes();
            return super.onDataChunk(session, streamId, flags, data);
        }

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
            super.onFrameReceived(session, frame);
            if (consumes && received > 0) {
                session.consume(frame.streamId(), received);
                received = 0;
            }
        }
    }

    @Test
    void largeBodies() {
        Frames script = greeting().request(1, false, "/");
        Random random = new Random(5);
        byte[] bytes = new byte[16_384];
        random.nextBytes(bytes);
        script.data(1, bytes, false).data(1, bytes, false, 0).data(1, bytes, true);
        Replay.Outcome outcome = atServer(Http2SessionOptions.safe(), Answering::new, script);

        assertThat(outcome.trace()).contains("closed stream=1 NO_ERROR");
    }

    @Test
    void responsesPushesAndTrailersAtAClient() {
        Frames script = Frames.script()
                .settings(SettingId.MAX_CONCURRENT_STREAMS, 10)
                .settingsAck()
                .response(1, false, 103, "link", "</style.css>")
                .response(1, false, 200, "content-length", "10")
                .pushPromise(1, 2, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/style.css")
                .data(1, "hello", false)
                .response(2, false, 200)
                .response(3, true, 204)
                .data(2, "body {}".getBytes(US_ASCII), true, 7)
                .data(1, "world", false)
                .headers(1, true, "a", "b");
        Replay.Outcome outcome = new Replay(
                        Http2Role.CLIENT,
                        Http2SessionOptions.builder().enablePush(true).build(),
                        Recorder::new)
                .before(session -> {
                    session.submitRequest(GET, null, null);
                    session.submitRequest(POST, DataSource.ofAscii("upload"), null);
                })
                .play(script.bytes());

        assertThat(outcome.trace())
                .contains(
                        "header stream=1 link: </style.css>",
                        "data stream=2 body {}",
                        "closed stream=1 NO_ERROR",
                        "closed stream=2 NO_ERROR",
                        "closed stream=3 NO_ERROR");
    }

    @Test
    void sendingGoesOnAfterWindowUpdatesHoweverTheyArrive() {
        Frames script =
                Frames.script().settings(SettingId.INITIAL_WINDOW_SIZE, 10).settingsAck();
        for (int i = 0; i < 20; i++) {
            script.windowUpdate(1, 10);
        }
        Replay.Outcome outcome = new Replay(Http2Role.CLIENT, Http2SessionOptions.safe(), Recorder::new)
                .before(session -> session.submitRequest(POST, (id, max, sink) -> DataResult.DEFERRED, null))
                .play(script.bytes());

        assertThat(outcome.trace().stream().filter(line -> line.startsWith("received WINDOW_UPDATE")))
                .hasSize(20);
    }

    @Test
    void headerBlocksOfEveryLengthAtEveryCut() {
        Frames script = greeting();
        Random random = new Random(9);
        for (int id = 1; id < 12; id += 2) {
            String[] fields = new String[2 * id];
            for (int i = 0; i < fields.length; i += 2) {
                fields[i] = "name" + random.nextInt(20);
                fields[i + 1] = "v".repeat(random.nextInt(40));
            }
            script.request(id, true, "/" + id, fields);
        }
        Replay.Outcome outcome = atServer(Http2SessionOptions.safe(), Answering::new, script);

        assertThat(outcome.trace().stream().filter(line -> line.startsWith("closed") && line.endsWith("NO_ERROR")))
                .hasSize(6);
    }

    // ---- with pauses

    /** Pauses at every field and after every frame's data, resets some streams, and drops invalid fields. */
    private static final class Hesitating extends Answering {
        @Override
        public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
            super.onHeader(session, frame, field);
            return field.name().contentEquals("reset") ? ReceiveAnswer.RESET_STREAM : ReceiveAnswer.PAUSE;
        }

        @Override
        public InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field)
                throws Exception {
            super.onInvalidHeader(session, frame, field);
            return InvalidHeaderAnswer.PAUSE;
        }

        @Override
        public ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
                throws Exception {
            super.onDataChunk(session, streamId, flags, data);
            return (flags & FrameFlags.END_STREAM) != 0 ? ReceiveAnswer.PAUSE : ReceiveAnswer.CONTINUE;
        }
    }

    @Test
    void pausesChangeNothing() {
        Frames script = greeting();
        byte[] invalid = Fault.hex("00 01 78 02 610a");
        byte[] block = script.block(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");
        byte[] both = Arrays.copyOf(block, block.length + invalid.length);
        System.arraycopy(invalid, 0, both, block.length, invalid.length);
        script.headersBegin(1, false, both)
                .continuation(1, true, script.block("a", "b"))
                .data(1, new byte[5], false)
                .request(3, true, "/", "x", "y", "reset", "me", "not", "seen")
                .data(1, "abc".getBytes(US_ASCII), true, 9)
                .request(5, true, "/", "not", "seen");
        Replay.Outcome outcome = atServer(Http2SessionOptions.safe(), Hesitating::new, script);

        assertThat(outcome.trace())
                .contains(
                        "invalid-header stream=1",
                        "header stream=1 a: b",
                        "data stream=1 abc",
                        "closed stream=1 NO_ERROR",
                        "closed stream=3 INTERNAL_ERROR",
                        "header stream=5 not: seen",
                        "closed stream=5 NO_ERROR")
                .doesNotContain("header stream=3 not: seen");
    }

    @Test
    void pausesInPromisesAndTrailersChangeNothing() {
        Frames script = Frames.script()
                .settings()
                .settingsAck()
                .response(1, false, 200, "a", "b")
                .pushPromise(
                        1, 2, ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/p", "reset", "it")
                .response(2, false, 200)
                .headers(1, true, "c", "d");
        Replay.Outcome outcome = new Replay(
                        Http2Role.CLIENT,
                        Http2SessionOptions.builder().enablePush(true).build(),
                        Hesitating::new)
                .before(session -> session.submitRequest(GET, null, null))
                .play(script.bytes());

        assertThat(outcome.trace()).contains("header stream=1 c: d", "closed stream=1 NO_ERROR");
        assertThat(outcome.frames(Http2Role.CLIENT)).contains("RST_STREAM 2 INTERNAL_ERROR");
    }
}
