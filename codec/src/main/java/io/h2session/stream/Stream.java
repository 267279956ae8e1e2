package io.h2session.stream;

import io.h2session.api.DataSource;
import io.h2session.api.StreamState;
import io.h2session.flow.ReceiveWindow;
import io.h2session.flow.SendWindow;
import io.h2session.frame.HeadersFrame;
import io.h2session.message.InboundMessage;
import io.h2session.message.SubmittedPhase;
import io.h2session.priority.Priority;

/** The state of one live stream. */
public final class Stream {
    private static final long NOT_MEASURED = -1;

    private final int id;
    private final SendWindow sendWindow;

    /** Made when it is needed: most requests have no body. Until then its limit is {@link #receiveLimit}. */
    private ReceiveWindow receiveWindow;

    private int receiveLimit;

    private StreamState state;
    private StreamState lastState;
    private boolean resetQueued;
    private boolean answered;
    private boolean inputEnded;
    private boolean localEnded;
    private boolean remoteEnded;
    private InboundMessage inbound;
    private boolean inputIgnored;
    private boolean inputCounts = true;
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

    /**
     * The link to the next stream in the scheduler's line. Only the scheduler uses this and the fields that refer to it.
     */
    public Stream scheduledNext;

    /** See {@link #scheduledNext}. */
    public Stream scheduledPrevious;

    /** See {@link #scheduledNext}: the urgency under which it is linked. */
    public int scheduledUrgency;

    /** See {@link #scheduledNext}: its place, for {@code CycleScheduler}. */
    public long scheduledCycle;

    /** See {@link #scheduledNext}: how many bytes its last frame had, for {@code CycleScheduler}. */
    public int scheduledBytes;

    /**
     * Its place in the list of timeouts for the peer's body; null for none. Only {@code connection.StreamWaits} uses this
     * and the next two.
     */
    public StreamDeadline readDeadline;

    /** See {@link #readDeadline}: its place in the list for window credit that its body waits for. */
    public StreamDeadline writeDeadline;

    /** See {@link #readDeadline}: its place in the list for any progress. */
    public StreamDeadline idleDeadline;

    private long bodySent;
    private int holds;

    /** A new stream, with windows of the initial sizes. */
    public Stream(int id, StreamState state, int receiveLimit, int sendLimit) {
        this.id = id;
        state(state);
        this.receiveLimit = receiveLimit;
        sendWindow = new SendWindow(sendLimit);
    }

    /** The stream id, 1 to 2^31-1. */
    public int id() {
        return id;
    }

    /** The state (RFC 9113 section 5.1). */
    public StreamState state() {
        return state;
    }

    /** Sets the state. Only {@code StreamLifecycle} calls this, with a state from the table of {@link StreamEvent}. */
    public void state(StreamState state) {
        this.state = state;
        if (state != StreamState.OPEN && state != StreamState.CLOSED) {
            localEnded |= state.localClosed();
            remoteEnded |= state.remoteClosed();
        }
    }

    /**
     * Whether this end has sent END_STREAM, or may not send on this stream; whether the stream is closed does not matter.
     */
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

    /**
     * Whether END_STREAM or RST_STREAM was received, or the peer may not send; whether the stream is closed does not
     * matter.
     */
    public boolean remoteEnded() {
        return remoteEnded;
    }

    /**
     * Closes the stream.
     *
     * @param byPeer whether the peer ended its side by it, for {@link #lastState()}
     */
    public void close(boolean byPeer) {
        boolean reserved = state == StreamState.RESERVED_LOCAL || state == StreamState.RESERVED_REMOTE;
        lastState = !byPeer ? state : reserved ? StreamState.RESERVED_LOCAL : StreamState.HALF_CLOSED_REMOTE;
        state = StreamState.CLOSED;
        inputCounts = false;
    }

    /** The state that nghttp2 reports while it tells the application that the stream is closed; null before. */
    public StreamState lastState() {
        return lastState;
    }

    /**
     * Whether what the peer sends on it still counts: it is not closed, our RST_STREAM is not queued, and its input is not
     * ignored. One question for three, because it is asked for each header field.
     */
    public boolean inputCounts() {
        return inputCounts;
    }

    /** Whether it is closed, and so no longer in the table. For code that held a reference while a callback ran. */
    public boolean over() {
        return state == StreamState.CLOSED;
    }

    /** Whether our RST_STREAM waits to be sent: nothing else is sent on the stream, and received frames are ignored. */
    public boolean resetQueued() {
        return resetQueued;
    }

    /** Our RST_STREAM was queued. */
    public void markResetQueued() {
        resetQueued = true;
        inputCounts = false;
    }

