package io.h2session.stream;

import io.h2session.api.DataSource;
import io.h2session.api.StreamState;
import io.h2session.flow.ReceiveWindow;
import io.h2session.flow.SendWindow;
import io.h2session.frame.HeadersFrame;
import io.h2session.message.InboundMessage;
import io.h2session.message.SubmittedPhase;
import io.h2session.priority.Priority;

/** All there is to know about one live stream. */
public final class Stream {
    private static final long NOT_MEASURED = -1;

    private final int id;
    private final ReceiveWindow receiveWindow;
    private final SendWindow sendWindow;

    private StreamState state;
    private StreamState lastState;
    private boolean resetQueued;
    private boolean answered;
    private boolean inputEnded;
    private boolean localEnded;
    private boolean remoteEnded;
    private InboundMessage inbound;
    private boolean inputIgnored;
    private boolean readingPaused;
    private InformationalBudget informational;
    private OutboundPhase outboundPhase = OutboundPhase.NOTHING;
    private SubmittedPhase submitted = SubmittedPhase.NOTHING;
    private long contentLeft = NOT_MEASURED;

    private DataSource body;
    private BodyState bodyState = BodyState.NONE;
    private boolean bodyEndsStream;
    private HeadersFrame heldTrailers;

    private Priority priority = Priority.DEFAULT;
    private boolean clientPriorityIgnored;
    private Object userData;

    // Links of the table (creation order) and of the scheduler.
    Stream tableNext;
    Stream tablePrevious;
    int tableOrder;

    /** The link to the next stream in the scheduler's line. Only the scheduler uses this and the fields that refer to it. */
    public Stream scheduledNext;

    /** See {@link #scheduledNext}. */
    public Stream scheduledPrevious;

    /** See {@link #scheduledNext}: the urgency under which it is linked. */
    public int scheduledUrgency;

    /** See {@link #scheduledNext}: its place, for {@code CycleScheduler}. */
    public long scheduledCycle;

    /** See {@link #scheduledNext}: how many bytes its last frame had, for {@code CycleScheduler}. */
    public int scheduledBytes;

    /** Its places in the lists of deadlines, which are their business alone; null for none. This is the peer's body's. */
    public StreamDeadline readDeadline;

    /** See {@link #readDeadline}: that of the window its body waits for. */
    public StreamDeadline writeDeadline;

    /** See {@link #readDeadline}: that of anything at all. */
    public StreamDeadline idleDeadline;

    private long bodySent;
    private int holds;

    /** A stream in its first state, with windows of the sizes in force. */
    public Stream(int id, StreamState state, int receiveLimit, int sendLimit) {
        this.id = id;
        state(state);
        receiveWindow = new ReceiveWindow(receiveLimit);
        sendWindow = new SendWindow(sendLimit);
    }

    /** The number, 1 to 2^31-1. */
    public int id() {
        return id;
    }

    /** The state (RFC 9113 section 5.1). */
    public StreamState state() {
        return state;
    }

    /** Moves it; only the lifecycle and the table of {@link StreamEvent} decide where to. */
    public void state(StreamState state) {
        this.state = state;
        if (state != StreamState.OPEN && state != StreamState.CLOSED) {
            localEnded |= state.localClosed();
            remoteEnded |= state.remoteClosed();
        }
    }

    /** Whether this end has sent END_STREAM, or never had anything to send: not whether the stream is over. */
    public boolean localEnded() {
        return localEnded;
    }

    /** END_STREAM was sent. */
    public void endSent() {
        localEnded = true;
    }

    /** END_STREAM or RST_STREAM was received. */
    public void endReceived() {
        remoteEnded = true;
    }

    /** Whether END_STREAM or RST_STREAM was received, or the peer never had anything to send: not whether the stream is over. */
    public boolean remoteEnded() {
        return remoteEnded;
    }

    /**
     * Closes it.
     *
     * @param byPeer whether the peer ended its side by it, of which {@link #lastState()} tells
     */
    public void close(boolean byPeer) {
        boolean reserved = state == StreamState.RESERVED_LOCAL || state == StreamState.RESERVED_REMOTE;
        lastState = !byPeer ? state : reserved ? StreamState.RESERVED_LOCAL : StreamState.HALF_CLOSED_REMOTE;
        state = StreamState.CLOSED;
    }

    /** The state nghttp2 would report while it tells that the stream is closed; null before. */
    public StreamState lastState() {
        return lastState;
    }

    /** Whether it is closed, and so no longer in the table; for those who kept it while a callback ran. */
    public boolean over() {
        return state == StreamState.CLOSED;
    }

    /** Whether our RST_STREAM waits to be sent: nothing else is sent any more, and what arrives is ignored. */
    public boolean resetQueued() {
        return resetQueued;
    }

    /** Marks that our RST_STREAM waits. */
    public void markResetQueued() {
        resetQueued = true;
    }

    /** Whether the peer's first header block on a stream of ours has arrived. */
    public boolean answered() {
        return answered;
    }

