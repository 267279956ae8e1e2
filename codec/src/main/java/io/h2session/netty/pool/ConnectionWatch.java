package io.h2session.netty.pool;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * The side of a {@link PooledConnection} on its own event loop: makes it, opens its streams, and tells the pool what happens to it. It
 * stands directly behind the session, so that it sees the events of all streams.
 */
final class ConnectionWatch extends ChannelInboundHandlerAdapter {
    private final PoolCore core;
    private final PooledConnection connection;
    private volatile Channel channel;

    /** Of the connector. On the pool's event loop. */
    private ChannelFuture connecting;

    private volatile boolean abandoned;
    private Http2SessionHandler session;
    private ChannelHandlerContext streams;
    private boolean failed;

    /** What the session said of its end. */
    private Throwable end;

    ConnectionWatch(PoolCore core, PooledConnection connection) {
        this.core = core;
        this.connection = connection;
    }

    // ---- the pool's event loop -------------------------------------------------------------------------------------

    /** Begins to connect. */
    void connect() {
        try {
            connecting = core.connector().connect(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel made) {
                    begin(made);
                }
            });
        } catch (RuntimeException failure) {
            core.run(() -> core.connectFailed(connection, PoolFailure.CONNECT_FAILED, failure));
            return;
        }
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                fail(done.cause());
            } else if (channel == null) {
                ((ChannelFuture) done).channel().close();
                fail(new IllegalStateException("the connector has not added the initializer to the channel"));
            }
        });
    }

    /** Opens a stream. */
    void open(Opening opening) {
        if (!onLoop(() -> openNow(opening))) {
            core.returned(connection, opening);
        }
    }

    /** Closes it, gracefully. */
    void close() {
        Channel made = channel;
        if (made != null) {
            made.close();
        }
    }

    /** Closes it without waiting for its streams. */
    void cut() {
        close();
        close();
    }

    /** Closes it without waiting for anything. */
    void abandon() {
        abandoned = true;
        cut();
        close();
    }

    // ---- its own event loop ----------------------------------------------------------------------------------------

    /** Whether the task was run, or will be. */
    private boolean onLoop(Runnable task) {
        Channel made = channel;
        if (made.eventLoop().inEventLoop()) {
            task.run();
            return true;
        }
        try {
            made.eventLoop().execute(task);
            return true;
        } catch (RejectedExecutionException loopIsGone) {
            return false;
        }
    }

    private void begin(Channel made) {
        channel = made;
        made.pipeline().addLast(new LastRemoved(this));
        if (abandoned) {
            made.close();
            return;
        }
        Future<?> settingUp;
        try {
            settingUp = core.setup().setUp(made.pipeline());
        } catch (RuntimeException failure) {
            fail(failure);
            return;
        }
        settingUp.addListener(done -> {
            if (!done.isSuccess()) {
                fail(done.cause());
            } else if (made.eventLoop().inEventLoop()) {
                join(made.pipeline());
            } else {
                onLoop(() -> join(made.pipeline()));
            }
        });
    }

    private void fail(Throwable cause) {
        if (!failed) {
            failed = true;
            core.run(() -> connectFailed(cause));
        }
    }

    /** What the connect itself failed with is why everything after it failed, whichever is told first. On the pool's event loop. */
    private void connectFailed(Throwable cause) {
        Throwable first = connectCause() == null ? cause : connectCause();
        core.connectFailed(connection, ConnectFailure.kindOf(first), first);
    }

    /** The channel is closed, and all its handlers know. */
    private void closed() {
        core.run(() -> {
            if (connecting == null || connecting.isDone() || abandoned) {
                closedNow();
            } else {
                connecting.addListener(done -> core.run(this::closedNow));
            }
        });
    }

    private void closedNow() {
        Throwable cause = connectCause();
        if (cause != null) {
            connectFailed(cause);
        }
        core.ended(connection, end);
    }

    /** What the connect itself has failed with; null if it has not. */
    private Throwable connectCause() {
        return connecting == null ? null : connecting.cause();
    }

    /** The handlers of HTTP/2 are in the pipeline. */
    private void join(ChannelPipeline pipeline) {
        ChannelHandlerContext before = pipeline.context(Http2SessionHandler.class);
        streams = pipeline.context(Http2StreamsHandler.class);
        if (before == null) {
            fail(ConnectFailure.notHttp2());
        } else if (streams == null) {
            fail(new IllegalStateException("the connection has no Http2StreamsHandler"));
        } else {
            session = (Http2SessionHandler) before.handler();
            pipeline.addAfter(before.name(), null, this);
            tellLimit();
        }
    }

    private void openNow(Opening opening) {
        // What the pool knows may be older than what the session knows.
        if (takesRequests()) {
            opening.openOn(this, new Slot(this));
        } else {
            boolean told = core.run(() -> core.returned(connection, opening));
            if (!told) {
                opening.fail(PoolException.of(PoolFailure.CLOSED, core.connector(), null));
            }
        }
    }

    /** Whether the session takes requests, as it is now. */
    boolean takesRequests() {
        return channel.isActive() && !streams.isRemoved() && session.session().requestAllowed();
    }

    Channel channel() {
        return channel;
    }

    PooledConnection connection() {
        return connection;
    }

    /** Where requests of streams without a channel are written. */
    ChannelHandlerContext streams() {
        return streams;
    }

    /** A stream is over. */
    void released() {
        core.run(() -> core.released(connection));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2SessionEvent.FactChanged fact) {
            changed(fact);
        } else if (event instanceof Http2SessionEvent.StreamClosed closed) {
            if (closed.stream().attachment() instanceof StreamChannel stream) {
                Slot slot = stream.attr(Slot.KEY).getAndSet(null);
                if (slot != null) {
                    slot.release();
                }
            }
        } else if (event instanceof Http2SessionEvent.Reset reset) {
            if (reset.errorCode() == ErrorCode.HTTP_1_1_REQUIRED.code()) {
                core.failed(PoolFailure.HTTP_1_1_REQUIRED);
            }
        } else if (event instanceof Http2SessionEvent.SessionEnded ended) {
            end = ConnectFailure.of(ended);
        }
        context.fireUserEventTriggered(event);
    }

    private void changed(Http2SessionEvent.FactChanged fact) {
        if (fact == Http2SessionEvent.FactChanged.SETTINGS_RECEIVED
                || fact == Http2SessionEvent.FactChanged.STREAM_LIMIT) {
            tellLimit();
        } else if (fact == Http2SessionEvent.FactChanged.DRAINING) {
            boolean http1 = session.facts().goAwayErrorCode() == ErrorCode.HTTP_1_1_REQUIRED.code();
            core.run(() -> core.draining(connection, http1));
        }
    }

    private void tellLimit() {
        if (session.facts().settingsReceived()) {
            long limit = session.facts().streamLimit();
            core.run(() -> core.limit(connection, limit));
        }
    }

    /**
     * Tells of the end of the channel when it was told to every handler: the close future is complete before that, and even before the
     * connect has failed. The first in the pipeline is removed last.
     */
    private static final class LastRemoved extends ChannelHandlerAdapter {
        private final ConnectionWatch watch;

        LastRemoved(ConnectionWatch watch) {
            this.watch = watch;
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            context.channel().closeFuture().addListener(closed -> watch.closed());
        }
    }
}
