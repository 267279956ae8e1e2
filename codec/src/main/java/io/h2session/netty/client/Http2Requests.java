package io.h2session.netty.client;

import io.h2session.Http2Session;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends whole requests and gives a future of each whole response, for exchanges that are small enough to be kept in memory:
 * health checks, tokens, calls of a control plane.
 *
 * <pre>{@code
 * Http2Requests requests = new Http2Requests(1024 * 1024);
 * pipeline.addLast(Http2SessionHandler.forClient().build(), requests);
 *
 * requests.send(HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/health"), null)
 *         .addListener((Future<Http2Response> done) -> {
 *             if (done.isSuccess()) {
 *                 log.info("{}", done.getNow().status());
 *             } else if (done.cause() instanceof Http2ResponseException failure && failure.retryIsSafe()) {
 *                 tryElsewhere();
 *             }
 *         });
 * }</pre>
 *
 * <p>Cancelling a future resets its stream with CANCEL, or takes back the request if it was not sent yet. Every future completes: at
 * the latest when the session ends, or when this handler is removed. A failed future has a {@link Http2ResponseException}.
 *
 * <p>Responses are held up to the limit, so a peer gets window credit as it sends; a response beyond the limit is reset. Pushes
 * that belong to these requests are refused with CANCEL. Events of other streams, and of the connection, go on to the next handler. If
 * the pipeline has a {@code Http2StreamsHandler} too, it stands behind this one.
 *
 * <p>One handler serves one channel. {@link #send} may be called by any thread.
 *
 * @since 0.1
 */
public final class Http2Requests extends ChannelInboundHandlerAdapter {
    private final int maxContentLength;
    private final Set<Exchange> running = new HashSet<>();
    private volatile ChannelHandlerContext ctx;
    private Http2Session session;

    /** @param maxContentLength how many bytes of content a response may have, 0 or more */
    public Http2Requests(int maxContentLength) {
        if (maxContentLength < 0) {
            throw new IllegalArgumentException("maxContentLength: " + maxContentLength);
        }
        this.maxContentLength = maxContentLength;
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    /**
     * Sends a request. Any thread, once the handler is in its pipeline.
     *
     * @param headers pseudo-header fields first
     * @param body the content, which this owns and releases, whatever happens; null for none
     */
    public Future<Http2Response> send(HeaderList headers, ByteBuf body) {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            ReferenceCountUtil.release(body);
            throw new IllegalStateException("the handler is in no pipeline");
        }
        Promise<Http2Response> response = context.executor().newPromise();
        if (context.executor().inEventLoop()) {
            send(headers, body, response);
            return response;
        }
        try {
            context.executor().execute(() -> send(headers, body, response));
        } catch (RejectedExecutionException loopIsGone) {
            ReferenceCountUtil.release(body);
            response.tryFailure(notSent(loopIsGone));
        }
        return response;
    }

    /**
     * The response to a request that asked for the upgrade from HTTP/1.1 ({@link
     * io.h2session.netty.negotiation.Http2ClientUpgradeHandler}). On the event loop, when this handler was added and before the
     * response arrives: where the handlers of HTTP/2 are added.
     *
     * @param stream its stream, which nothing is attached to
     */
    public Future<Http2Response> response(Http2StreamHandle stream) {
        if (ctx == null || stream.attachment() != null) {
            throw new IllegalStateException(ctx == null ? "the handler is in no pipeline" : stream + " is in use");
        }
        Promise<Http2Response> response = ctx.executor().newPromise();
        begin(new Exchange(stream, response, maxContentLength));
        return response;
    }

    private void begin(Exchange exchange) {
        exchange.stream.attachment(exchange);
        running.add(exchange);
        exchange.response.addListener(done -> done(exchange));
    }

    private void send(HeaderList headers, ByteBuf body, Promise<Http2Response> response) {
        if (response.isDone() || ctx == null) {
            ReferenceCountUtil.release(body);
            response.tryFailure(removed());
            return;
        }
        Exchange exchange = new Exchange(new Http2StreamHandle(), response, maxContentLength);
        begin(exchange);
        Http2SessionWrite request = body == null
                ? Http2SessionWrite.request(exchange.stream, headers)
                : Http2SessionWrite.request(exchange.stream, headers, body);
        ctx.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                exchange.writeFailed(written.cause(), Http2NotSentException.retryIsSafe(written.cause()));
            }
        });
    }

    private boolean unsent(Exchange exchange) {
        return session.streamState(exchange.stream.id()) == StreamState.IDLE;
    }

    private static Http2ResponseException removed() {
        return notSent(new IllegalStateException("the handler was removed"));
    }

    private static Http2ResponseException notSent(Throwable cause) {
        return new Http2ResponseException(
                Http2ResponseException.Reason.NOT_SENT, ErrorCode.NO_ERROR.code(), true, cause);
    }

    /** The future is complete, also because it was cancelled. On the event loop. */
    private void done(Exchange exchange) {
        boolean responded = exchange.response.isSuccess();
        boolean open = running.remove(exchange) && exchange.stream.id() != 0;
        if (open && !responded && ctx != null) {
            // If the stream is over already, this has no effect.
            reset(exchange.stream);
        }
    }

    private void reset(Http2StreamHandle stream) {
        ctx.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL), ctx.voidPromise());
    }

    // ---- responses -------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Exchange exchange = exchangeOf(message);
        if (exchange == null) {
            context.fireChannelRead(message);
        } else if (message instanceof Http2SessionEvent.Headers headers) {
            exchange.received(headers);
        } else if (message instanceof Http2SessionEvent.Data data) {
            receive(exchange, data);
        } else if (message instanceof Http2SessionEvent.PushPromise push) {
            reset(push.promised());
        }
    }

    private static void receive(Exchange exchange, Http2SessionEvent.Data data) {
        try {
            exchange.received(data);
        } finally {
            data.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        Exchange exchange = exchangeOf(event);
        if (exchange == null) {
            context.fireUserEventTriggered(event);
        } else if (event instanceof Http2SessionEvent.Reset) {
            exchange.resetByPeer();
        } else if (event instanceof Http2SessionEvent.StreamClosed closed) {
            running.remove(exchange);
            exchange.ended(closed, session.terminationReason() != null);
        }
    }

    private static Exchange exchangeOf(Object message) {
        Http2StreamHandle stream = message instanceof Http2SessionEvent event ? event.stream() : null;
        Object attached = stream == null ? null : stream.attachment();
        return attached instanceof Exchange exchange ? exchange : null;
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Http2SessionHandler handler = context.pipeline().get(Http2SessionHandler.class);
        if (handler == null
                || handler.session() == null
                || handler.session().role().isServer()) {
            throw new IllegalStateException("Http2Requests stands behind the Http2SessionHandler of a client");
        }
        session = handler.session();
        ctx = context;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        // Those that wait are taken back before a stream is free for them.
        List<Exchange> left = new ArrayList<>(running);
        left.stream().filter(this::unsent).forEach(exchange -> exchange.response.tryFailure(removed()));
        for (Exchange exchange : left) {
            exchange.response.tryFailure(new Http2ResponseException(
                    Http2ResponseException.Reason.RESET, ErrorCode.CANCEL.code(), false, null));
        }
        ctx = null;
    }
}
