package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.connection.Connection;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/** Resets a stream whose header block is not sent: otherwise neither end would end it. */
final class SafeUnsentFrames extends UnsentFrames {
    SafeUnsentFrames(Connection connection) {
        super(connection);
    }

    @Override
    void failed(OutboundItem item, boolean asked) {
        connection.shutdown().giveUp(item, NotSentReason.SESSION_CLOSING, true);
    }

    @Override
    void cancelled(Frame frame) {
        // Its stream stays idle until a higher one is opened.
    }

    @Override
    void headersMissing(Stream stream, NotSentReason reason) {
        boolean intended = reason == NotSentReason.CANCEL || reason == NotSentReason.START_STREAM_NOT_ALLOWED;
        ErrorCode code = intended ? ErrorCode.CANCEL : ErrorCode.INTERNAL_ERROR;
        connection.lifecycle().reset(stream, code.code(), false);
    }

    @Override
    boolean told(OutboundItem item, NotSentReason reason) {
        int type = item.frame().type();
        return item.fromApplication() || (type != FrameType.WINDOW_UPDATE && type != FrameType.RST_STREAM);
    }
}
