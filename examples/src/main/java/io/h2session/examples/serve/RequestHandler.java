package io.h2session.examples.serve;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
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
                Http2Exchange exchange = new Http2Exchange(connection, headers);
                headers.stream().attachment(exchange);
                answer(connection, exchange);
            } else if (echo(headers.stream()) != null) {
                echo(headers.stream()).trailers(headers.headers());
            }
        } else if (message instanceof Http2SessionEvent.Data data && echo(data.stream()) != null) {
            echo(data.stream()).data(data);
        } else {
            // What nobody wants is released, and with it goes the credit for more: the client can finish.
            ReferenceCountUtil.release(message);
        }
    }

    private static Echo echo(Http2StreamHandle stream) {
        return stream.attachment() instanceof Http2Exchange exchange ? exchange.echo() : null;
    }

    /** Answers to all requests of one read leave together. */
    @Override
    public void channelReadComplete(ChannelHandlerContext connection) {
        connection.flush();
    }

    /**
     * Streams that end early take their writes with them: there is only to be counted. Not those that never got here, as
     * malformed requests do not, nor those for another server.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext connection, Object event) {
        if (event instanceof Http2SessionEvent.Reset reset && begun(reset.stream())) {
            requests.giveUp();
        } else if (event instanceof Http2SessionEvent.StreamClosed closed
                && closed.errorCode() == ErrorCode.NO_ERROR.code()
                && begun(closed.stream())) {
            requests.answer();
        }
    }

    private static boolean begun(Http2StreamHandle stream) {
        return stream.attachment() instanceof Http2Exchange;
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
