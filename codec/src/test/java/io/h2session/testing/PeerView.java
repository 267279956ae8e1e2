package io.h2session.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.hpack.HeaderField;
import io.h2session.testing.SentFrames.SentFrame;
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

    private final SentFrames frames;
    private final List<Integer> dataLengths = new ArrayList<>();

    /** A view of what a server sends. */
    public static PeerView ofServer() {
        return new PeerView(false);
    }

    /** A view of what a client sends, its preface first. */
    public static PeerView ofClient() {
        return new PeerView(true);
    }

    private PeerView(boolean ofClient) {
        frames = SentFrames.strict(ofClient);
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

    /** Reads all bytes. */
    public List<String> read(byte[] sent) {
        return read(Unpooled.wrappedBuffer(sent));
    }

    /** Reads all of a buffer. */
    public List<String> read(ByteBuf sent) {
        frames.takePreface(sent);
        List<String> lines = new ArrayList<>();
        for (SentFrame frame : frames.takeFrames()) {
            lines.add(line(frame));
        }
        if (frames.incomplete()) {
            throw new AssertionError("not a row of whole frames, after " + lines);
        }
        return lines;
    }

    private String line(SentFrame frame) {
        ByteBuf payload = frame.payload();
        int streamId = frame.streamId();
        boolean ack = frame.has(FrameFlags.ACK);
        return switch (frame.type()) {
            case FrameType.DATA -> {
                dataLengths.add(payload.readableBytes() + frame.padding());
                yield "DATA " + streamId + end(frame) + text(payload);
            }
            case FrameType.HEADERS -> "HEADERS " + streamId + end(frame) + fields(frame);
            case FrameType.PUSH_PROMISE ->
                "PUSH_PROMISE " + streamId + " promised=" + frame.promisedStreamId() + fields(frame);
            case FrameType.RST_STREAM -> "RST_STREAM " + streamId + " " + ErrorCode.name(payload.readUnsignedInt());
            case FrameType.SETTINGS -> "SETTINGS" + (ack ? " ACK" : settings(payload));
            case FrameType.PING -> "PING" + (ack ? " ACK " : " ") + payload.readLong();
            case FrameType.GOAWAY ->
                ("GOAWAY " + payload.readInt() + " " + ErrorCode.name(payload.readUnsignedInt()) + " "
                                + payload.toString(ISO_8859_1))
                        .trim();
            case FrameType.WINDOW_UPDATE -> "WINDOW_UPDATE " + streamId + " +" + payload.readUnsignedInt();
            default -> FrameType.name(frame.type()) + " " + streamId + text(payload);
        };
    }

    private static String end(SentFrame frame) {
        return frame.has(FrameFlags.END_STREAM) ? " END_STREAM" : "";
    }

    private static String text(ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (length == 0) {
            return "";
        }
        return " " + (length > LONG_TEXT ? length + " bytes" : bytes.toString(ISO_8859_1));
    }

    private static String settings(ByteBuf payload) {
        StringBuilder text = new StringBuilder();
        while (payload.isReadable()) {
            text.append(' ').append(payload.readUnsignedShort()).append('=').append(payload.readUnsignedInt());
        }
        return text.toString();
    }

    private static String fields(SentFrame frame) {
        return " "
                + frame.block().fields().stream().map(PeerView::shortened).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String shortened(HeaderField field) {
        String text = field.toString();
        return text.length() > LONG_TEXT ? text.substring(0, LONG_TEXT) + "..." : text;
    }
}
