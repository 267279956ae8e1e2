package io.h2session.netty.inspect;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2Stall;
import io.h2session.frame.Frame;
import io.h2session.frame.SettingsFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionObserver;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * One session. It counts from the beginning, and records while someone watches. Everything but the constants is used on the event
 * loop of the session only.
 */
final class InspectedSession implements Http2SessionObserver {
    final long id;
    final Channel channel;

    /** In nanoseconds of the inspector's clock. */
    final long begun;

    private final Http2Inspector inspector;
    private final Counts counts = new Counts();

    /** Null before the session exists. */
    private @Nullable Http2SessionContext session;

    private @Nullable SettingsFrame sentSettings;
    private int unacknowledgedSettings;
    private long ended = StreamTrack.NEVER;
    private @Nullable Recording recording;

    InspectedSession(Http2Inspector inspector, long id, Channel channel) {
        this.inspector = inspector;
        this.id = id;
        this.channel = channel;
        begun = inspector.settings().now();
    }

    // ---- recording -------------------------------------------------------------------------------------------------

    /** Begins to record, if it does not yet. */
    void record() {
        if (recording == null && session != null && !isEnded()) {
            recording = new Recording(inspector.settings(), session);
        }
    }

    /** Forgets what was recorded. */
    void forget() {
        recording = null;
    }

    boolean isRecorded() {
        return recording != null;
    }

    @Nullable
    Recording recording() {
        return recording;
    }

    boolean isEnded() {
        return ended != StreamTrack.NEVER;
    }

    Counts counts() {
        return counts;
    }

    /** The session; null before it exists. */
    @Nullable
    Http2SessionContext session() {
        return session;
    }

    @Nullable
    SettingsFrame sentSettings() {
        return sentSettings;
    }

    int unacknowledgedSettings() {
        return unacknowledgedSettings;
    }

    /** For how many nanoseconds it has existed, or had existed when it ended. */
    long age() {
        return (isEnded() ? ended : inspector.settings().now()) - begun;
    }

    /** When it began, in milliseconds of Unix time. */
    long begunMillis() {
        InspectorSettings settings = inspector.settings();
        return settings.wallClock().getAsLong() - (settings.now() - begun) / 1_000_000;
    }

    long pendingBytes() {
        Http2SessionHandler handler = channel.pipeline().get(Http2SessionHandler.class);
        return handler == null ? 0 : handler.pendingBytes();
    }

    /** Takes a sample of the gauges if it records. */
    void sample() {
        if (recording != null && session != null && !isEnded()) {
            recording.sample(session, pendingBytes(), counts);
        }
    }

    // ---- the observer ----------------------------------------------------------------------------------------------

    @Override
    public void sessionBegun(Http2SessionContext begunSession) {
        session = begunSession;
        inspector.begun(this);
    }

    @Override
    public void sessionEnded(Http2SessionContext endedSession, String reason) {
        sample();
        ended = inspector.settings().now();
        inspector.ended(this);
    }

    @Override
    public void frameReceived(Http2SessionContext of, int type, int flags, int streamId, int length) {
        counts.framesIn++;
        if (recording != null) {
            recording.frame(false, type, flags, streamId, length);
        }
    }

    @Override
    public void frameSent(Http2SessionContext of, int type, int flags, int streamId, int length) {
        counts.framesOut++;
        if (recording != null) {
            recording.frame(true, type, flags, streamId, length);
        }
    }

    @Override
    public void received(Frame frame) {
        if (frame instanceof SettingsFrame settings && settings.ack() && unacknowledgedSettings > 0) {
            unacknowledgedSettings--;
        }
        if (recording != null) {
            recording.received(frame);
        }
    }

    @Override
    public void sent(Frame frame) {
        if (frame instanceof SettingsFrame settings && !settings.ack()) {
            sentSettings = settings;
            unacknowledgedSettings++;
        }
        if (recording != null) {
            recording.sent(frame);
        }
    }

    @Override
    public void headersReceived(Frame frame, HeaderList fields) {
        if (recording != null) {
            recording.headersReceived(frame, fields);
        }
    }

    @Override
    public void bytesReceived(Http2SessionContext of, int bytes) {
        counts.bytesIn += bytes;
    }

    @Override
    public void bytesSent(Http2SessionContext of, int bytes) {
        counts.bytesOut += bytes;
    }

    @Override
    public void streamOpened(Http2SessionContext of, int streamId, boolean local) {
        counts.streams++;
        if (recording != null) {
            recording.streamOpened(streamId, local);
        }
    }

    @Override
    public void streamClosed(
            Http2SessionContext of,
            int streamId,
            boolean local,
            long errorCode,
            boolean inboundComplete,
            long firstByteNanos,
            long nanos) {
        if (recording != null) {
            recording.streamClosed(streamId, errorCode, inboundComplete);
        }
    }

    @Override
    public void requestSent(Http2SessionContext of, int streamId, long queuedNanos) {
        if (recording != null) {
            recording.requestSent(streamId, queuedNanos);
        }
    }

    @Override
    public void stallBegun(Http2SessionContext of, int streamId, Http2Stall cause) {
        counts.stalls[cause.ordinal()]++;
        if (recording != null) {
            recording.stallBegun(streamId, cause);
        }
    }

    @Override
    public void stallEnded(Http2SessionContext of, int streamId, Http2Stall cause, long nanos) {
        counts.stallNanos[cause.ordinal()] += nanos;
        if (recording != null) {
            recording.stallEnded(streamId, cause, nanos);
        }
    }

    @Override
    public void headersReceived(Http2SessionContext of, int encodedBytes, int listSize) {
        counts.headerBytesIn += encodedBytes;
        counts.headerListIn += listSize;
    }

    @Override
    public void headersSent(Http2SessionContext of, int encodedBytes, int listSize) {
        counts.headerBytesOut += encodedBytes;
        counts.headerListOut += listSize;
    }

    @Override
    public void resetReceived(Http2SessionContext of, long errorCode) {
        counts.resetsIn++;
    }

    @Override
    public void resetSent(Http2SessionContext of, long errorCode) {
        counts.resetsOut++;
    }

    @Override
    public void glitch(Http2SessionContext of, Http2Glitch cause) {
        counts.glitches[cause.ordinal()]++;
        counts.glitchPoints += cause.points();
    }
}
