package io.h2session.connection;

import static io.h2session.api.Http2Deadline.CONNECTION_WINDOW;
import static io.h2session.api.Http2Deadline.FRAME;
import static io.h2session.api.Http2Deadline.HANDSHAKE;
import static io.h2session.api.Http2Deadline.HEADER_BLOCK;
import static io.h2session.api.Http2Deadline.IDLE;
import static io.h2session.api.Http2Deadline.KEEP_ALIVE;
import static io.h2session.api.Http2Deadline.KEEP_ALIVE_ANSWER;
import static io.h2session.api.Http2Deadline.REQUEST_WAIT;
import static io.h2session.api.Http2Deadline.SETTINGS_ACK;
import static io.h2session.api.Http2Deadline.STREAM_WRITE;
import static io.h2session.api.Http2Deadline.TRANSPORT;

import io.h2session.api.ByteSink;
import io.h2session.api.Http2Deadline;
import io.h2session.api.Http2RunningDeadline;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.PingFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.queue.Lane;
import io.h2session.stream.Stream;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The timeouts ({@link Http2Timeouts}): how long the peer may keep us waiting, and for what.
 *
 * <pre>
 *                      began                     due: enough progress?  yes: begins again   no: timed out
 *   real time    ────────┼──────────────────────────────┼─────────────►
 *   peer's time  ────────┼────────┤ (not listening) ├───┼─────────────►
 * </pre>
 *
 * <p>Hot paths only count bytes, and begin or end a wait; progress is checked when a wait is due. All waits are measured in
 * the peer's time, which stands still while the application reads nothing. Times are nanoseconds since the session began.
 * The waits of single streams are in {@link StreamWaits}, those of requests that wait to be opened in {@link RequestWaits}.
 */
public final class Deadlines {
    /** The result of {@link #next()} if there is nothing to wait for. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The content of the PING that checks whether the peer is alive: a value that no application is likely to choose. */
    public static final long KEEP_ALIVE_PING = 0x6832_616c_6976_653fL;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** How much of each timeout is not counted when a rate is judged, since peers do not send evenly. */
    private static final long GRACE = 5 * NANOS_PER_SECOND;

    private static final Http2Deadline[] OF_CONNECTION = Arrays.stream(Http2Deadline.values())
            .filter(deadline -> !deadline.ofStream())
            .toArray(Http2Deadline[]::new);

    /**
     * A transport that accepts nothing is checked twice in each timeout; after this number of checks without a sign of life
     * it has timed out.
     */
    private static final int QUIET_LOOKS = 3;

    /** For how many timeouts a stream may be without progress because the peer waits for our window credit. */
    private static final int HELD_BACK = 10;

    private final Connection connection;
    private final long[] timeouts = new long[Http2Deadline.values().length];
    private final long[] began = new long[OF_CONNECTION.length];
    private final int minRate;
    private final ShutWindow shutWindow = new ShutWindow();
    private final StreamWaits streams;
    private final RequestWaits requests;
    private final SignsOfLife signs;

    /** Whether our requests may not wait for ever. */
    private final boolean requestsTimed;

    /** Not later than {@link #next}, which takes longer: what ends is not noticed here, what begins is. */
    private long earliest = NEVER;

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
    private long bytesReceived;
    private long dataReceived;
    private long dataSent;

    // The progress when the wait began.
    private long frameProgress;
    private long windowProgress;
    private long windowHeldBackSince;

    /** How much DATA had moved when bodies were last given up because of the connection's window; -1 if none were. */
    private long windowGivenUp = -1;

    private long transportProgress;
    private long transportAnswers;
    private int transportQuiet;

    private final Question settings = new Question();

    /** How much DATA had arrived when it was last checked whether our SETTINGS were acknowledged. */
    private long settingsProgress;

    /** Up to which amount of DATA received the acknowledgement may be behind what the peer had sent before. */
    private long settingsBehind;

    private final Question keepAlive = new Question();

    // For an idle connection whose peer has not read everything yet.
    private long idleSince = NEVER;
    private long idleProgress;
    private long idleAnswers;

