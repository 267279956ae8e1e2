package io.h2session.examples.proxy;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamChannelEvent;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

/** A client's stream with a channel, behind {@code HttpStreamCodec}: one that may become a tunnel. */
final class FrontStream extends FrontHandler {
    private Exchange exchange;

    FrontStream(Worker worker) {
        super(worker);
    }

    @Override
    Client newClient() {
        return Client.of(context.channel().parent());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            exchange = new Exchange(worker, this, request);
            exchange.begin();
        } else if (message instanceof HttpContent content) {
            exchange.requestContent(content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        exchange.requestPaused();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.frontWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // At once: what came before may wait because the upstream server reads slowly.
        if (event instanceof Http2SessionEvent.Reset || event == StreamChannelEvent.CUT) {
            if (exchange != null) {
                exchange.clientLeft();
            }
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.clientLeft();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (exchange != null) {
            exchange.answerNotWritten(cause);
        }
        ctx.close();
    }

    @Override
    public void head(HttpResponse response) {
        context.write(response, context.voidPromise());
    }

    @Override
    public void lastAnswer() {
        // Other streams are other matters.
    }

    @Override
    public boolean takesInformational() {
        return true;
    }

    @Override
    public void answered(boolean requestWhole) {
        context.flush();
        if (!requestWhole) {
            // Tells the client to stop sending; the answer stands.
            context.close();
        }
    }

    @Override
    public void abort(Failure why) {
        ((StreamChannel) context.channel()).reset(why.reset());
    }
}
