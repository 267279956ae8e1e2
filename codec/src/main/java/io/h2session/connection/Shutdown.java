package io.h2session.connection;

import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamHistory.Ending;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/**
 * How a connection ends (RFC 9113 sections 5.4.1 and 6.8): GOAWAY of either end, and the terminal state.
 *
 * <pre>
 *   OPEN ── connection error, fatal fault, terminate ──► ENDING ── everything told, GOAWAY sent ──► OVER
 *     │                                                    ▲
 *     └──────────────── transport gone ────────────────────┘
 * </pre>
 *
 * <p>From ENDING on nothing is received any more. One method leads to OVER for every cause: each queued frame is reported
 * as not sent, each stream is closed once, each body is closed once. {@link Termination} decides whether a connection that
 * is terminated is ENDING at once.
 */
public final class Shutdown {
    private static final byte[] NO_DEBUG_DATA = new byte[0];

    private final Connection connection;
    private final Termination termination;

    private Phase phase = Phase.OPEN;
    private boolean live = true;
    private GoAwayFrame goodbye;
    private long endCode = ErrorCode.NO_ERROR.code();
    private String reason;
    private Http2EndedBy endedBy;
    private Throwable cause;
    private boolean finished;

    private boolean goAwaySubmitted;
    private boolean askNoMore;
    private boolean goAwaySent;
    private boolean goAwayReceived;

    /** Whether the peer has sent GOAWAY with an error code. */
    private boolean errorReceived;

    /** Which end sent GOAWAY first; null if neither did. */
    private Http2EndedBy leftFirst;

    private int lastIdSent = Integer.MAX_VALUE;
    private int lastIdReceived = Integer.MAX_VALUE;

    private enum Phase {
        OPEN,
        ENDING,
        OVER
    }

    Shutdown(Connection connection) {
        this.connection = connection;
        termination = connection.semantics().allEndWithTheSession()
                ? new ImmediateTermination(this)
                : new Nghttp2Termination(connection, this);
    }

    /** Whether nothing has ended or terminated the connection. */
    public boolean live() {
        return live;
    }

    /** Whether the streams are still there: while the connection lives, and afterwards if terminating it keeps them. */
    public boolean keepsStreams() {
        return phase == Phase.OPEN;
    }

    /** Whether the session is over: nothing is received, sent or reported any more. */
    public boolean over() {
        return phase == Phase.OVER;
    }

    /** Whether the connection was terminated, its streams are still there, and the last GOAWAY was sent. */
    public boolean goodbyeSent() {
        return termination.goodbyeSent();
    }

    /** Whether the connection was terminated and its streams are still there. */
    public boolean terminating() {
        return termination.terminating();
    }

    /** Whether the connection is about to end, so that replies to the peer are left out. */
    public boolean closing() {
        return termination.closing();
    }

    /** Whether a client sends no more requests because the connection ends. */
    public boolean refusesRequests() {
        return termination.refusesRequests();
    }

    /** Whether a shutdown notice comes too late to be sent. */
    public boolean noticeIsLate() {
        return termination.noticeIsLate();
    }

    /** The application has consumed more than it received. */
    public void consumedTooMuch() {
        termination.consumedTooMuch();
    }

    /** Whether the session still has a reason to read. */
    public boolean wantRead() {
        return phase == Phase.OPEN
                && !termination.goodbyeSent()
                && (connection.streams().size() > 0 || !(goAwaySent || goAwayReceived));
    }

    /** Whether there is something to send. */
    public boolean wantWrite() {
        if (phase != Phase.OPEN) {
            return phase == Phase.ENDING;
        }
        if (termination.goodbyeSent()) {
            return false;
        }
        return connection.queue().hasSendable(connection.mayOpenStream())
                || (connection.scheduler().next() != null
                        && connection.sendWindow().available() > 0);
    }

    /** The reason why the connection ended, a fixed snake_case token; null while it lives. */
    public String reason() {
        return reason;
    }

    /** Which side ended the connection; null while it lives. */
    public Http2EndedBy endedBy() {
        return endedBy;
    }

