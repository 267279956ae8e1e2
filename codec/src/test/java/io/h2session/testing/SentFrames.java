package io.h2session.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.PrioritySpec;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HpackDecoder;
import io.h2session.hpack.HpackException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * The one decoder of what a session sends: bytes in, frames out, as the peer reads them. A header block is one frame, however
 * it was split, and its fields are decoded: one decoder reads all of a connection. {@link PeerView} makes lines for tests of the
 * frames, and the differential test lines of a trace.
 */
public final class SentFrames {
    private static final byte[] PREFACE = Frames.PREFACE.getBytes(US_ASCII);
    private static final int FRAME_HEADER = 9;
    private static final int PRIORITY_LENGTH = 5;
    private static final int ANY_SIZE = 1 << 24;

    private final HpackDecoder hpack = new HpackDecoder(4096);
    private final boolean lenient;
    private final ByteBuf rest = Unpooled.buffer();
    private Preface preface;
    private SentFrame begun;
    private ByteBuf block;
    private int continuations;

    /** Whether the client's connection preface comes before the first frame. */
    private enum Preface {
        NONE,
        EXPECTED,
        POSSIBLE
    }

    /**
     * A frame.
     *
     * @param flags with END_HEADERS, if it is a whole header block
     * @param payload without padding, and without what is in the other components
     * @param padding with the Pad Length field, 0 for none
     * @param priority of PRIORITY and HEADERS, null for none
     * @param promisedStreamId of PUSH_PROMISE, else 0
     * @param block null if it has no header block
     */
    public record SentFrame(
            int type,
            int flags,
            int streamId,
            ByteBuf payload,
            int padding,
            PrioritySpec priority,
            int promisedStreamId,
            SentBlock block) {
        /** Whether these flags are set. */
        public boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    /**
     * A header block.
     *
     * @param continuations in how many CONTINUATION frames it went on
     * @param sizeUpdate whether it begins with an update of the table's size
     * @param fields those that could be decoded
     * @param fault why no more could, or null
     */
    public record SentBlock(int continuations, boolean sizeUpdate, List<HeaderField> fields, String fault) {}

    private SentFrames(Preface preface, boolean lenient) {
        this.preface = preface;
        this.lenient = lenient;
    }

    /** Reads what one of our sessions sends; what no peer could read is an AssertionError. */
    public static SentFrames strict(boolean ofClient) {
        return new SentFrames(ofClient ? Preface.EXPECTED : Preface.NONE, false);
    }

    /** Reads what any session sends, right or wrong. */
    public static SentFrames lenient() {
        SentFrames frames = new SentFrames(Preface.POSSIBLE, true);
        // It only looks on: which sizes were allowed, it does not know.
        frames.hpack.maxTableSize(ANY_SIZE);
        frames.hpack.maxStringLength(ANY_SIZE);
        frames.hpack.maxSizeUpdates(Integer.MAX_VALUE);
        return frames;
    }

    /** Whether a preface was read with what was read last. */
    public boolean takePreface(ByteBuf sent) {
        rest.writeBytes(sent);
        if (preface == Preface.NONE || !rest.isReadable()) {
            return false;
        }
        int length = Math.min(rest.readableBytes(), PREFACE.length);
        boolean alike = ByteBufUtil.equals(rest, rest.readerIndex(), Unpooled.wrappedBuffer(PREFACE), 0, length);
        if (!alike) {
            require(preface == Preface.POSSIBLE, "no preface");
            preface = Preface.NONE;
            return false;
        }
        if (length < PREFACE.length) {
            return false;
        }
        rest.skipBytes(PREFACE.length);
        preface = Preface.NONE;
        return true;
    }

    /** The frames that are whole by now. What is left of the last one waits for the rest of it. */
    public List<SentFrame> takeFrames() {
        List<SentFrame> frames = new ArrayList<>();
        while (preface == Preface.NONE && rest.readableBytes() >= FRAME_HEADER) {
            int length = rest.getUnsignedMedium(rest.readerIndex());
            if (rest.readableBytes() < FRAME_HEADER + length) {
                break;
            }
            rest.skipBytes(3);
            SentFrame frame = frame(
                    rest.readUnsignedByte(),
                    rest.readUnsignedByte(),
                    rest.readInt() & Integer.MAX_VALUE,
                    Unpooled.copiedBuffer(rest.readSlice(length)));
            if (frame != null) {
                frames.add(frame);
            }
        }
        rest.discardReadBytes();
        return frames;
    }

    /** Whether only a part of a frame, of a header block or of the preface was read of late. */
    public boolean incomplete() {
        return rest.isReadable() || block != null;
    }

    private SentFrame frame(int type, int flags, int streamId, ByteBuf payload) {
        if (type == FrameType.CONTINUATION) {
            require(block != null, "CONTINUATION without a header block");
            return block == null
                    ? new SentFrame(type, flags, streamId, payload, 0, null, 0, null)
                    : continued(flags, payload);
        }
        require(block == null, "a header block was interrupted");
        boolean headers = type == FrameType.HEADERS || type == FrameType.PUSH_PROMISE;
        int padding = 0;
        if ((headers || type == FrameType.DATA) && (flags & FrameFlags.PADDED) != 0) {
            padding = 1 + payload.readUnsignedByte();
            payload.writerIndex(payload.writerIndex() - padding + 1);
        }
        boolean prioritized =
                type == FrameType.PRIORITY || (type == FrameType.HEADERS && (flags & FrameFlags.PRIORITY) != 0);
        PrioritySpec priority = prioritized && payload.readableBytes() >= PRIORITY_LENGTH ? priority(payload) : null;
        int promised = type == FrameType.PUSH_PROMISE ? payload.readInt() & Integer.MAX_VALUE : 0;
        if (!headers) {
            return new SentFrame(type, flags, streamId, payload, padding, priority, promised, null);
        }
        begun = new SentFrame(
                type,
                flags | FrameFlags.END_HEADERS,
                streamId,
                Unpooled.EMPTY_BUFFER,
                padding,
                priority,
                promised,
                null);
        block = Unpooled.buffer();
        continuations = -1;
        return continued(flags, payload);
    }

    private static PrioritySpec priority(ByteBuf payload) {
        int dependency = payload.readInt();
        return new PrioritySpec(dependency & Integer.MAX_VALUE, 1 + payload.readUnsignedByte(), dependency < 0);
    }

    private SentFrame continued(int flags, ByteBuf fragment) {
        block.writeBytes(fragment);
        continuations++;
        if ((flags & FrameFlags.END_HEADERS) == 0) {
            return null;
        }
        byte[] bytes = ByteBufUtil.getBytes(block);
        block = null;
        return new SentFrame(
                begun.type,
                begun.flags,
                begun.streamId,
                begun.payload,
                begun.padding,
                begun.priority,
                begun.promisedStreamId,
                decoded(bytes));
    }

    private SentBlock decoded(byte[] bytes) {
        boolean sizeUpdate = bytes.length > 0 && (bytes[0] & 0xe0) == 0x20;
        List<HeaderField> fields = new ArrayList<>();
        String fault = null;
        hpack.beginBlock();
        hpack.input(bytes, 0, bytes.length, true);
        try {
            for (HeaderField field = hpack.next(); field != null; field = hpack.next()) {
                fields.add(field);
            }
        } catch (HpackException broken) {
            fault = broken.reason();
            require(false, "the peer cannot decode the block: " + fault);
        }
        return new SentBlock(continuations, sizeUpdate, fields, fault);
    }

    private void require(boolean right, String wrong) {
        if (!right && !lenient) {
            throw new AssertionError(wrong);
        }
    }
}
