package io.h2session.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Arrays;

/**
 * The promises of writes whose bytes the session has produced and the transport has not accepted yet. They are gathered while
 * the session sends. The promise of the last buffer of the send completes them all.
 *
 * <p>Void promises are never kept: nothing waits for them.
 */
final class SentPromises {
    private ChannelPromise[] gathered = new ChannelPromise[4];
    private int size;

    /** The last byte of the promise's write is in the output. */
    void add(ChannelPromise promise) {
        if (promise.isVoid()) {
            return;
        }
        if (size == gathered.length) {
            gathered = Arrays.copyOf(gathered, size * 2);
        }
        gathered[size++] = promise;
    }

    /** The bytes of the promises from this index on are not sent after all. */
    void failFrom(int from, Throwable cause) {
        ChannelPromise[] failed = Arrays.copyOfRange(gathered, Math.min(from, size), size);
        size -= failed.length;
        Arrays.fill(gathered, size, size + failed.length, null);
        for (ChannelPromise promise : failed) {
            promise.tryFailure(cause);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** How many promises wait. */
    int size() {
        return size;
    }

    /** Takes the first promises. Returns the promise to write the buffer with that they wait for. */
    ChannelPromise takeInto(ChannelHandlerContext ctx, WriteWatch watch, int count) {
        if (count == 0) {
            return watch.unawaited();
        }
        ChannelPromise single = gathered[0];
        if (count == 1 && !single.isDone()) {
            drop(1);
            return watch.watched(single);
        }
        ChannelPromise all = watch.watched(ctx.newPromise());
        all.addListener(new Batch(take(count)));
        return all;
    }

    /** The bytes are already written: completes all promises. */
    void succeed() {
        for (ChannelPromise promise : take(size)) {
            promise.trySuccess();
        }
    }

    /** The bytes will not reach the transport. */
    void fail(Throwable cause) {
        for (ChannelPromise promise : take(size)) {
            promise.tryFailure(cause);
        }
    }

    private ChannelPromise[] take(int count) {
        ChannelPromise[] taken = Arrays.copyOf(gathered, count);
        drop(count);
        return taken;
    }

    private void drop(int count) {
        int left = size - count;
        System.arraycopy(gathered, count, gathered, 0, left);
        Arrays.fill(gathered, left, size, null);
        size = left;
    }

    private static final class Batch implements ChannelFutureListener {
        private final ChannelPromise[] promises;

        Batch(ChannelPromise[] promises) {
            this.promises = promises;
        }

        @Override
        public void operationComplete(ChannelFuture future) {
            Throwable cause = future.cause();
            for (ChannelPromise promise : promises) {
                if (cause == null) {
                    promise.trySuccess();
                } else {
                    promise.tryFailure(cause);
                }
            }
        }
    }
}