    /** The exception of the application's code that ended the connection, or null. */
    public Throwable cause() {
        return cause;
    }

    /** Whether a GOAWAY, or the notice of one, was submitted or sent. */
    public boolean goAwaySubmitted() {
        return goAwaySubmitted;
    }

    /** A GOAWAY, or the notice of one, was submitted. */
    public void markGoAwaySubmitted() {
        goAwaySubmitted = true;
    }

    /** We are a client, and a GOAWAY that is not just a notice was submitted: no more requests are sent. */
    public void askNoMore() {
        askNoMore = true;
    }

    /**
     * Whether frames that wait to open a stream are given up: the peer has sent GOAWAY, or we are a client that has
     * submitted one.
     */
    public boolean opensNoMore() {
        return (goAwayReceived || askNoMore) && connection.semantics().noWaitingAfterGoaway();
    }

    /** Gives up the frames that wait to open a stream, if none may be opened any more. */
    public void giveUpOpenings() {
        if (!opensNoMore()) {
            return;
        }
        for (OutboundItem item = connection.queue().pollOpening();
                item != null;
                item = connection.queue().pollOpening()) {
            connection.handled(item);
            try {
                boolean reset = item.cancelled();
                giveUp(item, reset ? NotSentReason.CANCEL : NotSentReason.START_STREAM_NOT_ALLOWED, true);
            } finally {
                connection.handled(null);
            }
            Stream promised = connection.stream(item.frame().streamId());
            if (promised != null) {
                // The client has sent GOAWAY, and would wait for the promised response.
                connection.lifecycle().reset(promised, ErrorCode.CANCEL.code(), false);
            }
        }
    }

    /** Whether no new streams are to be opened because the connection ends. */
    public boolean draining() {
        return goAwaySubmitted || goAwayReceived || !live;
    }

    /** Whether a GOAWAY that is not just a notice was sent. */
    public boolean goAwaySent() {
        return goAwaySent;
    }

    /** Whether the peer has sent a GOAWAY. */
    public boolean goAwayReceived() {
        return goAwayReceived;
    }

    /** The last stream id of the latest GOAWAY that we sent; it never rises. */
    public int lastIdSent() {
        return lastIdSent;
    }

    /** The last stream id of the latest GOAWAY that the peer sent. */
    public int lastIdReceived() {
        return lastIdReceived;
    }

    /**
     * A GOAWAY was sent: streams of the peer's beyond its last stream id are not processed.
     *
     * @param notice whether it only announces another GOAWAY
     */
    public void goAwaySent(int lastStreamId, boolean notice) {
        lastIdSent = lastStreamId;
        if (leftFirst == null) {
            leftFirst = Http2EndedBy.LOCAL;
        }
        if (!notice) {
            goAwaySent = true;
            refuseBeyond(lastStreamId, false);
        }
    }

    /** The peer resets too many streams. No more are accepted, and those that are open continue, as in nghttp2. */
    public void giveNotice(int lastReceivedStreamId) {
        if (!goAwaySubmitted) {
            goAwaySubmitted = true;
            GoAwayFrame frame = new GoAwayFrame(
                    Math.min(lastReceivedStreamId, lastIdSent), ErrorCode.INTERNAL_ERROR.code(), NO_DEBUG_DATA);
            connection.queue().add(Lane.REGULAR, OutboundItem.ofSession(frame));
        }
    }

    /** The last GOAWAY, which waited in the queue, was sent. */
    public void markGoodbyeSent() {
        termination.markGoodbyeSent();
    }

    /** A GOAWAY was received: our streams beyond its last stream id can be retried on another connection. */
    public void goAwayReceived(int lastStreamId, long errorCode) {
        goAwayReceived = true;
        errorReceived |= errorCode != ErrorCode.NO_ERROR.code();
        if (leftFirst == null) {
            leftFirst = Http2EndedBy.PEER;
        }
        lastIdReceived = lastStreamId;
    }

