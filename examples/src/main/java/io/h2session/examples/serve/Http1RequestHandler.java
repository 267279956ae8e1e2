package io.h2session.examples.serve;

import io.h2session.api.DataSource;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Serves the pages to HTTP/1.1 clients. It reads one request after the other, each only when the previous one was answered, and
 * bodies only as fast as they are used. {@code close} finishes the current exchange first.
 *
 * <pre>
 *   HttpServerCodec ─ ... ─ HttpServerKeepAliveHandler ─ FlowControlHandler ─ ChunkedWriteHandler ─ this
 * </pre>
 */
final class Http1RequestHandler extends ChannelDuplexHandler {
    private static final int IDLE_SECONDS = 60;

    private final Page pages;
    private final RequestCount requests;
    private final PrintStream complaints;
    private ChannelHandlerContext connection;
    private HttpRequest request;
    private boolean requestEnded;
    private boolean responseEnded;
    private EchoBody echoing;
    private HttpHeaders echoedTrailers;
    private boolean bodyWithheld;
    private boolean wanted;
    private boolean reading;
    private boolean again;
    private boolean closing;
    private boolean leaving;
    private ScheduledFuture<?> deadline;

    private Http1RequestHandler(Page pages, RequestCount requests, PrintStream complaints) {
        this.pages = pages;
        this.requests = requests;
        this.complaints = complaints;
    }

    /** Adds the handler, and the handlers that it needs, behind the codec. */
    static void addTo(ChannelPipeline pipeline, Page pages, RequestCount requests, PrintStream complaints) {
        pipeline.addLast(
                new IdleStateHandler(0, 0, IDLE_SECONDS),
                new HttpServerKeepAliveHandler(),
                new FlowControlHandler(),
                new ChunkedWriteHandler(),
                new Http1RequestHandler(pages, requests, complaints));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection = context;
        context.channel().config().setAutoRead(false);
        readNext();
    }

    /** Restores the channel for the handlers that follow, such as HTTP/2 after an Upgrade. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        context.channel().config().setAutoRead(true);
    }

    /** Reads one message. Several messages may already be available, so this is a loop instead of a recursion. */
    private void readNext() {
        wanted = true;
        if (reading) {
            again = true;
            return;
        }
        reading = true;
        do {
            again = false;
            connection.read();
        } while (again);
        reading = false;
    }

    // ---- in --------------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        wanted = false;
        if (leaving || !context.channel().isActive()) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest head) {
            begin(head);
        }
        if (message instanceof HttpContent content && request != null) {
            requestEnded = content instanceof LastHttpContent;
            if (echoing != null) {
                echo(content);
                return;
            }
        }
        ReferenceCountUtil.release(message);
        goOn();
    }

    /** Reads again after a read without a complete message, unless {@link #readNext} does so. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        if (wanted && !reading) {
            context.read();
        }
    }

    private void begin(HttpRequest head) {
        requests.begin();
        request = head;
        requestEnded = false;
        responseEnded = false;
        echoing = null;
        bodyWithheld = false;
        if (head.decoderResult().isFailure()) {
            refuse(statusFor(head.decoderResult().cause()));
        } else if (head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && head.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            refuse(HttpResponseStatus.BAD_REQUEST);
        } else {
            try {
                pages.answer(new Http1Exchange(this, head));
            } catch (IOException cause) {
                complain(cause);
                refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR);
            }
        }
    }

    private static HttpResponseStatus statusFor(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpResponseStatus.REQUEST_URI_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException
                ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                : HttpResponseStatus.BAD_REQUEST;
    }

    private void refuse(HttpResponseStatus status) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        HttpUtil.setKeepAlive(response, false);
        closing = true;
        connection.writeAndFlush(response).addListener(this::written);
    }

    /** Continues after a message was processed. */
    private void goOn() {
        if (!responseEnded || !(requestEnded || bodyWithheld)) {
            if (!requestEnded) {
                readNext();
            }
        } else if (closing || bodyWithheld) {
            leave();
        } else {
            request = null;
            echoing = null;
            requestEnded = false;
            readNext();
        }
    }

    // ---- out -------------------------------------------------------------------------------------------------------

    /**
     * Sends a whole response.
     *
     * @param body null for none
     * @param withheld whether the client got no 100 (Continue); it may send its body or not, so the connection must be closed
     */
    void respond(HttpResponse head, DataSource body, boolean withheld) {
        bodyWithheld = withheld;
        connection.write(head);
        Object rest = body == null ? LastHttpContent.EMPTY_LAST_CONTENT : new SourceChunks(body);
        connection.writeAndFlush(rest).addListener(this::written);
    }

    void echo(HttpResponse head, boolean continueExpected) {
        if (continueExpected) {
            connection.write(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        EchoBody body =
                new EchoBody(DiskRoom.OF_PROCESS, () -> connection.executor().execute(this::readEchoed));
        echoing = body;
        echoedTrailers = HttpUtil.isTransferEncodingChunked(head) ? new DefaultHttpHeaders() : null;
        HttpHeaders trailers = echoedTrailers == null ? EmptyHttpHeaders.INSTANCE : echoedTrailers;
        connection.write(head);
        connection.writeAndFlush(new SourceChunks(body, trailers)).addListener(this::written);
    }

    /** Sends a piece back, and reads the next one if there is room for it. */
    private void echo(HttpContent piece) {
        EchoBody body = echoing;
        boolean last = piece instanceof LastHttpContent;
        if (last) {
            if (echoedTrailers != null) {
                echoedTrailers.add(((LastHttpContent) piece).trailingHeaders());
            }
            body.end();
        }
        body.add(piece);
        if (body.takeDeferred()) {
            connection.pipeline().get(ChunkedWriteHandler.class).resumeTransfer();
        }
        if (!last) {
            readEchoed();
        }
    }

    private void readEchoed() {
        if (echoing != null && echoing.hasRoom() && !requestEnded) {
            readNext();
        }
    }

    private void written(Future<?> done) {
        if (!done.isSuccess()) {
            requests.giveUp();
            // The response has already begun.
            closeNow();
            return;
        }
        requests.answer();
        responseEnded = true;
        if (requestEnded || bodyWithheld) {
            goOn();
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (request == null || closing) {
            context.close(promise);
            return;
        }
        closing = true;
        context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        deadline = context.executor().schedule(this::closeNow, Server.SHUTDOWN_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Closes so that the last response arrives although the client may have sent more (RFC 9112 section 9.6): ends the output
     * first and discards further input. TLS signals the end itself.
     */
    private void leave() {
        Channel channel = connection.channel();
        if (leaving || channel.pipeline().get(SslHandler.class) != null) {
            closeNow();
            return;
        }
        leaving = true;
        ((DuplexChannel) channel).shutdownOutput();
        channel.config().setAutoRead(true);
        schedule(Server.LAST_WORDS);
    }

    private void schedule(Duration time) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = connection.executor().schedule(this::closeNow, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Closes without {@link #close} of this handler, which would wait. */
    private void closeNow() {
        connection.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            closeNow();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            complain(cause);
        }
        closeNow();
    }

    private void complain(Throwable cause) {
        complaints.println("h2session serve: " + connection.channel().remoteAddress() + ": " + cause);
    }
}
