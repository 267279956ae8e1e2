package io.h2session.netty.channel;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelProgressivePromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pipeline of a {@link ChildChannel}. It does what Netty's {@code DefaultChannelPipeline} does, whose head, tail and promises
 * would be the larger part of what a stream costs: here both ends are methods, and promises are made when they are asked for. A
 * channel is registered before its handlers are added, so that none waits to be told.
 *
 * <pre>
 *   channel ── fire ──► first ⇄ ... ⇄ last ──► unhandled
 *   perform ◄── ask ─── first ⇄ ... ⇄ last ◄── write, flush, close, read
 * </pre>
 */
@SuppressWarnings("deprecation") // some of what a pipeline has to offer is
final class StreamPipeline extends HandlerList implements ChannelPipeline {
    private final ChildChannel channel;
    private ChannelPromise voidPromise;

    StreamPipeline(ChildChannel channel) {
        this.channel = channel;
    }

    @Override
    public ChildChannel channel() {
        return channel;
    }

    // ---- the ends --------------------------------------------------------------------------------------------------

    /** An event has passed all handlers. On the event loop. */
    void unhandled(int event, Object argument) {
        if (event == HandlerEvents.EXCEPTION) {
            channel.uncaught((Throwable) argument);
        } else if (event == HandlerEvents.READ || event == HandlerEvents.USER_EVENT) {
            // What the peer sent is not for logs.
            ReferenceCountUtil.release(argument);
        }
    }

    /** What was asked for has passed all handlers. On the event loop. */
    void perform(int operation, Object first, SocketAddress second, ChannelPromise promise) {
        StreamLife life = channel.life();
        switch (operation) {
            case HandlerEvents.WRITE -> life.write(first, promise);
            case HandlerEvents.WRITE | HandlerEvents.FLUSH -> {
                life.write(first, promise);
                life.flush();
            }
            case HandlerEvents.FLUSH -> life.flush();
            case HandlerEvents.BEGIN_READ -> life.beginRead();
            case HandlerEvents.CLOSE, HandlerEvents.DISCONNECT -> life.close(promise);
            case HandlerEvents.DEREGISTER -> life.deregister(promise);
            case HandlerEvents.BIND -> life.bind((SocketAddress) first, promise);
            default -> life.connect((SocketAddress) first, second, promise);
        }
    }

    /** Whether something can be asked for with a promise: not one that was cancelled. */
    boolean valid(int operation, Object message, ChannelPromise promise) {
        boolean writes = (operation & HandlerEvents.WRITE) != 0;
        String wrong = null;
        if (writes && message == null) {
            throw new NullPointerException("message");
        } else if (promise.isDone()) {
            if (promise.isCancelled()) {
                ReferenceCountUtil.release(message);
                return false;
            }
            wrong = "promise already done: ";
        } else if (promise.channel() != channel) {
            wrong = "a promise of another channel: ";
        } else if (!writes && promise.isVoid()) {
            wrong = "a void promise is not allowed for this operation: ";
        }
        if (wrong != null) {
            ReferenceCountUtil.release(message);
            throw new IllegalArgumentException(wrong + promise);
        }
        return true;
    }

    private StreamPipeline fire(int event, Object argument) {
        EventExecutor loop = channel.eventLoop();
        if (loop.inEventLoop()) {
            fired(event, argument);
        } else {
            loop.execute(() -> fired(event, argument));
        }
        return this;
    }

    private void fired(int event, Object argument) {
        StreamContext.fire(this, first, null, event, argument);
        switch (event) {
            case HandlerEvents.ACTIVE, HandlerEvents.READ_COMPLETE -> {
                if (channel.configuration().isAutoRead()) {
                    read();
                }
            }
            case HandlerEvents.UNREGISTERED -> {
                if (!channel.isOpen()) {
                    if (isElsewhere()) {
                        whenAllWereTold(this::removeAll);
                    } else {
                        removeAll();
                    }
                }
            }
            default -> {}
        }
    }

    private ChannelFuture ask(int operation, Object argument, SocketAddress second, ChannelPromise promise) {
        if (valid(operation, argument, promise)) {
            StreamContext.ask(this, last, null, operation, argument, second, promise);
        }
        return promise;
    }

    // ---- adding ----------------------------------------------------------------------------------------------------

    /** Tells a handler that it was added, on its executor. */
    private ChannelPipeline added(StreamContext context) {
        if (context.executor().inEventLoop()) {
            callAdded(context);
        } else {
            context.executor().execute(() -> callAdded(context));
        }
        return this;
    }

    private void callAdded(StreamContext context) {
        try {
            context.callAdded();
        } catch (Throwable failure) {
            unlink(context);
            callRemoved(context);
            fireExceptionCaught(new ChannelPipelineException(
                    context.handler.getClass().getName() + ".handlerAdded() has thrown an exception; removed.",
                    failure));
        }
    }

