package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.api.SendAnswer;
import io.h2session.connection.Connection;
import io.h2session.frame.AltSvcFrame;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.FrameWriter;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.OriginFrame;
import io.h2session.frame.PingFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.queue.OutboundItem;
import io.netty.buffer.ByteBuf;

/**
 * Encodes all frames except DATA, HEADERS and PUSH_PROMISE, with the application's consent where it may refuse (RFC 9113
 * sections 6.4 to 6.9).
 */
final class ControlFrameSender {
    private final Connection connection;
    private final OutboundBuffer out;
    private boolean settingsWritten;

    ControlFrameSender(Connection connection, OutboundBuffer out) {
        this.connection = connection;
        this.out = out;
    }

    /** Whether our first SETTINGS were written. */
    boolean settingsWritten() {
        return settingsWritten;
    }

    /** Returns null if it was written; the item's frame is then the one that was written. */
    NotSentReason send(OutboundItem item) {
        Frame queued = item.frame();
        if (queued instanceof ExtensionFrame extension) {
            return extension(item, extension);
        }
        Frame frame = queued instanceof GoAwayFrame goAway ? neverRising(goAway) : queued;
        boolean cancelled = connection.callbacks().beforeFrameSend(frame) == SendAnswer.CANCEL;
        // All others keep the two ends in step, and the connection would break without them.
        boolean cancellable =
                FrameType.isExtension(frame.type()) || (frame instanceof PingFrame && item.fromApplication());
        if (cancelled && cancellable) {
            return NotSentReason.CANCEL;
        }
        encode(frame);
        item.frame(frame);
        return null;
    }

    /** Writes a frame of any type but extensions of the application's. */
    void encode(Frame frame) {
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        if (frame instanceof WindowUpdateFrame update) {
            FrameWriter.windowUpdate(target, frame.streamId(), update.increment());
        } else if (frame instanceof ResetFrame reset) {
            FrameWriter.reset(target, frame.streamId(), reset.errorCode());
        } else if (frame instanceof SettingsFrame settings) {
            encodeSettings(target, settings);
        } else if (frame instanceof PingFrame ping) {
            encodePing(target, ping);
        } else if (frame instanceof GoAwayFrame goAway) {
            FrameWriter.goAway(target, goAway.lastStreamId(), goAway.errorCode(), goAway.debugData());
        } else {
            encodeKnownExtension(target, frame);
        }
        connection.metrics().framesSent(target, start);
    }

    private void encodeSettings(ByteBuf target, SettingsFrame settings) {
        if (settings.ack()) {
            FrameWriter.settingsAck(target);
            return;
        }
        FrameWriter.settings(target, settings.settings());
        settingsWritten = true;
        connection.deadlines().settingsSent();
    }

    private void encodePing(ByteBuf target, PingFrame ping) {
        FrameWriter.ping(target, ping.ack(), ping.opaqueData());
        if (!ping.ack()) {
            connection.floodGuard().pingSent();
            connection.pingTimer().sent(ping.opaqueData(), connection.now());
        }
    }

    private static void encodeKnownExtension(ByteBuf target, Frame frame) {
        if (frame instanceof AltSvcFrame altSvc) {
            FrameWriter.altSvc(target, altSvc.streamId(), altSvc.origin(), altSvc.value());
        } else if (frame instanceof OriginFrame origin) {
            FrameWriter.origin(target, origin.origins());
        } else if (frame instanceof PriorityUpdateFrame update) {
            FrameWriter.priorityUpdate(target, update.prioritizedStreamId(), update.fieldValue());
        } else {
            throw new AssertionError(frame);
        }
    }

    // The payload is written behind room for the frame header, which is filled in when the length is known.
    private NotSentReason extension(OutboundItem item, ExtensionFrame queued) {
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        target.ensureWritable(FrameWriter.HEADER_BYTES).writerIndex(start + FrameWriter.HEADER_BYTES);
        item.markPacked();
        boolean packed = connection.callbacks().packExtension(queued, target) == SendAnswer.PROCEED;
        int end = target.writerIndex();
        int length = end - start - FrameWriter.HEADER_BYTES;
        target.writerIndex(start);
        if (!packed) {
            return NotSentReason.CANCEL;
        } else if (length > connection.remote().maxFrameSize()) {
            // The peer would end the connection (RFC 9113 section 4.2).
            return NotSentReason.FRAME_SIZE_ERROR;
        }
        ExtensionFrame frame =
                new ExtensionFrame(queued.type(), queued.flags(), queued.streamId(), length, queued.payload());
        if (connection.callbacks().beforeFrameSend(frame) == SendAnswer.CANCEL) {
            return NotSentReason.CANCEL;
        }
        FrameWriter.header(target, length, frame.type(), frame.flags(), frame.streamId());
        target.writerIndex(end);
        connection.metrics().framesSent(target, start);
        item.frame(frame);
        return null;
    }

    /** The last stream id must not rise, in whatever order GOAWAYs were submitted (RFC 9113 section 6.8). */
    GoAwayFrame neverRising(GoAwayFrame frame) {
        int lowest = connection.shutdown().lastIdSent();
        return frame.lastStreamId() <= lowest ? frame : new GoAwayFrame(lowest, frame.errorCode(), frame.debugData());
    }
}
