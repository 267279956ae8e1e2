package io.h2session.netty.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;

/** One promise for a message that takes several writes: it succeeds when all of them do, and fails with the first that fails. */
final class WriteParts implements GenericFutureListener<Future<Void>> {
    private final ChannelPromise promise;
    private int open = 1;

    WriteParts(ChannelPromise promise) {
        this.promise = promise;
    }

    /** A promise for the next write. */
    ChannelPromise next(ChannelHandlerContext context) {
        open++;
        return context.newPromise().addListener(this);
    }

    /** A promise for the last write. */
    ChannelPromise last(ChannelHandlerContext context) {
        return context.newPromise().addListener(this);
    }

    @Override
    public void operationComplete(Future<Void> part) {
        open--;
        if (promise.isVoid()) {
            return;
        }
        if (!part.isSuccess()) {
            promise.tryFailure(part.cause());
        } else if (open == 0) {
            promise.trySuccess();
        }
    }
}
