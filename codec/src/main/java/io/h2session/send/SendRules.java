package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;

/** Whether a frame may be sent, now that its turn has come. */
final class SendRules {
    private final Connection connection;

    SendRules(Connection connection) {
        this.connection = connection;
    }

    /** Null if it may. */
    NotSentReason check(OutboundItem item) {
        Frame frame = item.frame();
        return switch (frame.type()) {
            case FrameType.HEADERS -> headers(item, (HeadersFrame) frame);
            case FrameType.PUSH_PROMISE -> pushPromise((PushPromiseFrame) frame);
            case FrameType.RST_STREAM -> reset(item, (ResetFrame) frame);
            case FrameType.WINDOW_UPDATE -> windowUpdate(frame.streamId());
            case FrameType.ALTSVC -> altSvc(frame.streamId());
            default -> null;
        };
    }

    private NotSentReason headers(OutboundItem item, HeadersFrame frame) {
        if (item.cancelled()) {
            return NotSentReason.CANCEL;
        }
        Stream stream = connection.stream(frame.streamId());
        if (stream == null) {
            boolean request = frame.category() == HeadersCategory.REQUEST && connection.idle(frame.streamId());
            return request ? request() : NotSentReason.STREAM_CLOSED;
        }
        if (stream.resetQueued()) {
            return NotSentReason.STREAM_CLOSING;
        }
        StreamState state = stream.state();
        if (!StreamEvent.SEND_HEADERS.allowedIn(state)) {
            return state == StreamState.RESERVED_REMOTE ? NotSentReason.PROTO : NotSentReason.STREAM_SHUT_WR;
        }
        if (state == StreamState.RESERVED_LOCAL && connection.shutdown().goAwayReceived()) {
            return NotSentReason.START_STREAM_NOT_ALLOWED;
        }
        return null;
    }

    private NotSentReason request() {
        return connection.shutdown().goAwayReceived() || connection.shutdown().goAwaySent()
                ? NotSentReason.START_STREAM_NOT_ALLOWED
                : null;
    }

    private NotSentReason pushPromise(PushPromiseFrame frame) {
        if (!connection.remote().enablePush()) {
            return NotSentReason.PUSH_DISABLED;
        }
        Stream parent = connection.stream(frame.streamId());
        Stream promised = connection.stream(frame.promisedStreamId());
        if (parent == null || promised == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        if (parent.resetQueued() || promised.resetQueued()) {
            return NotSentReason.STREAM_CLOSING;
        }
        if (connection.shutdown().goAwayReceived()) {
            return NotSentReason.START_STREAM_NOT_ALLOWED;
        }
        return StreamEvent.SEND_PUSH_PROMISE.allowedIn(parent.state()) ? null : NotSentReason.STREAM_SHUT_WR;
    }

    // A stream that was refused never was: its RST_STREAM goes without one. All others go only while their stream is
    // there,
    // since the peer's own RST_STREAM may have come first (RFC 9113 section 5.4.2).
    private NotSentReason reset(OutboundItem item, ResetFrame frame) {
        return item.refusal() || connection.stream(frame.streamId()) != null ? null : NotSentReason.STREAM_CLOSED;
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
        return streamId != 0 && connection.stream(streamId) == null ? NotSentReason.STREAM_CLOSED : null;
    }
}