    private void callRemoved(StreamContext context) {
        try {
            context.callRemoved();
        } catch (Throwable failure) {
            fireExceptionCaught(new ChannelPipelineException(
                    context.handler.getClass().getName() + ".handlerRemoved() has thrown an exception.", failure));
        }
    }

    @Override
    public ChannelPipeline addFirst(String name, ChannelHandler handler) {
        return addFirst(null, name, handler);
    }

    @Override
    public ChannelPipeline addFirst(EventExecutorGroup group, String name, ChannelHandler handler) {
        StreamContext made;
        synchronized (this) {
            requireUnused(name);
            made = made(this, executorOf(group), name, handler);
            link(made, null, first);
        }
        return added(made);
    }

    @Override
    public ChannelPipeline addLast(String name, ChannelHandler handler) {
        return addLast(null, name, handler);
    }

    @Override
    public ChannelPipeline addLast(EventExecutorGroup group, String name, ChannelHandler handler) {
        StreamContext made;
        synchronized (this) {
            requireUnused(name);
            made = made(this, executorOf(group), name, handler);
            link(made, last, null);
        }
        return added(made);
    }

    @Override
    public ChannelPipeline addBefore(String baseName, String name, ChannelHandler handler) {
        return addBefore(null, baseName, name, handler);
    }

    @Override
    public ChannelPipeline addBefore(EventExecutorGroup group, String baseName, String name, ChannelHandler handler) {
        StreamContext made;
        synchronized (this) {
            requireUnused(name);
            made = made(this, executorOf(group), name, handler);
            StreamContext base = known(find(baseName), baseName);
            link(made, base.before(), base);
        }
        return added(made);
    }

    @Override
    public ChannelPipeline addAfter(String baseName, String name, ChannelHandler handler) {
        return addAfter(null, baseName, name, handler);
    }

    @Override
    public ChannelPipeline addAfter(EventExecutorGroup group, String baseName, String name, ChannelHandler handler) {
        StreamContext made;
        synchronized (this) {
            requireUnused(name);
            made = made(this, executorOf(group), name, handler);
            StreamContext base = known(find(baseName), baseName);
            link(made, base, base.behind());
        }
        return added(made);
    }

    @Override
    public ChannelPipeline addFirst(ChannelHandler... handlers) {
        return addFirst(null, handlers);
    }

    @Override
    public ChannelPipeline addFirst(EventExecutorGroup group, ChannelHandler... handlers) {
        int count = 0;
        while (count < handlers.length && handlers[count] != null) {
            count++;
        }
        for (int i = count - 1; i >= 0; i--) {
            addFirst(group, null, handlers[i]);
        }
        return this;
    }

    @Override
    public ChannelPipeline addLast(ChannelHandler... handlers) {
        return addLast(null, handlers);
    }

    @Override
    public ChannelPipeline addLast(EventExecutorGroup group, ChannelHandler... handlers) {
        for (int i = 0; i < handlers.length && handlers[i] != null; i++) {
            addLast(group, null, handlers[i]);
        }
        return this;
    }

    // ---- removing and replacing ------------------------------------------------------------------------------------

    private ChannelHandler remove(StreamContext context) {
        if (unlink(context)) {
            if (context.executor().inEventLoop()) {
                callRemoved(context);
            } else {
                StreamContext.execute(context.executor(), null, () -> callRemoved(context));
            }
        }
        return context.handler;
    }

    /**
     * Runs a task when each handler was told what the pipeline has been told so far: one with an executor of its own may still be at
     * something else. On the event loop; the task is run on the thread that is the last.
     */
    void whenAllWereTold(Runnable task) {
        StreamContext.whenTold(first, task);
    }

    /** The channel is closed and its handlers were told: the last is removed first. */
    private void removeAll() {
        StreamContext one = last;
        while (one != null) {
            StreamContext before = one.before();
            remove(one);
            one = before;
        }
    }

    @Override
    public ChannelPipeline remove(ChannelHandler handler) {
        remove(known(find(handler), handler));
        return this;
    }

    @Override
    public ChannelHandler remove(String name) {
        return remove(known(find(name), name));
    }

    @Override
    @SuppressWarnings("unchecked") // it was found by its type
    public <T extends ChannelHandler> T remove(Class<T> type) {
        return (T) remove(known(find(type), type));
    }

    @Override
    public ChannelHandler removeFirst() {
        return remove(known(first, "an empty pipeline"));
    }

    @Override
    public ChannelHandler removeLast() {
        return remove(known(last, "an empty pipeline"));
    }

