package io.h2session.examples.serve;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a connection of HTTP/1.1 has to do beside the handlers of requests: one exchange at a time, in order, as long as both ends
 * want the connection to be kept; and its end. {@code close} finishes the current exchange first.
 *
 * <pre>
 *   HttpServerCodec ─ [ Http2UpgradeHandler ] ─ IdleStateHandler ─ FlowControlHandler ─ this ─ RequestHandler
 * </pre>
 *
 * <p>While an answer is under way, the next request is not read: it waits in the {@code FlowControlHandler}, and what follows it in the
 * socket.
 */
final class Http1Requests extends ChannelDuplexHandler {
    private static final int IDLE_SECONDS = 60;

    private final RequestCount requests;
    private ChannelHandlerContext context;

    /** Null between two exchanges. */
    private HttpRequest request;

    private boolean requestEnded;
    private boolean responseEnded;

    /** The response that is written is informational. Another one follows. */
    private boolean informational;

    /** A file is written, and keeps it open until it was sent. */
    private boolean fileWritten;

    private boolean keepAlive;

    /** The client waits for 100 (Continue). It may send its body or not after a final response, so nothing can follow it. */
    private boolean bodyWithheld;

    private boolean closing;
    private boolean leaving;
    private ScheduledFuture<?> deadline;

    private Http1Requests(RequestCount requests) {
        this.requests = requests;
    }

    /** Adds the handler, and those that it needs, behind the codec. */
    static void addTo(ChannelPipeline pipeline, RequestCount requests) {
        pipeline.addLast(
                new IdleStateHandler(0, 0, IDLE_SECONDS), new FlowControlHandler(), new Http1Requests(requests));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (request != null && !responseEnded && removed.channel().isActive()) {
            // The request was answered with another protocol.
            requests.answer();
        }
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    // ---- in --------------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (leaving || !ctx.channel().isActive()) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest head && !begin(head)) {
            ReferenceCountUtil.release(message);
            return;
        }
        boolean last = message instanceof LastHttpContent;
        ctx.fireChannelRead(message);
        if (last) {
            requestEnded = true;
            proceed();
        }
    }

    /** Answers false if it is no request, and was refused. */
    private boolean begin(HttpRequest head) {
        request = head;
        requestEnded = false;
        responseEnded = false;
        fileWritten = false;
        keepAlive = HttpUtil.isKeepAlive(head);
        bodyWithheld = Exchange.expectsContinue(head);
        HttpResponseStatus refusal = refusal(head);
        if (refusal == null) {
            return true;
        }
        requests.begin();
        keepAlive = false;
        bodyWithheld = true;
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, refusal, Unpooled.EMPTY_BUFFER);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        write(context, response, context.newPromise());
        context.flush();
        return false;
    }

    private static HttpResponseStatus refusal(HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            Throwable cause = head.decoderResult().cause();
            if (cause instanceof TooLongHttpLineException) {
                return HttpResponseStatus.REQUEST_URI_TOO_LONG;
            }
            return cause instanceof TooLongHttpHeaderException
                    ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                    : HttpResponseStatus.BAD_REQUEST;
        }
        boolean hostIsMissing = head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && head.headers().getAll(HttpHeaderNames.HOST).size() != 1;
        return hostIsMissing ? HttpResponseStatus.BAD_REQUEST : null;
    }

    // ---- out -------------------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        Object written = message;
        if (message instanceof HttpResponse head) {
            informational = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (informational) {
                bodyWithheld = false;
            } else {
                keepAlive &= !bodyWithheld && !closing;
                written = ResponseFraming.of(head, request, keepAlive);
                keepAlive &= ResponseFraming.tellsItsEnd((HttpResponse) written);
            }
        } else if (message instanceof FileRegion) {
            fileWritten = true;
        }
        if (!(message instanceof LastHttpContent) || informational) {
            ctx.write(written, promise);
            return;
        }
        ChannelPromise last = promise.unvoid();
        if (!fileWritten) {
            responseEnded = true;
        }
        ctx.write(written, last);
        last.addListener(this::written);
        if (requestEnded || bodyWithheld) {
            proceed();
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
        if (fileWritten && !responseEnded) {
            responseEnded = true;
            proceed();
        }
    }

    /** What comes next, when a part of the exchange has ended. */
    private void proceed() {
        if (request == null) {
            return;
        }
        if (!responseEnded || !context.channel().isWritable()) {
            if (requestEnded) {
                context.channel().config().setAutoRead(false);
                context.flush();
            }
        } else if (requestEnded || bodyWithheld) {
            end();
        }
    }

    private void end() {
        if (!keepAlive || closing) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> leave());
            return;
        }
        request = null;
        if (!context.channel().config().isAutoRead()) {
            // Not here: the next request may be in memory already, and its answer would be written inside this write.
            context.executor().execute(() -> context.channel().config().setAutoRead(true));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        if (responseEnded) {
            proceed();
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (closing) {
            ctx.close(promise);
            return;
        }
        if (request == null) {
            ChannelFuture sent = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER);
            if (sent.isDone()) {
                ctx.close(promise);
                return;
            }
            // The client has not taken the whole last response yet.
            sent.addListener(taken -> leaveIfIdle());
        }
        closing = true;
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        schedule(Server.SHUTDOWN_TIMEOUT);
    }

    /**
     * Closes so that the last response arrives although the client may have sent more (RFC 9112 section 9.6): ends the output
     * first and discards further input. TLS signals the end itself.
     */
    private void leave() {
        Channel channel = context.channel();
        if (leaving || channel.pipeline().get(SslHandler.class) != null) {
            closeNow();
            return;
        }
        leaving = true;
        ((DuplexChannel) channel).shutdownOutput();
        channel.config().setAutoRead(true);
        schedule(Server.GOODBYE);
    }

    /** Another request may have come meanwhile: then its answer is the last one. */
    private void leaveIfIdle() {
        if (request == null) {
            leave();
        }
    }

    private void schedule(Duration time) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = context.executor().schedule(this::closeNow, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Closes without {@link #close} of this handler, which would wait. */
    void closeNow() {
        context.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            closeNow();
        }
    }
}
