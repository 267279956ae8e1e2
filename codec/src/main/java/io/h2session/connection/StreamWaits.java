package io.h2session.connection;

import static io.h2session.api.Http2Deadline.STREAM_IDLE;
import static io.h2session.api.Http2Deadline.STREAM_READ;
import static io.h2session.api.Http2Deadline.STREAM_WRITE;

import io.h2session.api.Http2Deadline;
import io.h2session.api.Http2RunningDeadline;
import io.h2session.api.StreamState;
import io.h2session.flow.ReceiveWindow;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.message.RequestKind;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamDeadline;
import java.util.List;

/**
 * The waits of single streams: for the peer's body, for window credit for ours, or for any progress.
 *
 * <p>A body of ours is judged by the time in which a window kept it from being sent, no matter which window, until enough
 * of it was sent:
 *
 * <pre>
 *   stream's window       ▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁      shut, open, shut
 *   connection's window   ▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔
 *   counts                ══════════ ═════════════════════     so a peer gains nothing by shutting them in turn
 * </pre>
 *
 * <p>The connection's window counts only if almost nothing passes through it: on a slow connection a stream may have to
 * wait for others. No time counts while the peer waits for us (RFC 9113 section 5.2.2): many peers read no response before
 * they have sent their request, and they cannot send it while its window, or the connection's, is used up.
 */
final class StreamWaits {
    /** A peer may not begin its next frame with less window than this, or with less than half of a small window. */
    private static final int FRAME = 16_384;

    /** The bodies that are awaited together need no more than this number of times the rate of one, however many they are. */
    private static final int TOGETHER = 10;

    private final Connection connection;
    private final Deadlines deadlines;
    private final ShutWindow connectionShut;
    private final DeadlineList reading = new DeadlineList();
    private final DeadlineList writing = new DeadlineList();
    private final DeadlineList idle = new DeadlineList();

    /** When we last gave credit for the connection after the peer had almost none left. */
    private long windowReopened = -1;

