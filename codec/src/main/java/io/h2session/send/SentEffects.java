package io.h2session.send;

import io.h2session.api.DataSource;
import io.h2session.api.StreamState;
import io.h2session.connection.Connection;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.WindowUpdateFrame;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.BodyState;
import io.h2session.stream.OutboundPhase;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.h2session.stream.StreamHistory.Ending;

/** The effects of sending a frame: the application is told, states change, streams end. */
final class SentEffects {
    private final Connection connection;
    private final OutboundBuffer out;

    SentEffects(Connection connection, OutboundBuffer out) {
        this.connection = connection;
        this.out = out;
    }

    /** A queued frame was sent. */
    void sent(OutboundItem item) {
        Frame frame = item.frame();
        switch (frame.type()) {
            case FrameType.HEADERS -> headersSent(item, (HeadersFrame) frame);
            case FrameType.RST_STREAM -> resetSent((ResetFrame) frame);
            case FrameType.GOAWAY -> goAwaySent(item, (GoAwayFrame) frame);
            case FrameType.WINDOW_UPDATE -> windowUpdateSent((WindowUpdateFrame) frame);
            default -> told(frame);
        }
    }

    private void headersSent(OutboundItem item, HeadersFrame frame) {
        connection.pingPolicy().messageSent();
        Stream stream = connection.stream(frame.streamId());
        if (stream == null) {
            // The stream has ended since the frame was written.
            connection.callbacks().close(item.takeBody());
            told(frame);
            return;
        }
        if (stream.state() == StreamState.RESERVED_LOCAL) {
            pushBegun(stream, !frame.endStream() && !item.hasBody());
        }
        boolean first = stream.outboundPhase() == OutboundPhase.NOTHING;
        stream.outboundPhase(OutboundPhase.HEADERS_SENT);
        // A body that was submitted while the header block was queued waits for it, too.
        boolean bodyFollows = attach(stream, item.takeBody()) || (first && stream.body() != null);
        connection.deadlines().headersSent(stream, frame.headers());
        connection.metrics().headSent(frame);
        told(frame);
        if (stream.over()) {
            return;
        }
        if (frame.endStream()) {
            endStream(stream);
        } else if (bodyFollows && stream.bodyState() != BodyState.SCHEDULED && !stream.resetQueued()) {
            connection.scheduler().add(stream);
        } else if (frame.category() == HeadersCategory.REQUEST && !bodyFollows && stream.heldTrailers() != null) {
            // Trailers that waited for a request without a body.
            connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(stream.heldTrailers()));
            stream.heldTrailers(null);
        }
    }

    private void pushBegun(Stream stream, boolean partsFollow) {
        connection.lifecycle().move(stream, StreamEvent.SEND_HEADERS);
        if (partsFollow && connection.semantics().pushedPartsNeedNoRoom()) {
            connection.queue().opened(stream.id());
        }
    }

    // Called before the application is told, so that the stream closes its body whatever the application does or
    // throws. Of two bodies, the one that was attached first is being sent already.
    private boolean attach(Stream stream, DataSource body) {
        if (body == null) {
            return false;
        }
        if (stream.body() != null) {
            connection.callbacks().close(body);
            return false;
        }
        stream.attachBody(body, true);
        return true;
    }

    // From here on the frame counts as sent, and is not given up any more.
    private void told(Frame frame) {
        connection.handled(null);
        out.frameWritten();
        connection.callbacks().frameSent(frame);
    }

    void dataSent(Stream stream, DataFrame frame) {
        connection.pingPolicy().messageSent();
        told(frame);
        if ((frame.flags() & FrameFlags.END_STREAM) != 0 && !stream.over()) {
            endStream(stream);
        }
    }

    private void endStream(Stream stream) {
        if (stream.resetQueued() && connection.semantics().endsAreToldTruly()) {
            // Our RST_STREAM waits, and will close the stream.
            stream.endSent();
            return;
        }
        if (stream.body() != null) {
            // Trailers have overtaken the body: the rest of it cannot be sent.
            connection.scheduler().remove(stream, BodyState.NONE);
            connection.callbacks().close(stream.detachBody());
        }
        boolean over = connection.lifecycle().move(stream, StreamEvent.SEND_END_STREAM);
        if (!over && stream.inputIgnored()) {
            connection.lifecycle().reset(stream, ErrorCode.NO_ERROR.code(), false);
        }
    }

    private void resetSent(ResetFrame frame) {
        connection.metrics().resetSent(frame.errorCode());
        told(frame);
        Stream stream = connection.stream(frame.streamId());
        if (stream != null) {
            connection.lifecycle().close(stream, frame.errorCode(), Ending.WE_RESET);
        }
    }

    private void goAwaySent(OutboundItem item, GoAwayFrame frame) {
        connection.metrics().goAwaySent(frame);
        told(frame);
        if (item.goodbye()) {
            connection.shutdown().markGoodbyeSent();
        }
        connection.shutdown().goAwaySent(frame.lastStreamId(), item.notice());
    }

    private void windowUpdateSent(WindowUpdateFrame frame) {
        told(frame);
        if (frame.streamId() == 0) {
            connection.deadlines().creditGiven(null, frame.increment());
            connection.receiveWindow().updateSent();
            connection.windowUpdates().giveForConnection();
            return;
        }
        Stream stream = connection.stream(frame.streamId());
        if (stream != null) {
            ReceiveWindow window = stream.receiveWindow();
            connection.deadlines().creditGiven(stream, frame.increment());
            window.updateSent();
            boolean ended = stream.state().remoteClosed() || stream.inputEnded();
            if (!ended || connection.semantics().lateFramesAreJudged()) {
                connection.windowUpdates().giveForStream(stream);
            }
        }
    }
}
