package io.h2session.connection;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.flow.ReceiveWindow;
import io.h2session.flow.SendWindow;
import io.h2session.frame.Frame;
import io.h2session.hpack.HpackEncoder;
import io.h2session.message.MessageRules;
import io.h2session.queue.CycleScheduler;
import io.h2session.queue.DataScheduler;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.queue.OutboundQueue;
import io.h2session.queue.TurnScheduler;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamHistory;
import io.h2session.stream.StreamTable;
import io.netty.buffer.ByteBufAllocator;

/** What is true of a connection: one object that both directions know. Has state and parts, and decides nothing. */
public final class Connection {
    private final Http2Role role;
    private final Http2SessionOptions options;
    private final Semantics semantics;
    private final ByteBufAllocator allocator;
    private final Callbacks callbacks;
    private final MessageRules messageRules;

    private final LocalSettings local = new LocalSettings();
    private final RemoteSettings remote;
    private final SendWindow sendWindow = new SendWindow(SendWindow.INITIAL);
    private final ReceiveWindow receiveWindow = new ReceiveWindow(SendWindow.INITIAL);
    private final HpackEncoder encoder;

    private final StreamTable streams = new StreamTable();
    private final StreamHistory ownHistory;
    private final StreamHistory peerHistory;
    private final OutboundQueue queue = new OutboundQueue();
    private final DataScheduler scheduler;

    private final StreamLifecycle lifecycle;
    private final Shutdown shutdown;
    private final FloodGuard floodGuard;
    private final Metrics metrics;
    private final PingTimer pingTimer;
    private final Deadlines deadlines;

    private final WindowUpdates windowUpdates;
    private final BlockedBodies blockedBodies;
    private final OwedReplies owedReplies;
    private final PendingPriorities pendingPriorities = new PendingPriorities();

    private OutboundItem handled;
    private int nextStreamId;
    private int lastProcessedStreamId;
    private final long began;
    private long now;

    /** The state of a connection that begins. */
    public Connection(
            Http2Role role,
            Http2SessionOptions options,
            ByteBufAllocator allocator,
            Http2SessionListener listener,
            Http2SessionContext session) {
        this.role = role;
        this.options = options;
        semantics = new Semantics(options);
        this.allocator = options.allocator() == null ? allocator : options.allocator();
        callbacks = new Callbacks(listener, session);
        messageRules = (options.strictMessages() ? MessageRules.SAFE : MessageRules.NGHTTP2)
                .withEnforce(options.httpMessaging())
                .withStrictUriSyntax(options.strictUriSyntax())
                .withAllowEdgeWhitespace(options.allowEdgeWhitespace());
        remote = new RemoteSettings(options.assumedPeerMaxConcurrentStreams());
        scheduler = semantics.uploadsShare() ? new TurnScheduler() : new CycleScheduler(role.isServer());
        encoder = new HpackEncoder(options.limits().maxEncoderTableSize(), options.neverIndexed());
        Http2Role peer = role.isServer() ? Http2Role.CLIENT : Http2Role.SERVER;
        ownHistory = new StreamHistory(options.limits().closedStreamHistory(), role.firstStreamId(), true);
        peerHistory = new StreamHistory(options.limits().closedStreamHistory(), peer.firstStreamId(), false);
        nextStreamId = role.firstStreamId();
        began = options.clock().getAsLong();
        lifecycle = new StreamLifecycle(this);
        shutdown = new Shutdown(this);
        metrics = new Metrics(options.metrics(), session);
        pingTimer = new PingTimer(metrics);
        floodGuard = new FloodGuard(options, semantics, metrics, now);
        deadlines = new Deadlines(this, options.timeouts(), role.isServer() ? options.pingEveryBytes() : 0);
        windowUpdates = new WindowUpdates(this);
        blockedBodies = new BlockedBodies(this);
        owedReplies = new OwedReplies(queue, options);
    }

    /** Which end this is. */
    public Http2Role role() {
        return role;
    }

    /** How it behaves. */
    public Http2SessionOptions options() {
        return options;
    }

    /** Where it departs from nghttp2. */
    public Semantics semantics() {
        return semantics;
    }

    /** Where buffers come from. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** The application's code. */
    public Callbacks callbacks() {
        return callbacks;
    }

    /** What makes a message well formed here. */
    public MessageRules messageRules() {
        return messageRules;
    }

    /** Whether the messages that are submitted are judged: the order of their parts, and the length of their content. */
    public boolean judgesOutbound() {
        return options.validateOutbound() && options.httpMessaging() && semantics.outboundOrderIsJudged();
    }

