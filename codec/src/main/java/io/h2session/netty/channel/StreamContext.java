package io.h2session.netty.channel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelProgressivePromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakHint;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.OrderedEventExecutor;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * A handler's place in a {@link StreamPipeline}: what it fires goes to the handlers behind it, what it asks for to those before it.
 * A handler that was removed still has its neighbours, so that it can pass on what it has kept.
 */
@SuppressWarnings("deprecation") // some of what a context has to offer is
final class StreamContext implements ChannelHandlerContext, ResourceLeakHint {
    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(StreamContext.class);
    private static final boolean TOUCHES = ResourceLeakDetector.isEnabled();

    private static final AtomicReferenceFieldUpdater<StreamContext, StreamContext> BEFORE =
            AtomicReferenceFieldUpdater.newUpdater(StreamContext.class, StreamContext.class, "before");
    private static final AtomicReferenceFieldUpdater<StreamContext, StreamContext> BEHIND =
            AtomicReferenceFieldUpdater.newUpdater(StreamContext.class, StreamContext.class, "behind");
    private static final AtomicIntegerFieldUpdater<StreamContext> STATE =
            AtomicIntegerFieldUpdater.newUpdater(StreamContext.class, "state");

    /** {@code handlerAdded} was called. */
    private static final int ADDED = 1 << 20;

    private static final int REMOVED = 1 << 21;

    final StreamPipeline pipeline;
    final ChannelHandler handler;
    private final String name;

    /** Where the handler runs; null for the event loop. */
    final EventExecutor ownExecutor;

    private volatile StreamContext before;
    private volatile StreamContext behind;

    /** What the handler takes part in, and how far its life is. */
    private volatile int state;

    StreamContext(StreamPipeline pipeline, String name, ChannelHandler handler, EventExecutor ownExecutor) {
        this.pipeline = pipeline;
        this.name = name;
        this.handler = handler;
        this.ownExecutor = ownExecutor;
        state = HandlerEvents.of(handler.getClass());
    }

    // ---- its neighbours, which HandlerList sets --------------------------------------------------------------------

    StreamContext before() {
        return before;
    }

    StreamContext behind() {
        return behind;
    }

    void before(StreamContext neighbour) {
        BEFORE.lazySet(this, neighbour);
    }

    void behind(StreamContext neighbour) {
        BEHIND.lazySet(this, neighbour);
    }

    // ---- its life --------------------------------------------------------------------------------------------------

    /** Tells the handler that it was added. On its executor. */
    void callAdded() throws Exception {
        if (mark(ADDED)) {
            handler.handlerAdded(this);
        }
    }

    /** Marks how far its life is, unless the handler was removed. On its executor. */
    private boolean mark(int step) {
        if (ownExecutor == null) {
            // Marked by the event loop alone: no other write can come between, and the store needs no full fence.
            int seen = state;
            if ((seen & REMOVED) == 0) {
                STATE.lazySet(this, seen | step);
            }
            return (seen & REMOVED) == 0;
        }
        return (STATE.getAndUpdate(this, seen -> (seen & REMOVED) == 0 ? seen | step : seen) & REMOVED) == 0;
    }

    /** Tells the handler that it was removed, if it was told that it was added. On its executor. */
    void callRemoved() throws Exception {
        try {
            if ((state & (ADDED | REMOVED)) == ADDED) {
                handler.handlerRemoved(this);
            }
        } finally {
            mark(REMOVED);
        }
    }

    @Override
    public boolean isRemoved() {
        return (state & REMOVED) != 0;
    }

    /** Whether the handler is to be called. One that was not told yet that it was added is passed by. */
    private boolean takesCalls() {
        int now = state;
        boolean ordered = ownExecutor == null || ownExecutor instanceof OrderedEventExecutor;
        return (now & REMOVED) == 0 && (!ordered || (now & ADDED) != 0);
    }

    // ---- inbound ---------------------------------------------------------------------------------------------------