    StreamWaits(Connection connection, Deadlines deadlines, ShutWindow connectionShut) {
        this.connection = connection;
        this.deadlines = deadlines;
        this.connectionShut = connectionShut;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    void begun(Stream stream) {
        if (deadlines.on(STREAM_IDLE)) {
            stream.idleDeadline = new StreamDeadline(stream);
            beginIdle(stream.idleDeadline);
        }
    }

    void expectRest(Stream stream) {
        if (!deadlines.on(STREAM_READ) || stream.readDeadline != null || stream.inputIgnored()) {
            return;
        }
        if (answered(stream) || stream.inbound().owesContent()) {
            stream.readDeadline = new StreamDeadline(stream);
            stream.readDeadline.awaitsWord = stream.inbound().expectsContinue() && contentOf(stream) == 0;
            beginReading(stream.readDeadline);
        }
    }

    /** Whether we have sent our whole response to a request that has not ended. */
    private boolean answered(Stream stream) {
        return connection.role().isServer()
                && stream.state() == StreamState.HALF_CLOSED_LOCAL
                && stream.inbound().requestKind() != RequestKind.CONNECT;
    }

    /** We have sent the response that the peer may have waited for: 100 (Continue), or a final one. */
    void wordGiven(Stream stream) {
        stream.readDeadline.awaitsWord = false;
        beginReadingAnew(stream);
    }

    void inputEnded(Stream stream) {
        if (stream.readDeadline != null) {
            reading.remove(stream.readDeadline);
            stream.readDeadline = null;
        }
    }

    void windowShut(Stream stream) {
        if (!deadlines.on(STREAM_WRITE)) {
            return;
        }
        StreamDeadline deadline = stream.writeDeadline;
        if (deadline == null) {
            deadline = new StreamDeadline(stream);
            stream.writeDeadline = deadline;
            deadline.shut = true;
            beginWriting(deadline);
        } else if (!deadline.shut) {
            count(deadline);
            deadline.shut = true;
        }
    }

    void windowOpened(Stream stream) {
        StreamDeadline deadline = stream.writeDeadline;
        if (deadline != null && deadline.shut) {
            count(deadline);
            deadline.shut = false;
        }
    }

    void nothingToSend(Stream stream) {
        if (stream.writeDeadline != null) {
            writing.remove(stream.writeDeadline);
            stream.writeDeadline = null;
        }
    }

    void forget(Stream stream) {
        inputEnded(stream);
        nothingToSend(stream);
        if (stream.idleDeadline != null) {
            idle.remove(stream.idleDeadline);
            stream.idleDeadline = null;
        }
    }

    /**
     * Window credit was sent.
     *
     * @param stream null for the connection's window
     */
    void creditGiven(Stream stream, int bytes) {
        if (stream == null) {
            if (nearlyUsedUp(connection.receiveWindow(), bytes)) {
                windowReopened = deadlines.peerTime();
            }
            return;
        }
        if (!nearlyUsedUp(stream.receiveWindow(), bytes)) {
            return;
        }
        if (stream.readDeadline != null) {
            beginReadingAnew(stream);
        }
        if (stream.writeDeadline != null) {
            stream.writeDeadline.windowReopened = deadlines.peerTime();
        }
    }

    // ---- periods ---------------------------------------------------------------------------------------------------

    private void beginReading(StreamDeadline deadline) {
        deadline.progress = contentOf(deadline.stream);
        deadline.progressOfAll = deadlines.dataReceived();
        begin(STREAM_READ, reading, deadline, deadlines.peerTime());
    }

    private void beginReadingAnew(Stream stream) {
        reading.remove(stream.readDeadline);
        beginReading(stream.readDeadline);
    }

    private void beginWriting(StreamDeadline deadline) {
        deadline.progress = moved(deadline.stream);
        deadline.progressOfAll = deadlines.dataMoved();
        deadline.ownShut = 0;
        deadline.otherShut = 0;
        long now = deadlines.peerTime();
        deadline.since = now;
        deadline.otherShutAtSince = connectionShut.total(now);
        begin(STREAM_WRITE, writing, deadline, now);
    }

    private void beginIdle(StreamDeadline deadline) {
        deadline.progress = moved(deadline.stream);
        begin(STREAM_IDLE, idle, deadline, deadlines.peerTime());
    }

    private void begin(Http2Deadline deadline, DeadlineList list, StreamDeadline added, long now) {
        list.addLast(added, now);
        deadlines.waitBegun(deadline, now);
    }

    /** Adds the time that has passed since the windows were last checked. */
    private void count(StreamDeadline deadline) {
        long now = deadlines.peerTime();
        long other = connectionShut.total(now);
        if (deadline.shut) {
            deadline.ownShut += now - deadline.since;
        } else {
            deadline.otherShut += other - deadline.otherShutAtSince;
        }
        deadline.since = now;
        deadline.otherShutAtSince = other;
    }

    private static long contentOf(Stream stream) {
        return stream.inputIgnored() ? 0 : stream.inbound().receivedLength();
    }

    /** Bytes in both directions: a peer that reads no response before its request was sent is not stuck while it sends. */
    private static long moved(Stream stream) {
        return stream.bodySent() + contentOf(stream);
    }

    // ---- who holds whom back ---------------------------------------------------------------------------------------

    private static boolean nearlyUsedUp(ReceiveWindow window, int credit) {
        int available = window.available() - credit;
        return available <= 0 || available < Math.min(FRAME, window.limit() / 2);
    }

    /** Whether the peer waits, or has waited since then, for window credit on a stream. */
    private boolean heldBack(Stream stream, long since, long reopened) {
        return !stream.state().remoteClosed()
                && !stream.inputEnded()
                && (nearlyUsedUp(stream.receiveWindow(), 0) || reopened > since);
    }

    /** The same for the connection's window, if any stream has something to send. */
    private boolean connectionHeldBack(long since) {
        if (!nearlyUsedUp(connection.receiveWindow(), 0) && windowReopened <= since) {
            return false;
        }
        for (Stream stream = connection.streams().first(); stream != null; stream = stream.next()) {
            if (!stream.state().remoteClosed() && !stream.inputEnded()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the peer waits for window credit on any stream whose own body waits for the peer. */
    boolean anyHeldBack(long since) {
        if (connectionHeldBack(since)) {
            return true;
        }
        for (Stream stream = connection.streams().first(); stream != null; stream = stream.next()) {
            long reopened = stream.writeDeadline == null ? -1 : stream.writeDeadline.windowReopened;
            if (stream.body() != null && heldBack(stream, since, reopened)) {
                return true;
            }
        }
        return false;
    }

    // ---- judgement -------------------------------------------------------------------------------------------------

    /** When {@link #expire} has something to do. */
    long next() {
        return Math.min(Math.min(due(STREAM_READ, reading), due(STREAM_WRITE, writing)), due(STREAM_IDLE, idle));
    }

    private long due(Http2Deadline deadline, DeadlineList list) {
        return list.first() == null ? Deadlines.NEVER : deadlines.due(deadline, list.first().began);
    }

    /** Adds the waits of all streams. */
    void addRunning(List<Http2RunningDeadline> found) {
        addRunning(STREAM_READ, reading, found);
        addRunning(STREAM_WRITE, writing, found);
        addRunning(STREAM_IDLE, idle, found);
    }

    private void addRunning(Http2Deadline deadline, DeadlineList list, List<Http2RunningDeadline> found) {
        for (StreamDeadline one = list.first(); one != null; one = one.next) {
            found.add(deadlines.running(deadline, one.stream.id(), one.began));
        }
    }

    void expire() throws ConnectionError {
        long now = connection.now();
        // Terminates: a stream whose time begins again is not due.
        for (int left = reading.size(); left > 0 && due(STREAM_READ, reading) <= now; left--) {
            expireReading(reading.first());
        }
        for (int left = writing.size(); left > 0 && due(STREAM_WRITE, writing) <= now; left--) {
            expireWriting(writing.first());
        }
        for (int left = idle.size(); left > 0 && due(STREAM_IDLE, idle) <= now; left--) {
            expireIdle(idle.first());
        }
    }

    // Bodies that share one connection are judged together: an honest peer may send them one after the other, or over a
    // slow network.
    private void expireReading(StreamDeadline deadline) throws ConnectionError {
        Stream stream = deadline.stream;
        reading.remove(deadline);
        long enough = deadlines.enough(STREAM_READ);
        boolean slow = contentOf(stream) - deadline.progress < enough
                && deadlines.dataReceived() - deadline.progressOfAll < enough * Math.min(reading.size() + 1, TOGETHER);
        if (!slow || waitsForUs(deadline)) {
            beginReading(deadline);
            return;
        }
        stream.readDeadline = null;
        // RFC 9113 section 8.1: the response was complete, and only the rest of the request is stopped.
        boolean answered = stream.state() == StreamState.HALF_CLOSED_LOCAL
                && connection.role().isServer();
        reset(stream, STREAM_READ, answered ? ErrorCode.NO_ERROR : STREAM_READ.code());
    }

    /** Whether we are the reason why the peer does not send its body. */
    private boolean waitsForUs(StreamDeadline deadline) {
        Stream stream = deadline.stream;
        boolean noWindow = nearlyUsedUp(stream.receiveWindow(), 0)
                || nearlyUsedUp(connection.receiveWindow(), 0)
                || windowReopened > deadline.began;
        boolean noWord = deadline.awaitsWord && contentOf(stream) == 0;
        // A server may need the rest of the request to produce the rest of its response.
        boolean noRequest = !connection.role().isServer()
                && !stream.state().localClosed()
                && (stream.bodyState() == BodyState.DEFERRED || stream.bodyState() == BodyState.NONE);
        return noWindow || noWord || noRequest;
    }

    private void expireWriting(StreamDeadline deadline) throws ConnectionError {
        Stream stream = deadline.stream;
        writing.remove(deadline);
        if (stream.body() == null) {
            stream.writeDeadline = null;
            return;
        }
        count(deadline);
        long enough = deadlines.enough(STREAM_WRITE);
        if (moved(stream) - deadline.progress >= enough) {
            deadline.shutBefore = 0;
            deadline.heldBackSince = -1;
            beginWriting(deadline);
        } else if (heldBack(stream, deadline.began, deadline.windowReopened) || connectionHeldBack(deadline.began)) {
            expireHeldBack(deadline);
        } else {
            boolean othersMove = deadlines.dataMoved() - deadline.progressOfAll >= enough;
            deadline.shutBefore += deadline.ownShut + (othersMove ? 0 : deadline.otherShut);
            deadline.heldBackSince = -1;
            if (deadline.shutBefore < deadlines.nearlyAll(STREAM_WRITE)) {
                beginWriting(deadline);
            } else {
                giveUp(deadline);
            }
        }
    }

    private void expireHeldBack(StreamDeadline deadline) throws ConnectionError {
        if (deadline.heldBackSince < 0) {
            deadline.heldBackSince = deadline.began;
        }
        if (deadlines.peerTime() - deadline.heldBackSince < deadlines.heldBackTimeout()) {
            beginWriting(deadline);
        } else {
            giveUp(deadline);
        }
    }

    private void giveUp(StreamDeadline deadline) throws ConnectionError {
        deadline.stream.writeDeadline = null;
        reset(deadline.stream, STREAM_WRITE, STREAM_WRITE.code());
    }

    /**
     * The connection's window has been used up for too long: the bodies that wait for it and have used a part of it are given up.
     * If there are none, all that wait are.
     */
    void giveUpUnread() throws ConnectionError {
        if (!giveUpWaiting(1)) {
            giveUpWaiting(0);
        }
    }

    private boolean giveUpWaiting(int leastSent) throws ConnectionError {
        boolean any = false;
        Stream stream = connection.streams().first();
        while (stream != null) {
            Stream next = stream.next();
            BodyState state = stream.bodyState();
            boolean waits = state == BodyState.SCHEDULED || state == BodyState.WINDOW_BLOCKED;
            if (waits && stream.bodySent() >= leastSent && !stream.resetQueued()) {
                any = true;
                nothingToSend(stream);
                reset(stream, STREAM_WRITE, STREAM_WRITE.code());
            }
            stream = next;
        }
        return any;
    }

    private void expireIdle(StreamDeadline deadline) throws ConnectionError {
        Stream stream = deadline.stream;
        idle.remove(deadline);
        if (moved(stream) != deadline.progress) {
            beginIdle(deadline);
            return;
        }
        stream.idleDeadline = null;
        reset(stream, STREAM_IDLE, STREAM_IDLE.code());
    }

    private void reset(Stream stream, Http2Deadline deadline, ErrorCode code) throws ConnectionError {
        if (stream.resetQueued()) {
            return;
        }
        connection.lifecycle().reset(stream, code.code(), false);
        connection.callbacks().error(deadline.reason());
        if (code != ErrorCode.NO_ERROR && deadline != STREAM_IDLE) {
            connection.floodGuard().streamFault(connection.role().opens(stream.id()), connection.now());
        }
    }
}
