package io.h2session.examples.proxy;

import io.h2session.frame.SettingId;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.CreditMode;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamChannelOption;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.http.HttpStreamCodec;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

/** A stream to an upstream server with a channel, behind {@code HttpStreamCodec}: one that may become a tunnel. */
final class BackStream extends BackHandler {
    private final Exchange asking;
    private boolean active;

    /** @param exchange whose request it is for, if that is not over meanwhile */
    BackStream(Exchange exchange) {
        asking = exchange;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        added.channel().config().setOption(StreamChannelOption.CREDIT_MODE, CreditMode.RELEASE);
        added.pipeline().addBefore(added.name(), null, HttpStreamCodec.forClient());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        active = true;
        asking.upstreamReached();
        if (!asking.connected(this)) {
            ctx.close();
        }
    }

    @Override
    public boolean takesWebSocket() {
        Http2SessionHandler session = context.channel().parent().pipeline().get(Http2SessionHandler.class);
        return session.session().remoteSetting(SettingId.ENABLE_CONNECT_PROTOCOL) == 1;
    }

    /** Whether it was given to its exchange. */
    boolean isActive() {
        return active;
    }

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (exchange == null) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpResponse response) {
            exchange.answer(response);
        } else if (message instanceof HttpContent content) {
            exchange.answerContent(content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (exchange != null) {
            exchange.requestNotWritten(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Exchange ours = exchange;
        exchange = null;
        if (ours != null) {
            StreamEnd end = ((StreamChannel) ctx.channel()).end();
            ours.upstreamFailed(Failure.of(end), end.retryIsSafe());
        }
    }

    @Override
    public void done(boolean requestSent) {
        exchange = null;
        if (!requestSent) {
            context.close();
        }
    }

    @Override
    public void abort() {
        exchange = null;
        context.close();
    }
}