    /** Our settings. */
    public LocalSettings local() {
        return local;
    }

    /** The peer's settings. */
    public RemoteSettings remote() {
        return remote;
    }

    /** What the peer lets us send in all. */
    public SendWindow sendWindow() {
        return sendWindow;
    }

    /** What we let the peer send in all. */
    public ReceiveWindow receiveWindow() {
        return receiveWindow;
    }

    /** The window of what the peer may send on a stream, null if there is none; 0 stands for the connection. */
    public ReceiveWindow receiveWindow(int streamId) {
        if (streamId == 0) {
            return receiveWindow;
        }
        Stream stream = stream(streamId);
        return stream == null ? null : stream.receiveWindow();
    }

    /** The encoder of our header blocks. */
    public HpackEncoder encoder() {
        return encoder;
    }

    /** The live streams. */
    public StreamTable streams() {
        return streams;
    }

    /** The live stream of that number, or null. */
    public Stream stream(int id) {
        return streams.get(id);
    }

    /** How the streams this or the other end opened have ended. */
    public StreamHistory history(int streamId) {
        return role.opens(streamId) ? ownHistory : peerHistory;
    }

    /** How the streams we opened have ended; its highest is the last that was sent. */
    public StreamHistory ownHistory() {
        return ownHistory;
    }

    /** How the streams the peer opened have ended; its highest is the last that arrived. */
    public StreamHistory peerHistory() {
        return peerHistory;
    }

    /**
     * Whether a stream was never used and may yet be (RFC 9113 section 5.1). One of our own is until its HEADERS or
     * PUSH_PROMISE was written, though it may be live before.
     */
    public boolean idle(int streamId) {
        return streamId > history(streamId).highest();
    }

    /** What waits to be sent. */
    public OutboundQueue queue() {
        return queue;
    }

    /** Whose body goes next. */
    public DataScheduler scheduler() {
        return scheduler;
    }

    /** How streams begin, change and end. */
    public StreamLifecycle lifecycle() {
        return lifecycle;
    }

    /** How the connection ends. */
    public Shutdown shutdown() {
        return shutdown;
    }

    /** How much nonsense is put up with. */
    public FloodGuard floodGuard() {
        return floodGuard;
    }

    /** How long the peer may keep us waiting. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /** Who counts what happens. */
    public Metrics metrics() {
        return metrics;
    }

    /** How long a PING takes to be answered. */
    public PingTimer pingTimer() {
        return pingTimer;
    }

    /** How window credit is given. */
    public WindowUpdates windowUpdates() {
        return windowUpdates;
    }

    /** Bodies that wait for the peer's window. */
    public BlockedBodies blockedBodies() {
        return blockedBodies;
    }

    /** How many answers may wait to be sent. */
    public OwedReplies owedReplies() {
        return owedReplies;
    }

    /** Priorities of streams that have not begun. */
    public PendingPriorities pendingPriorities() {
        return pendingPriorities;
    }

    /** The queue's item that is just being sent or given up; null for none. */
    public OutboundItem handled() {
        return handled;
    }

    /** Sets {@link #handled()}. */
    public void handled(OutboundItem item) {
        handled = item;
    }

    /** The number of the next stream we open; below 0 when all are used. */
    public int nextStreamId() {
        return nextStreamId;
    }

    /** Sets {@link #nextStreamId()}. */
    public void nextStreamId(int streamId) {
        nextStreamId = streamId;
    }

    /** The highest of the peer's streams that something was or might have been done for (RFC 9113 section 6.8). */
    public int lastProcessedStreamId() {
        return lastProcessedStreamId;
    }

    /** Something is being done for a stream of the peer's. */
    public void processed(int streamId) {
        lastProcessedStreamId = streamId;
    }

    /** The time of the running {@code recv} or {@code send}, in nanoseconds since the session began; never goes back. */
    public long now() {
        return now;
    }

    /** Reads the clock: once for each {@code recv} and {@code send}. */
    public void readClock() {
        now = time();
    }

    /** What {@link #readClock} would find. */
    public long time() {
        return Math.max(now, options.clock().getAsLong() - began);
    }

    /** Queues a frame the session itself sends. */
    public void queueOwn(Lane lane, Frame frame) {
        queue.add(lane, OutboundItem.ofSession(frame));
    }

    /** Whether the peer's limit allows one more stream of ours, or what waits for one need not wait any more. */
    public boolean mayOpenStream() {
        return shutdown.opensNoMore() || lifecycle.openedByUs() < remote.maxConcurrentStreams();
    }
}
