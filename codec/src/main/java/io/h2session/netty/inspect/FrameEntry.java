package io.h2session.netty.inspect;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A frame that was received or sent. Its numbers are known with its header, the rest when it is complete. */
final class FrameEntry {
    final long number;
    final long time;
    final boolean sent;
    final int type;
    final int flags;
    final int streamId;
    final int length;

    @Nullable
    Frame frame;

    /** Null before the header block is complete, and in other frames. */
    @Nullable
    List<Field> fields;

    FrameEntry(long number, long time, boolean sent, int type, int flags, int streamId, int length) {
        this.number = number;
        this.time = time;
        this.sent = sent;
        this.type = type;
        this.flags = flags;
        this.streamId = streamId;
        this.length = length;
    }

    /** Keeps what is shown of the complete frame. */
    void complete(Frame whole) {
        if (whole.type() == type && hasValues(whole)) {
            frame = whole;
        }
    }

    // Frames of other types may hold bytes of the peer or of the application.
    private static boolean hasValues(Frame frame) {
        return frame instanceof ResetFrame
                || frame instanceof SettingsFrame
                || frame instanceof GoAwayFrame
                || frame instanceof WindowUpdateFrame;
    }

    /** @param begun the time that is 0 to the reader */
    void write(Json json, long begun) {
        json.object()
                .put("n", number)
                .put("t", (time - begun) / 1000)
                .put("dir", sent ? "out" : "in")
                .put("type", FrameType.name(type))
                .put("stream", streamId)
                .put("length", length);
        if (flags != 0) {
            json.put("flags", FrameFlags.describe(type, flags));
        }
        writeValues(json);
        writeFields(json);
        json.end();
    }

    private void writeValues(Json json) {
        if (frame instanceof ResetFrame reset) {
            json.put("error", ErrorCode.name(reset.errorCode()));
        } else if (frame instanceof GoAwayFrame goAway) {
            json.put("error", ErrorCode.name(goAway.errorCode())).put("last", goAway.lastStreamId());
        } else if (frame instanceof WindowUpdateFrame update) {
            json.put("increment", update.increment());
        } else if (frame instanceof SettingsFrame settings && !settings.ack()) {
            json.array("settings");
            for (Setting setting : settings.settings()) {
                json.value(setting.toString());
            }
            json.endArray();
        }
    }

    private void writeFields(Json json) {
        if (fields != null) {
            json.array("fields");
            fields.forEach(field -> field.write(json));
            json.endArray();
        }
    }
}
