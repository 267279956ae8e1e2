package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.hpack.HeaderToken;
import io.h2session.message.OutboundRules;
import io.h2session.message.RequestKind;
import io.h2session.message.SubmittedPhase;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.netty.util.AsciiString;

/** Sends one frame of the queue: the rules, the encoding, and the effects of sending it or not. */
final class ItemSender {
    private final Connection connection;
    private final FrameHandover handover;
    private final SendRules rules;
    private final UnsentFrames unsent;
    private final HeaderBlockSender headerBlocks;
    private final ControlFrameSender controlFrames;
    private final SentEffects effects;
    private final boolean judged;

    ItemSender(
            Connection connection,
            FrameHandover handover,
            SendRules rules,
            HeaderBlockSender headerBlocks,
            ControlFrameSender controlFrames,
            SentEffects effects) {
        this.connection = connection;
        this.handover = handover;
        this.rules = rules;
        this.headerBlocks = headerBlocks;
        this.controlFrames = controlFrames;
        this.effects = effects;
        unsent = UnsentFrames.of(connection);
        judged = connection.judgesOutbound();
    }

    /** Sends a frame that has left the queue, or gives it up. Returns whether a frame was written. */
    boolean send(OutboundItem item) {
        connection.handled(item);
        NotSentReason reason = rules.check(item);
        if (reason == null) {
            reason = writeOrGiveUp(item);
        }
        if (reason != null) {
            unsent.refused(item, reason);
        }
        connection.handled(null);
        return reason == null;
    }

    // The application may throw when it is asked for padding or for its consent: by then the frame has left the queue.
    private NotSentReason writeOrGiveUp(OutboundItem item) {
        boolean done = false;
        try {
            NotSentReason reason = write(item);
            if (reason == null) {
                written(item);
            }
            done = true;
            return reason;
        } finally {
            // A frame that was sent is not handled any more.
            if (!done && connection.handled() != null) {
                giveUp(item);
            }
        }
    }

    // The first SETTINGS are sent before the last GOAWAY, even if they cannot be sent now (RFC 9113 section 3.4).
    private void giveUp(OutboundItem item) {
        if (!controlFrames.settingsWritten() && item.frame() instanceof SettingsFrame settings && !settings.ack()) {
            connection.queue().putBackFirstSettings(item);
        } else {
            unsent.failed(item, headerBlocks.asked());
        }
    }

    private void written(OutboundItem item) {
        connection.lifecycle().opened(item.frame());
        if (handover.sent(item)) {
            effects.sent(item);
        }
    }

    /** Returns null if it was written; the item's frame is then the one that was written. */
    private NotSentReason write(OutboundItem item) {
        Frame frame = item.frame();
        return switch (frame.type()) {
            case FrameType.HEADERS -> writeHeaders(item, (HeadersFrame) frame);
            case FrameType.PUSH_PROMISE -> headerBlocks.pushPromise(item, (PushPromiseFrame) frame);
            default -> controlFrames.send(item);
        };
    }

    private NotSentReason writeHeaders(OutboundItem item, HeadersFrame frame) {
        Stream stream = connection.stream(frame.streamId());
        HeadersCategory category;
        if (stream == null) {
            category = HeadersCategory.REQUEST;
            stream = connection.lifecycle().begin(frame.streamId(), StreamEvent.SEND_HEADERS);
            stream.userData(item.userData());
            stream.heldTrailers(item.trailers());
            item.trailers(null);
            AsciiString method = frame.headers().value(HeaderToken.METHOD);
            if (method != null) {
                stream.inbound().expectResponseTo(RequestKind.of(method));
            }
            if (judged) {
                requestSubmitted(stream, frame);
            }
        } else {
            category = categoryOf(stream, frame);
            if (category == HeadersCategory.PUSH_RESPONSE && item.userData() != null) {
                stream.userData(item.userData());
            }
        }
        return headerBlocks.headers(item, frame, category);
    }

    private static void requestSubmitted(Stream stream, HeadersFrame frame) {
        boolean ended = frame.endStream() || stream.heldTrailers() != null;
        stream.submitted(ended ? SubmittedPhase.ENDED : SubmittedPhase.CONTENT);
        if (!frame.endStream()) {
            stream.contentLeft(OutboundRules.contentLength(frame.headers()));
        }
    }

    private HeadersCategory categoryOf(Stream stream, HeadersFrame frame) {
        if (stream.state() == StreamState.RESERVED_LOCAL) {
            return HeadersCategory.PUSH_RESPONSE;
        }
        boolean response = !connection.role().opens(stream.id()) && stream.outboundPhase() == OutboundPhase.NOTHING;
        return response ? HeadersCategory.RESPONSE : HeadersCategory.later(frame.headers());
    }
}
