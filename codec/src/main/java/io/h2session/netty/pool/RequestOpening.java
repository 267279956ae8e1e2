package io.h2session.netty.pool;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.channel.StreamHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.concurrent.RejectedExecutionException;

/** A wish for a stream without a channel, and the handler of that stream: it sends the request again where that is safe. */
final class RequestOpening extends Opening implements StreamHandler {
    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(PooledRequest.class);

    private final PoolCore core;
    private final PooledRequest request;
    private final Promise<Http2StreamHandle> promise;

    /** The connection, and the slot, of the stream that there is. */
    private ConnectionWatch connection;

    private Slot slot;

    /** Something of an answer was told. */
    private boolean answered;

    /** The stream that was refused, of a request that waits to be sent again. */
    private Http2StreamHandle refused;

    /** The application does not want an answer any more. */
    private volatile boolean withdrawn;

    private StreamEnd refusal;
    private ChannelHandlerContext refusedOn;

    RequestOpening(PoolCore core, PooledRequest request, Promise<Http2StreamHandle> promise) {
        this.core = core;
        this.request = request;
        this.promise = promise;
    }

    // ---- the pool's event loop -------------------------------------------------------------------------------------

    @Override
    void waits(PoolCore pool) {
        promise.addListener(done -> {
            if (done.isCancelled()) {
                pool.run(() -> pool.cancelled(this));
            }
        });
    }

    @Override
    boolean cancelled() {
        return withdrawn || promise.isCancelled();
    }

    /** Takes it back while it waits, for the first time or again: it is not sent from now on. Any thread. */
    void withdraw() {
        withdrawn = true;
        promise.cancel(false);
        core.run(() -> core.cancelled(this));
    }

    @Override
    void fail(PoolException cause) {
        if (refused == null) {
            promise.tryFailure(cause);
            return;
        }
        try {
            refusedOn.executor().execute(() -> request.ended(refusedOn, refused, refusal));
        } catch (RejectedExecutionException loopIsGone) {
            request.ended(refusedOn, refused, refusal);
        }
    }

    // ---- the connection's event loop -------------------------------------------------------------------------------

    @Override
    void openOn(ConnectionWatch given, Slot taken) {
        if (withdrawn || (refused == null && !promise.setUncancellable())) {
            taken.release();
            return;
        }
        connection = given;
        slot = taken;
        Http2StreamHandle stream = new Http2StreamHandle();
        stream.attachment(this);
        Throwable failure = null;
        try {
            request.send(given.streams(), stream);
        } catch (RuntimeException thrown) {
            failure = thrown;
        }
        if (stream.id() == 0) {
            taken.release();
            core.failed(PoolFailure.NOT_WRITTEN);
            fail(PoolException.of(PoolFailure.NOT_WRITTEN, core.connector(), failure));
            return;
        }
        if (failure != null) {
            LOG.warn("{} {}: a request failed while it was written", given.channel(), stream, failure);
            given.streams().writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.INTERNAL_ERROR.code()));
        }
        promise.trySuccess(stream);
    }

    @Override
    public void head(ChannelHandlerContext context, Http2SessionEvent.Headers head) {
        answered = true;
        request.head(context, head);
    }

    @Override
    public void data(ChannelHandlerContext context, Http2SessionEvent.Data data) {
        request.data(context, data);
    }

    @Override
    public void trailers(ChannelHandlerContext context, Http2SessionEvent.Headers trailers) {
        request.trailers(context, trailers);
    }

    @Override
    public void writabilityChanged(ChannelHandlerContext context, Http2StreamHandle stream) {
        request.writabilityChanged(context, stream);
    }

    @Override
    public void ended(ChannelHandlerContext context, Http2StreamHandle stream, StreamEnd end) {
        slot.release();
        boolean again = end.retryIsSafe()
                && !answered
                && !withdrawn
                && failures < core.options().retries()
                && request.sendAgain();
        if (again) {
            refused = stream;
            refusal = end;
            refusedOn = context;
            PooledConnection avoid = connection.connection();
            // A peer that refuses one request and takes others is busy; one that goes away is not asked again.
            boolean pause = connection.takesRequests();
            again = core.run(() -> core.again(this, avoid, pause));
        }
        if (!again) {
            request.ended(context, stream, end);
        }
    }
}
