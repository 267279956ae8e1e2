package io.h2session.examples.serve;

import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/**
 * Passes requests to the pages. The last handler of a stream of HTTP/2 that has a pipeline, which has one request, and of a connection
 * of HTTP/1.1, which has one after the other.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter {
    private final Service service;
    private Exchange exchange;

    RequestHandler(Service service) {
        this.service = service;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            if (exchange != null && exchange.request() == request) {
                // A handler that the page has added was shown the request.
                return;
            }
            exchange = new ChannelExchange(context, request);
            service.answer(exchange, context.channel());
        }
        if (message instanceof HttpContent content && exchange != null) {
            exchange.received(content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    /** The responses to all requests of one read are flushed together. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.resume();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.close();
        }
        if (context.channel() instanceof StreamChannel stream) {
            service.ended(stream.end());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // The end of the request's body comes as an object, and the end of the stream by channelInactive.
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            service.complain(context.channel(), cause);
        }
        if (exchange == null) {
            context.close();
        } else if (cause instanceof IOException) {
            exchange.abort();
        } else {
            exchange.fail();
        }
    }
}
