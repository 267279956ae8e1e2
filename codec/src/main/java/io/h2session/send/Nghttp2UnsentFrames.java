package io.h2session.send;

import io.h2session.api.NotSentReason;
import io.h2session.connection.Connection;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamHistory.Ending;

/**
 * nghttp2's way ({@code nghttp2_session_mem_send_internal}): a stream whose header block is not sent stays as it is, and
 * its number is used once the application was asked.
 */
final class Nghttp2UnsentFrames extends UnsentFrames {
    Nghttp2UnsentFrames(Connection connection) {
        super(connection);
    }

    @Override
    void failed(OutboundItem item, boolean asked) {
        Stream stream = connection.stream(item.frame().streamId());
        boolean request = item.frame() instanceof HeadersFrame headers && headers.category() == HeadersCategory.REQUEST;
        if (!asked && stream != null && request) {
            // A request that could not be prepared is refused, though the session fails.
            connection.lifecycle().close(stream, ErrorCode.REFUSED_STREAM.code(), Ending.WE_RESET);
        }
        connection.shutdown().giveUp(item, NotSentReason.SESSION_CLOSING, false);
    }

    @Override
    void cancelled(Frame frame) {
        connection.lifecycle().opened(frame);
    }

    @Override
    void headersMissing(Stream stream, NotSentReason reason) {
        // The application is told, and may reset the stream.
    }

    @Override
    boolean told(OutboundItem item, NotSentReason reason) {
        int type = item.frame().type();
        return type != FrameType.WINDOW_UPDATE
                && (type != FrameType.RST_STREAM || reason != NotSentReason.STREAM_CLOSED);
    }
}
