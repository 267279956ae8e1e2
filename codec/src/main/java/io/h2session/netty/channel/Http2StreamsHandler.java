package io.h2session.netty.channel;

import io.h2session.Http2Session;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.PriorityFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.priority.Priority;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Makes a {@link StreamChannel} of each stream, or tells a {@link StreamHandler} of it. Stands behind the {@link
 * Http2SessionHandler}, on the same event loop:
 *
 * <pre>{@code
 * pipeline.addLast(Http2SessionHandler.forServer().automaticConnectionWindow(true).build());
 * pipeline.addLast(Http2StreamsHandler.builder()
 *         .childInitializer(stream -> stream.pipeline().addLast(new Greeter()))
 *         .build());
 * }</pre>
 *
 * <p>The events of a stream go to its channel and nowhere else. Events of the connection continue in this pipeline: SETTINGS,
 * PING, GOAWAY, {@link Http2SessionEvent.SessionEnded}. So do the events of streams that have neither a channel nor a handler, such as
 * those of requests that were written here by the application. The {@linkplain Http2StreamHandle#attachment attachment} of a stream
 * that has a channel belongs to this class; channels have attributes.
 *
 * <p>Streams that do not read hold their own window, but also what they have of the connection's: {@link
 * io.h2session.netty.Http2SessionHandlerBuilder#automaticConnectionWindow} should be on, so that they cannot stop the others. What the
 * peer can have under way is then bounded by the number of streams times their window, otherwise by the connection's window.
 *
 * <p>Clients open streams with {@link StreamBootstrap}.
 *
 * @since 0.1
 */
public final class Http2StreamsHandler extends ChannelDuplexHandler {
    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(Http2StreamsHandler.class);

    private static final int UNSHARED = 16;

    private final Http2StreamsHandlerBuilder settings;
    private final ParentEvents parentEvents = new ParentEvents(this);
    private final HandlerCalls handlerCalls = new HandlerCalls(this);
    private final ArrayDeque<ChildChannel> readCompletesOwed = new ArrayDeque<>();
    private final ArrayDeque<ChildChannel> ended = new ArrayDeque<>();
    private final ArrayDeque<ChildChannel> writabilityChanged = new ArrayDeque<>();
    private final Runnable later = this::doLater;

    /** The handlers that were added last of those that can be in one pipeline only. */
    private final ChannelHandler[] unshared = new ChannelHandler[UNSHARED];

    private int unsharedAt;

    private ChannelHandlerContext ctx;
    private Http2SessionHandler session;
    private boolean server;

    /** The channels that are open. */
    private ChildChannel first;

    private int serial;

    /** Between channelRead and channelReadComplete of the connection. */
    private boolean reading;

    /** What is flushed leaves at the end of what is going on. */
    private boolean collecting;

    private boolean flushWanted;
    private boolean laterScheduled;
    private boolean transportGone;

    Http2StreamsHandler(Http2StreamsHandlerBuilder builder) {
        settings = builder.copy();
    }

    /** Begins the settings of a handler. A client that accepts no pushes needs none. */
    public static Http2StreamsHandlerBuilder builder() {
        return new Http2StreamsHandlerBuilder();
    }

    /** Calls an action with each channel that is open, also if it closes some. On the event loop only. */
    public void forEachChannel(Consumer<? super ChildChannel> action) {
        parentEvents.open().forEach(action);
    }

    /** How many channels are open. On the event loop only. */
    public int openChannels() {
        int count = 0;
        for (ChildChannel one = first; one != null; one = one.after) {
            count++;
        }
        return count;
    }

    // ---- what the channels ask -------------------------------------------------------------------------------------

    Channel connection() {
        return ctx.channel();
    }

    boolean server() {
        return server;
    }

    /** Whether the connection is being read, so that more may come for a stream. */
    boolean reading() {
        return reading;
    }

    boolean connectionEnded() {
        return transportGone || session.session().terminationReason() != null;
    }

    boolean localClosed(int streamId) {
        return session.session().streamState(streamId).localClosed();
    }

    /** Whether nothing was sent of a request: it may be with the session, and wait there. */
    boolean unsent(Http2StreamHandle request) {
        return request.id() == 0 || session.session().streamState(request.id()) == StreamState.IDLE;
    }

    /** Whether a request is not to wait, though it would have to. */
    boolean refusesToWait() {
        Http2Session asked = session.session();
        return !settings.requestsWait && asked.availableStreams() == 0 && !asked.draining();
    }

    long errorCode(Throwable cause) {
        return settings.errorCode.applyAsLong(cause);
    }

    void write(Http2SessionWrite write, ChannelPromise promise) {
        ctx.write(write, promise);
    }

    void write(Http2SessionWrite write) {
        ctx.write(write, ctx.voidPromise());
    }

    /** Writes a message whose result does not matter, and flushes it. */
    void send(Http2SessionWrite write) {
        if (ctx.channel().isActive()) {
            write(write);
            flushSoon();
        }
    }

    void prioritize(ChildChannel channel, Priority priority) {
        if (channel.handle().id() == 0) {
            // Not opened yet: it is done when the request is written.
            return;
        }
        if (!server) {
            write(Http2SessionWrite.priorityUpdate(channel.handle(), priority.toFieldValue()));
        }
        send(Http2SessionWrite.changePriority(channel.handle(), priority, server));
    }

    /** A handler is to be added to a channel's pipeline: not one that was added before, unless it can be shared. */
    void requireNotShared(ChannelHandler handler) {
        if (!(handler instanceof ChannelHandlerAdapter adapter) || adapter.isSharable()) {
            return;
        }
        for (ChannelHandler one : unshared) {
            if (one == handler) {
                throw new ChannelPipelineException(handler.getClass().getName()
                        + " is not a @Sharable handler, so can't be added or removed multiple times.");
            }
        }
        unshared[unsharedAt] = handler;
        unsharedAt = (unsharedAt + 1) % UNSHARED;
    }

    /** Runs something on the event loop; at once if that is where it is. */
    void onLoop(Runnable task) {
        if (ctx.executor().inEventLoop()) {
            task.run();
            return;
        }
        try {
            ctx.executor().execute(task);
        } catch (RejectedExecutionException loopIsGone) {
            LOG.debug("{} the event loop has shut down", ctx.channel());
        }
    }

    // ---- later in this turn of the loop ----------------------------------------------------------------------------

    /**
     * Flushes the connection once for all that is flushed by this method in the current turn of the event loop: at the end of the read if
     * this connection is being read, otherwise in a task. For {@link StreamHandler}s that write because of what another connection
     * has brought, such as those of a proxy. On the event loop only.
     */
    public void flushSoon() {
        flushWanted = true;
        if (!collecting) {
            scheduleLater();
        }
    }

    void oweReadComplete(ChildChannel channel) {
        readCompletesOwed.add(channel);
    }

    /** Any thread. */
    void writabilityChanged(ChildChannel channel) {
        onLoop(() -> {
            writabilityChanged.add(channel);
            scheduleLater();
        });
    }

    /** A channel was closed; its handlers will be told. */
    void ended(ChildChannel channel) {
        unlink(channel);
        ended.add(channel);
        scheduleLater();
    }

    private void scheduleLater() {
        if (!laterScheduled) {
            laterScheduled = true;
            try {
                ctx.executor().execute(later);
            } catch (RejectedExecutionException loopIsGone) {
                laterScheduled = false;
            }
        }
    }

    private void doLater() {
        laterScheduled = false;
        boolean before = collecting;
        collecting = true;
        for (int left = ended.size(); left > 0; left--) {
            ended.poll().life().tellEnd();
        }
        for (int left = writabilityChanged.size(); left > 0; left--) {
            writabilityChanged.poll().tellWritability();
        }
        collecting = before;
        flush();
    }

    private void flush() {
        if (flushWanted && !collecting) {
            flushWanted = false;
            ctx.flush();
        }
    }

    // ---- channels come and go --------------------------------------------------------------------------------------

    private ChildChannel channel(Http2StreamHandle stream, boolean promised) {
        ChildChannel made = settings.channels.make(this, stream, ++serial, promised);
        stream.attachment(made);
        made.after = first;
        if (first != null) {
            first.before = made;
        }
        first = made;
        return made;
    }

    private void unlink(ChildChannel channel) {
        if (channel.before != null) {
            channel.before.after = channel.after;
        } else if (first == channel) {
            first = channel.after;
        }
        if (channel.after != null) {
            channel.after.before = channel.before;
        }
        channel.before = null;
        channel.after = null;
    }

    /** A channel for a request of ours; its handlers are told that it is active, and nothing is sent. */
    ChildChannel open(
            ChannelHandler handler, Map<ChannelOption<?>, Object> options, Map<AttributeKey<?>, Object> attributes) {
        ChildChannel made = channel(new Http2StreamHandle(), false);
        begin(made, handler == null ? channel -> {} : adding(handler), options, attributes);
        return made;
    }

    /** What adds a handler to a channel. */
    static Consumer<ChildChannel> adding(ChannelHandler handler) {
        return channel -> channel.pipeline().addLast(null, handler);
    }

    /** Begins a channel that the connection's settings are for. */
    private void begin(ChildChannel made, Consumer<? super ChildChannel> initializer) {
        begin(made, initializer, settings.childOptions, settings.childAttributes);
    }

    private static void begin(
            ChildChannel channel,
            Consumer<? super ChildChannel> initializer,
            Map<ChannelOption<?>, Object> options,
            Map<AttributeKey<?>, Object> attributes) {
        try {
            if (!options.isEmpty()) {
                options.forEach((option, value) -> setOption(channel, option, value));
            }
            if (!attributes.isEmpty()) {
                attributes.forEach((key, value) -> setAttribute(channel, key, value));
            }
            // Handlers are told at once that they were added.
            channel.registered(true);
            initializer.accept(channel);
        } catch (RuntimeException failure) {
            channel.life().reset(ErrorCode.INTERNAL_ERROR.code(), null);
            throw failure;
        }
        channel.life().start();
    }

    @SuppressWarnings("unchecked") // the value was given with its option
    private static void setOption(ChildChannel channel, ChannelOption<?> option, Object value) {
        try {
            if (!channel.config().setOption((ChannelOption<Object>) option, value)) {
                LOG.warn("{} unknown option {}", channel, option);
            }
        } catch (RuntimeException failure) {
            LOG.warn("{} option {} failed", channel, option, failure);
        }
    }

    @SuppressWarnings("unchecked") // the value was given with its key
    private static void setAttribute(ChildChannel channel, AttributeKey<?> key, Object value) {
        channel.attr((AttributeKey<Object>) key).set(value);
    }

    // ---- what comes ------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = true;
        collecting = true;
        if (!(message instanceof Http2SessionEvent event)) {
            context.fireChannelRead(message);
            return;
        }
        Http2StreamHandle stream = event.stream();
        Object target = stream == null ? null : stream.attachment();
        if (event instanceof Http2SessionEvent.PushPromise push) {
            promised(push, target);
        } else if (target instanceof ChildChannel channel) {
            channel.reads().receive(event);
        } else if (target instanceof StreamHandler handler) {
            handlerCalls.read(context, handler, event);
        } else if (event instanceof Http2SessionEvent.Headers head && head.category() == HeadersCategory.REQUEST) {
            requested(head);
        } else {
            ChildChannel channel = event instanceof Http2SessionEvent.Extension extension
                    ? channelOf(streamOf(extension.frame()))
                    : event instanceof Http2SessionEvent.ExtensionChunk chunk ? channelOf(chunk.streamId()) : null;
            if (channel == null) {
                context.fireChannelRead(event);
            } else {
                extension(channel, event);
            }
        }
    }

    private void requested(Http2SessionEvent.Headers head) {
        StreamHandler handler =
                settings.streamHandler == null ? null : handlerCalls.choose(settings.streamHandler, head);
        if (handler != null) {
            head.stream().attachment(handler);
            handlerCalls.read(ctx, handler, head);
        } else if (settings.childInitializer != null) {
            Runnable exchange;
            try {
                exchange = session.session().holdExchange(head.stream().id());
            } catch (Http2SubmitException over) {
                // The session's own listener has ended the stream meanwhile.
                return;
            }
            ChildChannel made = channel(head.stream(), false);
            made.life().hold(exchange);
            begin(made, settings.childInitializer);
            made.reads().receive(head);
        } else {
            ctx.fireChannelRead(head);
        }
    }

    private void promised(Http2SessionEvent.PushPromise push, Object target) {
        ChildChannel asking = target instanceof ChildChannel channel && channel.readsPromises() ? channel : null;
        if (settings.pushInitializer != null) {
            ChildChannel made = channel(push.promised(), true);
            begin(made, settings.pushInitializer);
            (asking == null ? made : asking).reads().receive(push);
        } else if (target instanceof ChildChannel || target instanceof StreamHandler) {
            send(Http2SessionWrite.reset(push.promised(), ErrorCode.CANCEL));
        } else {
            ctx.fireChannelRead(push);
        }
    }

    /** A promise of ours, and the channel in which our own handlers answer it. */
    void push(ChildChannel asking, HeaderList request, Promise<StreamChannel> promise) {
        if (!server || settings.childInitializer == null) {
            promise.tryFailure(new IllegalStateException(
                    server ? "the connection's streams have no channels" : "only a server promises responses"));
            return;
        }
        if (session.session().remoteSetting(SettingId.ENABLE_PUSH) == 0) {
            promise.tryFailure(new Http2SubmitException(
                    Http2SubmitException.Reason.INVALID_STATE, "push_disabled", "the client accepts no pushes"));
            return;
        }
        Http2StreamHandle promised = new Http2StreamHandle();
        ChannelPromise written = asking.newPromise();
        asking.life().write(Http2SessionWrite.pushPromise(asking.handle(), promised, request), written);
        asking.life().flush();
        if (promised.id() == 0) {
            promise.tryFailure(written.cause());
            return;
        }
        ChildChannel made = channel(promised, false);
        begin(made, settings.childInitializer);
        made.reads().receive(new Http2SessionEvent.Headers(promised, HeadersCategory.REQUEST, request, true));
        promise.trySuccess((StreamChannel) made);
    }

    private void upgraded(Http2SessionEvent.Upgraded upgraded) {
        ChildChannel made = channel(upgraded.stream(), false);
        made.writes().requestWasSent();
        begin(made, settings.upgradeInitializer);
        made.life().tell(upgraded);
    }

    private static int streamOf(Frame frame) {
        return frame instanceof PriorityUpdateFrame update ? update.prioritizedStreamId() : frame.streamId();
    }

    private ChildChannel channelOf(int streamId) {
        if (streamId == 0 || !(session.session().userData(streamId) instanceof Http2StreamHandle stream)) {
            return null;
        }
        Object target = stream.attachment();
        return target instanceof ChildChannel channel ? channel : null;
    }

    // Priorities do not wait for a read.
    private static void extension(ChildChannel channel, Http2SessionEvent event) {
        if (event instanceof Http2SessionEvent.Extension extension
                && (extension.frame() instanceof PriorityFrame
                        || extension.frame().type() == FrameType.PRIORITY_UPDATE)) {
            channel.life().tell(event);
        } else {
            channel.reads().receive(event);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        collecting = true;
        for (ChildChannel one = readCompletesOwed.poll(); one != null; one = readCompletesOwed.poll()) {
            one.reads().connectionReadComplete();
        }
        context.fireChannelReadComplete();
        collecting = false;
        flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof Http2SessionEvent told)) {
            parentEvents.repeat(event);
            context.fireUserEventTriggered(event);
            return;
        }
        Http2StreamHandle stream = told.stream();
        Object target = stream == null ? null : stream.attachment();
        if (told instanceof Http2SessionEvent.InvalidFrame invalid) {
            target = channelOf(invalid.frame().streamId());
        }
        if (target instanceof ChildChannel channel) {
            tell(channel, told);
        } else if (target instanceof StreamHandler handler) {
            handlerCalls.tell(context, handler, told);
        } else if (told instanceof Http2SessionEvent.Upgraded upgraded && settings.upgradeInitializer != null) {
            upgraded(upgraded);
        } else {
            if (told instanceof Http2SessionEvent.SessionEnded over) {
                parentEvents.sessionEnded(over, ended);
            }
            context.fireUserEventTriggered(event);
        }
    }

    private void tell(ChildChannel channel, Http2SessionEvent event) {
        if (event instanceof Http2SessionEvent.StreamClosed closed) {
            channel.life().streamClosed(endOf(closed, channel.life().wasResetByPeer()));
        } else if (event instanceof Http2SessionEvent.Reset reset) {
            channel.life().peerReset(reset);
        } else if (event instanceof Http2SessionEvent.WriteRefused refused) {
            channel.life().fail(refused.cause());
        } else if (event instanceof Http2SessionEvent.InvalidFrame invalid) {
            channel.life()
                    .fail(new StreamErrorException(ErrorCode.PROTOCOL_ERROR, "invalid frame: " + invalid.reason()));
        } else if (!(event instanceof Http2SessionEvent.WindowUpdate
                || event instanceof Http2SessionEvent.StreamWritability)) {
            channel.life().tell(event);
        }
    }

    /** Why a stream is over, in the words of this level. */
    StreamEnd endOf(Http2SessionEvent.StreamClosed closed, boolean resetByPeer) {
        StreamEnd.Kind kind;
        if (resetByPeer) {
            kind = closed.retryIsSafe() ? StreamEnd.Kind.REFUSED : StreamEnd.Kind.RESET_BY_PEER;
        } else if (connectionEnded()) {
            kind = StreamEnd.Kind.CONNECTION_ENDED;
        } else if (closed.retryIsSafe()) {
            kind = StreamEnd.Kind.REFUSED;
        } else if (closed.errorCode() == ErrorCode.NO_ERROR.code()) {
            return StreamEnd.COMPLETE;
        } else {
            kind = StreamEnd.Kind.RESET;
        }
        return new StreamEnd(kind, closed.errorCode(), closed.retryIsSafe());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof SSLException || cause.getCause() instanceof SSLException) {
            parentEvents.fail(cause);
        }
        context.fireExceptionCaught(cause);
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.executor() != context.channel().eventLoop()) {
            throw new IllegalStateException("streams live on their connection's event loop, not on another executor");
        }
        for (Map.Entry<String, ChannelHandler> one : context.pipeline()) {
            if (one.getValue() == this) {
                break;
            } else if (one.getValue() instanceof Http2SessionHandler before) {
                session = before;
            }
        }
        if (session == null) {
            throw new IllegalStateException("Http2SessionHandler must stand before this handler");
        }
        ctx = context;
        server = session.session().role().isServer();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        endAll();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (ctx != null && !transportGone) {
            for (ChildChannel one = first; one != null; one = first) {
                one.life().reset(ErrorCode.CANCEL.code(), null);
            }
            handlerCalls.endAll(context, session);
            endAll();
        }
    }

    private void endAll() {
        transportGone = true;
        reading = false;
        collecting = false;
        ChildChannel one = first;
        while (one != null) {
            ChildChannel next = one.after;
            one.life().connectionGone();
            one = next;
        }
    }

    /** The first of the channels that are open; the others hang on it. */
    ChildChannel first() {
        return first;
    }
}
