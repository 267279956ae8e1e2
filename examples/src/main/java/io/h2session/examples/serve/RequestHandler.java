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

/** Processes the events of one connection: passes requests to the pages, and bodies to their {@link Echo}. */
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
            // Bodies that are not needed are released. That gives the client credit to finish.
            ReferenceCountUtil.release(message);
        }
    }

    private static Echo echo(Http2StreamHandle stream) {
        return stream.attachment() instanceof Http2Exchange exchange ? exchange.echo() : null;
    }

    /** The responses to all requests of one read are flushed together. */
    @Override
    public void channelReadComplete(ChannelHandlerContext connection) {
        connection.flush();
    }

    /**
     * Counts streams that end early; their writes have failed already. Malformed requests and requests for another server do not
     * reach this handler and are not counted.
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
