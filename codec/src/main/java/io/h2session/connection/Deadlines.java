package io.h2session.connection;

import static io.h2session.connection.Deadline.CONNECTION_WINDOW;
import static io.h2session.connection.Deadline.FRAME;
import static io.h2session.connection.Deadline.HANDSHAKE;
import static io.h2session.connection.Deadline.HEADER_BLOCK;
import static io.h2session.connection.Deadline.IDLE;
import static io.h2session.connection.Deadline.KEEP_ALIVE;
import static io.h2session.connection.Deadline.KEEP_ALIVE_ANSWER;
import static io.h2session.connection.Deadline.SETTINGS_ACK;
import static io.h2session.connection.Deadline.STREAM_IDLE;
import static io.h2session.connection.Deadline.STREAM_READ;
import static io.h2session.connection.Deadline.STREAM_WRITE;
import static io.h2session.connection.Deadline.TRANSPORT;

import io.h2session.api.ByteSink;
import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2Timeouts;
import io.h2session.api.StreamState;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.PingFrame;
import io.h2session.message.RequestKind;
import io.h2session.queue.Lane;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamDeadline;
import java.util.Arrays;

/**
 * How long the peer may keep us waiting, and for what ({@link Http2Timeouts}).
 *
 * <pre>
 *                      began                     due: enough came?  yes: begins anew   no: timed out
 *   real time    ────────┼──────────────────────────────┼─────────────►
 *   peer's time  ────────┼────────┤ (not listening) ├───┼─────────────►
 * </pre>
 *
 * <p>Hot paths only count octets and begin or end a wait; whether there was progress is asked when a wait is due. What the
 * peer is to send is measured in its own time, which stands still while nobody listens to it. Times are nanoseconds since
 * the session began.
 */
public final class Deadlines {
    /** What {@link #next()} answers if there is nothing to wait for. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The octets of the PING that asks whether the peer is still there: nothing an application would choose. */
    public static final long KEEP_ALIVE_PING = 0x6832_616c_6976_653fL;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Nobody sends evenly: so much of each timeout is not counted when the rate is judged. */
    private static final long GRACE = 5 * NANOS_PER_SECOND;

    private static final Deadline[] OF_CONNECTION = Arrays.copyOf(Deadline.values(), Deadline.OF_CONNECTION);

    private final Connection connection;
    private final long[] timeouts = new long[Deadline.values().length];
    private final long[] began = new long[Deadline.OF_CONNECTION];
    private final int minRate;
    private final DeadlineList reading = new DeadlineList();
    private final DeadlineList writing = new DeadlineList();
    private final DeadlineList idle = new DeadlineList();

    private boolean begun;
    private boolean paused;
    private boolean suspended;
    private long deafSince = NEVER;
    private long deafTime;
    private long listeningSince;
    private long heardAt;

    private int settingsInFlight;
    private int frame;
    private int block;
    private long octetsReceived;
    private long octetsSent;
    private long dataReceived;
    private long dataSent;
    private long windowReopenedAt;

    // How far it was when the wait began.
    private long frameProgress;
    private long windowProgress;
    private long transportProgress;
    private ByteSink fullSink;

