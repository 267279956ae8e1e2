package io.h2session.netty.pool;

import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.function.Consumer;

/** A wish for a stream with a channel. */
final class ChannelOpening extends Opening {
    private final Consumer<? super StreamBootstrap> settings;
    private final Promise<StreamChannel> promise;

    /** @param settings sets the handler, options and attributes of the channel */
    ChannelOpening(Consumer<? super StreamBootstrap> settings, Promise<StreamChannel> promise) {
        this.settings = settings;
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
        StreamBootstrap bootstrap = new StreamBootstrap(connection.channel());
        try {
            settings.accept(bootstrap);
        } catch (RuntimeException failure) {
            slot.release();
            promise.tryFailure(failure);
            return;
        }
        Future<StreamChannel> opened = bootstrap.attr(Slot.KEY, slot).open();
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
