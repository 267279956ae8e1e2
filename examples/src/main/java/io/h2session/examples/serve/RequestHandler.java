package io.h2session.examples.serve;

import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.PrintStream;

/**
 * Passes requests to the pages. The last handler of a stream of HTTP/2, which has one request, and of a connection of HTTP/1.1, which
 * has one after the other.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter {
    private final Page pages;
    private final RequestCount requests;
    private final PrintStream complaints;
    private Exchange exchange;

    RequestHandler(Page pages, RequestCount requests, PrintStream complaints) {
        this.pages = pages;
        this.requests = requests;
        this.complaints = complaints;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            if (exchange != null && exchange.request() == request) {
                // A handler that the page has added was shown the request.
                return;
            }
            begin(context, request);
        }
        if (message instanceof HttpContent content && exchange != null) {
            exchange.received(content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        requests.begin();
        Exchange begun = new Exchange(context, request);
        exchange = begun;
        try {
            pages.answer(begun);
        } catch (IOException cause) {
            complain(context, cause);
            begun.fail();
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
            count(stream.end());
        }
    }

    /** Malformed requests and requests for another server do not reach this handler and are not counted. */
    private void count(StreamEnd end) {
        switch (end.kind()) {
            case COMPLETE, CLOSED -> requests.answer();
            case RESET_BY_PEER -> requests.giveUp();
            default -> {
                // Lost.
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // The end of the request's body comes as an object, and the end of the stream by channelInactive.
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            complain(context, cause);
        }
        if (exchange == null) {
            context.close();
        } else if (cause instanceof IOException) {
            exchange.abort();
        } else {
            exchange.fail();
        }
    }

    private void complain(ChannelHandlerContext context, Throwable cause) {
        complaints.println("h2session serve: " + context.channel().remoteAddress() + ": " + cause);
    }
}