    /** Gives an event to the first handler for it from {@code to} on, or to the end of the pipeline. */
    static void fire(StreamPipeline pipeline, StreamContext to, EventExecutor current, int event, Object argument) {
        StreamContext next = to;
        // A handler with an executor of its own is not passed by, so that all events take the same way and stay in
        // order.
        while (next != null
                && ((next.state & (HandlerEvents.INBOUND | event)) == 0
                        || ((next.state & event) == 0 && next.ownExecutor == current))) {
            next = next.behind;
        }
        if (next != null) {
            next.receive(event, TOUCHES ? ReferenceCountUtil.touch(argument, next) : argument);
        } else if (current == null) {
            pipeline.unhandled(event, argument);
        } else {
            execute(pipeline.channel().eventLoop(), argument, () -> pipeline.unhandled(event, argument));
        }
    }

    private StreamContext fire(int event, Object argument) {
        fire(pipeline, behind, ownExecutor, event, argument);
        return this;
    }

    private void receive(int event, Object argument) {
        EventExecutor executor = executor();
        if (!executor.inEventLoop()) {
            execute(executor, argument, () -> receive(event, argument));
        } else if (takesCalls()) {
            call(event, argument);
        } else {
            fire(event, argument);
        }
    }

    private void call(int event, Object argument) {
        try {
            switch (event) {
                case HandlerEvents.READ -> ((ChannelInboundHandler) handler).channelRead(this, argument);
                case HandlerEvents.READ_COMPLETE -> ((ChannelInboundHandler) handler).channelReadComplete(this);
                case HandlerEvents.USER_EVENT -> ((ChannelInboundHandler) handler).userEventTriggered(this, argument);
                case HandlerEvents.WRITABILITY -> ((ChannelInboundHandler) handler).channelWritabilityChanged(this);
                case HandlerEvents.REGISTERED -> ((ChannelInboundHandler) handler).channelRegistered(this);
                case HandlerEvents.UNREGISTERED -> ((ChannelInboundHandler) handler).channelUnregistered(this);
                case HandlerEvents.ACTIVE -> ((ChannelInboundHandler) handler).channelActive(this);
                case HandlerEvents.INACTIVE -> ((ChannelInboundHandler) handler).channelInactive(this);
                default -> handler.exceptionCaught(this, (Throwable) argument);
            }
        } catch (Throwable failure) {
            if (event == HandlerEvents.EXCEPTION) {
                LOG.warn("{} the handler of an exception failed with {}", channel(), failure, argument);
            } else {
                failed(failure);
            }
        }
    }

    /** The handler has failed: it is told so itself. */
    private void failed(Throwable failure) {
        if (takesCalls()) {
            call(HandlerEvents.EXCEPTION, failure);
        } else {
            fireExceptionCaught(failure);
        }
    }

    // ---- outbound --------------------------------------------------------------------------------------------------

    /**
     * Asks the nearest handler for something from {@code to} back, or the channel itself.
     *
     * @param first a message or an address, or null
     * @param second an address, or null
     */
    static void ask(
            StreamPipeline pipeline,
            StreamContext to,
            EventExecutor current,
            int operation,
            Object first,
            SocketAddress second,
            ChannelPromise promise) {
        StreamContext next = to;
        while (next != null
                && ((next.state & HandlerEvents.OUTBOUND) == 0
                        || ((next.state & operation) == 0 && next.ownExecutor == current))) {
            next = next.before;
        }
        StreamContext taker = next;
        Object argument = TOUCHES && taker != null ? ReferenceCountUtil.touch(first, taker) : first;
        EventExecutor executor = taker == null ? pipeline.channel().eventLoop() : taker.executor();
        if (executor.inEventLoop()) {
            perform(pipeline, taker, operation, argument, second, promise);
            return;
        }
        int size = (operation & HandlerEvents.WRITE) == 0 ? 0 : StreamWrites.size(argument);
        pipeline.channel().countPending(size);
        try {
            executor.execute(() -> {
                pipeline.channel().countPending(-size);
                perform(pipeline, taker, operation, argument, second, promise);
            });
        } catch (RejectedExecutionException loopIsGone) {
            pipeline.channel().countPending(-size);
            ReferenceCountUtil.release(argument);
            if (promise != null) {
                promise.tryFailure(loopIsGone);
            }
        }
    }

