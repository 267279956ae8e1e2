package io.h2session.netty.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The promise with which a stream's write goes to the connection: what it is told it tells the promise of the caller, which is
 * the stream's. The channel hears of it too: what waits is less by this write, and a stream that is over may end.
 */
final class WriteCompletion implements ChannelPromise {
    private final StreamWrites writes;
    private final ChannelPromise promise;
    private final int size;
    private final boolean request;
    private boolean done;

    /**
     * @param promise the caller's, not void
     * @param size what the write counts while it waits
     * @param request whether it is the head of a request: with it the stream does not come to be
     */
    WriteCompletion(StreamWrites writes, ChannelPromise promise, int size, boolean request) {
        this.writes = writes;
        this.promise = promise;
        this.size = size;
        this.request = request;
    }

    int size() {
        return size;
    }

    @Override
    public Channel channel() {
        return writes.connection();
    }

    @Override
    public boolean trySuccess() {
        if (done) {
            return false;
        }
        done = true;
        boolean told = promise.trySuccess();
        writes.completed(size);
        return told;
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        if (done) {
            return false;
        }
        done = true;
        boolean told = promise.tryFailure(writes.failing(cause, request));
        writes.completed(size);
        return told;
    }

    @Override
    public boolean trySuccess(Void result) {
        return trySuccess();
    }

    @Override
    public ChannelPromise setSuccess() {
        if (!trySuccess()) {
            throw new IllegalStateException("complete already: " + promise);
        }
        return this;
    }

    @Override
    public ChannelPromise setSuccess(Void result) {
        return setSuccess();
    }

    @Override
    public ChannelPromise setFailure(Throwable cause) {
        if (!tryFailure(cause)) {
            throw new IllegalStateException("complete already: " + promise, cause);
        }
        return this;
    }

    @Override
    public boolean setUncancellable() {
        // The caller's was made so before it came here.
        return !promise.isCancelled();
    }

    @Override
    public boolean isVoid() {
        return false;
    }

    @Override
    public ChannelPromise unvoid() {
        return this;
    }

    // ---- a future --------------------------------------------------------------------------------------------------

    @Override
    public boolean isDone() {
        return promise.isDone();
    }

    @Override
    public boolean isSuccess() {
        return promise.isSuccess();
    }

    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    public boolean isCancelled() {
        return promise.isCancelled();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    @Override
    public Throwable cause() {
        return promise.cause();
    }

    @Override
    public Void getNow() {
        return promise.getNow();
    }

    @Override
    public Void get() throws InterruptedException, ExecutionException {
        return promise.get();
    }

    @Override
    public Void get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return promise.get(timeout, unit);
    }

    @Override
    public ChannelPromise addListener(GenericFutureListener<? extends Future<? super Void>> listener) {
        promise.addListener(listener);
        return this;
    }

    @Override
    @SafeVarargs
    public final ChannelPromise addListeners(GenericFutureListener<? extends Future<? super Void>>... listeners) {
        for (GenericFutureListener<? extends Future<? super Void>> listener : listeners) {
            promise.addListener(listener);
        }
        return this;
    }

    @Override
    public ChannelPromise removeListener(GenericFutureListener<? extends Future<? super Void>> listener) {
        promise.removeListener(listener);
        return this;
    }

    @Override
    @SafeVarargs
    public final ChannelPromise removeListeners(GenericFutureListener<? extends Future<? super Void>>... listeners) {
        for (GenericFutureListener<? extends Future<? super Void>> listener : listeners) {
            promise.removeListener(listener);
        }
        return this;
    }

    @Override
    public ChannelPromise sync() throws InterruptedException {
        promise.sync();
        return this;
    }

    @Override
    public ChannelPromise syncUninterruptibly() {
        promise.syncUninterruptibly();
        return this;
    }

    @Override
    public ChannelPromise await() throws InterruptedException {
        promise.await();
        return this;
    }

    @Override
    public ChannelPromise awaitUninterruptibly() {
        promise.awaitUninterruptibly();
        return this;
    }

    @Override
    public boolean await(long timeout, TimeUnit unit) throws InterruptedException {
        return promise.await(timeout, unit);
    }

    @Override
    public boolean await(long timeoutMillis) throws InterruptedException {
        return promise.await(timeoutMillis);
    }

    @Override
    public boolean awaitUninterruptibly(long timeout, TimeUnit unit) {
        return promise.awaitUninterruptibly(timeout, unit);
    }

    @Override
    public boolean awaitUninterruptibly(long timeoutMillis) {
        return promise.awaitUninterruptibly(timeoutMillis);
    }
}
