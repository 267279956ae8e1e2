package io.h2session.frame;

import static io.h2session.frame.FrameSamples.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.testing.Frames;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameVerdictTest {
    private static final int PADDED = FrameFlags.PADDED;
    private static final int PRIORITY = FrameFlags.PRIORITY;
    private static final int END_HEADERS = FrameFlags.END_HEADERS;

    /** Bytes whose last one brings the verdict. */
    record Broken(String name, byte[] bytes, ErrorCode code, String reason) {
        @Override
        public String toString() {
            return name;
        }

        String line() {
            return "ERROR " + code + " " + reason;
        }
    }

    static Stream<Broken> broken() {
        return Stream.of(
                        List.of(
                                length("PRIORITY of 4", FrameType.PRIORITY, 0, 1, 4, "priority_length"),
                                length("PRIORITY of 6", FrameType.PRIORITY, 0, 1, 6, "priority_length"),
                                length("RST_STREAM of 3", FrameType.RST_STREAM, 0, 1, 3, "rst_stream_length"),
                                length("RST_STREAM of 5", FrameType.RST_STREAM, 0, 1, 5, "rst_stream_length"),
                                length("SETTINGS of 5", FrameType.SETTINGS, 0, 0, 5, "settings_length"),
                                length("SETTINGS of 7", FrameType.SETTINGS, 0, 0, 7, "settings_length"),
                                length("SETTINGS ACK of 6", FrameType.SETTINGS, 1, 0, 6, "settings_ack_length"),
                                length("PING of 7", FrameType.PING, 0, 0, 7, "ping_length"),
                                length("PING of 9", FrameType.PING, 1, 0, 9, "ping_length"),
                                length("GOAWAY of 7", FrameType.GOAWAY, 0, 0, 7, "goaway_length"),
                                length("WINDOW_UPDATE of 3", FrameType.WINDOW_UPDATE, 0, 0, 3, "window_update_length"),
                                length("WINDOW_UPDATE of 5", FrameType.WINDOW_UPDATE, 0, 1, 5, "window_update_length"),
                                length("HEADERS of 4", FrameType.HEADERS, PRIORITY, 1, 4, "headers_length"),
                                length("HEADERS of 5", FrameType.HEADERS, PRIORITY | PADDED, 1, 5, "headers_length"),
                                length("PUSH_PROMISE of 3", FrameType.PUSH_PROMISE, 0, 1, 3, "push_promise_length"),
                                length(
                                        "PUSH_PROMISE of 4",
                                        FrameType.PUSH_PROMISE,
                                        PADDED,
                                        1,
                                        4,
                                        "push_promise_length"),
                                length("DATA too long", FrameType.DATA, 0, 1, 16385, "frame_too_large"),
                                length("the longest DATA", FrameType.DATA, 0, 1, 0xffffff, "frame_too_large"),
                                length("HEADERS too long", FrameType.HEADERS, 0, 1, 16385, "frame_too_large"),
                                length("SETTINGS too long", FrameType.SETTINGS, 0, 0, 16386, "frame_too_large"),
                                length("GOAWAY too long", FrameType.GOAWAY, 0, 0, 16385, "frame_too_large"),
                                length("an unknown type too long", 0xfe, 0, 0, 16385, "frame_too_large")),
                        List.of(
                                protocol("DATA on 0", FrameType.DATA, 0, 0, 0, "frame_needs_a_stream"),
                                protocol("HEADERS on 0", FrameType.HEADERS, 0, 0, 1, "frame_needs_a_stream"),
                                protocol("PRIORITY on 0", FrameType.PRIORITY, 0, 0, 5, "frame_needs_a_stream"),
                                protocol("RST_STREAM on 0", FrameType.RST_STREAM, 0, 0, 4, "frame_needs_a_stream"),
                                protocol("PUSH_PROMISE on 0", FrameType.PUSH_PROMISE, 0, 0, 4, "frame_needs_a_stream"),
                                protocol("SETTINGS on 1", FrameType.SETTINGS, 0, 1, 0, "frame_not_for_a_stream"),
                                protocol("PING on 1", FrameType.PING, 0, 1, 8, "frame_not_for_a_stream"),
                                protocol("GOAWAY on 1", FrameType.GOAWAY, 0, 1, 8, "frame_not_for_a_stream"),
                                protocol(
                                        "DATA, no Pad Length",
                                        FrameType.DATA,
                                        PADDED,
                                        1,
                                        0,
                                        "padded_without_pad_length"),
                                protocol(
                                        "HEADERS, no Pad Length",
                                        FrameType.HEADERS,
                                        PADDED,
                                        1,
                                        0,
                                        "padded_without_pad_length"),
                                protocol(
                                        "PUSH_PROMISE, no Pad Length",
                                        FrameType.PUSH_PROMISE,
                                        PADDED,
                                        1,
                                        0,
                                        "padded_without_pad_length"),
                                protocol(
                                        "CONTINUATION alone",
                                        FrameType.CONTINUATION,
                                        END_HEADERS,
                                        1,
                                        1,
                                        "continuation_unexpected"),
                                protocol(
                                        "CONTINUATION on 0",
                                        FrameType.CONTINUATION,
                                        0,
                                        0,
                                        1,
                                        "continuation_unexpected")),
                        payloads())
                .flatMap(List::stream);
    }

    private static List<Broken> payloads() {
        return List.of(
                broken(
                        "PRIORITY on itself",
                        Frames.script().priority(5, 5, 1, false),
                        ErrorCode.PROTOCOL_ERROR,
                        "stream_depends_on_itself"),
                broken(
                        "exclusive PRIORITY on itself",
                        Frames.script().priority(5, 5, 1, true),
                        ErrorCode.PROTOCOL_ERROR,
                        "stream_depends_on_itself"),
                broken(
                        "HEADERS on itself",
                        Frames.script().headers(5, true, new PrioritySpec(5, 1, true), 0, hex()),
                        ErrorCode.PROTOCOL_ERROR,
                        "stream_depends_on_itself"),
                broken(
                        "padding as long as DATA",
                        Frames.script().header(2, FrameType.DATA, PADDED, 1).raw(hex(2)),
                        ErrorCode.PROTOCOL_ERROR,
                        "padding_too_long"),
                broken(
                        "padding longer than a fragment",
                        Frames.script()
                                .header(7, FrameType.HEADERS, PADDED | PRIORITY, 1)
                                .raw(hex(2, 0, 0, 0, 0, 0)),
                        ErrorCode.PROTOCOL_ERROR,
                        "padding_too_long"),
                broken(
                        "padding longer than a promised fragment",
                        Frames.script()
                                .header(5, FrameType.PUSH_PROMISE, PADDED, 1)
                                .raw(hex(1, 0, 0, 0, 2)),
                        ErrorCode.PROTOCOL_ERROR,
                        "padding_too_long"),
                broken(
                        "another frame inside a header block",
                        Frames.script().headersBegin(1, true, hex(0x82)).header(8, FrameType.PING, 0, 0),
                        ErrorCode.PROTOCOL_ERROR,
                        "continuation_expected"),
                broken(
                        "HEADERS inside a header block",
                        Frames.script().headersBegin(1, true, hex(0x82)).header(0, FrameType.HEADERS, 4, 1),
                        ErrorCode.PROTOCOL_ERROR,
                        "continuation_expected"),
                broken(
                        "an unknown type inside a header block",
                        Frames.script()
                                .pushPromise(1, 2, new byte[16384])
                                .headersBegin(1, true, hex())
                                .header(0, 0xfe, 0, 1),
                        ErrorCode.PROTOCOL_ERROR,
                        "continuation_expected"),
                broken(
                        "CONTINUATION of another stream",
                        Frames.script().headersBegin(1, true, hex(0x82)).header(0, FrameType.CONTINUATION, 4, 3),
                        ErrorCode.PROTOCOL_ERROR,
                        "continuation_of_another_stream"),
                broken(
                        "CONTINUATION after the block",
                        Frames.script().headers(1, true, hex(0x82)).header(0, FrameType.CONTINUATION, 4, 1),
                        ErrorCode.PROTOCOL_ERROR,
                        "continuation_unexpected"),
                broken(
                        "CONTINUATION too long",
                        Frames.script().headersBegin(1, true, hex(0x82)).header(16385, FrameType.CONTINUATION, 4, 1),
                        ErrorCode.FRAME_SIZE_ERROR,
                        "frame_too_large"),
                broken(
                        "the ninth CONTINUATION",
                        Frames.script()
                                .headersBegin(1, true, hex(0x82))
                                .times(8, Frames.script().continuation(1, false, hex(0x84)))
                                .header(1, FrameType.CONTINUATION, 4, 1),
                        ErrorCode.ENHANCE_YOUR_CALM,
                        "too_many_continuations"),
                broken(
                        "the second empty CONTINUATION",
                        Frames.script()
                                .headersBegin(1, true, hex(0x82))
                                .continuation(1, false, hex())
                                .continuation(1, false, hex(0x82))
                                .header(0, FrameType.CONTINUATION, 0, 1),
                        ErrorCode.ENHANCE_YOUR_CALM,
                        "too_many_empty_continuations"),
                broken(
                        "33 settings",
                        Frames.script().settings(new long[2 * 32]).header(33 * 6, FrameType.SETTINGS, 0, 0),
                        ErrorCode.ENHANCE_YOUR_CALM,
                        "too_many_settings"),
                broken(
                        "ALTSVC of 1",
                        Frames.script().header(1, FrameType.ALTSVC, 0, 0),
                        ErrorCode.FRAME_SIZE_ERROR,
                        "altsvc_length"),
                broken(
                        "ALTSVC shorter than its origin",
                        Frames.script().frame(FrameType.ALTSVC, 0, 0, hex(0, 2, 'a')),
                        ErrorCode.FRAME_SIZE_ERROR,
                        "altsvc_origin_length"),
                broken(
                        "PRIORITY_UPDATE of 3",
                        Frames.script().header(3, FrameType.PRIORITY_UPDATE, 0, 0),
                        ErrorCode.FRAME_SIZE_ERROR,
                        "priority_update_length"),
                broken(
                        "PRIORITY_UPDATE on 1",
                        Frames.script().header(4, FrameType.PRIORITY_UPDATE, 0, 1),
                        ErrorCode.PROTOCOL_ERROR,
                        "frame_not_for_a_stream"),
                broken(
                        "PRIORITY_UPDATE of stream 0",
                        Frames.script().frame(FrameType.PRIORITY_UPDATE, 0, 0, hex(0x80, 0, 0, 0, 'u')),
                        ErrorCode.PROTOCOL_ERROR,
                        "priority_update_of_stream_zero"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void eachBrokenRuleHasItsVerdictAtTheByteThatBreaksIt(Broken broken) {
        List<String> whole = parsing().read(broken.bytes()).lines();
        assertThat(whole).last().isEqualTo(broken.line());
        assertThat(parsing().readByteByByte(broken.bytes()).lines()).isEqualTo(whole);

        byte[] allButOne = Arrays.copyOf(broken.bytes(), broken.bytes().length - 1);
        assertThat(parsing().read(allButOne).lines()).noneMatch(line -> line.startsWith("ERROR"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aVerdictIsTheLastWord(Broken broken) {
        Findings findings = parsing().read(broken.bytes());
        List<String> before = findings.lines();
        findings.read(Frames.script().ping(1).data(1, "x", false).bytes());
        assertThat(findings.lines()).isEqualTo(before);
        assertThat(findings.reader().inFrame()).isFalse();
        assertThat(findings.reader().inHeaderBlock()).isFalse();
    }

    @Test
    void unwantedExtensionFramesBreakNoRule() {
        byte[] frames = Frames.script()
                .frame(FrameType.ALTSVC, 0, 0, hex(1))
                .frame(FrameType.PRIORITY_UPDATE, 0, 1, hex(1))
                .bytes();
        assertThat(new Findings().read(frames).lines()).noneMatch(line -> line.startsWith("ERROR"));
    }

    @Test
    void theFirstFrameMustBeSettingsWithoutAck() {
        for (int type = 0; type < 256; type++) {
            Findings findings = new Findings();
            findings.reader().expectSettings();
            byte[] header = Frames.script().header(0, type, 0, 0).bytes();
            List<String> lines = findings.read(header).lines();
            if (type == FrameType.SETTINGS) {
                assertThat(lines).containsExactly("> SETTINGS 0 0 0", "settings");
            } else {
                assertThat(lines).as("type %d", type).containsExactly("ERROR PROTOCOL_ERROR settings_expected");
            }
        }
        Findings ack = new Findings();
        ack.reader().expectSettings();
        assertThat(ack.read(Frames.script().settingsAck().bytes()).lines())
                .containsExactly("ERROR PROTOCOL_ERROR settings_expected");
    }

    @Test
    void onlyTheFirstFrameMustBeSettings() {
        Findings findings = new Findings();
        findings.reader().expectSettings();
        findings.read(Frames.script().settings().settingsAck().ping(0).bytes());
        assertThat(findings.lines()).last().isEqualTo("ping 0000000000000000");
    }

    @Test
    void limitsOfAHeaderBlockAreCountedPerBlock() {
        Frames block = Frames.script()
                .headersBegin(1, true, hex(0x82))
                .continuation(1, false, hex())
                .times(6, Frames.script().continuation(1, false, hex(0x84)))
                .continuation(1, true, hex());
        Findings findings = new Findings().read(Frames.script().times(5, block).bytes());
        assertThat(findings.lines()).filteredOn("block end 7 8"::equals).hasSize(5);
    }

    @Test
    void limitsCanBeSet() {
        Findings findings = new Findings();
        findings.reader().limits(FrameLimits.DEFAULT.withMaxContinuations(0));
        assertThat(findings.read(Frames.script()
                                .headersBegin(1, true, hex())
                                .continuation(1, true, hex())
                                .bytes())
                        .lines())
                .last()
                .isEqualTo("ERROR ENHANCE_YOUR_CALM too_many_continuations");

        Findings empty = new Findings();
        empty.reader().limits(FrameLimits.DEFAULT.withMaxEmptyContinuations(3));
        assertThat(empty.read(Frames.script()
                                .headersBegin(1, true, hex())
                                .times(4, Frames.script().continuation(1, false, hex()))
                                .bytes())
                        .lines())
                .hasSize(6)
                .last()
                .isEqualTo("ERROR ENHANCE_YOUR_CALM too_many_empty_continuations");

        Findings settings = new Findings();
        settings.reader().limits(FrameLimits.DEFAULT.withMaxSettings(100));
        settings.read(Frames.script()
                .settings(new long[2 * 100])
                .settings(1, 2)
                .settings(new long[2 * 101])
                .bytes());
        assertThat(settings.lines())
                .contains("settings 1=2")
                .last()
                .isEqualTo("ERROR ENHANCE_YOUR_CALM too_many_settings");
    }

    private static Findings parsing() {
        return new Findings().wanting(ExtensionPayload.PARSE);
    }

    private static Broken length(String name, int type, int flags, int streamId, int length, String reason) {
        return broken(name, Frames.script().header(length, type, flags, streamId), ErrorCode.FRAME_SIZE_ERROR, reason);
    }

    private static Broken protocol(String name, int type, int flags, int streamId, int length, String reason) {
        return broken(name, Frames.script().header(length, type, flags, streamId), ErrorCode.PROTOCOL_ERROR, reason);
    }

    private static Broken broken(String name, Frames script, ErrorCode code, String reason) {
        return new Broken(name, script.bytes(), code, reason);
    }
}
