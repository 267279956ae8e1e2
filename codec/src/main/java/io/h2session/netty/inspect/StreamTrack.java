package io.h2session.netty.inspect;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2Stall;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened on a stream, and when. Times are of the inspector's clock; {@link #NEVER} for what has not happened. */
final class StreamTrack {
    static final long NEVER = Long.MIN_VALUE;

    /** A stream that waits more often shows the latest waits only. */
    private static final int MAX_STRETCHES = 64;

    final int id;

    /** Whether this end opened it. */
    final boolean local;

    /** Whether it was open when recording began. */
    private final boolean late;

    private final long opened;
    private final Ring<Stretch> stretches = new Ring<>(MAX_STRETCHES);
    private final Side in = new Side();
    private final Side out = new Side();

    private @Nullable Http2Stall stall;
    private long stalledSince;
    private long closed = NEVER;
    private long errorCode;
    private boolean inboundComplete;
    private long queuedNanos = -1;

    /** Of the recording, when this changed last. */
    long change;

    /** One direction. */
    private static final class Side {
        private long head = NEVER;

        /** The head that is not informational, or the trailers, of which there is at most one before the end. */
        private long lastHead = NEVER;

        private long firstData = NEVER;
        private long lastData = NEVER;
        private long end = NEVER;
        private long bytes;
        private int frames;
        private @Nullable List<Field> fields;

        void frame(long now, int type, int flags, int length) {
            frames++;
            if (type == FrameType.DATA) {
                bytes += length;
                lastData = now;
                firstData = firstData == NEVER ? now : firstData;
            } else if (type == FrameType.HEADERS) {
                head = head == NEVER ? now : head;
                lastHead = firstData == NEVER ? now : lastHead;
            }
            if ((type == FrameType.DATA || type == FrameType.HEADERS) && (flags & FrameFlags.END_STREAM) != 0) {
                end = now;
            }
        }

        void write(Json json, String name, long begun) {
            json.object(name).put("bytes", bytes).put("frames", frames);
            time(json, "head", lastHead, begun);
            time(json, "first", firstData, begun);
            time(json, "last", lastData, begun);
            time(json, "end", end, begun);
            if (fields != null) {
                json.array("fields");
                fields.forEach(field -> field.write(json));
                json.endArray();
            }
            json.end();
        }
    }

    StreamTrack(int id, boolean local, boolean late, long now) {
        this.id = id;
        this.local = local;
        this.late = late;
        opened = now;
    }

    void frame(long now, boolean sent, int type, int flags, int length) {
        (sent ? out : in).frame(now, type, flags, length);
    }

    void fields(boolean sent, List<Field> fields) {
        Side side = sent ? out : in;
        // Trailers do not take the place of the head.
        if (side.firstData == NEVER) {
            side.fields = fields;
        }
    }

    void queued(long nanos) {
        queuedNanos = nanos;
    }

    void stalled(Http2Stall cause, long now) {
        stall = cause;
        stalledSince = now;
    }

    void stallEnded(Http2Stall cause, long nanos, long now) {
        stretches.add(new Stretch(cause, now - nanos, now));
        stall = null;
    }

    void closed(long now, long code, boolean complete) {
        closed = now;
        errorCode = code;
        inboundComplete = complete;
    }

    boolean isClosed() {
        return closed != NEVER;
    }

    private static void time(Json json, String name, long time, long begun) {
        if (time != NEVER) {
            json.put(name, (time - begun) / 1000);
        }
    }

    /**
     * @param begun the time that is 0 to the reader
     * @param session to ask for what is so now; null if it has ended
     */
    void write(Json json, long begun, @Nullable Http2SessionContext session) {
        json.object().put("id", id).put("local", local).put("late", late);
        time(json, "opened", opened, begun);
        time(json, "closed", closed, begun);
        if (isClosed()) {
            json.put("error", ErrorCode.name(errorCode)).put("inboundComplete", inboundComplete);
        } else if (session != null && session.hasStream(id)) {
            json.put("sendWindow", session.remoteWindow(id)).put("receiveWindow", session.localWindow(id));
        }
        if (queuedNanos >= 0) {
            json.put("queued", queuedNanos / 1000);
        }
        in.write(json, "in", begun);
        out.write(json, "out", begun);
        json.array("waits");
        stretches.since(0, stretch -> stretch.write(json, begun));
        json.endArray();
        if (stall != null) {
            json.put("waiting", stall.name());
            time(json, "waitingSince", stalledSince, begun);
        }
        json.end();
    }
}
