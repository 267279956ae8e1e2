package io.h2session.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HpackDecoder;
import io.h2session.hpack.HpackException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a session sent, as its peer reads it: one line of text for each frame, header blocks decoded. It keeps the HPACK
 * table, so that one view reads all of a connection, and fails when what it reads is not a row of whole frames.
 *
 * <pre>
 * SETTINGS 3=100            SETTINGS ACK             PING 7         WINDOW_UPDATE 0 +983041
 * HEADERS 1 END_STREAM [:status: 200]                DATA 1 END_STREAM hello
 * RST_STREAM 1 CANCEL       GOAWAY 0 PROTOCOL_ERROR settings_expected
 * </pre>
 */
public final class PeerView {
    private static final int LONG_TEXT = 60;

    private final HpackDecoder decoder = new HpackDecoder(4096);
    private boolean clientPreface;
    private final List<Integer> dataLengths = new ArrayList<>();

    /** A view of what a server sends. */
    public static PeerView ofServer() {
        return new PeerView(false);
    }

    /** A view of what a client sends, its preface first. */
    public static PeerView ofClient() {
        return new PeerView(true);
    }

    private PeerView(boolean clientPreface) {
        this.clientPreface = clientPreface;
    }

    /** The lengths of the DATA payloads read so far. */
    public List<Integer> dataLengths() {
        return List.copyOf(dataLengths);
    }

    /** Reads all of a buffer, which is released. */
    public List<String> readAndRelease(ByteBuf sent) {
        try {
            return read(sent);
        } finally {
            sent.release();
        }
    }

    /** Reads all octets. */
    public List<String> read(byte[] sent) {
        return read(Unpooled.wrappedBuffer(sent));
    }

    /** Reads all of a buffer. */
    public List<String> read(ByteBuf sent) {
        List<String> lines = new ArrayList<>();
        if (clientPreface && sent.isReadable()) {
            String preface = sent.readCharSequence(24, ISO_8859_1).toString();
            if (!preface.equals(Frames.PREFACE)) {
                throw new AssertionError("no preface: " + preface);
            }
            clientPreface = false;
        }
        while (sent.isReadable()) {
            lines.add(readFrame(sent));
        }
        return lines;
    }

    private String readFrame(ByteBuf in) {
        int length = in.readUnsignedMedium();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int streamId = in.readInt();
        ByteBuf payload = in.readSlice(length);
        boolean ack = (flags & FrameFlags.ACK) != 0;
        return switch (type) {
            case FrameType.DATA -> {
                dataLengths.add(length);
                yield "DATA " + streamId + end(flags) + text(unpadded(payload, flags));
            }
            case FrameType.HEADERS -> "HEADERS " + streamId + end(flags) + block(unpadded(payload, flags), flags, in);
            case FrameType.PUSH_PROMISE -> {
                ByteBuf content = unpadded(payload, flags);
                yield "PUSH_PROMISE " + streamId + " promised=" + content.readInt() + block(content, flags, in);
            }
            case FrameType.RST_STREAM -> "RST_STREAM " + streamId + " " + ErrorCode.name(payload.readUnsignedInt());
            case FrameType.SETTINGS -> "SETTINGS" + (ack ? " ACK" : settings(payload));
            case FrameType.PING -> "PING" + (ack ? " ACK " : " ") + payload.readLong();
            case FrameType.GOAWAY ->
                ("GOAWAY " + payload.readInt() + " " + ErrorCode.name(payload.readUnsignedInt()) + " "
                                + payload.toString(ISO_8859_1))
                        .trim();
            case FrameType.WINDOW_UPDATE -> "WINDOW_UPDATE " + streamId + " +" + payload.readUnsignedInt();
            case FrameType.CONTINUATION -> throw new AssertionError("CONTINUATION without a header block");
            default -> FrameType.name(type) + " " + streamId + text(payload);
        };
    }

    private static String end(int flags) {
        return (flags & FrameFlags.END_STREAM) != 0 ? " END_STREAM" : "";
    }

    private static String text(ByteBuf octets) {
        int length = octets.readableBytes();
        if (length == 0) {
            return "";
        }
        return " " + (length > LONG_TEXT ? length + " octets" : octets.toString(ISO_8859_1));
    }

    private static String settings(ByteBuf payload) {
        StringBuilder text = new StringBuilder();
        while (payload.isReadable()) {
            text.append(' ').append(payload.readUnsignedShort()).append('=').append(payload.readUnsignedInt());
        }
        return text.toString();
    }

    private static ByteBuf unpadded(ByteBuf payload, int flags) {
        if ((flags & FrameFlags.PADDED) == 0) {
            return payload;
        }
        int padding = payload.readUnsignedByte();
        return payload.slice(payload.readerIndex(), payload.readableBytes() - padding);
    }

    private String block(ByteBuf first, int firstFlags, ByteBuf in) {
        ByteBuf whole = Unpooled.buffer().writeBytes(first);
        int flags = firstFlags;
        while ((flags & FrameFlags.END_HEADERS) == 0) {
            int length = in.readUnsignedMedium();
            if (in.readUnsignedByte() != FrameType.CONTINUATION) {
                throw new AssertionError("a header block was interrupted");
            }
            flags = in.readUnsignedByte();
            in.skipBytes(4);
            whole.writeBytes(in, length);
        }
        return " " + decode(whole).stream().map(PeerView::shortened).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String shortened(HeaderField field) {
        String text = field.toString();
        return text.length() > LONG_TEXT ? text.substring(0, LONG_TEXT) + "..." : text;
    }

    private List<HeaderField> decode(ByteBuf block) {
        List<HeaderField> fields = new ArrayList<>();
        try {
            decoder.beginBlock();
            decoder.input(block.array(), block.arrayOffset(), block.arrayOffset() + block.writerIndex(), true);
            for (HeaderField field = decoder.next(); field != null; field = decoder.next()) {
                fields.add(field);
            }
        } catch (HpackException e) {
            throw new AssertionError("the peer cannot decode the block: " + e.reason(), e);
        }
        return fields;
    }
}