    private ChannelHandler replace(StreamContext old, String name, ChannelHandler handler) {
        StreamContext made;
        synchronized (this) {
            if (!old.name().equals(name)) {
                requireUnused(name);
            }
            made = made(this, old.ownExecutor, name, handler);
            exchange(old, made);
        }
        if (old.executor().inEventLoop()) {
            replaced(old, made);
        } else {
            old.executor().execute(() -> replaced(old, made));
        }
        return old.handler;
    }

    // The old one may pass on what it has kept when it is removed.
    private void replaced(StreamContext old, StreamContext made) {
        callAdded(made);
        callRemoved(old);
    }

    @Override
    public ChannelPipeline replace(ChannelHandler old, String name, ChannelHandler handler) {
        replace(known(find(old), old), name, handler);
        return this;
    }

    @Override
    public ChannelHandler replace(String old, String name, ChannelHandler handler) {
        return replace(known(find(old), old), name, handler);
    }

    @Override
    @SuppressWarnings("unchecked") // it was found by its type
    public <T extends ChannelHandler> T replace(Class<T> old, String name, ChannelHandler handler) {
        return (T) replace(known(find(old), old), name, handler);
    }

    // ---- looking up ------------------------------------------------------------------------------------------------

    private static ChannelHandler handler(StreamContext context) {
        return context == null ? null : context.handler;
    }

    @Override
    public ChannelHandler first() {
        return handler(first);
    }

    @Override
    public ChannelHandlerContext firstContext() {
        return first;
    }

    @Override
    public ChannelHandler last() {
        return handler(last);
    }

    @Override
    public ChannelHandlerContext lastContext() {
        return last;
    }

    @Override
    public ChannelHandler get(String name) {
        return handler(find(name));
    }

    @Override
    @SuppressWarnings("unchecked") // it was found by its type
    public <T extends ChannelHandler> T get(Class<T> type) {
        return (T) handler(find(type));
    }

    @Override
    public ChannelHandlerContext context(ChannelHandler handler) {
        return find(handler);
    }

    @Override
    public ChannelHandlerContext context(String name) {
        return find(name);
    }

    @Override
    public ChannelHandlerContext context(Class<? extends ChannelHandler> type) {
        return find(type);
    }

    @Override
    public List<String> names() {
        return new ArrayList<>(toMap().keySet());
    }

    @Override
    public Map<String, ChannelHandler> toMap() {
        Map<String, ChannelHandler> handlers = new LinkedHashMap<>();
        for (StreamContext one = first; one != null; one = one.behind()) {
            handlers.put(one.name(), one.handler);
        }
        return handlers;
    }

    @Override
    public Iterator<Map.Entry<String, ChannelHandler>> iterator() {
        return toMap().entrySet().iterator();
    }

    // ---- events ----------------------------------------------------------------------------------------------------

    @Override
    public ChannelPipeline fireChannelRegistered() {
        return fire(HandlerEvents.REGISTERED, null);
    }

    @Override
    public ChannelPipeline fireChannelUnregistered() {
        return fire(HandlerEvents.UNREGISTERED, null);
    }

    @Override
    public ChannelPipeline fireChannelActive() {
        return fire(HandlerEvents.ACTIVE, null);
    }

    @Override
    public ChannelPipeline fireChannelInactive() {
        return fire(HandlerEvents.INACTIVE, null);
    }

    @Override
    public ChannelPipeline fireExceptionCaught(Throwable cause) {
        return fire(HandlerEvents.EXCEPTION, cause);
    }

    @Override
    public ChannelPipeline fireUserEventTriggered(Object event) {
        return fire(HandlerEvents.USER_EVENT, event);
    }

    @Override
    public ChannelPipeline fireChannelRead(Object message) {
        return fire(HandlerEvents.READ, message);
    }

    @Override
    public ChannelPipeline fireChannelReadComplete() {
        return fire(HandlerEvents.READ_COMPLETE, null);
    }

    @Override
    public ChannelPipeline fireChannelWritabilityChanged() {
        return fire(HandlerEvents.WRITABILITY, null);
    }

    // ---- operations ------------------------------------------------------------------------------------------------

    @Override
    public StreamPipeline read() {
        StreamContext.ask(this, last, null, HandlerEvents.BEGIN_READ, null, null, null);
        return this;
    }

    @Override
    public ChannelPipeline flush() {
        StreamContext.ask(this, last, null, HandlerEvents.FLUSH, null, null, null);
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
        return close();
    }

    @Override
    public ChannelFuture disconnect(ChannelPromise promise) {
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
        return new DefaultChannelPromise(channel);
    }

    @Override
    public ChannelProgressivePromise newProgressivePromise() {
        return new DefaultChannelProgressivePromise(channel);
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
        ChannelPromise made = voidPromise;
        if (made == null) {
            made = new VoidStreamPromise(channel);
            voidPromise = made;
        }
        return made;
    }
}
