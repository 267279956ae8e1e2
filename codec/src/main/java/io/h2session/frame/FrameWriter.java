package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Frames to octets, RFC 9113 sections 4 and 6, straight into a buffer that grows as needed. Nothing is judged: what the
 * caller hands over is what goes out, even if no peer would take it.
 *
 * <p>Stateless. Padding is counted with its Pad Length octet throughout: 0 is none, 256 the most.
 */
public final class FrameWriter {
    /** Octets of a frame header. */
    public static final int HEADER_OCTETS = 9;

    /** A whole RST_STREAM frame. */
    public static final int RESET_OCTETS = HEADER_OCTETS + 4;
    /** The most octets of padding, the Pad Length octet included. */
    public static final int MAX_PADDING = 256;

    private static final int PRIORITY_OCTETS = 5;
    private static final int STREAM_ID_OCTETS = 4;
    private static final int SETTING_OCTETS = 6;

    private FrameWriter() {}

    /**
     * A frame header. The payload is the caller's to write.
     *
     * @param out appended to
     * @param length octets of payload, 0 to 2^24-1
     * @param type 0 to 255
     * @param flags 0 to 255
     * @param streamId 0 to 2^31-1
     */
    public static void header(ByteBuf out, int length, int type, int flags, int streamId) {
        out.writeLong((long) length << 40 | (long) type << 32 | (long) flags << 24 | streamId >>> 8);
        out.writeByte(streamId);
    }

    /**
     * The beginning of a DATA frame; the data and then {@link #padding} are the caller's to write.
     *
     * @param out appended to
     * @param streamId 1 to 2^31-1
     * @param endStream whether END_STREAM is set
     * @param dataLength octets of data
     * @param padding octets of padding, 0 to 256
     */
    public static void dataHeader(ByteBuf out, int streamId, boolean endStream, int dataLength, int padding) {
        int flags = (endStream ? FrameFlags.END_STREAM : 0) | padded(padding);
        header(out, dataLength + padding, FrameType.DATA, flags, streamId);
        padLength(out, padding);
    }

    /**
     * The zeros at the end of a padded frame.
     *
     * @param out appended to
     * @param padding octets of padding, 0 to 256; the Pad Length octet among them was written at the frame's beginning
     */
    public static void padding(ByteBuf out, int padding) {
        if (padding > 1) {
            out.writeZero(padding - 1);
        }
    }

    /**
     * HEADERS and as many CONTINUATIONs as it takes. Padding and priority go into the first frame.
     *
     * @param out appended to
     * @param streamId 1 to 2^31-1
     * @param endStream whether END_STREAM is set
     * @param priority the deprecated priority, or null
     * @param padding octets of padding, 0 to 256
     * @param block holds the encoded header block
     * @param from where the block begins
     * @param to where it ends
     * @param maxFrameSize the most octets of payload in one frame, padding included; at least 16384
     */
    public static void headers(
            ByteBuf out,
            int streamId,
            boolean endStream,
            PrioritySpec priority,
            int padding,
            byte[] block,
            int from,
            int to,
            int maxFrameSize) {
        int prefix = priority == null ? 0 : PRIORITY_OCTETS;
        out.ensureWritable(blockSize(to - from, prefix, padding, maxFrameSize));
        int first = Math.min(to - from, maxFrameSize - padding - prefix);
        int flags = (endStream ? FrameFlags.END_STREAM : 0)
                | (priority == null ? 0 : FrameFlags.PRIORITY)
                | padded(padding)
                | endHeaders(first == to - from);
        header(out, first + padding + prefix, FrameType.HEADERS, flags, streamId);
        padLength(out, padding);
        if (priority != null) {
            prioritySpec(out, priority);
        }
        out.writeBytes(block, from, first);
        padding(out, padding);
        continuations(out, streamId, block, from + first, to, maxFrameSize);
    }

    /**
     * PUSH_PROMISE and as many CONTINUATIONs as it takes. Padding goes into the first frame.
     *
     * @param out appended to
     * @param streamId 1 to 2^31-1
     * @param promisedStreamId 2 to 2^31-2
     * @param padding octets of padding, 0 to 256
     * @param block holds the encoded header block
     * @param from where the block begins
     * @param to where it ends
     * @param maxFrameSize the most octets of payload in one frame, padding included; at least 16384
     */
    public static void pushPromise(
            ByteBuf out,
            int streamId,
            int promisedStreamId,
            int padding,
            byte[] block,
            int from,
            int to,
            int maxFrameSize) {
        out.ensureWritable(blockSize(to - from, STREAM_ID_OCTETS, padding, maxFrameSize));
        int first = Math.min(to - from, maxFrameSize - padding - STREAM_ID_OCTETS);
        int flags = padded(padding) | endHeaders(first == to - from);
        header(out, first + padding + STREAM_ID_OCTETS, FrameType.PUSH_PROMISE, flags, streamId);
        padLength(out, padding);
        out.writeInt(promisedStreamId);
        out.writeBytes(block, from, first);
        padding(out, padding);
        continuations(out, streamId, block, from + first, to, maxFrameSize);
    }

    /**
     * RST_STREAM.
     *
     * @param out appended to
     * @param streamId 1 to 2^31-1
     * @param errorCode 0 to 2^32-1
     */
    public static void reset(ByteBuf out, int streamId, long errorCode) {
        header(out, 4, FrameType.RST_STREAM, FrameFlags.NONE, streamId);
        out.writeInt((int) errorCode);
    }

