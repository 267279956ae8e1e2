package io.h2session.connection;

import io.h2session.api.NotSentReason;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.message.InboundMessage;
import io.h2session.message.SubmittedPhase;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.h2session.stream.StreamHistory;
import io.h2session.stream.StreamHistory.Ending;

/**
 * Opens, moves, resets and closes streams, and keeps the counts that follow from it. Every stream ends in {@link #close},
 * whatever the cause.
 */
public final class StreamLifecycle {
    private static final HeaderList HEADER_LIST_TOO_LARGE = HeaderList.of(":status", "431", "content-length", "0");

    /** For how many streams it is remembered that they were answered without content; a power of two. */
    private static final int REMEMBERED = 512;

    private final Connection connection;

    /** The ids of those streams, each at the place given by its lowest bits. Allocated for the first. */
    private int[] withoutContent;

    private int openedByUs;
    private int openedByPeer;
    private int reservedByPeer;
    private int requests;
    private int heldExchanges;
    private int lastBegun;

    StreamLifecycle(Connection connection) {
        this.connection = connection;
    }

    /**
     * Whether that stream is over, and was completed by a response without content, such as one to HEAD. This is forgotten
     * for streams that ended long ago.
     */
    public boolean answeredWithoutContent(int streamId) {
        return withoutContent != null && withoutContent[streamId & (REMEMBERED - 1)] == streamId;
    }

    /** How many of our streams count toward the peer's limit (RFC 9113 section 5.1.2). */
    public int openedByUs() {
        return openedByUs;
    }

    /** How many of the peer's streams count toward our limit. */
    public int openedByPeer() {
        return openedByPeer;
    }

    /** How many requests were sent or received: streams that the client has opened. */
    public int requests() {
        return requests;
    }

    /** How many streams the peer has promised and not opened yet. */
    public int reservedByPeer() {
        return reservedByPeer;
    }

    /**
     * How many exchanges of the peer's are running: streams that are open, and closed ones the application still works for.
     */
    public int runningExchanges() {
        return openedByPeer + heldExchanges;
    }

    /** Counts the exchange of a stream as running until the returned action is run, whether the stream is open or not. */
    public Runnable hold(Stream stream) {
        stream.hold();
        return new Hold(stream);
    }

    private final class Hold implements Runnable {
        private Stream stream;

        private Hold(Stream stream) {
            this.stream = stream;
        }

        @Override
        public void run() {
            Stream held = stream;
            stream = null;
            if (held != null && held.release() && held.over()) {
                heldExchanges--;
            }
        }
    }

    /**
     * A stream begins: its first HEADERS or its PUSH_PROMISE is being sent, or has arrived. A stream of ours is idle for
     * the peer until {@link #opened} is called.
     *
     * @param event the event that takes it out of idle
     */
    public Stream begin(int id, StreamEvent event) {
        Stream stream = new Stream(
                id,
                event.next(StreamState.IDLE),
                connection.local().initialWindowSize(),
                connection.remote().initialWindowSize());
        stream.inbound(
                new InboundMessage(connection.messageRules(), connection.role().isServer()));
        if (connection.role().opens(id)) {
            lastBegun = Math.max(lastBegun, id);
        } else {
            connection.peerHistory().advance(id);
        }
        connection.streams().add(stream);
        connection.floodGuard().exchangeBegun();
        connection.deadlines().streamBegun(stream);
        if (stream.state().active()) {
            count(stream, 1);
        } else if (stream.state() == StreamState.RESERVED_REMOTE) {
            reservedByPeer++;
        }
        return stream;
    }

    /**
     * A frame was written. If it opens or promises one of our streams, the peer may use the stream (RFC 9113 section 5.1).
     */
    public void opened(Frame frame) {
        int type = frame.type();
        if (type == FrameType.HEADERS && connection.role().opens(frame.streamId())) {
            opened(frame.streamId());
        } else if (type == FrameType.PUSH_PROMISE) {
            opened(((PushPromiseFrame) frame).promisedStreamId());
        }
    }

    /** One of our streams was opened or promised: the peer may use it. */
    public void opened(int streamId) {
        if (connection.idle(streamId)) {
            connection.ownHistory().advance(streamId);
        }
    }

    /** Whether one of our streams was begun, whether it is live, over or given up. */
    public boolean begun(int streamId) {
        return streamId <= lastBegun;
    }

