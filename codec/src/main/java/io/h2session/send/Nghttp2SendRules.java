package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;

/**
 * nghttp2's rules ({@code session_prep_frame}). What was submitted before, or after, the last GOAWAY is refused frame by
 * frame, and whether a body may be sent is judged when its turn comes.
 */
final class Nghttp2SendRules extends SendRules {
    Nghttp2SendRules(Connection connection) {
        super(connection);
    }

    @Override
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
        return refusedAtTheEnd(frame, reason) ? NotSentReason.SESSION_CLOSING : reason;
    }

    private boolean refusedAtTheEnd(Frame frame, NotSentReason otherwise) {
        return switch (frame.type()) {
            case FrameType.GOAWAY -> false;
            case FrameType.SETTINGS -> ((SettingsFrame) frame).ack() && shutdown.closing();
            case FrameType.PING -> shutdown.terminating();
            // A request's stream is there by now, so that the session has something left to do.
            case FrameType.HEADERS, FrameType.PUSH_PROMISE ->
                otherwise != NotSentReason.STREAM_CLOSED && !opensStream(frame) && shutdown.closing();
            default -> shutdown.closing();
        };
    }

    private static boolean opensStream(Frame frame) {
        return frame instanceof HeadersFrame headers && headers.category() == HeadersCategory.REQUEST;
    }

    private NotSentReason headers(OutboundItem item, HeadersFrame frame) {
        if (item.cancelled()) {
            return NotSentReason.STREAM_CLOSING;
        }
        Stream stream = connection.stream(frame.streamId());
        if (stream == null) {
            return withoutStream(frame);
        }
        StreamState state = stream.state();
        if (stream.resetQueued() && !state.localClosed()) {
            return NotSentReason.STREAM_CLOSING;
        }
        if (!StreamEvent.SEND_HEADERS.allowedIn(state)) {
            return NotSentReason.STREAM_SHUT_WR;
        }
        if (state == StreamState.RESERVED_LOCAL && shutdown.goAwayReceived()) {
            return NotSentReason.START_STREAM_NOT_ALLOWED;
        }
        return null;
    }

    private NotSentReason withoutStream(HeadersFrame frame) {
        if (!opensStream(frame) || connection.lifecycle().begun(frame.streamId())) {
            return NotSentReason.STREAM_CLOSED;
        }
        return shutdown.goAwayReceived() || shutdown.terminating() ? NotSentReason.START_STREAM_NOT_ALLOWED : null;
    }

    private NotSentReason pushPromise(PushPromiseFrame frame) {
        Stream parent = connection.stream(frame.streamId());
        if (parent == null || connection.stream(frame.promisedStreamId()) == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        if (parent.state().localClosed()) {
            return NotSentReason.STREAM_SHUT_WR;
        }
        if (parent.resetQueued()) {
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

    private NotSentReason reset(OutboundItem item, ResetFrame frame) {
        boolean due = item.refusal()
                || connection.stream(frame.streamId()) != null
                || (!item.fromApplication() && !item.cancelled());
        return due ? null : NotSentReason.STREAM_CLOSED;
    }

    private NotSentReason altSvc(int streamId) {
        Stream stream = connection.stream(streamId);
        if (streamId != 0 && stream == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        return stream != null && stream.resetQueued() ? NotSentReason.STREAM_CLOSING : null;
    }

    private NotSentReason priorityUpdate(PriorityUpdateFrame frame) {
        Stream stream = connection.stream(frame.prioritizedStreamId());
        if (stream == null) {
            return null;
        }
        if (stream.resetQueued()) {
            return NotSentReason.STREAM_CLOSING;
        }
        return stream.state().remoteClosed() ? NotSentReason.INVALID_STREAM_STATE : null;
    }

    @Override
    DataTurn turn(Stream stream) {
        if (connection.sendWindow().available() <= 0) {
            // No body is looked at, not even to give it up.
            return DataTurn.BLOCKED;
        }
        boolean sendable = !shutdown.terminating()
                && StreamEvent.SEND_DATA.allowedIn(stream.state())
                && !stream.resetQueued()
                && (connection.role().opens(stream.id()) || stream.outboundPhase() == OutboundPhase.HEADERS_SENT);
        return sendable ? DataTurn.SEND : DataTurn.DROP;
    }

    @Override
    boolean mayStillSend(Stream stream) {
        return true;
    }
}
