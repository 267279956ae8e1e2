package io.h2session;

import static io.h2session.frame.ErrorCode.COMPRESSION_ERROR;
import static io.h2session.frame.ErrorCode.ENHANCE_YOUR_CALM;
import static io.h2session.frame.ErrorCode.FRAME_SIZE_ERROR;
import static io.h2session.frame.ErrorCode.PROTOCOL_ERROR;
import static io.h2session.frame.FrameFlags.ACK;
import static io.h2session.frame.FrameFlags.END_HEADERS;
import static io.h2session.frame.FrameFlags.END_STREAM;
import static io.h2session.frame.FrameFlags.PADDED;
import static io.h2session.frame.FrameFlags.PRIORITY;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.h2session.frame.FrameType;
import io.h2session.testing.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is wrong with a frame, or a row of them, whatever the streams are in (RFC 9113 sections 3.4, 4 and 6; RFC
 * 7541).
 */
final class FrameFaults {
    private static final int TOO_LONG = 16_385;
    private static final int UNKNOWN = 0xbb;
    private static final byte[] GET = Fault.hex(Fault.GET_BLOCK);
    private static final byte[] NOTHING = {};

    private FrameFaults() {}

    static Stream<Fault> rows() {
        List<Fault> rows = new ArrayList<>();
        rows.addAll(beginnings());
        rows.addAll(lengths());
        rows.addAll(streamNumbers());
        rows.addAll(padding());
        rows.addAll(continuations());
        rows.addAll(hpack());
        rows.addAll(unknown());
        return rows.stream();
    }