    private static void perform(
            StreamPipeline pipeline,
            StreamContext taker,
            int operation,
            Object first,
            SocketAddress second,
            ChannelPromise promise) {
        if (taker == null) {
            pipeline.perform(operation, first, second, promise);
        } else if (taker.takesCalls()) {
            taker.call(operation, first, second, promise);
        } else {
            ask(pipeline, taker.before, taker.ownExecutor, operation, first, second, promise);
        }
    }

    private void call(int operation, Object first, SocketAddress second, ChannelPromise promise) {
        ChannelOutboundHandler asked = (ChannelOutboundHandler) handler;
        try {
            switch (operation) {
                case HandlerEvents.WRITE, HandlerEvents.WRITE | HandlerEvents.FLUSH ->
                    asked.write(this, first, promise);
                case HandlerEvents.FLUSH -> asked.flush(this);
                case HandlerEvents.BEGIN_READ -> asked.read(this);
                case HandlerEvents.CLOSE -> asked.close(this, promise);
                case HandlerEvents.DISCONNECT -> asked.disconnect(this, promise);
                case HandlerEvents.DEREGISTER -> asked.deregister(this, promise);
                case HandlerEvents.BIND -> asked.bind(this, (SocketAddress) first, promise);
                default -> asked.connect(this, (SocketAddress) first, second, promise);
            }
        } catch (Throwable failure) {
            if (promise == null) {
                failed(failure);
            } else if (!promise.tryFailure(failure) && !promise.isVoid()) {
                LOG.warn("{} a handler failed after it had completed its promise", channel(), failure);
            }
        }
        if (operation == (HandlerEvents.WRITE | HandlerEvents.FLUSH)) {
            call(HandlerEvents.FLUSH, null, null, null);
        }
    }

    private ChannelFuture ask(int operation, Object first, SocketAddress second, ChannelPromise promise) {
        if (pipeline.valid(operation, first, promise)) {
            ask(pipeline, before, ownExecutor, operation, first, second, promise);
        }
        return promise;
    }

    /** Takes the way that events take, from executor to executor, and runs a task at its end. */
    static void whenTold(StreamContext from, Runnable task) {
        StreamContext next = from;
        while (next != null && next.executor().inEventLoop()) {
            next = next.behind;
        }
        if (next == null) {
            task.run();
            return;
        }
        StreamContext there = next;
        try {
            there.executor().execute(() -> whenTold(there, task));
        } catch (RejectedExecutionException executorIsGone) {
            // Nothing more can be told there.
            LOG.debug("the executor has shut down");
            task.run();
        }
    }

