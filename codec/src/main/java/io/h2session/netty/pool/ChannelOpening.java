package io.h2session.netty.pool;

import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/** A wish for a stream with a channel. */
final class ChannelOpening extends Opening {
    private final ChannelHandler handler;
    private final Promise<StreamChannel> promise;

    ChannelOpening(ChannelHandler handler, Promise<StreamChannel> promise) {
        this.handler = handler;
        this.promise = promise;
    }

    @Override
    void waits(PoolCore core) {
        promise.addListener(done -> {
            if (done.isCancelled()) {
                core.run(() -> core.cancelled(this));
            }
        });
    }

    @Override
    boolean cancelled() {
        return promise.isCancelled();
    }

    @Override
    void openOn(ConnectionWatch connection, Slot slot) {
        if (!promise.setUncancellable()) {
            slot.release();
            return;
        }
        Future<StreamChannel> opened = new StreamBootstrap(connection.channel())
                .handler(handler)
                .attr(Slot.KEY, slot)
                .open();
        // This is the loop: it is done.
        if (opened.isSuccess()) {
            StreamChannel stream = opened.getNow();
            stream.closeFuture().addListener(slot);
            promise.trySuccess(stream);
        } else {
            slot.release();
            promise.tryFailure(opened.cause());
        }
    }

    @Override
    void fail(PoolException cause) {
        promise.tryFailure(cause);
    }
}
