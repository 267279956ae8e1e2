package io.h2session.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.testing.Frames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios besides the recorded ones, with what libnghttp2 does in each; compared with the library when they were written. */
class FurtherScenariosTest {
    private static final String[] POST = {":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/"};

    private static List<String> play(String role, List<String> behaviours, String... operations) {
        List<String> tape = new ArrayList<>(List.of("scenario x", "session " + role));
        tape.addAll(behaviours);
        tape.addAll(List.of(operations));
        tape.add("end");
        List<String> lines = new ArrayList<>();
        try {
            byte[] text = (String.join("\n", tape) + "\n").getBytes(StandardCharsets.ISO_8859_1);
            Tape.read(new ByteArrayInputStream(text), scenario -> lines.addAll(TapeDriver.play(scenario)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return lines.stream().filter(line -> !line.startsWith("~")).toList();
    }

    private static String recv(int piece, Frames input) {
        return "recv " + piece + " " + HexFormat.of().formatHex(input.bytes());
    }

    private static Frames greeting() {
        return Frames.script().preface().settings();
    }

    @ParameterizedTest
    @CsvSource({
        // A padded frame that is too short for its fields is too short for its padding.
        "HEADERS, 0x2c, 1, PROTOCOL_ERROR",
        "HEADERS, 0x2c, 3, PROTOCOL_ERROR",
        "HEADERS, 0x2c, 5, PROTOCOL_ERROR",
        "HEADERS, 0x2c, 0, PROTOCOL_ERROR",
        "HEADERS, 0x24, 0, FRAME_SIZE_ERROR",
        "HEADERS, 0x24, 4, FRAME_SIZE_ERROR",
        "PUSH_PROMISE, 0x0c, 0, PROTOCOL_ERROR",
        "PUSH_PROMISE, 0x0c, 1, PROTOCOL_ERROR",
        "PUSH_PROMISE, 0x0c, 4, PROTOCOL_ERROR",
        "PUSH_PROMISE, 0x04, 0, FRAME_SIZE_ERROR",
        "PUSH_PROMISE, 0x04, 3, FRAME_SIZE_ERROR",
        "DATA, 0x08, 0, PROTOCOL_ERROR",
        "RST_STREAM, 0x00, 3, FRAME_SIZE_ERROR",
        "WINDOW_UPDATE, 0x00, 3, FRAME_SIZE_ERROR",
    })
    void aFrameTooShortForItsFields(String type, String flags, int length, String code) {
        boolean push = type.equals("PUSH_PROMISE");
        int number = number(type);
        Frames input = push ? Frames.script().settings() : greeting();
        boolean begun = !push && number != FrameType.HEADERS;
        if (begun) {
            input.headers(1, false, POST);
        }
        input.frame(number, Integer.decode(flags), 1, new byte[length]);
        for (int piece : new int[] {0, 1}) {
            List<String> trace = push
                    ? play(
                            "client",
                            List.of(),
                            "submit_request 3a6d6574686f64=474554,3a736368656d65=6874747073,3a617574686f72697479=61,3a70617468=2f - 0",
                            "send -1",
                            recv(piece, input),
                            "send -1")
                    : play("server", List.of(), recv(piece, input), "send -1");
            assertThat(trace).anyMatch(line -> line.startsWith("  frame_send GOAWAY") && line.contains("code=" + code));
            boolean padded = length > 0 && (Integer.decode(flags) & FrameFlags.PADDED) != 0;
            assertThat(trace.stream().anyMatch(line -> line.startsWith("  begin_frame " + type + " flags=" + flags)))
                    .as("told of the frame")
                    .isEqualTo(padded);
        }
    }

    private static int number(String type) {
        for (int i = 0; i <= FrameType.CONTINUATION; i++) {
            if (FrameType.name(i).equals(type)) {
                return i;
            }
        }
        throw new AssertionError(type);
    }

    @Test
    void aPauseFromAnInvalidFieldComesBeforeTheError() {
        Frames input = greeting();
        input.headers(1, true, withInvalid(input, 1));
        List<String> trace = play("server", List.of("on invalid_header ret -526"), recv(0, input), "continue");
        int invalid = trace.indexOf("  invalid_header HEADERS stream=1 cat=REQUEST flags=0 x=y\\x01");
        assertThat(trace.get(invalid + 1)).isEqualTo("    ret ERR_PAUSE");
        assertThat(trace.get(invalid + 2)).startsWith("rc ").contains(" paused ");
        assertThat(trace).noneMatch(line -> line.startsWith("  error "));
        assertThat(trace).anyMatch(line -> line.startsWith("  frame_recv HEADERS"));
        assertThat(play("server", List.of("on invalid_header ret 0"), recv(0, input)))
                .as("left out without a pause it is an error")
                .anyMatch(line -> line.startsWith("  error code=ERR_HTTP_HEADER"));
    }

    private static byte[] withInvalid(Frames script, int more) {
        byte[] first = script.block(POST);
        byte[] rest = HexFormat.of().parseHex("000178027901" + "0001610162".repeat(more));
        byte[] block = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, block, first.length, rest.length);
        return block;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 100})
    void aPauseWithinPaddedDataTakesThePaddingThatHasComeWithIt(int padding) {
        byte[] payload = new byte[1 + 3 + padding];
        payload[0] = (byte) padding;
        Frames input = greeting().headers(1, false, POST);
        int before = input.bytes().length;
        input.frame(FrameType.DATA, FrameFlags.PADDED, 1, payload);
        int all = input.bytes().length;
        List<String> trace =
                play("server", List.of("on data_chunk ret -526"), recv(0, input), "continue", "query effective_recv 0");
        assertThat(trace).contains("rc " + all + " paused want=rw");
        assertThat(trace.get(trace.size() - 2)).isEqualTo("rc OK want=rw");
        assertThat(trace).contains("query effective_recv 0 = " + payload.length);

        // What has not come yet is taken later.
        List<String> cut = play("server", List.of("on data_chunk ret -526"), recv(before + 9 + 4, input), "continue");
        assertThat(cut).contains("rc " + (before + 9 + 4) + " paused want=rw");
    }

    @Test
    void aBlockInWhichTheApplicationTerminatesIsToldAsFarAsItHasCome() {
        Frames input = greeting();
        input.headers(1, true, withInvalid(input, 1)).ping(1);
        List<String> trace = play("server", List.of("on header nth=2 do terminate 0"), recv(0, input), "send -1");
        assertThat(trace.stream().filter(line -> line.startsWith("  header ")))
                .hasSize(5)
                .last()
                .isEqualTo("  header HEADERS stream=1 cat=REQUEST flags=0 a=b");
        assertThat(trace).anyMatch(line -> line.startsWith("  invalid_header "));
        assertThat(trace).noneMatch(line -> line.startsWith("  frame_recv HEADERS") || line.contains("PING"));

        List<String> paused = play(
                "server",
                List.of("on header nth=2 do terminate 0", "on header nth=2 ret -526"),
                recv(0, input),
                "continue");
        assertThat(paused.stream().filter(line -> line.startsWith("  header "))).hasSize(2);
        assertThat(paused).contains("rc " + input.bytes().length + " paused want=rw");
    }

    @Test
    void theFramesOfABlockGoOnToBeToldThoughItsStreamHasEnded() {
        byte[] block = withInvalid(Frames.script(), 1);
        Frames input = greeting()
                .headersBegin(1, true, Arrays.copyOfRange(block, 0, block.length - 5))
                .continuation(1, true, Arrays.copyOfRange(block, block.length - 5, block.length));
        List<String> trace = play(
                "server", List.of("on header nth=2 ret -526"), recv(0, input), "submit_rst 1 8", "send -1", "continue");
        assertThat(trace)
                .containsSubsequence(
                        "  stream_close stream=1 code=CANCEL ud=0",
                        "  begin_frame CONTINUATION flags=0x04 stream=1 len=5");
        assertThat(trace.stream().filter(line -> line.startsWith("  header "))).hasSize(2);

        // Of a block that nobody wants they are not told.
        List<String> refused = play("server", List.of("on header nth=2 ret -521"), recv(0, input));
        assertThat(refused).noneMatch(line -> line.startsWith("  begin_frame CONTINUATION"));
    }

    @Test
    void aStreamOfAFrameThatIsNotSentIsToldAsClosedThoughTheApplicationFails() {
        List<String> trace = play(
                "client",
                List.of("on frame_not_send ret -902"),
                "submit_request 3a6d6574686f64=474554,3a736368656d65=6874747073,3a617574686f72697479=61,3a70617468=2f - 7",
                "submit_rst 1 8",
                "send -1");
        assertThat(trace)
                .containsSubsequence("    ret ERR_CALLBACK_FAILURE", "  stream_close stream=1 code=CANCEL ud=7");
    }

    @Test
    void whatIsAskedWhileAStreamCloses() {
        List<String> questions = List.of(
                "on stream_close do query local_close 1",
                "on stream_close do query remote_close 1",
                "on stream_close do query stream_state 1",
                "on stream_close do query want_write");
        Frames request = greeting().headers(1, false, POST);
        List<String> sent = play("server", questions, recv(0, request), "submit_rst 1 8", "send -1");
        assertThat(sent)
                .containsSequence(
                        "    query local_close 1 = 0",
                        "    query remote_close 1 = 0",
                        "    query stream_state 1 = OPEN",
                        "    query want_write = 1");
        List<String> received = play(
                "server",
                questions,
                recv(0, request),
                "send -1",
                recv(0, Frames.script().reset(1, ErrorCode.CANCEL)));
        assertThat(received)
                .containsSequence(
                        "    query local_close 1 = 0",
                        "    query remote_close 1 = 1",
                        "    query stream_state 1 = HALF_CLOSED_REMOTE",
                        "    query want_write = 0");
    }

    @Test
    void aSourceThatHasNothingNowIsNotAtItsEnd() {
        assertThat(play("server", List.of(), "recv_cb 0 wouldblock -")).contains("rc OK want=r-");
        assertThat(play("server", List.of(), "recv_cb 0 eof -")).contains("rc ERR_EOF want=r-");
    }

    @ParameterizedTest
    @CsvSource({"bytes:70000/eof, ERR_DATA_EXIST", "bytes:65536/eof, ERR_DATA_EXIST", "bytes:4/pause/bytes:4/eof, OK"})
    void aBodyThatWaitsForTheConnectionsWindowIsNotGivenUpWithTheSession(String body, String result) {
        Frames fault = Frames.script().settings().data(0, "x", false);
        List<String> trace = play(
                "client",
                List.of(),
                "submit_request 3a6d6574686f64=504f5354,3a736368656d65=6874747073,3a617574686f72697479=61,3a70617468=2f "
                        + body + " 0",
                "send -1",
                recv(0, fault),
                "send -1",
                "submit_data 1 0 bytes:1/eof");
        assertThat(trace).anyMatch(line -> line.startsWith("  frame_send GOAWAY"));
        assertThat(trace).endsWith("rc " + result + " want=--");
    }
}