    /**
     * Moves a stream by an event that is allowed in its state. A stream that is over by it is closed with NO_ERROR.
     *
     * @return whether it is over
     */
    public boolean move(Stream stream, StreamEvent event) {
        StreamState before = stream.state();
        StreamState after = event.next(before);
        if (event == StreamEvent.SEND_END_STREAM) {
            stream.endSent();
        } else if (event == StreamEvent.RECEIVE_END_STREAM) {
            stream.endReceived();
        }
        if (after == StreamState.CLOSED) {
            connection.floodGuard().exchangeCompleted();
            close(stream, ErrorCode.NO_ERROR.code(), Ending.ENDED);
            return true;
        }
        if (after != before) {
            stream.state(after);
            if (after.remoteClosed()) {
                connection.deadlines().inputEnded(stream);
            } else if (event == StreamEvent.SEND_END_STREAM) {
                connection.deadlines().expectRest(stream);
            }
            if (after.active() && !before.active()) {
                count(stream, 1);
                if (before == StreamState.RESERVED_REMOTE) {
                    reservedByPeer--;
                }
            }
        }
        return false;
    }

    /**
     * The peer has ended its side of a stream: the stream moves to its next state. One that is being reset only remembers
     * it.
     */
    public void endInput(Stream stream) {
        if (stream.resetQueued() && connection.semantics().lateFramesAreJudged()) {
            rememberInputEnd(stream);
        } else {
            move(stream, StreamEvent.RECEIVE_END_STREAM);
        }
    }

    /**
     * The peer has ended its side of a stream that is being reset: further frames on it are an error. The stream is not
     * closed by it.
     */
    public void rememberInputEnd(Stream stream) {
        stream.endInput();
        StreamState next = StreamEvent.RECEIVE_END_STREAM.next(stream.state());
        if (next != null && next.active()) {
            stream.state(next);
        }
    }

    /**
     * Resets a stream: RST_STREAM is queued, and nothing else is sent on it any more. Does nothing if the stream was reset
     * before, or is over.
     */
    public void reset(Stream stream, long errorCode, boolean fromApplication) {
        if (stream.resetQueued() || stream.state() == StreamState.CLOSED) {
            return;
        }
        stream.markResetQueued();
        connection.floodGuard().inputIgnored(stream.receiveWindow().available());
        if (stream.bodyState() == BodyState.SCHEDULED) {
            connection.scheduler().remove(stream, BodyState.NONE);
        }
        ResetFrame frame = new ResetFrame(stream.id(), errorCode);
        connection
                .queue()
                .add(Lane.REGULAR, fromApplication ? OutboundItem.ofApplication(frame) : OutboundItem.ofSession(frame));
    }

    /** Refuses a stream of the peer's for which there is no {@code Stream}; it counts as one that we reset. */
    public void refuse(int streamId, ErrorCode code) {
        ignore(streamId);
        connection.queue().add(Lane.REGULAR, OutboundItem.ofRefusal(new ResetFrame(streamId, code.code())));
    }

    /**
     * The peer sent a frame on a stream after it had reset it. Some peers reset a stream whose DATA already waits to be sent, and
     * still send it. That is an error of the stream: the first such frame is answered, the others are ignored like those of a
     * stream that we reset.
     */
    public void lateAfterReset(int streamId) {
        connection.history(streamId).ended(streamId, Ending.WE_RESET);
        connection.floodGuard().inputIgnored(connection.local().initialWindowSize());
        connection
                .queue()
                .add(Lane.REGULAR, OutboundItem.ofRefusal(new ResetFrame(streamId, ErrorCode.STREAM_CLOSED.code())));
    }

    /** A stream of the peer's began too late to be accepted or refused, after our GOAWAY. */
    public void ignore(int streamId) {
        StreamHistory history = connection.history(streamId);
        history.advance(streamId);
        history.ended(streamId, Ending.WE_RESET);
        connection.floodGuard().inputIgnored(connection.local().initialWindowSize());
    }

    /**
     * Answers a request whose header list is too large with 431 (RFC 6585 section 5): after REFUSED_STREAM a client would
     * simply retry it. When the answer has been sent, the stream is reset if the request has not ended.
     */
    public void answerHeaderListTooLarge(Stream stream) {
        stream.submitted(SubmittedPhase.ENDED);
        connection.floodGuard().inputIgnored(stream.receiveWindow().available());
        connection.queueOwn(
                Lane.REGULAR,
                new HeadersFrame(
                        stream.id(),
                        FrameFlags.END_HEADERS | FrameFlags.END_STREAM,
                        0,
                        0,
                        HeadersCategory.RESPONSE,
                        null,
                        HEADER_LIST_TOO_LARGE));
    }