    private static List<Fault> beginnings() {
        List<Fault> rows = new ArrayList<>();
        for (String text : List.of(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX",
                "PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n",
                "X")) {
            rows.add(Fault.atServer("begins with "
                            + text.substring(0, Math.min(14, text.length())).strip())
                    .fromTheStart()
                    .input(peer -> peer.raw(text.getBytes(US_ASCII)).settings())
                    .endsWith(PROTOCOL_ERROR, "bad_client_preface"));
        }
        for (int type = 0; type <= 9; type++) {
            int flags = type == FrameType.SETTINGS ? ACK : 0;
            int first = type;
            rows.add(Fault.atServer("begins with " + FrameType.name(type))
                    .fromTheStart()
                    .input(peer -> peer.preface().header(0, first, flags, 0).settings())
                    .endsWith(PROTOCOL_ERROR, "settings_expected"));
            rows.add(Fault.atClient("begins with " + FrameType.name(type))
                    .fromTheStart()
                    .input(peer -> peer.header(0, first, flags, 0).settings())
                    .endsWith(PROTOCOL_ERROR, "settings_expected"));
        }
        rows.add(Fault.atServer("begins with an unknown frame")
                .fromTheStart()
                .input(peer -> peer.preface().frame(UNKNOWN, 0, 0).settings())
                .endsWith(PROTOCOL_ERROR, "settings_expected"));
        rows.add(Fault.atClient("begins with HTTP/1.1")
                .fromTheStart()
                .input(peer -> peer.raw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)))
                .endsWith(PROTOCOL_ERROR, "settings_expected"));
        return rows;
    }

    private static List<Fault> lengths() {
        List<Fault> rows = new ArrayList<>();
        for (int type : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 0x0c, 0x10, UNKNOWN}) {
            for (int length : new int[] {TOO_LONG, 0xffffff}) {
                rows.add(Fault.atServer(FrameType.name(type) + " of " + length + " bytes")
                        .input(peer -> peer.header(length, type, 0, 1).raw(new byte[100]))
                        .endsWith(FRAME_SIZE_ERROR, "frame_too_large"));
            }
        }
        rows.add(Fault.atServer("CONTINUATION of 16385 bytes")
                .input(peer -> peer.headersBegin(1, true, GET).header(TOO_LONG, FrameType.CONTINUATION, 0, 1))
                .endsWith(FRAME_SIZE_ERROR, "frame_too_large"));
        rows.addAll(badLengths(FrameType.PRIORITY, 0, 1, "priority_length", 0, 4, 6));
        rows.addAll(badLengths(FrameType.RST_STREAM, 0, 1, "rst_stream_length", 0, 3, 5));
        rows.addAll(badLengths(FrameType.SETTINGS, 0, 0, "settings_length", 1, 5, 7));
        rows.addAll(badLengths(FrameType.SETTINGS, ACK, 0, "settings_ack_length", 1, 6));
        rows.addAll(badLengths(FrameType.PUSH_PROMISE, END_HEADERS, 1, "push_promise_length", 0, 3));
        rows.addAll(badLengths(FrameType.PUSH_PROMISE, END_HEADERS | PADDED, 1, "push_promise_length", 1, 4));
        rows.addAll(badLengths(FrameType.PING, 0, 0, "ping_length", 0, 7, 9));
        rows.addAll(badLengths(FrameType.PING, ACK, 0, "ping_length", 0, 7, 9));
        rows.addAll(badLengths(FrameType.GOAWAY, 0, 0, "goaway_length", 0, 7));
        rows.addAll(badLengths(FrameType.WINDOW_UPDATE, 0, 0, "window_update_length", 0, 3, 5));
        rows.addAll(badLengths(FrameType.WINDOW_UPDATE, 0, 1, "window_update_length", 0, 3, 5));
        rows.addAll(badLengths(FrameType.HEADERS, END_HEADERS | PRIORITY, 1, "headers_length", 0, 4));
        rows.addAll(badLengths(FrameType.HEADERS, END_HEADERS | PRIORITY | PADDED, 1, "headers_length", 1, 5));
        rows.add(Fault.atServer("PRIORITY_UPDATE of 3 bytes")
                .input(peer -> peer.frame(FrameType.PRIORITY_UPDATE, 0, 0, new byte[3]))
                .endsWith(FRAME_SIZE_ERROR, "priority_update_length"));
        return rows;
    }

    private static List<Fault> badLengths(int type, int flags, int streamId, String reason, int... lengths) {
        List<Fault> rows = new ArrayList<>();
        for (int length : lengths) {
            String name =
                    FrameType.name(type) + " with flags " + flags + " on " + streamId + " of " + length + " bytes";
            rows.add(Fault.atServer(name)
                    .input(peer ->
                            peer.frame(type, flags, streamId, new byte[length]).ping(1))
                    .endsWith(FRAME_SIZE_ERROR, reason));
            rows.add(Fault.atClient(name)
                    .input(peer ->
                            peer.frame(type, flags, streamId, new byte[length]).ping(1))
                    .endsWith(FRAME_SIZE_ERROR, reason));
        }
        return rows;
    }

    private static List<Fault> streamNumbers() {
        List<Fault> rows = new ArrayList<>();
        for (int type : new int[] {0, 1, 2, 3, 5}) {
            int length = new int[] {1, 5, 5, 4, 0, 5}[type];
            rows.add(Fault.atServer(FrameType.name(type) + " on stream 0")
                    .input(peer -> peer.frame(type, END_HEADERS, 0, new byte[length]))
                    .endsWith(PROTOCOL_ERROR, "frame_needs_a_stream"));
            rows.add(Fault.atClient(FrameType.name(type) + " on stream 0")
                    .input(peer -> peer.frame(type, END_HEADERS, 0, new byte[length]))
                    .endsWith(PROTOCOL_ERROR, "frame_needs_a_stream"));
        }
        for (int type : new int[] {4, 6, 7}) {
            int length = type == FrameType.SETTINGS ? 6 : 8;
            rows.add(Fault.atServer(FrameType.name(type) + " on stream 1")
                    .input(peer -> peer.frame(type, 0, 1, new byte[length]))
                    .endsWith(PROTOCOL_ERROR, "frame_not_for_a_stream"));
            rows.add(Fault.atClient(FrameType.name(type) + " on stream 1")
                    .input(peer -> peer.frame(type, 0, 1, new byte[length]))
                    .endsWith(PROTOCOL_ERROR, "frame_not_for_a_stream"));
        }
        rows.add(Fault.atServer("PRIORITY_UPDATE on stream 1")
                .input(peer -> peer.frame(FrameType.PRIORITY_UPDATE, 0, 1, Fault.hex("00000001 753d31")))
                .endsWith(PROTOCOL_ERROR, "frame_not_for_a_stream"));
        rows.add(Fault.atServer("PRIORITY_UPDATE of stream 0")
                .input(peer -> peer.priorityUpdate(0, "u=1"))
                .endsWith(PROTOCOL_ERROR, "priority_update_of_stream_zero"));
        rows.add(Fault.atServer("PRIORITY_UPDATE of a push that was not promised")
                .input(peer -> peer.priorityUpdate(2, "u=1"))
                .endsWith(PROTOCOL_ERROR, "priority_update_of_idle_push"));
        rows.add(Fault.atServer("PRIORITY_UPDATE of more idle streams than may be opened")
                .options(options -> options.maxConcurrentStreams(2))
                .input(peer ->
                        peer.priorityUpdate(1, "u=1").priorityUpdate(3, "u=1").priorityUpdate(5, "u=1"))
                .endsWith(PROTOCOL_ERROR, "too_many_priority_updates"));
        rows.add(Fault.atClient("PRIORITY_UPDATE")
                .input(peer -> peer.priorityUpdate(1, "u=1"))
                .endsWith(PROTOCOL_ERROR, "priority_update_from_server"));
        rows.add(Fault.atServer("the reserved bit of a stream number is set")
                .input(peer -> peer.frame(FrameType.HEADERS, END_STREAM | END_HEADERS, 1 << 31 | 1, GET))
                .isTolerated());
        return rows;
    }

    private static List<Fault> padding() {
        return List.of(
                Fault.atServer("DATA that is PADDED and empty")
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.frame(FrameType.DATA, PADDED, 1))
                        .endsWith(PROTOCOL_ERROR, "padded_without_pad_length"),
                Fault.atServer("HEADERS that is PADDED and empty")
                        .input(peer -> peer.frame(FrameType.HEADERS, PADDED | END_HEADERS, 1))
                        .endsWith(PROTOCOL_ERROR, "padded_without_pad_length"),
                Fault.atClient("PUSH_PROMISE that is PADDED and empty")
                        .input(peer -> peer.frame(FrameType.PUSH_PROMISE, PADDED | END_HEADERS, 1))
                        .endsWith(PROTOCOL_ERROR, "padded_without_pad_length"),
                Fault.atServer("DATA with more padding than is left")
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.frame(FrameType.DATA, PADDED, 1, Fault.hex("04 616200")))
                        .endsWith(PROTOCOL_ERROR, "padding_too_long"),
                Fault.atServer("DATA with a pad length alone")
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.frame(FrameType.DATA, PADDED, 1, Fault.hex("01")))
                        .endsWith(PROTOCOL_ERROR, "padding_too_long"),
                Fault.atServer("DATA all of padding")
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.frame(FrameType.DATA, PADDED | END_STREAM, 1, Fault.hex("03 000000")))
                        .isTolerated(),
                Fault.atServer("padding that is not zero")
                        .before(peer -> peer.request(1, false, "/"))
                        .input(peer -> peer.frame(FrameType.DATA, PADDED | END_STREAM, 1, Fault.hex("03 61 010203")))
                        .isTolerated(),
                Fault.atServer("HEADERS with more padding than payload")
                        .input(peer -> peer.frame(
                                FrameType.HEADERS,
                                PADDED | END_HEADERS | END_STREAM,
                                1,
                                Fault.hex("0b" + Fault.GET_BLOCK)))
                        .endsWith(PROTOCOL_ERROR, "padding_too_long"),
                Fault.atServer("HEADERS with priority and more padding than is left")
                        .input(peer -> peer.frame(
                                FrameType.HEADERS,
                                PADDED | PRIORITY | END_HEADERS | END_STREAM,
                                1,
                                Fault.hex("07 00000003 10" + Fault.GET_BLOCK)))
                        .endsWith(PROTOCOL_ERROR, "padding_too_long"),
                Fault.atClient("PUSH_PROMISE with more padding than is left")
                        .options(options -> options.enablePush(true))
                        .input(peer -> peer.frame(
                                FrameType.PUSH_PROMISE,
                                PADDED | END_HEADERS,
                                1,
                                Fault.hex("07 00000002" + Fault.GET_BLOCK)))
                        .endsWith(PROTOCOL_ERROR, "padding_too_long"),
                Fault.atServer("HEADERS that depends on itself")
                        .input(peer -> peer.frame(
                                FrameType.HEADERS,
                                PRIORITY | END_HEADERS | END_STREAM,
                                1,
                                Fault.hex("80000001 10" + Fault.GET_BLOCK)))
                        .endsWith(PROTOCOL_ERROR, "stream_depends_on_itself"),
                Fault.atServer("PRIORITY that depends on itself")
                        .input(peer -> peer.priority(5, 5, 16, false))
                        .endsWith(PROTOCOL_ERROR, "stream_depends_on_itself"));
    }

    private static List<Fault> continuations() {
        List<Fault> rows = new ArrayList<>();
        for (int type : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, UNKNOWN}) {
            rows.add(Fault.atServer(FrameType.name(type) + " inside a header block")
                    .input(peer -> peer.headersBegin(1, true, GET)
                            .header(8, type, 0, 1)
                            .raw(new byte[8]))
                    .endsWith(PROTOCOL_ERROR, "continuation_expected"));
        }
        rows.add(Fault.atServer("CONTINUATION of another stream")
                .input(peer -> peer.headersBegin(1, true, GET).continuation(3, true, NOTHING))
                .endsWith(PROTOCOL_ERROR, "continuation_of_another_stream"));
        rows.add(Fault.atServer("CONTINUATION of stream 0 in a block")
                .input(peer -> peer.headersBegin(1, true, GET).continuation(0, true, NOTHING))
                .endsWith(PROTOCOL_ERROR, "continuation_of_another_stream"));
        for (int streamId = 0; streamId < 3; streamId++) {
            int id = streamId;
            rows.add(Fault.atServer("CONTINUATION of nothing on stream " + streamId)
                    .input(peer -> peer.continuation(id, true, GET))
                    .endsWith(PROTOCOL_ERROR, "continuation_unexpected"));
        }
        rows.add(Fault.atServer("CONTINUATION after END_HEADERS")
                .input(peer -> peer.headers(1, false, GET).continuation(1, true, NOTHING))
                .endsWith(PROTOCOL_ERROR, "continuation_unexpected"));
        rows.add(Fault.atServer("8 CONTINUATION")
                .input(peer -> block(peer, 8).continuation(1, true, NOTHING))
                .isTolerated());
        rows.add(Fault.atServer("9 CONTINUATION")
                .input(peer -> block(peer, 9).continuation(1, true, NOTHING))
                .endsWith(ENHANCE_YOUR_CALM, "too_many_continuations"));
        rows.add(Fault.atServer("an empty CONTINUATION")
                .input(peer -> peer.headersBegin(1, true, GET)
                        .continuation(1, false, NOTHING)
                        .continuation(1, true, NOTHING))
                .isTolerated());
        rows.add(Fault.atServer("empty CONTINUATIONs")
                .input(peer ->
                        peer.headersBegin(1, true, GET).times(2, Frames.script().continuation(1, false, NOTHING)))
                .endsWith(ENHANCE_YOUR_CALM, "too_many_empty_continuations"));
        rows.add(Fault.atClient("PUSH_PROMISE is interrupted")
                .options(options -> options.enablePush(true))
                .input(peer -> peer.frame(FrameType.PUSH_PROMISE, 0, 1, Fault.hex("00000002" + Fault.GET_BLOCK))
                        .ping(1))
                .endsWith(PROTOCOL_ERROR, "continuation_expected"));
        return rows;
    }

    private static Frames block(Frames peer, int continuations) {
        peer.headersBegin(1, true, GET);
        for (int i = 1; i < continuations; i++) {
            peer.continuation(1, false, Fault.hex("0001 6" + i + " 00"));
        }
        return peer;
    }

    private static List<Fault> hpack() {
        List<Fault> rows = new ArrayList<>();
        rows.add(hpack("index 0", "80", "index_out_of_range"));
        rows.add(hpack("an index beyond the table", "be", "index_out_of_range"));
        rows.add(hpack("an index far beyond the table", "ff 80 80 01", "index_out_of_range"));
        rows.add(hpack("a name beyond the table", "7f 00 01 61", "index_out_of_range"));
        rows.add(hpack("an index that takes too many bytes", "ff ffffffffff 0f", "integer_too_large"));
        rows.add(hpack("a length that takes too many bytes", "04 7f ffffffffff 0f", "integer_too_large"));
        rows.add(hpack("a block that ends within an integer", "ff 80", "block_truncated"));
        rows.add(hpack("a block that ends before a value", "04", "block_truncated"));
        rows.add(hpack("a block that ends within a value", "04 02 61", "block_truncated"));
        rows.add(hpack("a string of 64 KiB and more", "04 7f 82ff03", "string_too_long"));
        rows.add(hpack("Huffman padding of zeros", "04 82 f8 00", "huffman_padding"));
        rows.add(hpack("Huffman padding of more than 7 bits", "04 82 1f ff", "huffman_padding"));
        rows.add(hpack("EOS in a Huffman string", "04 84 ffffffff", "huffman_eos"));
        rows.add(hpack("a size update behind a field", "20", "size_update_misplaced"));
        rows.add(Fault.atServer("HPACK: a table larger than allowed")
                .input(peer -> peer.headers(1, true, Fault.hex("3fe21f" + Fault.GET_BLOCK)))
                .endsWith(COMPRESSION_ERROR, "size_update_too_large"));
        rows.add(Fault.atServer("HPACK: three size updates")
                .input(peer -> peer.headers(1, true, Fault.hex("20 20 20" + Fault.GET_BLOCK)))
                .endsWith(COMPRESSION_ERROR, "too_many_size_updates"));
        rows.add(Fault.atServer("HPACK: no size update though the table has to shrink")
                .options(options -> options.headerTableSize(100))
                .input(peer -> peer.headers(1, true, GET))
                .endsWith(COMPRESSION_ERROR, "size_update_missing"));
        rows.add(Fault.atServer("HPACK: an error in a block that is ignored")
                .input(peer -> peer.headers(1, false, Fault.hex("82")).headers(1, true, Fault.hex("80")))
                .endsWith(COMPRESSION_ERROR, "index_out_of_range"));
        rows.add(Fault.atClient("HPACK: an error in a response")
                .input(peer -> peer.headers(1, true, Fault.hex("88 80")))
                .endsWith(COMPRESSION_ERROR, "index_out_of_range"));
        rows.add(Fault.atServer("HPACK: an error in a CONTINUATION")
                .input(peer -> peer.headersBegin(1, true, GET).continuation(1, true, Fault.hex("80")))
                .endsWith(COMPRESSION_ERROR, "index_out_of_range"));
        rows.add(Fault.atServer("HPACK: a field cut in two by CONTINUATION")
                .input(peer -> peer.headersBegin(1, true, Fault.hex("82 87 84 01 02 61"))
                        .continuation(1, true, Fault.hex("62")))
                .isTolerated());
        return rows;
    }

    private static Fault hpack(String name, String block, String reason) {
        return Fault.atServer("HPACK: " + name)
                .input(peer -> peer.headers(1, true, Fault.hex(Fault.GET_BLOCK + block)))
                .endsWith(COMPRESSION_ERROR, reason);
    }

    private static List<Fault> unknown() {
        List<Fault> rows = new ArrayList<>();
        for (int flags : new int[] {0, 0xff}) {
            for (int streamId : new int[] {0, 1, 2, 77}) {
                for (int length : new int[] {0, 1, 9}) {
                    String name =
                            "an unknown frame, flags " + flags + ", stream " + streamId + ", of " + length + " bytes";
                    rows.add(Fault.atServer(name)
                            .input(peer -> peer.frame(UNKNOWN, flags, streamId, new byte[length]))
                            .isTolerated());
                }
            }
        }
        rows.add(Fault.atClient("an unknown frame")
                .input(peer -> peer.frame(UNKNOWN, 255, 1, new byte[5]))
                .isTolerated());
        rows.add(Fault.atServer("ALTSVC")
                .input(peer -> peer.altSvc(0, "https://a", "h2=\":1\""))
                .isTolerated());
        rows.add(
                Fault.atServer("ORIGIN").input(peer -> peer.origin("https://a")).isTolerated());
        rows.add(Fault.atServer("flags that are not defined")
                .input(peer -> peer.frame(FrameType.PING, 0xfe, 0, new byte[8])
                        .frame(FrameType.HEADERS, 0xd2 | END_STREAM | END_HEADERS, 1, GET))
                .isTolerated());
        rows.add(Fault.atServer("PRIORITY_UPDATE that cannot be parsed")
                .input(peer ->
                        peer.priorityUpdate(1, "u=").priorityUpdate(1, "").priorityUpdate(1, "\u0001"))
                .isTolerated());
        rows.add(Fault.atServer("PRIORITY_UPDATE that is too long")
                .input(peer -> peer.priorityUpdate(1, "u=1, " + "a, ".repeat(20)))
                .isTolerated());
        return rows;
    }
}
