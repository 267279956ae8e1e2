package io.h2session.examples.serve;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.PrintStream;

/** Takes the events of one connection: requests go to the pages, bodies to whoever echoes them. */
final class RequestHandler extends ChannelInboundHandlerAdapter {
    private final Page pages;
    private final RequestCount requests;
    private final PrintStream complaints;

    RequestHandler(Page pages, RequestCount requests, PrintStream complaints) {
        this.pages = pages;
        this.requests = requests;
        this.complaints = complaints;
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        if (message instanceof Http2SessionEvent.Headers headers) {
            if (headers.category() == HeadersCategory.REQUEST) {
                requests.begin();
                answer(connection, new Http2Exchange(connection, headers));
            } else if (headers.stream().attachment() instanceof Echo echo) {
                echo.trailers(headers.headers());
            }
        } else if (message instanceof Http2SessionEvent.Data data
                && data.stream().attachment() instanceof Echo echo) {
            echo.data(data);
        } else {
            // What nobody wants is released, and with it goes the credit for more: the client can finish.
            ReferenceCountUtil.release(message);
        }
    }

    /** Answers to all requests of one read leave together. */
    @Override
    public void channelReadComplete(ChannelHandlerContext connection) {
        connection.flush();
    }

    /** Streams that end early take their writes with them: there is only to be counted. */
    @Override
    public void userEventTriggered(ChannelHandlerContext connection, Object event) {
        if (event instanceof Http2SessionEvent.Reset) {
            requests.giveUp();
        } else if (event instanceof Http2SessionEvent.StreamClosed closed
                && closed.errorCode() == ErrorCode.NO_ERROR.code()) {
            requests.answer();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext connection, Throwable cause) {
        complain(connection, cause);
        connection.close();
    }

    private void answer(ChannelHandlerContext connection, Http2Exchange exchange) {
        try {
            pages.answer(exchange);
        } catch (IOException cause) {
            complain(connection, cause);
            connection.write(Http2SessionWrite.reset(exchange.stream(), ErrorCode.INTERNAL_ERROR));
        }
    }

    private void complain(ChannelHandlerContext connection, Throwable cause) {
        complaints.println("h2session serve: " + connection.channel().remoteAddress() + ": " + cause);
    }
}
