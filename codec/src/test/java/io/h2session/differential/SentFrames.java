package io.h2session.differential;

import io.h2session.frame.ClientPreface;
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

/** The octets of {@code txraw} lines as {@code tx} lines: the frames a session sent, header blocks decoded. */
final class SentFrames {
    private static final int HEADER_OCTETS = 9;
    private static final String RAW = "  txraw ";

    private final HpackDecoder decoder = new HpackDecoder(Integer.MAX_VALUE >>> 8);
    private final List<String> lines = new ArrayList<>();
    private byte[] unread = {};
    private boolean preface;
    private boolean begun;
    private String block;
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();

    private SentFrames() {
        decoder.maxSizeUpdates(Integer.MAX_VALUE);
    }

    /** The lines of a scenario with those that give octets replaced by those that name frames. */
    static List<String> decoded(List<String> trace) {
        SentFrames frames = new SentFrames();
        for (String line : trace) {
            if (line.startsWith(RAW)) {
                frames.read(Text.octets(line.substring(RAW.length())));
            } else {
                frames.lines.add(line);
            }
        }
        return frames.lines;
    }

    private void read(byte[] octets) {
        byte[] all = Arrays.copyOf(unread, unread.length + octets.length);
        System.arraycopy(octets, 0, all, unread.length, octets.length);
        int at = 0;
        if (!begun) {
            begun = true;
            preface = all[0] == 'P';
        }
        if (preface && all.length >= ClientPreface.LENGTH) {
            preface = false;
            lines.add("  tx MAGIC");
            at = ClientPreface.LENGTH;
        }
        while (!preface && all.length - at >= HEADER_OCTETS) {
            ByteBuffer header = ByteBuffer.wrap(all, at, HEADER_OCTETS);
            int typed = header.getInt();
            int length = typed >>> 8;
            if (all.length - at < HEADER_OCTETS + length) {
                break;
            }
            int flags = header.get() & 0xff;
            int streamId = header.getInt();
            at += HEADER_OCTETS;
            frame(typed & 0xff, flags, streamId, Arrays.copyOfRange(all, at, at + length));
            at += length;
        }
        unread = Arrays.copyOfRange(all, at, all.length);
    }

    private void frame(int type, int flags, int streamId, byte[] payload) {
        if (type == FrameType.CONTINUATION) {
            fragments.writeBytes(payload);
            endBlock(flags);
            return;
        }
        boolean fields = type == FrameType.HEADERS || type == FrameType.PUSH_PROMISE;
        String head = "  tx " + FrameType.name(type) + " " + Text.flags(fields ? flags | FrameFlags.END_HEADERS : flags)
                + " stream=" + streamId;
        boolean padded = (type == FrameType.DATA || fields) && (flags & FrameFlags.PADDED) != 0;
        int padding = padded ? (payload[0] & 0xff) + 1 : 0;
        byte[] rest = padded ? Arrays.copyOfRange(payload, 1, payload.length - padding + 1) : payload;
        if (fields) {
            int promised = type == FrameType.PUSH_PROMISE ? Integer.BYTES : 0;
            block = head + (promised > 0 ? " promised=" + ByteBuffer.wrap(rest).getInt() : "") + " pad=" + padding;
            fragments.reset();
            fragments.write(rest, promised, rest.length - promised);
            endBlock(flags);
        } else {
            lines.add(head + fields(type, rest, padding));
        }
    }

    private static String fields(int type, byte[] payload, int padding) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        return switch (type) {
            case FrameType.DATA ->
                String.format(" len=%d pad=%d fnv=%08x", payload.length, padding, Trace.fnv(payload));
            case FrameType.RST_STREAM -> " code=" + Text.errorCode(Integer.toUnsignedLong(in.getInt()));
            case FrameType.SETTINGS -> {
                StringBuilder settings = new StringBuilder();
                while (in.hasRemaining()) {
                    settings.append(' ')
                            .append(in.getShort() & 0xffff)
                            .append('=')
                            .append(Integer.toUnsignedString(in.getInt()));
                }
                yield settings.toString();
            }
            case FrameType.PING -> " data=" + Text.hex(payload);
            case FrameType.GOAWAY ->
                " last=" + in.getInt() + " code=" + Text.errorCode(Integer.toUnsignedLong(in.getInt())) + " debug="
                        + Text.escaped(Arrays.copyOfRange(payload, 8, payload.length));
            case FrameType.WINDOW_UPDATE -> " inc=" + in.getInt();
            default -> String.format(" len=%d fnv=%08x", payload.length, Trace.fnv(payload));
        };
    }

    private void endBlock(int flags) {
        if ((flags & FrameFlags.END_HEADERS) == 0) {
            return;
        }
        lines.add(block);
        byte[] octets = fragments.toByteArray();
        decoder.beginBlock();
        decoder.input(octets, 0, octets.length, true);
        try {
            for (HeaderField field = decoder.next(); field != null; field = decoder.next()) {
                lines.add("  tx-h " + Text.escaped(field.name()) + "=" + Text.escaped(field.value()));
            }
        } catch (HpackException broken) {
            lines.add("  tx-error " + broken.reason());
        }
    }
}
