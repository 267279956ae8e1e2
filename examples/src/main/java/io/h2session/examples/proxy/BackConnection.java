package io.h2session.examples.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/** A connection of HTTP/1.1 to an upstream server, behind {@link UpstreamCodec}: idle, or with one exchange. */
final class BackConnection extends BackHandler {
    private final Http1Pool owner;
    private final UpstreamCodec codec;
    private boolean persistent = true;

    /** An informational response ends with an object of its own. */
    private boolean informational;

    private int idleSince;

    BackConnection(Http1Pool owner, UpstreamCodec codec) {
        this.owner = owner;
        this.codec = codec;
    }

    @Override
    public boolean http2() {
        return false;
    }

    @Override
    public boolean takesWebSocket() {
        return true;
    }

    /** Whether it can take an exchange. */
    boolean isUsable() {
        return exchange == null && persistent && context.channel().isActive() && !codec.hasLeftovers();
    }

    boolean isIdleFor(int now, int seconds) {
        return now - idleSince >= seconds;
    }

    UpstreamCodec codec() {
        return codec;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (exchange == null) {
            // Nothing was asked: whatever it is, it must not become the answer to the next request.
            ReferenceCountUtil.release(message);
            persistent = false;
            ctx.close();
        } else if (message instanceof HttpResponse response) {
            persistent =
                    response.decoderResult().isSuccess() && HttpUtil.isKeepAlive(response) && isDelimited(response);
            int status = response.status().code();
            informational = status / 100 == 1 && status != 101;
            exchange.answer(response);
        } else if (message instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                content.release();
                failed(Failure.MALFORMED_ANSWER);
            } else if (informational && content instanceof LastHttpContent) {
                informational = false;
            } else {
                exchange.answerContent(content);
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private boolean isDelimited(HttpResponse response) {
        return HttpUtil.isContentLengthSet(response)
                || HttpUtil.isTransferEncodingChunked(response)
                || !ResponseRules.mayHaveContent(exchange.method(), response);
    }

    private void failed(Failure why) {
        Exchange ours = exchange;
        exchange = null;
        persistent = false;
        context.close();
        if (ours != null) {
            ours.upstreamFailed(why, false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof EncoderException && exchange != null) {
            exchange.requestNotWritten(new IllegalArgumentException(cause));
        }
        failed(Failure.LOST);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failed(Failure.LOST);
        owner.closed(this);
    }

    /** Gives it an exchange. */
    void take(Exchange taken) {
        if (!taken.connected(this)) {
            exchange = null;
            owner.idle(this);
        }
    }

    @Override
    public void done(boolean requestSent) {
        exchange = null;
        idleSince = owner.now();
        if (requestSent && persistent && context.channel().isActive() && !codec.hasLeftovers()) {
            wantMore(true);
            owner.idle(this);
        } else {
            persistent = false;
            context.close();
        }
    }

    @Override
    public void abort() {
        exchange = null;
        persistent = false;
        context.close();
    }

    /** It belongs to a tunnel from now on. */
    void leave() {
        exchange = null;
        persistent = false;
        owner.closed(this);
    }
}
