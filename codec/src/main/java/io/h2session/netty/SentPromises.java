package io.h2session.netty;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Arrays;

/**
 * The promises of the writes whose octets the session has produced and the transport has not accepted yet. They are
 * gathered while the session sends and completed by one: that of the last buffer of the send.
 *
 * <p>Void promises are never kept: to fail one would fire an exception through the pipeline.
 */
final class SentPromises {
    private ChannelPromise[] gathered = new ChannelPromise[4];
    private int size;

    /** The last octet of this promise's write is in the output. */
    void add(ChannelPromise promise) {
        if (promise.isVoid()) {
            return;
        }
        if (size == gathered.length) {
            gathered = Arrays.copyOf(gathered, size * 2);
        }
        gathered[size++] = promise;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /**
     * Takes all: a promise to write the last buffer with.
     *
     */
    ChannelPromise takeInto(ChannelHandlerContext ctx) {
        ChannelPromise single = gathered[0];
        if (size == 1 && !single.isDone()) {
            gathered[0] = null;
            size = 0;
            return single;
        }
        ChannelPromise all = ctx.newPromise();
        all.addListener(new Batch(take()));
        return all;
    }

    /** There was nothing to wait for. */
    void succeed() {
        for (ChannelPromise promise : take()) {
            promise.trySuccess();
        }
    }

    /** The octets will not reach the transport. */
    void fail(Throwable cause) {
        for (ChannelPromise promise : take()) {
            promise.tryFailure(cause);
        }
    }

    private ChannelPromise[] take() {
        ChannelPromise[] taken = Arrays.copyOf(gathered, size);
        Arrays.fill(gathered, 0, size, null);
        size = 0;
        return taken;
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