    /**
     * The application was told of the peer's GOAWAY: our streams beyond its last stream id end, and so do those not opened
     * yet.
     */
    public void refuseUnprocessed() {
        refuseBeyond(lastIdReceived, true);
        giveUpOpenings();
    }

    // In the order of the stream ids, which is the order in which the streams began.
    private void refuseBeyond(int lastStreamId, boolean ours) {
        Stream stream = connection.streams().first();
        while (stream != null) {
            Stream next = stream.next();
            if (stream.id() > lastStreamId && connection.role().opens(stream.id()) == ours) {
                connection.lifecycle().close(stream, ErrorCode.REFUSED_STREAM.code(), Ending.WE_RESET);
            }
            stream = next;
        }
    }

    /**
     * Ends the connection because the application wants it or the peer broke a rule: as {@link #end}, or so that its
     * streams are kept.
     *
     * @param lastStreamId the last stream id of the GOAWAY; lowered to that of an earlier GOAWAY if it is higher
     * @param why a fixed snake_case token
     * @throws Http2SubmitException INVALID_ARGUMENT if the peer has no stream of that id
     */
    public void terminate(int lastStreamId, long errorCode, String why, Http2EndedBy by) {
        if (lastStreamId < 0 || connection.role().opens(lastStreamId)) {
            throw new Http2SubmitException(Reason.INVALID_ARGUMENT, "not a stream of the peer's: " + lastStreamId);
        }
        termination.terminate(lastStreamId, errorCode, why, by);
    }

    /** The connection does not live any more, but its streams are kept. Returns the last GOAWAY, which is to be sent. */
    GoAwayFrame leave(int lastStreamId, long errorCode, String why, Http2EndedBy by) {
        live = false;
        reason = why;
        endedBy = by;
        endCode = errorCode;
        goAwaySubmitted = true;
        return goodbye(lastStreamId, errorCode, why);
    }

    /**
     * Ends the connection: nothing more is received; {@link #finish()} does the rest.
     *
     * @param lastStreamId the last stream id of the GOAWAY; lowered to that of an earlier GOAWAY if it is higher
     * @param why a fixed snake_case token
     */
    public void end(int lastStreamId, long errorCode, String why, Http2EndedBy by) {
        if (!keepsStreams()) {
            return;
        }
        boolean told = termination.goodbyeSent();
        live = false;
        phase = Phase.ENDING;
        reason = why;
        endedBy = by;
        endCode = errorCode;
        goodbye = told ? null : goodbye(lastStreamId, errorCode, why);
    }

    private GoAwayFrame goodbye(int lastStreamId, long errorCode, String why) {
        byte[] debugData =
                errorCode == ErrorCode.NO_ERROR.code() ? NO_DEBUG_DATA : why.getBytes(StandardCharsets.US_ASCII);
        return new GoAwayFrame(Math.min(lastStreamId, lastIdSent), errorCode, debugData);
    }

    /** As {@link #end}, without a GOAWAY. */
    public void endSilently(long errorCode, String why, Http2EndedBy by) {
        end(0, errorCode, why, by);
        goodbye = null;
    }

    /** The transport failed to write. This is the reason why the connection ended, unless there is an earlier one. */
    public void writeFailed() {
        if (keepsStreams()) {
            endSilently(ErrorCode.CANCEL.code(), "write_failed", Http2EndedBy.TRANSPORT);
        } else if (phase == Phase.ENDING && endedBy == Http2EndedBy.LOCAL && cause == null) {
            reason = "write_failed";
            endedBy = Http2EndedBy.TRANSPORT;
        }
    }

    /** Keeps an exception of the application's code. */
    public void cause(Throwable thrown) {
        if (cause == null) {
            cause = thrown;
        } else if (cause != thrown) {
            cause.addSuppressed(thrown);
        }
    }

    /** Whether the connection is ENDING. */
    public boolean unfinished() {
        return phase == Phase.ENDING;
    }

    /** The last GOAWAY if it is still to be sent, otherwise null. It is returned once. */
    public GoAwayFrame takeGoodbye() {
        GoAwayFrame frame = goodbye;
        goodbye = null;
        return frame;
    }