    Deadlines(Connection connection, Http2Timeouts values, int pingEvery) {
        this.connection = connection;
        signs = new SignsOfLife(pingEvery);
        for (Http2Deadline deadline : Http2Deadline.values()) {
            timeouts[deadline.ordinal()] = deadline.timeout(values).toNanos();
        }
        minRate = values.minRate();
        streams = new StreamWaits(connection, this, shutWindow);
        requests = new RequestWaits(connection, this);
        requestsTimed = on(REQUEST_WAIT) && !connection.role().isServer();
        Arrays.fill(began, NEVER);
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** The peer's time: it stands still while nothing is read. */
    long peerTime() {
        return peerTime(connection.now());
    }

    private long peerTime(long now) {
        return (deafSince == NEVER ? now : deafSince) - deafTime;
    }

    /** The real time at which a wait is due that began then. */
    long due(Http2Deadline deadline, long start) {
        if (start == NEVER) {
            return NEVER;
        }
        return deafSince == NEVER ? start + timeouts[deadline.ordinal()] + deafTime : NEVER;
    }

    /** The application has paused the session, or has resumed it. */
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
            // When the application stopped reading is unknown; it was after the last input.
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
            earliest = 0; // Nothing was due meanwhile.
        }
    }

    boolean on(Http2Deadline deadline) {
        return timeouts[deadline.ordinal()] > 0;
    }

    private void start(Http2Deadline deadline) {
        if (on(deadline)) {
            startAt(deadline, peerTime());
        }
    }

    private void startAt(Http2Deadline deadline, long start) {
        began[deadline.ordinal()] = start;
        waitBegun(deadline, start);
    }

    /** A wait has begun then, by the peer's time. */
    void waitBegun(Http2Deadline deadline, long start) {
        earliest = Math.min(earliest, due(deadline, start));
    }

    private void stop(Http2Deadline deadline) {
        began[deadline.ordinal()] = NEVER;
    }

    private boolean running(Http2Deadline deadline) {
        return began[deadline.ordinal()] != NEVER;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** Bytes are about to be received or sent. The first timeouts begin with the first call. */
    public void begin() {
        if (!begun) {
            begun = true;
            heardAt = connection.now();
            start(HANDSHAKE);
            start(IDLE);
        }
    }

    /** The peer's first SETTINGS have arrived. */
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

    /** The oldest SETTINGS of ours were acknowledged. */
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
        settingsProgress = dataReceived;
        settingsBehind = dataReceived + Math.max(0, connection.receiveWindow().available());
    }

    /**
     * Bytes were received.
     *
     * @param unfinishedFrame the number of the frame that is incomplete after them, -1 for none
     * @param unfinishedBlock the number of the header block that is incomplete after them, -1 for none
     */
    public void received(int bytes, int unfinishedFrame, int unfinishedBlock) {
        if (bytes > 0) {
            bytesReceived += bytes;
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
            frameProgress = bytesReceived;
        }
        frame = unfinishedFrame;
        if (unfinishedBlock < 0) {
            stop(HEADER_BLOCK);
        } else if (unfinishedBlock != block || !running(HEADER_BLOCK)) {
            start(HEADER_BLOCK);
        }
        block = unfinishedBlock;
    }

    /** Bytes of DATA were received. */
    public void dataReceived(int bytes) {
        dataReceived += bytes;
    }

    long dataReceived() {
        return dataReceived;
    }

    /** Bytes of DATA were sent. */
    public void dataSent(Stream stream, int bytes) {
        dataSent += bytes;
        signs.dataSent(bytes);
        stream.countSent(bytes);
    }

    /** The peer gave window credit, for a stream or for the connection. */
    public void creditReceived(boolean forConnection, int bytes) {
        signs.creditReceived(forConnection, bytes);
    }

    /** A PING was answered. */
    public void pingAnswered(long opaqueData) {
        if (opaqueData == KEEP_ALIVE_PING && running(KEEP_ALIVE_ANSWER)) {
            keepAlive.answered(signs);
        } else if (SignsOfLife.own(opaqueData)) {
            signs.answered(opaqueData);
            if (idleSince != NEVER && running(IDLE) && signs.allRead()) {
                // The peer has read everything: the connection was idle all the time.
                startAt(IDLE, idleSince);
            }
        }
    }

    /** Whether a PING of that content is the session's own, so that the application does not expect its acknowledgement. */
    public static boolean ownPing(long opaqueData) {
        return opaqueData == KEEP_ALIVE_PING || SignsOfLife.own(opaqueData);
    }

    /** Whether a PING is to be sent now, even without room, to check whether the peer reads. */
    public boolean pingWanted() {
        return signs.pingWanted();
    }

    /** The content of that PING; 0 if none is to be sent. */
    public long takePing() {
        return signs.takePing();
    }

    /** Bytes are about to be sent to that sink. */
    public void sink(ByteSink sink) {
        signs.sink(sink);
    }

    /** How many bytes of DATA were received and sent. */
    long dataMoved() {
        return dataSent + dataReceived;
    }

    /** The first stream has opened, or the last has closed. */
    void streamsOpen(boolean any) {
        idleSince = NEVER;
        if (any) {
            stop(IDLE);
        } else if (begun) {
            start(IDLE);
        }
    }

    /**
     * A {@code send} is complete.
     *
     * @param bytes how many it handed over
     * @param sinkFull whether something is left because the sink accepts no more
     */
    public void sent(long bytes, boolean sinkFull) {
        signs.handedOver(bytes);
        if (requestsTimed) {
            requests.sendEnded();
        }
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
     * Window credit was sent. If the peer had almost none left before, it could not send, and its time begins again.
     *
     * @param stream null for the connection's window
     */
    public void creditGiven(Stream stream, int bytes) {
        streams.creditGiven(stream, bytes);
    }

    // ---- streams ---------------------------------------------------------------------------------------------------

    /** A stream has begun. */
    void streamBegun(Stream stream) {
        streams.begun(stream);
    }

    /** A header block has arrived, or we ended our side: the peer may still have to send a body, or its end. */
    public void expectRest(Stream stream) {
        streams.expectRest(stream);
    }

    /** A header block was sent. If the peer waited for it because of {@code expect: 100-continue}, its time begins. */
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

    /** A body waits for the stream's window. Sending a little now and then does not end the wait. */
    public void windowAwaited(Stream stream) {
        streams.windowShut(stream);
    }

    /** The stream's window is open, and its body waits for its turn. */
    public void windowOpened(Stream stream) {
        streams.windowOpened(stream);
    }

    /** A body has nothing to send, which is not the peer's fault. */
    public void nothingToSend(Stream stream) {
        streams.nothingToSend(stream);
    }

    /** A stream is over. */
    void forget(Stream stream) {
        streams.forget(stream);
    }

    // ---- what runs -------------------------------------------------------------------------------------------------

    /** The deadlines that run, the one that is due first in front. */
    public List<Http2RunningDeadline> running() {
        List<Http2RunningDeadline> found = new ArrayList<>();
        if (connection.shutdown().live()) {
            for (Http2Deadline deadline : OF_CONNECTION) {
                if (running(deadline)) {
                    found.add(running(deadline, 0, began[deadline.ordinal()]));
                }
            }
            streams.addRunning(found);
            requests.addRunning(found);
            found.sort(Comparator.comparingLong(Http2RunningDeadline::leftNanos));
        }
        return found;
    }

    Http2RunningDeadline running(Http2Deadline deadline, int streamId, long start) {
        long timeout = timeouts[deadline.ordinal()];
        return new Http2RunningDeadline(
                deadline, streamId, start + timeout - peerTime(connection.time()), timeout, deafSince != NEVER);
    }

    // ---- judgement -------------------------------------------------------------------------------------------------

    /** The time at which {@link #expire} has something to do; {@link #NEVER} if nothing is awaited. */
    public long next() {
        earliest = NEVER;
        if (connection.shutdown().live()) {
            earliest = Math.min(streams.next(), requests.next());
            for (Http2Deadline deadline : OF_CONNECTION) {
                earliest = Math.min(earliest, due(deadline, began[deadline.ordinal()]));
            }
        }
        return earliest;
    }

    /** Whether {@link #next} may be before that time. */
    public boolean maybeBefore(long time) {
        return earliest < time;
    }

    /** Judges the waits that are due: sends PING, resets streams, or throws the error that ends the connection. */
    public void expire() throws ConnectionError {
        long now = connection.now();
        for (Http2Deadline deadline : OF_CONNECTION) {
            if (due(deadline, began[deadline.ordinal()]) <= now) {
                expire(deadline);
            }
        }
        streams.expire();
        requests.expire(now);
    }

    private void expire(Http2Deadline deadline) throws ConnectionError {
        switch (deadline) {
            case KEEP_ALIVE -> {
                stop(KEEP_ALIVE);
                start(KEEP_ALIVE_ANSWER);
                keepAlive.asked(signs, peerTime());
                connection.queueOwn(Lane.URGENT, new PingFrame(false, KEEP_ALIVE_PING));
            }
            case KEEP_ALIVE_ANSWER -> expireQuestion(deadline, keepAlive);
            case SETTINGS_ACK -> expireSettings();
            case IDLE -> expireIdle();
            case FRAME -> {
                demand(deadline, bytesReceived - frameProgress);
                frameProgress = bytesReceived;
                start(deadline);
            }
            case CONNECTION_WINDOW -> {
                expireWindow();
            }
            case TRANSPORT -> expireTransport();
            default -> throw tooLate(deadline);
        }
    }

    private void expireQuestion(Http2Deadline deadline, Question question) throws ConnectionError {
        if (!question.mayBeUnread(signs, peerTime(), timeouts[STREAM_WRITE.ordinal()])) {
            throw tooLate(deadline);
        }
        start(deadline);
    }

    // The acknowledgement may be behind DATA that waited in the peer's buffers when our SETTINGS arrived there, at most
    // a window.
    private void expireSettings() throws ConnectionError {
        boolean uploads = dataReceived - settingsProgress >= enough(SETTINGS_ACK);
        settingsProgress = dataReceived;
        if (uploads && dataReceived < settingsBehind) {
            start(SETTINGS_ACK);
        } else {
            expireQuestion(SETTINGS_ACK, settings);
        }
    }

    // Four checks in twice the timeout. The first may still see the bytes that the system's buffer accepted at once;
    // after the first without a sign of life a PING is sent.
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

    // A peer that still reads what it was sent is not idle: if the channel closed now, it would lose the rest.
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

    // A peer that waits for our window credit may read nothing.
    private void expireWindow() throws ConnectionError {
        long since = began[CONNECTION_WINDOW.ordinal()];
        if (dataMoved() - windowProgress >= enough(CONNECTION_WINDOW)) {
            windowHeldBackSince = NEVER;
        } else if (!streams.anyHeldBack(since)) {
            giveUpWindow();
        } else {
            windowHeldBackSince = Math.min(windowHeldBackSince, since);
            if (peerTime() - windowHeldBackSince >= heldBackTimeout()) {
                giveUpWindow();
            }
        }
        beginWindow();
    }

    // One download that the peer does not read, such as a paused video, may use up a small window of the connection.
    // When its stream is reset, an honest peer gives the credit back, and the other streams continue.
    private void giveUpWindow() throws ConnectionError {
        if (windowGivenUp >= 0 && dataMoved() - windowGivenUp < enough(CONNECTION_WINDOW)) {
            throw tooLate(CONNECTION_WINDOW);
        }
        windowGivenUp = dataMoved();
        windowHeldBackSince = NEVER;
        streams.giveUpUnread();
    }

    private void demand(Http2Deadline deadline, long progress) throws ConnectionError {
        if (progress < enough(deadline)) {
            throw tooLate(deadline);
        }
    }

    /** How many bytes show that the peer is slow, but not stuck. */
    long enough(Http2Deadline deadline) {
        long counted = Math.max(0, timeouts[deadline.ordinal()] - GRACE);
        return Math.max(1, counted / NANOS_PER_SECOND * minRate);
    }

    /** Slightly less than the timeout, which allows for moments in which the other window was open. */
    long nearlyAll(Http2Deadline deadline) {
        return timeouts[deadline.ordinal()] / 8 * 7;
    }

    /** For how long there may be no progress because the peer waits for our window credit. */
    long heldBackTimeout() {
        return timeouts[STREAM_WRITE.ordinal()] * HELD_BACK;
    }

    private ConnectionError tooLate(Http2Deadline deadline) {
        connection.callbacks().error(deadline.reason());
        return new ConnectionError(deadline.code(), deadline.reason());
    }
}
