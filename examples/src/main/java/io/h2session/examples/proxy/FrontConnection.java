package io.h2session.examples.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * A client's connection of HTTP/1.1, behind {@code HttpServerCodec}. One request at a time is sent on; what a client sends ahead of
 * its answers waits here.
 */
final class FrontConnection extends FrontHandler {
    /** How long a client that has taken its answer may go on with its request, so that it can read the answer. */
    private static final int LINGER_SECONDS = 2;

    private final ArrayDeque<Object> ahead = new ArrayDeque<>();
    private Exchange exchange;
    private boolean oldVersion;

    /** The answer is the last one. */
    private boolean last;

    /** The answer was written, and the rest of its request is thrown away. */
    private boolean discarding;

    /** Our side has ended; what still comes is thrown away. */
    private boolean lingering;

    private boolean dispatching;

    /** The answer under way is the last one, because the program ends. */
    private boolean closing;

    /** In seconds of the worker: when something last happened, or when the client last took something. */
    private int quietSince;

    /** What the client still had to take then. */
    private long untaken;

    FrontConnection(Worker worker) {
        super(worker);
    }

    @Override
    Client newClient() {
        return new Client(context.channel(), false);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        quietSince = worker.now();
        worker.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        worker.remove(this);
        release();
    }

    // ---- the request -----------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lingering) {
            ReferenceCountUtil.release(message);
            return;
        }
        ahead.add(message);
        dispatch();
    }

    private void dispatch() {
        if (dispatching) {
            return;
        }
        dispatching = true;
        while (!ahead.isEmpty() && takesMore()) {
            handle(ahead.poll());
        }
        dispatching = false;
        if (!ahead.isEmpty()) {
            wantMore(false);
        }
    }

    private boolean takesMore() {
        return exchange == null || !exchange.isRequestWhole();
    }

    private void handle(Object message) {
        if (discarding) {
            if (message instanceof LastHttpContent end) {
                discarding = false;
                exchange = null;
                if (end.decoderResult().isFailure()) {
                    last = true;
                }
                next();
            }
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            oldVersion = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
            last = closing || request.decoderResult().isFailure() || !HttpUtil.isKeepAlive(request);
            exchange = new Exchange(worker, this, request);
            if (request.decoderResult().isFailure()) {
                // The decoder says nothing more.
                exchange.requestBroken();
            }
            exchange.begin();
        } else if (message instanceof HttpContent content && exchange != null) {
            if (content.decoderResult().isFailure()) {
                content.release();
                last = true;
                exchange.requestBroken();
                exchange.fail(Failure.MALFORMED);
            } else {
                exchange.requestContent(content);
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exchange != null && !discarding) {
            exchange.requestPaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.frontWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.clientLeft();
        }
        worker.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (exchange != null) {
            exchange.answerNotWritten(cause);
        }
        ctx.close();
    }

    // ---- the answer ------------------------------------------------------------------------------------------------

    @Override
    public void head(HttpResponse response) {
        boolean chunked = response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
        if (oldVersion && chunked) {
            response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
            last = true;
        }
        if (closing) {
            last = true;
        }
        if (last) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (oldVersion) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        context.write(response, context.voidPromise());
    }

    @Override
    public void lastAnswer() {
        last = true;
    }

    @Override
    public boolean takesInformational() {
        return !oldVersion;
    }

    @Override
    public void answered(boolean requestWhole) {
        if (requestWhole) {
            exchange = null;
            next();
            return;
        }
        // The client may read the answer only when it has sent everything.
        discarding = true;
        quietSince = worker.now();
        context.flush();
        wantMore(true);
    }

    private void next() {
        quietSince = worker.now();
        if (last || closing) {
            finish();
            return;
        }
        context.flush();
        dispatch();
        if (ahead.isEmpty() && takesMore()) {
            wantMore(true);
        }
    }

    /** Ends our side when the client has taken what was written. */
    private void finish() {
        last = true;
        lingering = true;
        release();
        wantMore(true);
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> end());
    }

    private void release() {
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
    }

    /** Ends our side. A connection that is closed with bytes unread may take the answer with it. */
    private void end() {
        if (!closing
                && context.pipeline().get(SslHandler.class) == null
                && context.channel() instanceof DuplexChannel socket) {
            socket.shutdownOutput();
        } else {
            context.close();
        }
    }

    @Override
    public void abort(Failure why) {
        exchange = null;
        context.close();
    }

    /** Leaves the connection to a tunnel; what the client has sent before it was answered cannot be meant for it. */
    boolean isTunnelReady() {
        return ahead.isEmpty();
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closing || (exchange == null && untakenBytes() == 0)) {
            ctx.close(promise);
            return;
        }
        closing = true;
        // However it ends: the client may leave before its answer.
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (exchange == null && !lingering) {
            finish();
        }
    }

    /** Closes a connection on which nothing happens for long, or whose client does not come to an end. */
    void checkTime(int now) {
        if (exchange != null && !discarding) {
            return;
        }
        long left = untakenBytes();
        if (left != untaken) {
            untaken = left;
            quietSince = now;
        }
        if (now - quietSince > patience()) {
            context.close();
        }
    }

    private int patience() {
        if (untaken > 0) {
            return worker.settings().timeoutSeconds();
        }
        return discarding || lingering ? LINGER_SECONDS : worker.settings().idleSeconds();
    }

    private long untakenBytes() {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }
}
