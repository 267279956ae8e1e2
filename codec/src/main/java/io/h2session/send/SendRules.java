package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.connection.Shutdown;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;

/** Whether a frame may be sent, now that its turn has come. */
final class SendRules {
    private final Connection connection;
    private final Shutdown shutdown;
    private final boolean follow;

    SendRules(Connection connection) {
        this.connection = connection;
        shutdown = connection.shutdown();
        follow = !connection.semantics().allEndWithTheSession();
    }

    /** Null if it may. */
    NotSentReason check(OutboundItem item) {
        Frame frame = item.frame();
        NotSentReason reason =
                switch (frame.type()) {
                    case FrameType.HEADERS -> headers(item, (HeadersFrame) frame);
                    case FrameType.PUSH_PROMISE -> pushPromise((PushPromiseFrame) frame);
                    case FrameType.RST_STREAM -> reset(item, (ResetFrame) frame);
                    case FrameType.WINDOW_UPDATE -> windowUpdate(frame.streamId());
                    case FrameType.ALTSVC -> altSvc(frame.streamId());
                    case FrameType.PRIORITY_UPDATE -> priorityUpdate((PriorityUpdateFrame) frame);
                    default -> null;
                };
        return reason != null && !follow ? reason : endOfSession(item, reason);
    }

    // In nghttp2's way what was submitted before, and after, the last GOAWAY is refused frame by frame.
    private NotSentReason endOfSession(OutboundItem item, NotSentReason otherwise) {
        if (!follow) {
            return otherwise;
        }
        int type = item.frame().type();
        boolean refused =
                switch (type) {
                    case FrameType.GOAWAY -> false;
                    case FrameType.SETTINGS -> ((SettingsFrame) item.frame()).ack() && shutdown.closing();
                    case FrameType.PING -> shutdown.terminating();
                    // A request's stream is there by now, so that the session has something left to do.
                    case FrameType.HEADERS, FrameType.PUSH_PROMISE ->
                        otherwise != NotSentReason.STREAM_CLOSED && !opensStream(item.frame()) && shutdown.closing();
                    default -> shutdown.closing();
                };
        return refused ? NotSentReason.SESSION_CLOSING : otherwise;
    }

    private static boolean opensStream(Frame frame) {
        return frame instanceof HeadersFrame headers && headers.category() == HeadersCategory.REQUEST;
    }

    private NotSentReason headers(OutboundItem item, HeadersFrame frame) {
        if (item.cancelled()) {
            return follow ? NotSentReason.STREAM_CLOSING : NotSentReason.CANCEL;
        }
        Stream stream = connection.stream(frame.streamId());
        if (stream == null) {
            boolean request = frame.category() == HeadersCategory.REQUEST
                    && !connection.lifecycle().begun(frame.streamId());
            return request ? request() : NotSentReason.STREAM_CLOSED;
        }
        StreamState state = stream.state();
        if (stream.resetQueued() && (!follow || !state.localClosed())) {
            return NotSentReason.STREAM_CLOSING;
        }
        if (!StreamEvent.SEND_HEADERS.allowedIn(state)) {
            return state == StreamState.RESERVED_REMOTE && !follow ? NotSentReason.PROTO : NotSentReason.STREAM_SHUT_WR;
        }
        if (frame.endStream() && stream.contentLeft() > 0) {
            return NotSentReason.LESS_THAN_CONTENT_LENGTH;
        }
        if (state == StreamState.RESERVED_LOCAL && shutdown.goAwayReceived()) {
            return NotSentReason.START_STREAM_NOT_ALLOWED;
        }
        return null;
    }

    private NotSentReason request() {
        boolean ending = follow ? shutdown.terminating() : shutdown.goAwaySent();
        return shutdown.goAwayReceived() || ending ? NotSentReason.START_STREAM_NOT_ALLOWED : null;
    }

    private NotSentReason pushPromise(PushPromiseFrame frame) {
        Stream parent = connection.stream(frame.streamId());
        Stream promised = connection.stream(frame.promisedStreamId());
        if (parent == null || promised == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        if (follow && parent.state().localClosed()) {
            return NotSentReason.STREAM_SHUT_WR;
        }
        if (parent.resetQueued() || (promised.resetQueued() && !follow)) {
            return NotSentReason.STREAM_CLOSING;
        }
        if (!connection.remote().enablePush()) {
            return NotSentReason.PUSH_DISABLED;
        }
        if (shutdown.goAwayReceived()) {
            return NotSentReason.START_STREAM_NOT_ALLOWED;
        }
        return StreamEvent.SEND_PUSH_PROMISE.allowedIn(parent.state()) ? null : NotSentReason.STREAM_SHUT_WR;
    }

    // A stream that was refused never was: its RST_STREAM goes without one. All others go only while their stream is
    // there, since the peer's own RST_STREAM may have come first (RFC 9113 section 5.4.2); and not before the frame
    // that
    // opens it, which may never go once the session ends: to the peer the stream is idle (section 6.4).
    private NotSentReason reset(OutboundItem item, ResetFrame frame) {
        boolean due = item.refusal()
                || (connection.stream(frame.streamId()) != null && (follow || !connection.idle(frame.streamId())))
                || (follow && !item.fromApplication() && !item.cancelled());
        return due ? null : NotSentReason.STREAM_CLOSED;
    }

    private NotSentReason windowUpdate(int streamId) {
        if (streamId == 0) {
            return null;
        }
        Stream stream = connection.stream(streamId);
        if (stream == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        if (stream.resetQueued()) {
            return NotSentReason.STREAM_CLOSING;
        }
        return StreamEvent.SEND_WINDOW_UPDATE.allowedIn(stream.state()) ? null : NotSentReason.INVALID_STREAM_STATE;
    }

    private NotSentReason altSvc(int streamId) {
        Stream stream = connection.stream(streamId);
        if (streamId != 0 && stream == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        return follow && stream != null && stream.resetQueued() ? NotSentReason.STREAM_CLOSING : null;
    }

    private NotSentReason priorityUpdate(PriorityUpdateFrame frame) {
        Stream stream = connection.stream(frame.prioritizedStreamId());
        if (!follow || stream == null) {
            return null;
        }
        if (stream.resetQueued()) {
            return NotSentReason.STREAM_CLOSING;
        }
        return stream.state().remoteClosed() ? NotSentReason.INVALID_STREAM_STATE : null;
    }
}
