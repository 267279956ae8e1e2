package io.h2session.examples.proxy;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamChannelEvent;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;

/** A client's stream, behind {@code HttpStreamCodec}. */
final class FrontStream extends Front {
    private static final AttributeKey<Client> CLIENT = AttributeKey.valueOf(FrontStream.class, "CLIENT");

    private Exchange exchange;

    FrontStream(Worker worker) {
        super(worker);
    }

    @Override
    Client newClient() {
        Channel connection = context.channel().parent();
        Client known = connection.attr(CLIENT).get();
        if (known == null) {
            known = new Client(connection, true, worker.settings().name());
            connection.attr(CLIENT).set(known);
        }
        return known;
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
    void head(HttpResponse response) {
        context.write(response, context.voidPromise());
    }

    @Override
    void lastAnswer() {
        // Other streams are other matters.
    }

    @Override
    boolean takesInformational() {
        return true;
    }

    @Override
    void answered(boolean requestWhole) {
        context.flush();
        if (!requestWhole) {
            // Tells the client to stop sending; the answer stands.
            context.close();
        }
    }

    @Override
    void abort(Failure why) {
        ((StreamChannel) context.channel()).reset(why.reset());
    }
}