    /** Whether {@link #takeGoodbye()} would return one. */
    public boolean hasGoodbye() {
        return goodbye != null;
    }

    /** The transport is closed. */
    public void abandon() {
        if (live) {
            boolean nothingLeft = leftFirst != null && !wantRead() && !wantWrite();
            if (errorReceived) {
                // Whether streams were left or not: the peer has ended the connection, and not because it was done.
                reason = "goaway_with_error";
                endedBy = Http2EndedBy.PEER;
            } else {
                reason = nothingLeft ? "finished" : "transport_closed";
                endedBy = nothingLeft ? leftFirst : Http2EndedBy.TRANSPORT;
            }
            endCode = ErrorCode.CANCEL.code();
        }
        if (keepsStreams()) {
            phase = Phase.ENDING;
            live = false;
        }
        goodbye = null;
        finish();
    }

    /** Nothing more can be submitted. */
    public void takeNoMore() {
        if (phase == Phase.ENDING) {
            phase = Phase.OVER;
        }
    }

    /**
     * Reports the end of every frame and stream to the application. Exceptions that it throws are kept, and stop nothing.
     */
    public void finish() {
        takeNoMore();
        if (phase != Phase.OVER || finished) {
            return;
        }
        finished = true;
        giveUpQueue();
        // Even an orderly end has cut these streams short.
        long code = endCode == ErrorCode.NO_ERROR.code() ? ErrorCode.CANCEL.code() : endCode;
        for (Stream stream = connection.streams().first();
                stream != null;
                stream = connection.streams().first()) {
            try {
                connection.lifecycle().close(stream, code, Ending.WE_RESET);
            } catch (CallbackFailure failure) {
                cause(failure.getCause());
            }
        }
        connection.metrics().sessionEnded(reason);
    }

    /** Gives up every frame that waits, and tells the application. */
    public void giveUpQueue() {
        for (OutboundItem item = connection.queue().drain();
                item != null;
                item = connection.queue().drain()) {
            discard(item);
        }
    }

    private void discard(OutboundItem item) {
        try {
            connection.handled(item);
            giveUp(item, NotSentReason.SESSION_CLOSING, !item.goodbye());
        } catch (CallbackFailure failure) {
            cause(failure.getCause());
        } finally {
            connection.handled(null);
        }
    }

    /**
     * Gives up a queued frame: its body is closed, and the application is told of the frame and of the stream that it would
     * have opened. Each of these happens even if the application throws an exception at another.
     *
     * @param told whether the application is told of the frame itself
     */
    public void giveUp(OutboundItem item, NotSentReason why, boolean told) {
        try {
            connection.callbacks().close(item.takeBody());
        } finally {
            try {
                if (told) {
                    connection.callbacks().frameNotSent(item.frame(), why);
                }
            } finally {
                giveUpRest(item, why);
            }
        }
    }

    private void giveUpRest(OutboundItem item, NotSentReason why) {
        try {
            if (item.frame() instanceof ExtensionFrame extension && !item.packed()) {
                ReferenceCountUtil.release(extension.payload());
            }
            if (item.trailers() != null) {
                connection.callbacks().frameNotSent(item.trailers(), why);
            }
        } finally {
            tellUnopened(item);
        }
    }

    // Tells the end of a stream that a queued frame would have opened: the application was given its id.
    private void tellUnopened(OutboundItem item) {
        if (item.frame() instanceof HeadersFrame headers
                && headers.category() == HeadersCategory.REQUEST
                && !connection.lifecycle().begun(headers.streamId())) {
            connection
                    .callbacks()
                    .streamClosed(
                            headers.streamId(), item.cancelled() ? item.cancelCode() : ErrorCode.REFUSED_STREAM.code());
        } else if (item.frame() instanceof PushPromiseFrame promise) {
            Stream promised = connection.stream(promise.promisedStreamId());
            if (promised != null) {
                connection.lifecycle().close(promised, ErrorCode.INTERNAL_ERROR.code(), Ending.WE_RESET);
            }
        }
    }
}
