package io.h2session.netty.inspect;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2Stall;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The latest of what a session does, while someone watches: frames, streams, waits and gauges, each up to a number. Used on the
 * event loop of the session only.
 */
final class Recording {
    private final InspectorSettings settings;
    private final Ring<FrameEntry> frames;
    private final Ring<Sample> samples;
    private final Ring<Stretch> waits;
    private final Map<Http2Stall, Long> waiting = new EnumMap<>(Http2Stall.class);
    private final Map<Integer, StreamTrack> streams = new LinkedHashMap<>();
    private final long began;

    /** The frames whose values, or fields, are reported a moment later. CONTINUATION belongs to the frame before it. */
    private @Nullable FrameEntry lastIn;

    private @Nullable FrameEntry lastOut;
    private long changes;

    Recording(InspectorSettings settings, Http2SessionContext session) {
        this.settings = settings;
        frames = new Ring<>(settings.frames());
        samples = new Ring<>(settings.samples());
        waits = new Ring<>(settings.frames());
        began = settings.now();
        for (int id : session.streamIds()) {
            track(id, session.role().opens(id), true);
        }
    }

    // ---- frames ----------------------------------------------------------------------------------------------------

    void frame(boolean sent, int type, int flags, int streamId, int length) {
        long now = settings.now();
        FrameEntry entry = new FrameEntry(frames.added(), now, sent, type, flags, streamId, length);
        frames.add(entry);
        if (type != FrameType.CONTINUATION) {
            if (sent) {
                lastOut = entry;
            } else {
                lastIn = entry;
            }
        }
        StreamTrack stream = streams.get(streamId);
        if (stream != null) {
            stream.frame(now, sent, type, flags, length);
            changed(stream);
        }
    }

    void received(Frame frame) {
        if (lastIn != null) {
            lastIn.complete(frame);
        }
    }

    void sent(Frame frame) {
        if (lastOut == null) {
            return;
        }
        lastOut.complete(frame);
        if (frame instanceof HeadersFrame head && head.headers() != null) {
            fields(true, lastOut, head.streamId(), settings.fields().of(head.headers()));
        } else if (frame instanceof PushPromiseFrame push && push.headers() != null) {
            lastOut.fields = settings.fields().of(push.headers());
        }
    }

    void headersReceived(Frame frame, HeaderList list) {
        fields(false, lastIn, frame.streamId(), settings.fields().of(list));
    }

    private void fields(boolean sent, @Nullable FrameEntry entry, int streamId, List<Field> fields) {
        if (entry != null) {
            entry.fields = fields;
        }
        StreamTrack stream = streams.get(streamId);
        if (stream != null) {
            stream.fields(sent, fields);
            changed(stream);
        }
    }

    // ---- streams ---------------------------------------------------------------------------------------------------

    void streamOpened(int id, boolean local) {
        StreamTrack stream = track(id, local, false);
        // The frame that opened it was seen before.
        FrameEntry opening = local ? lastOut : lastIn;
        if (opening != null && opening.streamId == id && opening.type == FrameType.HEADERS) {
            stream.frame(opening.time, opening.sent, opening.type, opening.flags, opening.length);
        }
    }

    private StreamTrack track(int id, boolean local, boolean late) {
        if (streams.size() >= settings.streams()) {
            forgetOne();
        }
        StreamTrack stream = new StreamTrack(id, local, late, settings.now());
        streams.put(id, stream);
        changed(stream);
        return stream;
    }

    /** The oldest one that is over; the oldest one if none is. */
    private void forgetOne() {
        Iterator<StreamTrack> oldest = streams.values().iterator();
        while (oldest.hasNext()) {
            if (oldest.next().isClosed()) {
                oldest.remove();
                return;
            }
        }
        Iterator<Integer> ids = streams.keySet().iterator();
        ids.next();
        ids.remove();
    }

    private void changed(StreamTrack stream) {
        stream.change = ++changes;
    }

    void streamClosed(int id, long errorCode, boolean inboundComplete) {
        StreamTrack stream = streams.get(id);
        if (stream != null) {
            stream.closed(settings.now(), errorCode, inboundComplete);
            changed(stream);
        }
    }

    void requestSent(int id, long queuedNanos) {
        StreamTrack stream = streams.get(id);
        if (stream != null) {
            stream.queued(queuedNanos);
            changed(stream);
        }
    }

    void stallBegun(int streamId, Http2Stall cause) {
        if (streamId == 0) {
            waiting.put(cause, settings.now());
            return;
        }
        StreamTrack stream = streams.get(streamId);
        if (stream != null) {
            stream.stalled(cause, settings.now());
            changed(stream);
        }
    }

    void stallEnded(int streamId, Http2Stall cause, long nanos) {
        long now = settings.now();
        if (streamId == 0) {
            waiting.remove(cause);
            waits.add(new Stretch(cause, now - nanos, now));
            return;
        }
        StreamTrack stream = streams.get(streamId);
        if (stream != null) {
            stream.stallEnded(cause, nanos, now);
            changed(stream);
        }
    }

    // ---- gauges ----------------------------------------------------------------------------------------------------

    /** Takes a sample, unless the last one was taken a moment ago: several may watch. */
    void sample(Http2SessionContext session, long pendingBytes, Counts counts) {
        long now = settings.now();
        Sample last = samples.last();
        if (last == null || now - last.time() >= InspectorSettings.SAMPLE_NANOS) {
            samples.add(Sample.of(session, now, pendingBytes, counts));
        }
    }

    // ---- what is shown ---------------------------------------------------------------------------------------------

    /** How far a reader has read. */
    record Position(long frames, long samples, long waits, long changes) {
        static final Position START = new Position(0, 0, 0, 0);
    }

    Position position() {
        return new Position(frames.added(), samples.added(), waits.added(), changes);
    }

    /**
     * What is new since a position. Streams that have changed are written whole.
     *
     * @param session null if it has ended
     */
    void write(Json json, Position since, long begun, @Nullable Http2SessionContext session) {
        json.put("recordedSince", (began - begun) / 1000).array("frames");
        frames.since(since.frames(), frame -> frame.write(json, begun));
        json.endArray().array("samples");
        samples.since(since.samples(), sample -> sample.write(json, begun));
        json.endArray().array("waits");
        waits.since(since.waits(), wait -> wait.write(json, begun));
        json.endArray().array("waiting");
        waiting.forEach((cause, from) -> new Stretch(cause, from, settings.now()).write(json, begun));
        json.endArray().array("streams");
        for (StreamTrack stream : streams.values()) {
            if (stream.change > since.changes() || !stream.isClosed()) {
                stream.write(json, begun, session);
            }
        }
        json.endArray();
    }

    /** Every frame that there is. */
    void frames(Consumer<FrameEntry> action) {
        frames.since(0, action);
    }
}