    Deadlines(Connection connection, Http2Timeouts values) {
        this.connection = connection;
        for (Deadline deadline : Deadline.values()) {
            timeouts[deadline.ordinal()] = deadline.timeout(values);
        }
        minRate = values.minRate();
        Arrays.fill(began, NEVER);
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** The peer's time: it stands still while nobody listens. */
    private long peerTime() {
        return (deafSince == NEVER ? connection.now() : deafSince) - deafTime;
    }

    private long timeOf(Deadline deadline) {
        return deadline.needsInput() ? peerTime() : connection.now();
    }

    /** The real time at which a wait is due that began then. */
    private long due(Deadline deadline, long start) {
        if (start == NEVER) {
            return NEVER;
        }
        long end = start + timeouts[deadline.ordinal()];
        if (!deadline.needsInput()) {
            return end;
        }
        return deafSince == NEVER ? end + deafTime : NEVER;
    }

    /** The session is paused by the application, or goes on. */
    public void paused(boolean now) {
        if (now != paused) {
            paused = now;
            listenOrNot(connection.now());
        }
    }

    /** The transport is not read, or is read again. */
    public void suspended(boolean now) {
        if (now != suspended) {
            suspended = now;
            // Nobody can say when the application turned reading off; after the last input, then.
            listenOrNot(now ? Math.max(heardAt, listeningSince) : connection.now());
        }
    }

    private void listenOrNot(long since) {
        boolean deaf = paused || suspended;
        if (deaf && deafSince == NEVER) {
            deafSince = since;
        } else if (!deaf && deafSince != NEVER) {
            listeningSince = connection.now();
            deafTime += listeningSince - deafSince;
            deafSince = NEVER;
        }
    }

    private boolean on(Deadline deadline) {
        return timeouts[deadline.ordinal()] > 0;
    }

    private void start(Deadline deadline) {
        if (on(deadline)) {
            began[deadline.ordinal()] = timeOf(deadline);
        }
    }

    private void stop(Deadline deadline) {
        began[deadline.ordinal()] = NEVER;
    }

    private boolean running(Deadline deadline) {
        return began[deadline.ordinal()] != NEVER;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** Octets are about to be received or sent: from the first on, the peer is waited for. */
    public void begin() {
        if (!begun) {
            begun = true;
            heardAt = connection.now();
            start(HANDSHAKE);
            start(IDLE);
        }
    }

    /** The peer's first SETTINGS are there. */
    public void handshakeDone() {
        stop(HANDSHAKE);
        start(KEEP_ALIVE);
    }

    /** SETTINGS of ours were sent. */
    public void settingsSent() {
        if (settingsInFlight++ == 0) {
            start(SETTINGS_ACK);
        }
    }

    /** The oldest of them were acknowledged. */
    public void settingsAcknowledged() {
        if (--settingsInFlight == 0) {
            stop(SETTINGS_ACK);
        } else {
            start(SETTINGS_ACK);
        }
    }

    /**
     * Octets were received.
     *
     * @param unfinishedFrame what frame they ended in, by its number, -1 for none
     * @param unfinishedBlock what header block they ended in, by its number, -1 for none
     */
    public void received(int octets, int unfinishedFrame, int unfinishedBlock) {
        if (octets > 0) {
            octetsReceived += octets;
            heardAt = connection.now();
            if (running(KEEP_ALIVE) || running(KEEP_ALIVE_ANSWER)) {
                stop(KEEP_ALIVE_ANSWER);
                start(KEEP_ALIVE);
            }
        }
        if (unfinishedFrame < 0) {
            stop(FRAME);
        } else if (unfinishedFrame != frame || !running(FRAME)) {
            start(FRAME);
            frameProgress = octetsReceived;
        }
        frame = unfinishedFrame;
        if (unfinishedBlock < 0) {
            stop(HEADER_BLOCK);
        } else if (unfinishedBlock != block || !running(HEADER_BLOCK)) {
            start(HEADER_BLOCK);
        }
        block = unfinishedBlock;
    }

    /** Octets of DATA were received. */
    public void dataReceived(int octets) {
        dataReceived += octets;
    }

    /** Octets of DATA were sent. */
    public void dataSent(Stream stream, int octets) {
        dataSent += octets;
        stream.countSent(octets);
    }

    /** How many streams are open has changed between none and some. */
    void streamsOpen(boolean any) {
        if (any) {
            stop(IDLE);
        } else if (begun) {
            start(IDLE);
        }
    }

    /**
     * All was sent that could be.
     *
     * @param octets handed over by that
     * @param sinkFull the sink that takes no more, null if it was not the reason
     */
    public void sent(long octets, ByteSink sinkFull) {
        octetsSent += octets;
        if (sinkFull == null) {
            stop(TRANSPORT);
            fullSink = null;
        } else if (!running(TRANSPORT) && on(TRANSPORT)) {
            start(TRANSPORT);
            fullSink = sinkFull;
            transportProgress = octetsSent - sinkFull.pendingBytes();
        }
        boolean windowUsedUp =
                connection.scheduler().size() > 0 && connection.sendWindow().available() <= 0;
        if (!windowUsedUp) {
            stop(CONNECTION_WINDOW);
        } else if (!running(CONNECTION_WINDOW)) {
            start(CONNECTION_WINDOW);
            windowProgress = dataSent;
        }
    }

    /**
     * Window credit was sent. If the peer had no window before, it is not to blame for what did not come.
     *
     * @param stream null for the connection's window
     */
    public void creditGiven(Stream stream, int octets) {
        if (stream == null) {
            if (connection.receiveWindow().available() <= octets) {
                windowReopenedAt = peerTime();
            }
        } else if (stream.readDeadline != null && stream.receiveWindow().available() <= octets) {
            reading.remove(stream.readDeadline);
            beginReading(stream.readDeadline);
        }
    }

    // ---- streams ---------------------------------------------------------------------------------------------------

    /** A stream has begun. */
    void streamBegun(Stream stream) {
        if (on(STREAM_IDLE)) {
            stream.idleDeadline = new StreamDeadline(stream);
            idle.addLast(stream.idleDeadline, connection.now());
        }
    }

    /** A header block has arrived, or we ended our side: the peer may owe the rest of a body, or its end. */
    public void expectRest(Stream stream) {
        if (!on(STREAM_READ) || stream.readDeadline != null || stream.inputIgnored()) {
            return;
        }
        boolean answered = connection.role().isServer()
                && stream.state() == StreamState.HALF_CLOSED_LOCAL
                && stream.inbound().requestKind() != RequestKind.CONNECT;
        if (answered || stream.inbound().owesContent()) {
            stream.readDeadline = new StreamDeadline(stream);
            beginReading(stream.readDeadline);
        }
    }

    private void beginReading(StreamDeadline deadline) {
        deadline.progress = contentOf(deadline.stream);
        deadline.progressOfAll = dataReceived;
        reading.addLast(deadline, peerTime());
    }

    /** The peer has ended its side of a stream. */
    void inputEnded(Stream stream) {
        if (stream.readDeadline != null) {
            reading.remove(stream.readDeadline);
            stream.readDeadline = null;
        }
    }

    /** A body waits for the stream's window. That it may send a little now and then does not end the wait. */
    public void windowAwaited(Stream stream) {
        if (on(STREAM_WRITE) && stream.writeDeadline == null) {
            stream.writeDeadline = new StreamDeadline(stream);
            beginWriting(stream.writeDeadline);
        }
    }

    private void beginWriting(StreamDeadline deadline) {
        deadline.progress = deadline.stream.bodySent();
        writing.addLast(deadline, peerTime());
    }

    /** A body has nothing to send: that is not the peer's fault. */
    public void nothingToSend(Stream stream) {
        if (stream.writeDeadline != null) {
            writing.remove(stream.writeDeadline);
            stream.writeDeadline = null;
        }
    }

    /** A stream is over. */
    void forget(Stream stream) {
        inputEnded(stream);
        nothingToSend(stream);
        if (stream.idleDeadline != null) {
            idle.remove(stream.idleDeadline);
            stream.idleDeadline = null;
        }
    }

    // ---- judgement -------------------------------------------------------------------------------------------------

    /** When {@link #expire} has something to do; {@link #NEVER} if nothing is waited for. */
    public long next() {
        if (!connection.shutdown().live()) {
            return NEVER;
        }
        long next = Math.min(
                Math.min(dueFirst(STREAM_READ, reading), dueFirst(STREAM_WRITE, writing)), dueFirst(STREAM_IDLE, idle));
        for (Deadline deadline : OF_CONNECTION) {
            next = Math.min(next, due(deadline, began[deadline.ordinal()]));
        }
        return next;
    }

    private long dueFirst(Deadline deadline, DeadlineList list) {
        return list.first() == null ? NEVER : due(deadline, list.first().began);
    }

    /** Judges what is due: sends PING, resets streams, or throws what ends the connection. */
    public void expire() throws ConnectionError {
        long now = connection.now();
        for (Deadline deadline : OF_CONNECTION) {
            if (due(deadline, began[deadline.ordinal()]) <= now) {
                expire(deadline);
            }
        }
        // As many as there are: those that begin anew are not due again.
        for (int left = reading.size(); left > 0 && dueFirst(STREAM_READ, reading) <= now; left--) {
            expireReading(reading.first());
        }
        for (int left = writing.size(); left > 0 && dueFirst(STREAM_WRITE, writing) <= now; left--) {
            expireWriting(writing.first());
        }
        for (int left = idle.size(); left > 0 && dueFirst(STREAM_IDLE, idle) <= now; left--) {
            expireIdle(idle.first());
        }
    }

    private void expire(Deadline deadline) throws ConnectionError {
        switch (deadline) {
            case KEEP_ALIVE -> {
                stop(KEEP_ALIVE);
                start(KEEP_ALIVE_ANSWER);
                connection.queueOwn(Lane.URGENT, new PingFrame(false, KEEP_ALIVE_PING));
            }
            case FRAME -> {
                demand(deadline, octetsReceived - frameProgress);
                frameProgress = octetsReceived;
                start(deadline);
            }
            case CONNECTION_WINDOW -> {
                demand(deadline, dataSent - windowProgress);
                windowProgress = dataSent;
                start(deadline);
            }
            case TRANSPORT -> {
                long taken = octetsSent - fullSink.pendingBytes();
                demand(deadline, taken - transportProgress);
                transportProgress = taken;
                start(deadline);
            }
            default -> throw tooLate(deadline);
        }
    }

    private void demand(Deadline deadline, long progress) throws ConnectionError {
        if (progress < enough(deadline)) {
            throw tooLate(deadline);
        }
    }

    /** How many octets show that someone is slow and not stuck. */
    private long enough(Deadline deadline) {
        long counted = Math.max(0, timeouts[deadline.ordinal()] - GRACE);
        return Math.max(1, counted / NANOS_PER_SECOND * minRate);
    }

    private ConnectionError tooLate(Deadline deadline) {
        connection.callbacks().error(deadline.reason());
        return new ConnectionError(deadline.code(), deadline.reason());
    }

    // Bodies that share one connection are judged together: an honest peer may send them one after the other.
    private void expireReading(StreamDeadline deadline) throws ConnectionError {
        Stream stream = deadline.stream;
        reading.remove(deadline);
        long enough = enough(STREAM_READ);
        boolean mayCome = connection.receiveWindow().available() > 0
                && stream.receiveWindow().available() > 0
                && windowReopenedAt <= deadline.began;
        boolean slow = contentOf(stream) - deadline.progress < enough
                && dataReceived - deadline.progressOfAll < enough * (reading.size() + 1);
        if (!mayCome || !slow) {
            beginReading(deadline);
            return;
        }
        stream.readDeadline = null;
        // RFC 9113 section 8.1: the response was complete, only the rest of the request is not wanted any more.
        boolean answered = stream.state() == StreamState.HALF_CLOSED_LOCAL
                && connection.role().isServer();
        reset(stream, STREAM_READ, answered ? ErrorCode.NO_ERROR : STREAM_READ.code());
    }

    private static long contentOf(Stream stream) {
        return stream.inputIgnored() ? 0 : stream.inbound().receivedLength();
    }

    private void expireWriting(StreamDeadline deadline) throws ConnectionError {
        Stream stream = deadline.stream;
        writing.remove(deadline);
        if (stream.body() == null) {
            stream.writeDeadline = null;
            return;
        }
        boolean slow = stream.bodySent() - deadline.progress < enough(STREAM_WRITE);
        // One that waits for its turn is held up by the connection, which has deadlines of its own.
        if (!slow || stream.bodyState() != BodyState.WINDOW_BLOCKED) {
            beginWriting(deadline);
            return;
        }
        stream.writeDeadline = null;
        reset(stream, STREAM_WRITE, STREAM_WRITE.code());
    }

    private void expireIdle(StreamDeadline deadline) throws ConnectionError {
        Stream stream = deadline.stream;
        idle.remove(deadline);
        long progress = stream.bodySent() + contentOf(stream);
        if (progress != deadline.progress) {
            deadline.progress = progress;
            idle.addLast(deadline, connection.now());
            return;
        }
        stream.idleDeadline = null;
        reset(stream, STREAM_IDLE, STREAM_IDLE.code());
    }

    private void reset(Stream stream, Deadline deadline, ErrorCode code) throws ConnectionError {
        if (stream.resetQueued()) {
            return;
        }
        connection.lifecycle().reset(stream, code.code(), false);
        connection.callbacks().error(deadline.reason());
        if (code != ErrorCode.NO_ERROR && deadline != STREAM_IDLE) {
            connection.floodGuard().charge(Http2Glitch.STREAM_FAULT, connection.now());
        }
    }
}