    /** Marks that it has. */
    public void markAnswered() {
        answered = true;
    }

    /** Whether the peer has ended its side of a stream that is being reset. */
    public boolean inputEnded() {
        return inputEnded;
    }

    /** Marks that it has. */
    public void endInput() {
        inputEnded = true;
        remoteEnded = true;
    }

    /** What the peer may send. */
    public ReceiveWindow receiveWindow() {
        return receiveWindow;
    }

    /** What we may send. */
    public SendWindow sendWindow() {
        return sendWindow;
    }

    /** The progress of the messages received. */
    public InboundMessage inbound() {
        return inbound;
    }

    /** Sets {@link #inbound()}. */
    public void inbound(InboundMessage inbound) {
        this.inbound = inbound;
    }

    /** Nothing more of what arrives is wanted, though the stream is not reset: its request is answered without it. */
    public void ignoreInput() {
        inputIgnored = true;
    }

    /** Whether {@link #ignoreInput()} was called. */
    public boolean inputIgnored() {
        return inputIgnored;
    }

    /** Whether the application wants no more octets than the peer may send already. */
    public boolean readingPaused() {
        return readingPaused;
    }

    /** Sets {@link #readingPaused()}. */
    public void readingPaused(boolean paused) {
        readingPaused = paused;
    }

    /** The budget of 1xx responses, made when the first one comes; null before. */
    public InformationalBudget informational() {
        return informational;
    }

    /** Sets {@link #informational()}. */
    public void informational(InformationalBudget budget) {
        informational = budget;
    }

    /** How far the message we send has got. */
    public OutboundPhase outboundPhase() {
        return outboundPhase;
    }

    /** Sets {@link #outboundPhase()}. */
    public void outboundPhase(OutboundPhase phase) {
        outboundPhase = phase;
    }

    /** How far the message we send was submitted; kept while what is submitted is judged. */
    public SubmittedPhase submitted() {
        return submitted;
    }

    /** Sets {@link #submitted()}. */
    public void submitted(SubmittedPhase phase) {
        submitted = phase;
    }

    /** How many octets of content are still to be sent by what {@code content-length} said; negative if nothing did. */
    public long contentLeft() {
        return contentLeft;
    }

    /** Sets {@link #contentLeft()}. */
    public void contentLeft(long octets) {
        contentLeft = octets;
    }

    /** The body being sent, or null. */
    public DataSource body() {
        return body;
    }

    /** Attaches a body; it is the stream's from here on. */
    public void attachBody(DataSource source, boolean endsStream) {
        body = source;
        bodyEndsStream = endsStream;
    }

    /** Takes the body away; the caller closes it. Null if there is none. */
    public DataSource detachBody() {
        DataSource detached = body;
        body = null;
        bodyState = BodyState.NONE;
        return detached;
    }

    /** Whether the end of the body is the end of the stream. */
    public boolean bodyEndsStream() {
        return bodyEndsStream;
    }

    /** Where the body is. */
    public BodyState bodyState() {
        return bodyState;
    }

    /** Sets {@link #bodyState()}. */
    public void bodyState(BodyState bodyState) {
        this.bodyState = bodyState;
    }

    /** The application works for it. */
    public void hold() {
        holds++;
    }

    /** One work for it is done. True if that was the last. */
    public boolean release() {
        return --holds == 0;
    }

    /** Whether the application works for it. */
    public boolean held() {
        return holds > 0;
    }

    /** DATA of it was sent. */
    public void countSent(int octets) {
        bodySent += octets;
    }

    /** How many octets of DATA were sent. */
    public long bodySent() {
        return bodySent;
    }

    /** The trailers that wait until the body has been sent, or null. */
    public HeadersFrame heldTrailers() {
        return heldTrailers;
    }

    /** Sets {@link #heldTrailers()}. */
    public void heldTrailers(HeadersFrame trailers) {
        heldTrailers = trailers;
    }

    /** How its body is scheduled (RFC 9218). */
    public Priority priority() {
        return priority;
    }

    /** Sets {@link #priority()}. */
    public void priority(Priority priority) {
        this.priority = priority;
    }

    /** Whether the application's priority overrides the client's. */
    public boolean clientPriorityIgnored() {
        return clientPriorityIgnored;
    }

    /** Sets {@link #clientPriorityIgnored()}. */
    public void clientPriorityIgnored(boolean ignored) {
        clientPriorityIgnored = ignored;
    }

    /** What the application keeps with it. */
    public Object userData() {
        return userData;
    }

    /** Sets {@link #userData()}. */
    public void userData(Object userData) {
        this.userData = userData;
    }

    /** Whether it was put into the table after another one was. */
    public boolean cameAfter(Stream other) {
        return tableOrder - other.tableOrder > 0;
    }

    /** The next in the order of creation; null at the end. To close streams while walking, ask before closing. */
    public Stream next() {
        return tableNext;
    }

    @Override
    public String toString() {
        return "stream " + id + " " + state;
    }
}