    /** Whether the peer's first header block on a stream of ours has arrived. */
    public boolean answered() {
        return answered;
    }

    /** The peer's first header block has arrived. */
    public void markAnswered() {
        answered = true;
    }

    /** Whether the peer has ended its side of a stream that is being reset. */
    public boolean inputEnded() {
        return inputEnded;
    }

    /** The peer has ended its side. */
    public void endInput() {
        inputEnded = true;
        remoteEnded = true;
    }

    /** The window for what the peer sends. */
    public ReceiveWindow receiveWindow() {
        if (receiveWindow == null) {
            receiveWindow = new ReceiveWindow(receiveLimit);
        }
        return receiveWindow;
    }

    /** {@link ReceiveWindow#adjustLimit} of {@link #receiveWindow()}. */
    public boolean adjustReceiveLimit(long delta) {
        if (receiveWindow != null) {
            return receiveWindow.adjustLimit(delta);
        }
        long adjusted = receiveLimit + delta;
        if (adjusted > Integer.MAX_VALUE || adjusted < Integer.MIN_VALUE) {
            return false;
        }
        receiveLimit = (int) adjusted;
        return true;
    }

    /** The window for what we send. */
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

    /** Further frames of the peer's are ignored, though the stream is not reset: the request is answered without them. */
    public void ignoreInput() {
        inputIgnored = true;
        inputCounts = false;
    }

    /** Whether {@link #ignoreInput()} was called. */
    public boolean inputIgnored() {
        return inputIgnored;
    }

    /** Whether the application withholds window credit. */
    public boolean readingPaused() {
        return readingPaused;
    }

    /** Sets {@link #readingPaused()}. */
    public void readingPaused(boolean paused) {
        readingPaused = paused;
    }

    /** The budget of 1xx responses; null until the first one is received. */
    public InformationalBudget informational() {
        return informational;
    }

    /** Sets {@link #informational()}. */
    public void informational(InformationalBudget budget) {
        informational = budget;
    }

    /** How much of our message was sent. */
    public OutboundPhase outboundPhase() {
        return outboundPhase;
    }

    /** Sets {@link #outboundPhase()}. */
    public void outboundPhase(OutboundPhase phase) {
        outboundPhase = phase;
    }

    /** How much of our message was submitted. Kept if submitted messages are checked. */
    public SubmittedPhase submitted() {
        return submitted;
    }

    /** Sets {@link #submitted()}. */
    public void submitted(SubmittedPhase phase) {
        submitted = phase;
    }

    /** How many bytes of content are still to be sent according to {@code content-length}; negative without one. */
    public long contentLeft() {
        return contentLeft;
    }

    /** Sets {@link #contentLeft()}. */
    public void contentLeft(long bytes) {
        contentLeft = bytes;
    }

    /** The body being sent, or null. */
    public DataSource body() {
        return body;
    }

    /** Attaches a body; the stream owns it from now on. */
    public void attachBody(DataSource source, boolean endsStream) {
        body = source;
        bodyEndsStream = endsStream;
    }

    /** Detaches and returns the body, which the caller has to close. Null if there is none. */
    public DataSource detachBody() {
        DataSource detached = body;
        body = null;
        bodyState = BodyState.NONE;
        return detached;
    }

    /** Whether the end of the body ends the stream. */
    public boolean bodyEndsStream() {
        return bodyEndsStream;
    }

    /** The state of the body. */
    public BodyState bodyState() {
        return bodyState;
    }

    /** Sets {@link #bodyState()}. */
    public void bodyState(BodyState bodyState) {
        this.bodyState = bodyState;
    }

    /** The application begins a piece of work for the exchange. */
    public void hold() {
        holds++;
    }

    /** The application has finished a piece of work. Returns true if that was the last. */
    public boolean release() {
        return --holds == 0;
    }

    /** Whether the application works for the exchange. */
    public boolean held() {
        return holds > 0;
    }

    /** DATA was sent on it. */
    public void countSent(int bytes) {
        bodySent += bytes;
    }

    /** How many bytes of DATA were sent. */
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

    /** The priority of its body (RFC 9218). */
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

    /** The application's object for it. */
    public Object userData() {
        return userData;
    }

    /** Sets {@link #userData()}. */
    public void userData(Object userData) {
        this.userData = userData;
    }

    /** Whether it was added to the table after that one. */
    public boolean cameAfter(Stream other) {
        return tableOrder - other.tableOrder > 0;
    }

    /**
     * The next stream in the order of creation; null at the end. A loop that closes streams has to get the next one first.
     */
    public Stream next() {
        return tableNext;
    }

    @Override
    public String toString() {
        return "stream " + id + " " + state;
    }
}
