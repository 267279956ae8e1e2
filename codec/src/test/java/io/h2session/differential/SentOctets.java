package io.h2session.differential;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HpackDecoder;
import io.h2session.hpack.HpackException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The octets a session sent, as the frames they make: {@code txraw} lines of a trace become {@code tx} lines. A frame cut
 * by the end of a line is shown where it ends.
 */
final class SentOctets {
    private static final String RAW = "  txraw ";
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int FRAME_HEADER = 9;
    private static final int ANY_SIZE = 1 << 24;

    private final HpackDecoder hpack = new HpackDecoder(4096);
    private final List<String> lines = new ArrayList<>();
    private byte[] rest = {};
    private boolean begun;

    private String blockHead;
    private ByteArrayOutputStream block;
    private int continuations;

    private SentOctets() {
        // It only looks on: which table sizes were allowed is not its business.
        hpack.maxTableSize(ANY_SIZE);
        hpack.maxStringLength(ANY_SIZE);
        hpack.maxSizeUpdates(Integer.MAX_VALUE);
    }

    /** The lines of a scenario's trace, every line of octets replaced by its frames. */
    static List<String> decoded(List<String> trace) {
        SentOctets sent = new SentOctets();
        for (String line : trace) {
            if (line.startsWith(RAW)) {
                sent.add(Text.octets(line.substring(RAW.length())));
            } else {
                sent.lines.add(line);
            }
        }
        return sent.lines;
    }

    private void add(byte[] octets) {
        byte[] all = Arrays.copyOf(rest, rest.length + octets.length);
        System.arraycopy(octets, 0, all, rest.length, octets.length);
        ByteBuffer in = ByteBuffer.wrap(all);
        if (!begun) {
            begun = preface(in);
        }
        while (begun && in.remaining() >= FRAME_HEADER) {
            int length = in.getInt(in.position()) >>> 8;
            if (in.remaining() < FRAME_HEADER + length) {
                break;
            }
            frame(in.get(in.position() + 3) & 0xff, in.get(in.position() + 4) & 0xff, in, length);
        }
        rest = Arrays.copyOfRange(all, in.position(), all.length);
    }

    /** Takes the preface, if these octets begin with it; answers whether frames may follow. */
    private boolean preface(ByteBuffer in) {
        byte[] begin = new byte[Math.min(in.remaining(), PREFACE.length)];
        in.get(in.position(), begin);
        if (!Arrays.equals(begin, Arrays.copyOf(PREFACE, begin.length))) {
            return true;
        }
        if (begin.length < PREFACE.length) {
            return false;
        }
        in.position(PREFACE.length);
        lines.add("  tx MAGIC");
        return true;
    }

    private void frame(int type, int flags, ByteBuffer in, int length) {
        int streamId = in.getInt(in.position() + 5) & Integer.MAX_VALUE;
        int from = in.position() + FRAME_HEADER;
        in.position(from + length);
        ByteBuffer payload = in.slice(from, length);
        if (type == FrameType.CONTINUATION) {
            continuation(flags, payload);
            return;
        }
        boolean headers = type == FrameType.HEADERS || type == FrameType.PUSH_PROMISE;
        int shown = headers ? flags | FrameFlags.END_HEADERS : flags;
        String head = "  tx " + FrameType.name(type) + " " + Text.flags(shown) + " stream=" + streamId;
        int padding = 0;
        if ((headers || type == FrameType.DATA) && (flags & FrameFlags.PADDED) != 0) {
            padding = 1 + (payload.get() & 0xff);
            payload.limit(payload.limit() - padding + 1);
        }
        if (headers) {
            blockHead = head + priority(type == FrameType.HEADERS && (flags & FrameFlags.PRIORITY) != 0, payload)
                    + (type == FrameType.PUSH_PROMISE ? " promised=" + (payload.getInt() & Integer.MAX_VALUE) : "")
                    + " pad=" + padding;
            block = new ByteArrayOutputStream();
            continuations = -1;
            continuation(flags, payload);
        } else {
            lines.add(head + fields(type, payload, padding));
        }
    }

    private static String priority(boolean there, ByteBuffer payload) {
        if (!there) {
            return "";
        }
        int dependency = payload.getInt();
        int weight = 1 + (payload.get() & 0xff);
        return " pri=" + (dependency & Integer.MAX_VALUE) + ":" + weight + ":" + (dependency >>> 31);
    }

    private static String fields(int type, ByteBuffer payload, int padding) {
        return switch (type) {
            case FrameType.DATA -> " len=" + payload.remaining() + " pad=" + padding + hash(payload);
            case FrameType.PRIORITY -> priority(true, payload);
            case FrameType.RST_STREAM -> " code=" + code(payload);
            case FrameType.SETTINGS -> settings(payload);
            case FrameType.PING -> " data=" + Text.hex(remaining(payload));
            case FrameType.GOAWAY ->
                " last=" + (payload.getInt() & Integer.MAX_VALUE) + " code=" + code(payload) + " debug="
                        + Text.escaped(remaining(payload));
            case FrameType.WINDOW_UPDATE -> " inc=" + (payload.getInt() & 0xffff_ffffL);
            default -> " len=" + payload.remaining() + hash(payload);
        };
    }

    private static String settings(ByteBuffer payload) {
        StringBuilder text = new StringBuilder();
        while (payload.hasRemaining()) {
            text.append(' ').append(payload.getShort() & 0xffff);
            text.append('=').append(payload.getInt() & 0xffff_ffffL);
        }
        return text.toString();
    }

    private static String code(ByteBuffer payload) {
        return ErrorCode.name(payload.getInt() & 0xffff_ffffL);
    }

    private static String hash(ByteBuffer payload) {
        return String.format(" fnv=%08x", Trace.fnv(remaining(payload)));
    }

    private static byte[] remaining(ByteBuffer payload) {
        byte[] octets = new byte[payload.remaining()];
        payload.get(octets);
        return octets;
    }

    private void continuation(int flags, ByteBuffer payload) {
        if (block == null) {
            lines.add("  tx BAD-CONTINUATION");
            return;
        }
        block.writeBytes(remaining(payload));
        continuations++;
        if ((flags & FrameFlags.END_HEADERS) != 0) {
            byte[] octets = block.toByteArray();
            block = null;
            boolean sizeUpdate = octets.length > 0 && (octets[0] & 0xe0) == 0x20;
            lines.add(blockHead + " cont=" + continuations + " tsu=" + (sizeUpdate ? 1 : 0));
            block(octets);
        }
    }

    private void block(byte[] octets) {
        hpack.beginBlock();
        hpack.input(octets, 0, octets.length, true);
        try {
            for (HeaderField field = hpack.next(); field != null; field = hpack.next()) {
                lines.add("  tx-h " + Text.escaped(field.name()) + "=" + Text.escaped(field.value())
                        + (field.isSensitive() ? " !never" : ""));
            }
        } catch (HpackException broken) {
            lines.add("  tx-error hpack");
        }
    }
}
