package io.h2session.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.concurrent.AbstractFuture;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches the writes of the session's bytes for failures: after a failure the peer has missed a part of the connection, and
 * neither frames nor HPACK can continue.
 *
 * <p>If no promise waits for a buffer that goes straight to the transport, the watch itself is the promise of its write: a void
 * promise that can be used any number of times and reports failures only. Otherwise it listens to the promise of the buffer.
 */
final class WriteWatch extends AbstractFuture<Void> implements ChannelPromise, ChannelFutureListener {
    private final ChannelHandlerContext ctx;
    private final Consumer<Throwable> onFailure;

    /** @param onFailure called on the event loop with what each failed write failed with */
    WriteWatch(ChannelHandlerContext ctx, Consumer<Throwable> onFailure) {
        this.ctx = ctx;
        this.onFailure = onFailure;
    }

    /** A promise for bytes that no other promise waits for. */
    ChannelPromise unawaited() {
        // Handlers in between may drop a void promise.
        return ctx.pipeline().firstContext() == ctx ? this : watched(ctx.newPromise());
    }

    /** Watches a promise, and returns it. */
    ChannelPromise watched(ChannelPromise promise) {
        promise.addListener(this);
        return promise;
    }

    private void failed(Throwable cause) {
        if (ctx.executor().inEventLoop()) {
            onFailure.accept(cause);
        } else {
            ctx.executor().execute(() -> onFailure.accept(cause));
        }
    }

    @Override
    public void operationComplete(ChannelFuture written) {
        if (!written.isSuccess()) {
            failed(written.cause());
        }
    }

    // ---- a void promise --------------------------------------------------------------------------------------------

    @Override
    public Channel channel() {
        return ctx.channel();
    }

    @Override
    public boolean isVoid() {
        return true;
    }

    @Override
    public ChannelPromise unvoid() {
        return watched(new DefaultChannelPromise(ctx.channel(), ctx.executor()));
    }

    @Override
    public ChannelPromise setSuccess(Void result) {
        return this;
    }

    @Override
    public ChannelPromise setSuccess() {
        return this;
    }

    @Override
    public boolean trySuccess() {
        return true;
    }

    @Override
    public boolean trySuccess(Void result) {
        return true;
    }

    @Override
    public ChannelPromise setFailure(Throwable cause) {
        failed(cause);
        return this;
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        failed(cause);
        return true;
    }

    @Override
    public boolean setUncancellable() {
        return true;
    }

    @Override
    public boolean isSuccess() {
        return false;
    }

    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    @Override
    public Throwable cause() {
        return null;
    }

    @Override
    public Void getNow() {
        return null;
    }

    private static IllegalStateException isNoFuture() {
        return new IllegalStateException("a void promise");
    }

    @Override
    public ChannelPromise addListener(GenericFutureListener<? extends Future<? super Void>> listener) {
        throw isNoFuture();
    }

    @Override
    @SafeVarargs
    public final ChannelPromise addListeners(GenericFutureListener<? extends Future<? super Void>>... listeners) {
        throw isNoFuture();
    }

    @Override
    public ChannelPromise removeListener(GenericFutureListener<? extends Future<? super Void>> listener) {
        return this;
    }

    @Override
    @SafeVarargs
    public final ChannelPromise removeListeners(GenericFutureListener<? extends Future<? super Void>>... listeners) {
        return this;
    }

    @Override
    public ChannelPromise sync() {
        throw isNoFuture();
    }

    @Override
    public ChannelPromise syncUninterruptibly() {
        throw isNoFuture();
    }

    @Override
    public ChannelPromise await() {
        throw isNoFuture();
    }

    @Override
    public ChannelPromise awaitUninterruptibly() {
        throw isNoFuture();
    }

    @Override
    public boolean await(long timeout, TimeUnit unit) {
        throw isNoFuture();
    }

    @Override
    public boolean await(long timeoutMillis) {
        throw isNoFuture();
    }

    @Override
    public boolean awaitUninterruptibly(long timeout, TimeUnit unit) {
        throw isNoFuture();
    }

    @Override
    public boolean awaitUninterruptibly(long timeoutMillis) {
        throw isNoFuture();
    }
}