    /**
     * Closes a stream. Its body is closed, frames that wait on it are not sent, and the application is told. Only how the
     * stream ended is remembered.
     *
     * @param errorCode as in RST_STREAM or GOAWAY; the application is told that code or another: see {@link #toldCode}
     * @param ending how it ended; if the peer had ended its side before, ENDED is remembered instead
     */
    public void close(Stream stream, long errorCode, Ending ending) {
        StreamState before = stream.state();
        if (before == StreamState.CLOSED) {
            return;
        }
        long told = toldCode(stream, errorCode, ending);
        if (told == ErrorCode.NO_ERROR.code() && stream.submitted() == SubmittedPhase.NO_CONTENT) {
            rememberWithoutContent(stream.id());
        }
        stream.close(ending == Ending.ENDED || ending == Ending.PEER_RESET);
        if (stream.held()) {
            heldExchanges++;
        }
        if (stream.resetQueued() && ending == Ending.PEER_RESET) {
            connection.queue().cancelReset(stream.id());
        }
        if (before.active()) {
            count(stream, -1);
        } else if (before == StreamState.RESERVED_REMOTE) {
            reservedByPeer--;
        }
        connection.scheduler().remove(stream, BodyState.NONE);
        connection.deadlines().forget(stream);
        connection.history(stream.id()).ended(stream.id(), before.remoteClosed() ? Ending.ENDED : ending);
        try {
            connection.callbacks().close(stream.detachBody());
        } finally {
            tellEnd(stream, told, before.active());
        }
    }

    private void rememberWithoutContent(int streamId) {
        if (withoutContent == null) {
            withoutContent = new int[REMEMBERED];
        }
        withoutContent[streamId & (REMEMBERED - 1)] = streamId;
    }

    private void tellEnd(Stream stream, long told, boolean counted) {
        if (counted) {
            connection
                    .metrics()
                    .streamClosed(stream.id(), connection.role().opens(stream.id()), told, inboundComplete(stream));
        }
        tellClosed(stream, told);
    }

    /**
     * Whether the peer's message on a stream was received completely. On a stream that we promised the peer sends none, and
     * nothing is missing.
     */
    public boolean inboundComplete(Stream stream) {
        boolean pushed = connection.role().isServer() && connection.role().opens(stream.id());
        return pushed || stream.inbound().complete();
    }

    // NO_ERROR means that the exchange was completed. For a stream that was cut it means so only where a server has
    // sent its whole response and stops the rest of the request (RFC 9113 section 8.1). nghttp2 tells the code as it
    // is.
    private long toldCode(Stream stream, long errorCode, Ending ending) {
        if (errorCode != ErrorCode.NO_ERROR.code()
                || ending == Ending.ENDED
                || !connection.semantics().endsAreToldTruly()) {
            return errorCode;
        }
        boolean responseComplete = connection.role().isServer()
                ? ending == Ending.WE_RESET && stream.state() == StreamState.HALF_CLOSED_LOCAL
                : stream.inbound().complete();
        return responseComplete ? errorCode : ErrorCode.CANCEL.code();
    }

    // Each of these is told even if the application throws an exception at another.
    private void tellClosed(Stream stream, long errorCode) {
        connection.metrics().forget(stream.id());
        try {
            HeadersFrame trailers = stream.heldTrailers();
            if (trailers != null) {
                stream.heldTrailers(null);
                connection.callbacks().frameNotSent(trailers, NotSentReason.STREAM_CLOSED);
            }
        } finally {
            try {
                connection.callbacks().streamClosed(stream.id(), errorCode);
            } finally {
                // A body submitted from inside the callback must not outlive its stream.
                connection.scheduler().remove(stream, BodyState.NONE);
                connection.streams().remove(stream);
                connection.callbacks().close(stream.detachBody());
            }
        }
    }

    private void count(Stream stream, int change) {
        if (connection.role().opens(stream.id())) {
            openedByUs += change;
        } else {
            openedByPeer += change;
        }
        if (change > 0) {
            requests += stream.id() & 1;
            connection.metrics().streamOpened(stream.id(), connection.role().opens(stream.id()));
        }
        int open = openedByUs + openedByPeer;
        if (open == Math.max(0, change)) {
            connection.deadlines().streamsOpen(open > 0);
        }
    }
}
