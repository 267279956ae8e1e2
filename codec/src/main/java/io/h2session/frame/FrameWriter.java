package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames to bytes, RFC 9113 sections 4 and 6, written into a buffer that grows as needed. Nothing is checked: whatever the
 * caller hands over is written, even if no peer would accept it.
 *
 * <p>Stateless. Padding always includes its Pad Length byte: 0 is no padding, 256 the most.
 *
 * @since 0.1
 */
public final class FrameWriter {
    /** The length of a frame header. */
    public static final int HEADER_BYTES = 9;

    /** The length of an RST_STREAM frame with its header. */
    public static final int RESET_BYTES = HEADER_BYTES + 4;
    /** The most padding, the Pad Length byte included. */
    public static final int MAX_PADDING = 256;

    private static final int PRIORITY_BYTES = 5;
    private static final int STREAM_ID_BYTES = 4;
    private static final int SETTING_BYTES = 6;

    private FrameWriter() {}

    /**
     * A frame header. The caller writes the payload.
     *
     * @param out appended to
     * @param length bytes of payload, 0 to 2^24-1
     * @param type 0 to 255
     * @param flags 0 to 255
     * @param streamId 0 to 2^31-1
     */
    public static void header(ByteBuf out, int length, int type, int flags, int streamId) {
        out.writeLong((long) length << 40 | (long) type << 32 | (long) flags << 24 | streamId >>> 8);
        out.writeByte(streamId);
    }

    /**
     * The beginning of a DATA frame. The caller writes the data and then {@link #padding}.
     *
     * @param out appended to
     * @param streamId 1 to 2^31-1
     * @param endStream whether END_STREAM is set
     * @param dataLength bytes of data
     * @param padding bytes of padding, 0 to 256
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
     * @param padding bytes of padding, 0 to 256; the Pad Length byte was written at the beginning of the frame
     */
    public static void padding(ByteBuf out, int padding) {
        if (padding > 1) {
            out.writeZero(padding - 1);
        }
    }

    /**
     * HEADERS and the CONTINUATIONs that the block needs. Padding and priority are in the first frame.
     *
     * @param out appended to
     * @param streamId 1 to 2^31-1
     * @param endStream whether END_STREAM is set
     * @param priority the deprecated priority, or null
     * @param padding bytes of padding, 0 to 256
     * @param block holds the encoded header block
     * @param from where the block begins
     * @param to where it ends
     * @param maxFrameSize the most bytes of payload in one frame, padding included; at least 16384
     */
    public static void headers(
            ByteBuf out,
            int streamId,
            boolean endStream,
            @Nullable PrioritySpec priority,
            int padding,
            byte[] block,
            int from,
            int to,
            int maxFrameSize) {
        int prefix = priority == null ? 0 : PRIORITY_BYTES;
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
     * PUSH_PROMISE and the CONTINUATIONs that the block needs. Padding is in the first frame.
     *
     * @param out appended to
     * @param streamId 1 to 2^31-1
     * @param promisedStreamId 2 to 2^31-2
     * @param padding bytes of padding, 0 to 256
     * @param block holds the encoded header block
     * @param from where the block begins
     * @param to where it ends
     * @param maxFrameSize the most bytes of payload in one frame, padding included; at least 16384
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
        out.ensureWritable(blockSize(to - from, STREAM_ID_BYTES, padding, maxFrameSize));
        int first = Math.min(to - from, maxFrameSize - padding - STREAM_ID_BYTES);
        int flags = padded(padding) | endHeaders(first == to - from);
        header(out, first + padding + STREAM_ID_BYTES, FrameType.PUSH_PROMISE, flags, streamId);
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
        header(out, count * SETTING_BYTES, FrameType.SETTINGS, FrameFlags.NONE, 0);
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
     * @param ack whether it answers a PING of the peer
     * @param opaqueData the eight bytes, first byte in the highest bits
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
     * @param increment bytes, 1 to 2^31-1
     */
    public static void windowUpdate(ByteBuf out, int streamId, int increment) {
        header(out, 4, FrameType.WINDOW_UPDATE, FrameFlags.NONE, streamId);
        out.writeInt(increment);
    }

    /**
     * ALTSVC.
     *
     * @param out appended to
     * @param streamId 0, or the stream whose origin the service is for
     * @param origin at most 65535 bytes; empty if {@code streamId} is not 0
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
     * @param origins each of at most 65535 bytes
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
        header(out, STREAM_ID_BYTES + fieldValue.length(), FrameType.PRIORITY_UPDATE, FrameFlags.NONE, 0);
        out.writeInt(prioritizedStreamId);
        ascii(out, fieldValue);
    }

    /** Bytes of the frames of a header block, frame headers included. */
    static int blockSize(int blockLength, int prefix, int padding, int maxFrameSize) {
        int afterFirst = Math.max(0, blockLength - (maxFrameSize - padding - prefix));
        int continuations = (afterFirst + maxFrameSize - 1) / maxFrameSize;
        return HEADER_BYTES * (1 + continuations) + prefix + padding + blockLength;
    }

    private static void continuations(ByteBuf out, int streamId, byte[] block, int from, int to, int maxFrameSize) {
        int at = from;
        while (at < to) {
            int bytes = Math.min(to - at, maxFrameSize);
            header(out, bytes, FrameType.CONTINUATION, endHeaders(at + bytes == to), streamId);
            out.writeBytes(block, at, bytes);
            at += bytes;
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