    static void execute(EventExecutor executor, Object argument, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException loopIsGone) {
            ReferenceCountUtil.release(argument);
            LOG.debug("the executor has shut down");
        }
    }

    // ---- a context -------------------------------------------------------------------------------------------------

    @Override
    public Channel channel() {
        return pipeline.channel();
    }

    @Override
    public EventExecutor executor() {
        return ownExecutor == null ? pipeline.channel().eventLoop() : ownExecutor;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ChannelHandler handler() {
        return handler;
    }

    @Override
    public ChannelPipeline pipeline() {
        return pipeline;
    }

    @Override
    public ByteBufAllocator alloc() {
        return pipeline.channel().alloc();
    }

    @Override
    public <T> Attribute<T> attr(AttributeKey<T> key) {
        return pipeline.channel().attr(key);
    }

    @Override
    public <T> boolean hasAttr(AttributeKey<T> key) {
        return pipeline.channel().hasAttr(key);
    }

    @Override
    public ChannelHandlerContext fireChannelRegistered() {
        return fire(HandlerEvents.REGISTERED, null);
    }

    @Override
    public ChannelHandlerContext fireChannelUnregistered() {
        return fire(HandlerEvents.UNREGISTERED, null);
    }

    @Override
    public ChannelHandlerContext fireChannelActive() {
        return fire(HandlerEvents.ACTIVE, null);
    }

    @Override
    public ChannelHandlerContext fireChannelInactive() {
        return fire(HandlerEvents.INACTIVE, null);
    }

    @Override
    public ChannelHandlerContext fireExceptionCaught(Throwable cause) {
        return fire(HandlerEvents.EXCEPTION, cause);
    }

    @Override
    public ChannelHandlerContext fireUserEventTriggered(Object event) {
        return fire(HandlerEvents.USER_EVENT, event);
    }

    @Override
    public ChannelHandlerContext fireChannelRead(Object message) {
        return fire(HandlerEvents.READ, message);
    }

    @Override
    public ChannelHandlerContext fireChannelReadComplete() {
        return fire(HandlerEvents.READ_COMPLETE, null);
    }

    @Override
    public ChannelHandlerContext fireChannelWritabilityChanged() {
        return fire(HandlerEvents.WRITABILITY, null);
    }

    @Override
    public ChannelHandlerContext read() {
        ask(pipeline, before, ownExecutor, HandlerEvents.BEGIN_READ, null, null, null);
        return this;
    }

    @Override
    public ChannelHandlerContext flush() {
        ask(pipeline, before, ownExecutor, HandlerEvents.FLUSH, null, null, null);
        return this;
    }

    @Override
    public ChannelFuture bind(SocketAddress local) {
        return bind(local, newPromise());
    }

    @Override
    public ChannelFuture bind(SocketAddress local, ChannelPromise promise) {
        return ask(HandlerEvents.BIND, local, null, promise);
    }

    @Override
    public ChannelFuture connect(SocketAddress remote) {
        return connect(remote, null, newPromise());
    }

    @Override
    public ChannelFuture connect(SocketAddress remote, ChannelPromise promise) {
        return connect(remote, null, promise);
    }

    @Override
    public ChannelFuture connect(SocketAddress remote, SocketAddress local) {
        return connect(remote, local, newPromise());
    }

    @Override
    public ChannelFuture connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        return ask(HandlerEvents.CONNECT, remote, local, promise);
    }

    @Override
    public ChannelFuture disconnect() {
        return disconnect(newPromise());
    }

    @Override
    public ChannelFuture disconnect(ChannelPromise promise) {
        // A stream has no disconnecting that is not closing.
        return close(promise);
    }

    @Override
    public ChannelFuture close() {
        return close(newPromise());
    }

    @Override
    public ChannelFuture close(ChannelPromise promise) {
        return ask(HandlerEvents.CLOSE, null, null, promise);
    }

    @Override
    public ChannelFuture deregister() {
        return deregister(newPromise());
    }

    @Override
    public ChannelFuture deregister(ChannelPromise promise) {
        return ask(HandlerEvents.DEREGISTER, null, null, promise);
    }

    @Override
    public ChannelFuture write(Object message) {
        return write(message, newPromise());
    }

    @Override
    public ChannelFuture write(Object message, ChannelPromise promise) {
        return ask(HandlerEvents.WRITE, message, null, promise);
    }

    @Override
    public ChannelFuture writeAndFlush(Object message) {
        return writeAndFlush(message, newPromise());
    }

    @Override
    public ChannelFuture writeAndFlush(Object message, ChannelPromise promise) {
        return ask(HandlerEvents.WRITE | HandlerEvents.FLUSH, message, null, promise);
    }

    @Override
    public ChannelPromise newPromise() {
        return new DefaultChannelPromise(channel(), executor());
    }

    @Override
    public ChannelProgressivePromise newProgressivePromise() {
        return new DefaultChannelProgressivePromise(channel(), executor());
    }

    @Override
    public ChannelFuture newSucceededFuture() {
        return newPromise().setSuccess();
    }

    @Override
    public ChannelFuture newFailedFuture(Throwable cause) {
        return newPromise().setFailure(cause);
    }

    @Override
    public ChannelPromise voidPromise() {
        return pipeline.voidPromise();
    }

    @Override
    public String toHintString() {
        return '\'' + name + "' will handle the message from this point.";
    }

    @Override
    public String toString() {
        return "ChannelHandlerContext(" + name + ", " + channel() + ')';
    }
}