    /**
     * SETTINGS.
     *
     * @param out appended to
     * @param settings the entries in their order, possibly none
     */
    public static void settings(ByteBuf out, List<Setting> settings) {
        int count = settings.size();
        header(out, count * SETTING_OCTETS, FrameType.SETTINGS, FrameFlags.NONE, 0);
        for (int i = 0; i < count; i++) {
            Setting setting = settings.get(i);
            out.writeShort(setting.id());
            out.writeInt((int) setting.value());
        }
    }

    /**
     * SETTINGS with ACK.
     *
     * @param out appended to
     */
    public static void settingsAck(ByteBuf out) {
        header(out, 0, FrameType.SETTINGS, FrameFlags.ACK, 0);
    }

    /**
     * PING.
     *
     * @param out appended to
     * @param ack whether it answers the peer's
     * @param opaqueData the eight octets, first octet in the highest bits
     */
    public static void ping(ByteBuf out, boolean ack, long opaqueData) {
        header(out, 8, FrameType.PING, ack ? FrameFlags.ACK : FrameFlags.NONE, 0);
        out.writeLong(opaqueData);
    }

    /**
     * GOAWAY.
     *
     * @param out appended to
     * @param lastStreamId 0 to 2^31-1
     * @param errorCode 0 to 2^32-1
     * @param debugData possibly empty
     */
    public static void goAway(ByteBuf out, int lastStreamId, long errorCode, byte[] debugData) {
        header(out, 8 + debugData.length, FrameType.GOAWAY, FrameFlags.NONE, 0);
        out.writeInt(lastStreamId);
        out.writeInt((int) errorCode);
        out.writeBytes(debugData);
    }

    /**
     * WINDOW_UPDATE.
     *
     * @param out appended to
     * @param streamId 0 for the connection's window
     * @param increment octets, 1 to 2^31-1
     */
    public static void windowUpdate(ByteBuf out, int streamId, int increment) {
        header(out, 4, FrameType.WINDOW_UPDATE, FrameFlags.NONE, streamId);
        out.writeInt(increment);
    }

    /**
     * ALTSVC.
     *
     * @param out appended to
     * @param streamId 0, or the stream whose origin is meant
     * @param origin at most 65535 octets; empty if {@code streamId} is not 0
     * @param value the Alt-Svc field value
     */
    public static void altSvc(ByteBuf out, int streamId, AsciiString origin, AsciiString value) {
        header(out, 2 + origin.length() + value.length(), FrameType.ALTSVC, FrameFlags.NONE, streamId);
        out.writeShort(origin.length());
        ascii(out, origin);
        ascii(out, value);
    }

    /**
     * ORIGIN.
     *
     * @param out appended to
     * @param origins each of at most 65535 octets
     */
    public static void origin(ByteBuf out, List<AsciiString> origins) {
        int length = 0;
        for (int i = 0; i < origins.size(); i++) {
            length += 2 + origins.get(i).length();
        }
        header(out, length, FrameType.ORIGIN, FrameFlags.NONE, 0);
        for (int i = 0; i < origins.size(); i++) {
            AsciiString origin = origins.get(i);
            out.writeShort(origin.length());
            ascii(out, origin);
        }
    }

    /**
     * PRIORITY_UPDATE.
     *
     * @param out appended to
     * @param prioritizedStreamId 1 to 2^31-1
     * @param fieldValue a Priority field value
     */
    public static void priorityUpdate(ByteBuf out, int prioritizedStreamId, AsciiString fieldValue) {
        header(out, STREAM_ID_OCTETS + fieldValue.length(), FrameType.PRIORITY_UPDATE, FrameFlags.NONE, 0);
        out.writeInt(prioritizedStreamId);
        ascii(out, fieldValue);
    }

    /** Bytes of the frames of a header block, frame headers included. */
    static int blockSize(int blockLength, int prefix, int padding, int maxFrameSize) {
        int afterFirst = Math.max(0, blockLength - (maxFrameSize - padding - prefix));
        int continuations = (afterFirst + maxFrameSize - 1) / maxFrameSize;
        return HEADER_OCTETS * (1 + continuations) + prefix + padding + blockLength;
    }

    private static void continuations(ByteBuf out, int streamId, byte[] block, int from, int to, int maxFrameSize) {
        int at = from;
        while (at < to) {
            int octets = Math.min(to - at, maxFrameSize);
            header(out, octets, FrameType.CONTINUATION, endHeaders(at + octets == to), streamId);
            out.writeBytes(block, at, octets);
            at += octets;
        }
    }

    private static int padded(int padding) {
        return padding == 0 ? 0 : FrameFlags.PADDED;
    }

    private static int endHeaders(boolean last) {
        return last ? FrameFlags.END_HEADERS : 0;
    }

    private static void padLength(ByteBuf out, int padding) {
        if (padding > 0) {
            out.writeByte(padding - 1);
        }
    }

    private static void prioritySpec(ByteBuf out, PrioritySpec priority) {
        out.writeInt(priority.exclusive() ? priority.dependency() | Integer.MIN_VALUE : priority.dependency());
        out.writeByte(priority.weight() - 1);
    }

    private static void ascii(ByteBuf out, AsciiString text) {
        out.writeBytes(text.array(), text.arrayOffset(), text.length());
    }
}
