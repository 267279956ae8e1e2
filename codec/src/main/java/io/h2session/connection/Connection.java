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

/** The state of a connection and its parts, shared by both directions. It makes no decisions. */
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
    private final PingPolicy pingPolicy;
    private final Deadlines deadlines;

    private final WindowUpdates windowUpdates;
    private final BlockedBodies blockedBodies;
    private final OwedReplies owedReplies;
    private final PendingPriorities pendingPriorities = new PendingPriorities();
    private final PrioritySignals prioritySignals;

    private OutboundItem handled;
    private int nextStreamId;
    private int lastProcessedStreamId;
    private final long began;
    private long now;

    /** The state of a new connection. */
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
        prioritySignals = PrioritySignals.of(this);
        scheduler = semantics.uploadsShare() ? new TurnScheduler() : new CycleScheduler(role.isServer());
        encoder = new HpackEncoder(options.limits().maxEncoderTableSize(), options.neverIndexed());
        Http2Role peer = role.isServer() ? Http2Role.CLIENT : Http2Role.SERVER;
        ownHistory = new StreamHistory(options.limits().closedStreamHistory(), role.firstStreamId(), true);
        peerHistory = new StreamHistory(options.limits().closedStreamHistory(), peer.firstStreamId(), false);
        nextStreamId = role.firstStreamId();
        began = options.clock().getAsLong();
        lifecycle = new StreamLifecycle(this);
        shutdown = new Shutdown(this);
        metrics = new Metrics(options.metrics(), session, this);
        pingTimer = new PingTimer(metrics);
        pingPolicy = new PingPolicy(options, role.isServer());
        floodGuard = new FloodGuard(options, semantics, metrics, now);
        deadlines = new Deadlines(this, options.timeouts(), role.isServer() ? options.pingEveryBytes() : 0);
        windowUpdates = new WindowUpdates(this);
        blockedBodies = new BlockedBodies(this);
        owedReplies = new OwedReplies(queue, options);
    }

    /** Whether this end is the client or the server. */
    public Http2Role role() {
        return role;
    }

    /** The options of the session. */
    public Http2SessionOptions options() {
        return options;
    }

    /** The questions on which nghttp2's way and ours differ. */
    public Semantics semantics() {
        return semantics;
    }

    /** The allocator of all buffers. */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /** The calls of the application's code. */
    public Callbacks callbacks() {
        return callbacks;
    }

    /** The rules for well-formed messages. */
    public MessageRules messageRules() {
        return messageRules;
    }

    /** Whether submitted messages are checked: the order of their parts, and the length of their content. */
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

    /** The connection's window for what we send. */
    public SendWindow sendWindow() {
        return sendWindow;
    }

    /** The connection's window for what the peer sends. */
    public ReceiveWindow receiveWindow() {
        return receiveWindow;
    }

    /** The window for what the peer sends on a stream, or null if there is no such stream; 0 stands for the connection. */
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

    /** The live stream with that id, or null. */
    public Stream stream(int id) {
        return streams.get(id);
    }

    /** How past streams ended, of those opened by the end that owns that id. */
    public StreamHistory history(int streamId) {
        return role.opens(streamId) ? ownHistory : peerHistory;
    }

    /** How the streams that we opened ended; its highest id is the last that was sent. */
    public StreamHistory ownHistory() {
        return ownHistory;
    }

    /** How the streams that the peer opened ended; its highest id is the last that arrived. */
    public StreamHistory peerHistory() {
        return peerHistory;
    }

    /**
     * Whether a stream is idle (RFC 9113 section 5.1): it was not used yet. A stream of ours is idle until its HEADERS or
     * PUSH_PROMISE is written, though it may be live before.
     */
    public boolean idle(int streamId) {
        return streamId > history(streamId).highest();
    }

    /** The frames that wait to be sent. */
    public OutboundQueue queue() {
        return queue;
    }

    /** The order in which bodies are sent. */
    public DataScheduler scheduler() {
        return scheduler;
    }

    /** Opens, moves and closes streams. */
    public StreamLifecycle lifecycle() {
        return lifecycle;
    }

    /** The end of the connection: GOAWAY and the terminal state. */
    public Shutdown shutdown() {
        return shutdown;
    }

    /** The abuse budget. */
    public FloodGuard floodGuard() {
        return floodGuard;
    }

    /** The timeouts. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /** The calls of the application's metrics. */
    public Metrics metrics() {
        return metrics;
    }

    /** Measures how long a PING takes to be answered. */
    public PingTimer pingTimer() {
        return pingTimer;
    }

    /** How often the peer may send PING. */
    public PingPolicy pingPolicy() {
        return pingPolicy;
    }

    /** Gives window credit to the peer. */
    public WindowUpdates windowUpdates() {
        return windowUpdates;
    }

    /** Bodies that wait until the peer opens a window. */
    public BlockedBodies blockedBodies() {
        return blockedBodies;
    }

    /** The limits for replies that wait to be sent. */
    public OwedReplies owedReplies() {
        return owedReplies;
    }

    /** Priorities of streams that have not begun. */
    public PendingPriorities pendingPriorities() {
        return pendingPriorities;
    }

    /** Who may give streams priorities, and for which. */
    public PrioritySignals prioritySignals() {
        return prioritySignals;
    }

    /** The item of the queue that is being sent or given up at the moment; null for none. */
    public OutboundItem handled() {
        return handled;
    }

    /** Sets {@link #handled()}. */
    public void handled(OutboundItem item) {
        handled = item;
    }

    /** The id of the next stream that we open; negative when all are used. */
    public int nextStreamId() {
        return nextStreamId;
    }

    /** Sets {@link #nextStreamId()}. */
    public void nextStreamId(int streamId) {
        nextStreamId = streamId;
    }

    /** The highest stream of the peer's that was or might have been processed (RFC 9113 section 6.8). */
    public int lastProcessedStreamId() {
        return lastProcessedStreamId;
    }

    /** A stream of the peer's is processed from now on. */
    public void processed(int streamId) {
        lastProcessedStreamId = streamId;
    }

    /** The time of the running {@code recv} or {@code send}, in nanoseconds since the session began. It never goes back. */
    public long now() {
        return now;
    }

    /** Reads the clock: once for each {@code recv} and {@code send}. */
    public void readClock() {
        now = time();
    }

    /** The time that {@link #readClock} would read. */
    public long time() {
        return Math.max(now, options.clock().getAsLong() - began);
    }

    /** Queues a frame of the session's own. */
    public void queueOwn(Lane lane, Frame frame) {
        queue.add(lane, OutboundItem.ofSession(frame));
    }

    /** Whether the peer's limit allows one more stream of ours, or frames that wait for one are to be given up. */
    public boolean mayOpenStream() {
        return shutdown.opensNoMore() || lifecycle.openedByUs() < remote.maxConcurrentStreams();
    }

    /** How many of our streams the peer's limit allows beyond those that are open; 0 or more. */
    private long streamsAllowed() {
        return Math.max(0, remote.maxConcurrentStreams() - lifecycle.openedByUs());
    }

    /** How many submitted streams wait: beyond the peer's limit, or because the transport does not accept them. */
    public int waitingRequests() {
        long beyond = queue.waitingToOpen() - streamsAllowed();
        return (int) Math.max(queue.openingsHeldUp(), beyond);
    }

    /** How many more streams may be submitted that are opened at once. */
    public int availableStreams() {
        if (shutdown.draining() || nextStreamId <= 0 || (role.isServer() && !remote.enablePush())) {
            return 0;
        }
        int ids = (Integer.MAX_VALUE - nextStreamId) / 2 + 1;
        return (int) Math.max(0, Math.min(ids, streamsAllowed() - queue.waitingToOpen()));
    }
}
