package io.h2session.netty.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.concurrent.AbstractFuture;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.concurrent.TimeUnit;

/**
 * The void promise of a {@link ChildChannel}, as Netty's: nothing can be awaited of it, and a failure becomes an exception of the
 * pipeline. It is a single small object.
 */
final class VoidStreamPromise extends AbstractFuture<Void> implements ChannelPromise {
    private final ChildChannel channel;

    VoidStreamPromise(ChildChannel channel) {
        this.channel = channel;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public boolean isVoid() {
        return true;
    }

    @Override
    public ChannelPromise unvoid() {
        ChannelPromise promise = new DefaultChannelPromise(channel);
        promise.addListener(done -> {
            if (done.cause() != null) {
                told(done.cause());
            }
        });
        return promise;
    }

    private void told(Throwable cause) {
        if (channel.isRegistered()) {
            channel.pipeline().fireExceptionCaught(cause);
        }
    }

    // ---- completing ------------------------------------------------------------------------------------------------

    @Override
    public boolean tryFailure(Throwable cause) {
        told(cause);
        return false;
    }

    @Override
    public ChannelPromise setFailure(Throwable cause) {
        told(cause);
        return this;
    }

    @Override
    public boolean trySuccess() {
        return false;
    }

    @Override
    public boolean trySuccess(Void result) {
        return false;
    }

    @Override
    public ChannelPromise setSuccess() {
        return this;
    }

    @Override
    public ChannelPromise setSuccess(Void result) {
        return this;
    }

    @Override
    public boolean setUncancellable() {
        return true;
    }

    // ---- a future that is never complete
    // -----------------------------------------------------------------------------

    @Override
    public boolean isDone() {
        return false;
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

    private static IllegalStateException nothing() {
        return new IllegalStateException("void future");
    }

    @Override
    public ChannelPromise addListener(GenericFutureListener<? extends Future<? super Void>> listener) {
        throw nothing();
    }

    @Override
    @SafeVarargs
    public final ChannelPromise addListeners(GenericFutureListener<? extends Future<? super Void>>... listeners) {
        throw nothing();
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
        throw nothing();
    }

    @Override
    public ChannelPromise syncUninterruptibly() {
        throw nothing();
    }

    @Override
    public ChannelPromise await() {
        throw nothing();
    }

    @Override
    public ChannelPromise awaitUninterruptibly() {
        throw nothing();
    }

    @Override
    public boolean await(long timeout, TimeUnit unit) {
        throw nothing();
    }

    @Override
    public boolean await(long timeoutMillis) {
        throw nothing();
    }

    @Override
    public boolean awaitUninterruptibly(long timeout, TimeUnit unit) {
        throw nothing();
    }

    @Override
    public boolean awaitUninterruptibly(long timeoutMillis) {
        throw nothing();
    }
}
