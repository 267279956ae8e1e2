package io.h2session.netty;

import io.h2session.api.Http2SessionContext;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingsFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.netty.channel.Channel;
import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;

/**
 * Logs one line for each frame, including CONTINUATION and ignored frames:
 *
 * <pre>
 *   [id: 0x5a1f3c27, ...] IN  HEADERS stream=1 flags=END_STREAM|END_HEADERS length=31
 *   [id: 0x5a1f3c27, ...] OUT RST_STREAM stream=1 length=4 error=CANCEL
 * </pre>
 *
 * A line has numbers only, and no bytes from the peer or the application. The log exists only in sessions that are
 * logged.
 */
final class FrameLog implements Http2SessionObserver {
    private final InternalLogger logger;
    private final InternalLogLevel level;
    private final Channel channel;

    /** The line of a received frame whose values are reported a moment later if it is well formed; null if there is none. */
    private StringBuilder receiving;

    /** The same for the frame that is being sent. */
    private StringBuilder sending;

    private FrameLog(Channel channel, InternalLogger logger, InternalLogLevel level) {
        this.channel = channel;
        this.logger = logger;
        this.level = level;
    }

    /** The log of one session; null if its frames are not logged. */
    static FrameLog of(Channel channel, HandlerSettings settings) {
        InternalLogger logger = settings.frameLogger;
        InternalLogLevel level = settings.frameLogLevel;
        return logger == null || level == null || !logger.isEnabled(level)
                ? null
                : new FrameLog(channel, logger, level);
    }

    /** A frame was received. If its header was reported before, its line is complete now. */
    @Override
    public void received(Frame frame) {
        if (receiving != null) {
            receiving.append(values(frame));
            endReceiving();
        }
    }

    /** A frame was sent. If its header was reported before, its line is complete now. */
    @Override
    public void sent(Frame frame) {
        if (sending != null) {
            sending.append(values(frame));
            endSending();
        }
    }

    @Override
    public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
        endReceiving();
        receiving = line("IN  ", type, flags, streamId, length);
        if (!hasValues(type)) {
            endReceiving();
        }
    }

    @Override
    public void bytesReceived(Http2SessionContext session, int bytes) {
        endReceiving();
    }

    @Override
    public void frameSent(Http2SessionContext session, int type, int flags, int streamId, int length) {
        endSending();
        sending = line("OUT ", type, flags, streamId, length);
        if (!hasValues(type)) {
            endSending();
        }
    }

    private void endReceiving() {
        if (receiving != null) {
            logger.log(level, "{} {}", channel, receiving);
            receiving = null;
        }
    }

    private void endSending() {
        if (sending != null) {
            logger.log(level, "{} {}", channel, sending);
            sending = null;
        }
    }

    private static StringBuilder line(String direction, int type, int flags, int streamId, int length) {
        StringBuilder line = new StringBuilder(96).append(direction).append(FrameType.name(type));
        line.append(" stream=").append(streamId);
        if (flags != 0) {
            line.append(" flags=").append(FrameFlags.describe(type, flags));
        }
        return line.append(" length=").append(length);
    }

    private static boolean hasValues(int type) {
        return type == FrameType.RST_STREAM
                || type == FrameType.SETTINGS
                || type == FrameType.GOAWAY
                || type == FrameType.WINDOW_UPDATE;
    }

    private static String values(Frame frame) {
        if (frame instanceof ResetFrame reset) {
            return " error=" + ErrorCode.name(reset.errorCode());
        }
        if (frame instanceof SettingsFrame settings) {
            return settings.ack() ? "" : " " + settings.settings();
        }
        if (frame instanceof GoAwayFrame goAway) {
            return " last=" + goAway.lastStreamId() + " error=" + ErrorCode.name(goAway.errorCode());
        }
        return frame instanceof WindowUpdateFrame update ? " increment=" + update.increment() : "";
    }

    @Override
    public void sessionEnded(Http2SessionContext session, String reason) {
        endReceiving();
        endSending();
    }

    @Override
    public void bytesSent(Http2SessionContext session, int bytes) {
        endSending();
    }
}
