package io.h2session.send;

import io.h2session.api.DataSource;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.BodyState;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.h2session.stream.StreamHistory.Ending;

/** What having sent a frame does: the application is told, states move, streams end. */
final class SentEffects {
    private final Connection connection;
    private final OutboundBuffer out;

    SentEffects(Connection connection, OutboundBuffer out) {
        this.connection = connection;
        this.out = out;
    }

    void headersSent(OutboundItem item, HeadersFrame frame) {
        Stream stream = connection.stream(frame.streamId());
        if (stream.state() == StreamState.RESERVED_LOCAL) {
            connection.lifecycle().move(stream, StreamEvent.SEND_HEADERS);
        }
        boolean first = stream.outboundPhase() == OutboundPhase.NOTHING;
        stream.outboundPhase(OutboundPhase.HEADERS_SENT);
        tell(frame);
        DataSource body = item.takeBody();
        if (stream.over() || (body != null && stream.body() != null)) {
            // Of two bodies the one attached first is being sent already.
            connection.callbacks().close(body);
        } else if (frame.endStream()) {
            endStream(stream);
        } else if (body != null) {
            stream.attachBody(body, true);
            schedule(stream);
        } else if (first && stream.body() != null) {
            // Submitted while the header block was still queued.
            schedule(stream);
        }
    }

    private void schedule(Stream stream) {
        if (!stream.resetQueued()) {
            connection.scheduler().add(stream);
        }
    }

    void dataSent(Stream stream, DataFrame frame) {
        tell(frame);
        if ((frame.flags() & FrameFlags.END_STREAM) != 0 && !stream.over()) {
            endStream(stream);
        }
    }

    private void endStream(Stream stream) {
        if (stream.body() != null) {
            // Trailers that did not wait for it: what is left of it cannot be sent any more.
            connection.scheduler().remove(stream, BodyState.NONE);
            connection.callbacks().close(stream.detachBody());
        }
        if (stream.resetQueued()) {
            // Both ends are done, but for the RST_STREAM that is on its way and will close it.
            return;
        }
        boolean over = connection.lifecycle().move(stream, StreamEvent.SEND_END_STREAM);
        if (!over && stream.inputIgnored()) {
            connection.lifecycle().reset(stream, ErrorCode.NO_ERROR.code(), false);
        }
    }

    void resetSent(ResetFrame frame) {
        tell(frame);
        Stream stream = connection.stream(frame.streamId());
        if (stream != null) {
            connection.lifecycle().close(stream, frame.errorCode(), Ending.WE_RESET);
        }
    }

    void goAwaySent(GoAwayFrame frame) {
        tell(frame);
        connection.shutdown().goAwaySent(frame.lastStreamId());
    }

    void windowUpdateSent(WindowUpdateFrame frame) {
        tell(frame);
        if (frame.streamId() == 0) {
            connection.receiveWindow().updateSent();
            connection.windowCredit().giveForConnection();
            return;
        }
        Stream stream = connection.stream(frame.streamId());
        if (stream != null) {
            ReceiveWindow window = stream.receiveWindow();
            window.updateSent();
            connection.windowCredit().giveForStream(stream);
        }
    }

    void otherSent(Frame frame) {
        tell(frame);
    }

    private void tell(Frame frame) {
        out.frameWritten();
        OutboundItem item = connection.handled();
        if (item != null) {
            item.tellOnce();
        }
        connection.callbacks().frameSent(frame);
    }
}
