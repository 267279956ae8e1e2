package io.h2session.connection;

import static io.h2session.connection.Deadline.CONNECTION_WINDOW;
import static io.h2session.connection.Deadline.FRAME;
import static io.h2session.connection.Deadline.HANDSHAKE;
import static io.h2session.connection.Deadline.HEADER_BLOCK;
import static io.h2session.connection.Deadline.IDLE;
import static io.h2session.connection.Deadline.KEEP_ALIVE;
import static io.h2session.connection.Deadline.KEEP_ALIVE_ANSWER;
import static io.h2session.connection.Deadline.SETTINGS_ACK;
import static io.h2session.connection.Deadline.STREAM_WRITE;
import static io.h2session.connection.Deadline.TRANSPORT;

import io.h2session.api.ByteSink;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.PingFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.queue.Lane;
import io.h2session.stream.Stream;
import io.netty.util.AsciiString;
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
 * <p>Hot paths only count octets and begin or end a wait; whether there was progress is asked when a wait is due. All waits
 * are measured in the peer's time, which stands still while the application reads nothing. Times are nanoseconds since
 * the session began. What single streams wait for is {@link StreamWaits}' business.
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

    /** Of the looks at a transport that takes nothing, two for each timeout, that without a sign of life which is the last. */
    private static final int QUIET_LOOKS = 3;

    /** For how many timeouts nothing may move on a stream because we hold the peer back. */
    private static final int HELD_BACK = 10;

    private final Connection connection;
    private final long[] timeouts = new long[Deadline.values().length];
    private final long[] began = new long[Deadline.OF_CONNECTION];
    private final int minRate;
    private final ShutWindow shutWindow = new ShutWindow();
    private final StreamWaits streams;
    private final SignsOfLife signs;

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
    private long dataReceived;
    private long dataSent;

    // How far it was when the wait began.
    private long frameProgress;
    private long windowProgress;
    private long windowHeldBackSince;
    private long transportProgress;
    private long transportAnswers;
    private int transportQuiet;

    private final Question settings = new Question();
    private final Question keepAlive = new Question();

    // An idle connection whose peer has not read everything yet.
    private long idleSince = NEVER;
    private long idleProgress;
    private long idleAnswers;

    Deadlines(Connection connection, Http2Timeouts values, int pingEvery) {
        this.connection = connection;
        signs = new SignsOfLife(pingEvery);
        for (Deadline deadline : Deadline.values()) {
            timeouts[deadline.ordinal()] = deadline.timeout(values);
        }
        minRate = values.minRate();
        streams = new StreamWaits(connection, this, shutWindow);
        Arrays.fill(began, NEVER);
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** The peer's time: it stands still while nothing is read. */
    long peerTime() {
        return (deafSince == NEVER ? connection.now() : deafSince) - deafTime;
    }

    /** The real time at which a wait is due that began then. */
    long due(Deadline deadline, long start) {
        if (start == NEVER) {
            return NEVER;
        }
        return deafSince == NEVER ? start + timeouts[deadline.ordinal()] + deafTime : NEVER;
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

    boolean on(Deadline deadline) {
        return timeouts[deadline.ordinal()] > 0;
    }

    private void start(Deadline deadline) {
        if (on(deadline)) {
            began[deadline.ordinal()] = peerTime();
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
            waitForSettings();
        }
    }

    /** The oldest of them were acknowledged. */
    public void settingsAcknowledged() {
        if (--settingsInFlight == 0) {
            stop(SETTINGS_ACK);
        } else {
            waitForSettings();
        }
    }

    private void waitForSettings() {
        start(SETTINGS_ACK);
        settings.asked(signs, peerTime());
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

    long dataReceived() {
        return dataReceived;
    }

    /** Octets of DATA were sent. */
    public void dataSent(Stream stream, int octets) {
        dataSent += octets;
        signs.dataSent(octets);
        stream.countSent(octets);
    }

    /** The peer gave window credit, for a stream or for the connection. */
    public void creditReceived(boolean forConnection, int octets) {
        signs.creditReceived(forConnection, octets);
    }

    /** A PING was answered. */
    public void pingAnswered(long opaqueData) {
        if (opaqueData == KEEP_ALIVE_PING && running(KEEP_ALIVE_ANSWER)) {
            keepAlive.answered(signs);
        } else if (SignsOfLife.own(opaqueData)) {
            signs.answered(opaqueData);
            if (idleSince != NEVER && running(IDLE) && signs.allRead()) {
                // It has read everything, and was idle all the time.
                began[IDLE.ordinal()] = idleSince;
            }
        }
    }

    /** Whether a PING of the session's own has that content: the application never asked for its answer. */
    public static boolean ownPing(long opaqueData) {
        return opaqueData == KEEP_ALIVE_PING || SignsOfLife.own(opaqueData);
    }

    /** Whether a PING is to be sent now, room or not, to see whether the peer reads. */
    public boolean pingWanted() {
        return signs.pingWanted();
    }

    /** The content of that PING; 0 for none after all. */
    public long takePing() {
        return signs.takePing();
    }

    /** Octets are about to be sent there. */
    public void sink(ByteSink sink) {
        signs.sink(sink);
    }

    /** Octets of DATA in both directions. */
    long dataMoved() {
        return dataSent + dataReceived;
    }

    /** How many streams are open has changed between none and some. */
    void streamsOpen(boolean any) {
        idleSince = NEVER;
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
     * @param sinkFull whether something is left because the sink takes no more
     */
    public void sent(long octets, boolean sinkFull) {
        signs.handedOver(octets);
        if (!sinkFull) {
            stop(TRANSPORT);
        } else if (!running(TRANSPORT) && on(TRANSPORT)) {
            beginTransport();
        }
        boolean windowUsedUp =
                connection.scheduler().size() > 0 && connection.sendWindow().available() <= 0;
        shutWindow.set(windowUsedUp, peerTime());
        if (!windowUsedUp) {
            stop(CONNECTION_WINDOW);
        } else if (!running(CONNECTION_WINDOW)) {
            windowHeldBackSince = NEVER;
            beginWindow();
        }
    }

    private void beginTransport() {
        start(TRANSPORT);
        transportQuiet = 0;
        transportProgress = signs.progress();
        transportAnswers = signs.answers();
    }

    private void beginWindow() {
        windowProgress = dataMoved();
        start(CONNECTION_WINDOW);
    }

    /**
     * Window credit was sent. If the peer had next to none before, it is not to blame for what did not come.
     *
     * @param stream null for the connection's window
     */
    public void creditGiven(Stream stream, int octets) {
        streams.creditGiven(stream, octets);
    }

    // ---- streams ---------------------------------------------------------------------------------------------------

    /** A stream has begun. */
    void streamBegun(Stream stream) {
        streams.begun(stream);
    }

    /** A header block has arrived, or we ended our side: the peer may owe the rest of a body, or its end. */
    public void expectRest(Stream stream) {
        streams.expectRest(stream);
    }

    /** A header block was sent. If it is what the peer asked for by {@code expect: 100-continue}, its time begins. */
    public void headersSent(Stream stream, HeaderList headers) {
        if (stream.readDeadline != null && stream.readDeadline.awaitsWord) {
            AsciiString status = headers.value(HeaderToken.STATUS);
            if (status == null || !status.startsWith("1") || status.contentEquals("100")) {
                streams.wordGiven(stream);
            }
        }
    }

    /** The peer has ended its side of a stream. */
    void inputEnded(Stream stream) {
        streams.inputEnded(stream);
    }

    /** A body waits for the stream's window. That it may send a little now and then does not end the wait. */
    public void windowAwaited(Stream stream) {
        streams.windowShut(stream);
    }

    /** The stream's window is open, and its body waits for its turn. */
    public void windowOpened(Stream stream) {
        streams.windowOpened(stream);
    }

    /** A body has nothing to send: that is not the peer's fault. */
    public void nothingToSend(Stream stream) {
        streams.nothingToSend(stream);
    }

    /** A stream is over. */
    void forget(Stream stream) {
        streams.forget(stream);
    }

    // ---- judgement -------------------------------------------------------------------------------------------------

    /** When {@link #expire} has something to do; {@link #NEVER} if nothing is waited for. */
    public long next() {
        if (!connection.shutdown().live()) {
            return NEVER;
        }
        long next = streams.next();
        for (Deadline deadline : OF_CONNECTION) {
            next = Math.min(next, due(deadline, began[deadline.ordinal()]));
        }
        return next;
    }

    /** Judges what is due: sends PING, resets streams, or throws what ends the connection. */
    public void expire() throws ConnectionError {
        long now = connection.now();
        for (Deadline deadline : OF_CONNECTION) {
            if (due(deadline, began[deadline.ordinal()]) <= now) {
                expire(deadline);
            }
        }
        streams.expire();
    }

    private void expire(Deadline deadline) throws ConnectionError {
        switch (deadline) {
            case KEEP_ALIVE -> {
                stop(KEEP_ALIVE);
                start(KEEP_ALIVE_ANSWER);
                keepAlive.asked(signs, peerTime());
                connection.queueOwn(Lane.URGENT, new PingFrame(false, KEEP_ALIVE_PING));
            }
            case KEEP_ALIVE_ANSWER -> expireQuestion(deadline, keepAlive);
            case SETTINGS_ACK -> expireQuestion(deadline, settings);
            case IDLE -> expireIdle();
            case FRAME -> {
                demand(deadline, octetsReceived - frameProgress);
                frameProgress = octetsReceived;
                start(deadline);
            }
            case CONNECTION_WINDOW -> {
                expireWindow();
            }
            case TRANSPORT -> expireTransport();
            default -> throw tooLate(deadline);
        }
    }

    private void expireQuestion(Deadline deadline, Question question) throws ConnectionError {
        if (!question.mayBeUnread(signs, peerTime(), timeouts[STREAM_WRITE.ordinal()])) {
            throw tooLate(deadline);
        }
        start(deadline);
    }

    // Four looks in twice the timeout: at the second without a sign of life the peer is asked for one. The first may
    // still see
    // what the system's buffer took at once.
    private void expireTransport() throws ConnectionError {
        boolean alive =
                signs.answers() != transportAnswers || signs.progress() - transportProgress >= enough(TRANSPORT);
        if (alive) {
            beginTransport();
            return;
        }
        if (++transportQuiet == QUIET_LOOKS) {
            throw tooLate(TRANSPORT);
        }
        if (transportQuiet == 1) {
            signs.ask();
        }
        start(TRANSPORT);
    }

    // A peer that still reads what it was sent is not idle: a channel that is closed on it loses what it has not read.
    private void expireIdle() throws ConnectionError {
        boolean asked = idleSince != NEVER;
        boolean alive = signs.answers() != idleAnswers || signs.progress() - idleProgress >= enough(IDLE);
        if (asked ? !alive || signs.allRead() : !signs.mayBeUnread(dataSent)) {
            throw tooLate(IDLE);
        }
        idleSince = asked ? idleSince : began[IDLE.ordinal()];
        idleProgress = signs.progress();
        idleAnswers = signs.answers();
        signs.ask();
        start(IDLE);
    }

    // As long as the peer waits for us, it may read nothing.
    private void expireWindow() throws ConnectionError {
        long since = began[CONNECTION_WINDOW.ordinal()];
        if (dataMoved() - windowProgress >= enough(CONNECTION_WINDOW)) {
            windowHeldBackSince = NEVER;
        } else if (!streams.anyHeldBack(since)) {
            throw tooLate(CONNECTION_WINDOW);
        } else {
            windowHeldBackSince = Math.min(windowHeldBackSince, since);
            if (peerTime() - windowHeldBackSince >= heldBackTimeout()) {
                throw tooLate(CONNECTION_WINDOW);
            }
        }
        beginWindow();
    }

    private void demand(Deadline deadline, long progress) throws ConnectionError {
        if (progress < enough(deadline)) {
            throw tooLate(deadline);
        }
    }

    /** How many octets show that someone is slow and not stuck. */
    long enough(Deadline deadline) {
        long counted = Math.max(0, timeouts[deadline.ordinal()] - GRACE);
        return Math.max(1, counted / NANOS_PER_SECOND * minRate);
    }

    /** So much of a timeout as leaves room for the moments in which the other window was open. */
    long nearlyAll(Deadline deadline) {
        return timeouts[deadline.ordinal()] / 8 * 7;
    }

    /** For how long nothing may move because we hold the peer back. */
    long heldBackTimeout() {
        return timeouts[STREAM_WRITE.ordinal()] * HELD_BACK;
    }

    private ConnectionError tooLate(Deadline deadline) {
        connection.callbacks().error(deadline.reason());
        return new ConnectionError(deadline.code(), deadline.reason());
    }
}
