package io.h2session.differential;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameType;
import io.h2session.frame.PrioritySpec;
import io.h2session.hpack.HeaderField;
import io.h2session.testing.SentFrames;
import io.h2session.testing.SentFrames.SentBlock;
import io.h2session.testing.SentFrames.SentFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes a session sent, as the frames they make: {@code txraw} lines of a trace become {@code tx} lines. A frame cut
 * by the end of a line is shown where it ends.
 */
final class SentBytes {
    private static final String RAW = "  txraw ";

    private final SentFrames frames = SentFrames.lenient();
    private final List<String> lines = new ArrayList<>();

    private SentBytes() {}

    /** The lines of a scenario's trace, every line of bytes replaced by its frames. */
    static List<String> decoded(List<String> trace) {
        SentBytes sent = new SentBytes();
        for (String line : trace) {
            if (line.startsWith(RAW)) {
                sent.add(Text.bytes(line.substring(RAW.length())));
            } else {
                sent.lines.add(line);
            }
        }
        return sent.lines;
    }

    private void add(byte[] bytes) {
        if (frames.takePreface(Unpooled.wrappedBuffer(bytes))) {
            lines.add("  tx MAGIC");
        }
        frames.takeFrames().forEach(this::add);
    }

    private void add(SentFrame frame) {
        if (frame.type() == FrameType.CONTINUATION) {
            lines.add("  tx BAD-CONTINUATION");
            return;
        }
        String head = "  tx " + FrameType.name(frame.type()) + " " + Text.flags(frame.flags()) + " stream="
                + frame.streamId() + priority(frame.priority());
        SentBlock block = frame.block();
        if (block == null) {
            lines.add(head + fields(frame));
            return;
        }
        lines.add(head + (frame.type() == FrameType.PUSH_PROMISE ? " promised=" + frame.promisedStreamId() : "")
                + " pad=" + frame.padding() + " cont=" + block.continuations() + " tsu="
                + (block.sizeUpdate() ? 1 : 0));
        for (HeaderField field : block.fields()) {
            lines.add("  tx-h " + Text.escaped(field.name()) + "=" + Text.escaped(field.value())
                    + (field.isSensitive() ? " !never" : ""));
        }
        if (block.fault() != null) {
            lines.add("  tx-error hpack");
        }
    }

    private static String priority(PrioritySpec priority) {
        return priority == null
                ? ""
                : " pri=" + priority.dependency() + ":" + priority.weight() + ":" + (priority.exclusive() ? 1 : 0);
    }

    private static String fields(SentFrame frame) {
        ByteBuf payload = frame.payload();
        return switch (frame.type()) {
            case FrameType.DATA -> " len=" + payload.readableBytes() + " pad=" + frame.padding() + hash(payload);
            case FrameType.PRIORITY -> "";
            case FrameType.RST_STREAM -> " code=" + code(payload);
            case FrameType.SETTINGS -> settings(payload);
            case FrameType.PING -> " data=" + Text.hex(ByteBufUtil.getBytes(payload));
            case FrameType.GOAWAY ->
                " last=" + (payload.readInt() & Integer.MAX_VALUE) + " code=" + code(payload) + " debug="
                        + Text.escaped(ByteBufUtil.getBytes(payload));
            case FrameType.WINDOW_UPDATE -> " inc=" + payload.readUnsignedInt();
            default -> " len=" + payload.readableBytes() + hash(payload);
        };
    }

    private static String settings(ByteBuf payload) {
        StringBuilder text = new StringBuilder();
        while (payload.isReadable()) {
            text.append(' ').append(payload.readUnsignedShort()).append('=').append(payload.readUnsignedInt());
        }
        return text.toString();
    }

    private static String code(ByteBuf payload) {
        return ErrorCode.name(payload.readUnsignedInt());
    }

    private static String hash(ByteBuf payload) {
        return String.format(" fnv=%08x", Trace.fnv(ByteBufUtil.getBytes(payload)));
    }
}
