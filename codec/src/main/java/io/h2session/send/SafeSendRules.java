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

/** The rules of the safe preset: nothing is queued any more once the session ends, so that only streams are judged. */
final class SafeSendRules extends SendRules {
    SafeSendRules(Connection connection) {
        super(connection);
    }

    @Override
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
            return withoutStream(frame);
        }
        if (stream.resetQueued()) {
            return NotSentReason.STREAM_CLOSING;
        }
        StreamState state = stream.state();
        if (!StreamEvent.SEND_HEADERS.allowedIn(state)) {
            return state == StreamState.RESERVED_REMOTE ? NotSentReason.PROTO : NotSentReason.STREAM_SHUT_WR;
        }
        if (frame.endStream() && stream.contentLeft() > 0) {
            return NotSentReason.LESS_THAN_CONTENT_LENGTH;
        }
        if (state == StreamState.RESERVED_LOCAL && shutdown.goAwayReceived()) {
            return NotSentReason.START_STREAM_NOT_ALLOWED;
        }
        return null;
    }

    private NotSentReason withoutStream(HeadersFrame frame) {
        boolean request = frame.category() == HeadersCategory.REQUEST
                && !connection.lifecycle().begun(frame.streamId());
        if (!request) {
            return NotSentReason.STREAM_CLOSED;
        }
        return shutdown.goAwayReceived() || shutdown.goAwaySent() ? NotSentReason.START_STREAM_NOT_ALLOWED : null;
    }

    private NotSentReason pushPromise(PushPromiseFrame frame) {
        Stream parent = connection.stream(frame.streamId());
        Stream promised = connection.stream(frame.promisedStreamId());
        if (parent == null || promised == null) {
            return NotSentReason.STREAM_CLOSED;
        }
        if (parent.resetQueued() || promised.resetQueued()) {
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

    // A RST_STREAM that refuses a stream needs no stream here. Any other is sent only while its stream is live, since
    // the peer's own RST_STREAM may have come first (RFC 9113 section 5.4.2), and only after the frame that opens the
    // stream: until then the stream is idle for the peer (section 6.4).
    private NotSentReason reset(OutboundItem item, ResetFrame frame) {
        boolean due =
                item.refusal() || (connection.stream(frame.streamId()) != null && !connection.idle(frame.streamId()));
        return due ? null : NotSentReason.STREAM_CLOSED;
    }

    private NotSentReason altSvc(int streamId) {
        return streamId != 0 && connection.stream(streamId) == null ? NotSentReason.STREAM_CLOSED : null;
    }

    @Override
    DataTurn turn(Stream stream) {
        return DataTurn.SEND;
    }

    @Override
    boolean mayStillSend(Stream stream) {
        return !stream.resetQueued();
    }
}
