package io.h2session.netty.negotiation;

import io.h2session.netty.Http2SessionHandler;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Lets a client in cleartext switch from HTTP/1.1 to HTTP/2 ({@code Upgrade: h2c}, RFC 7540 section 3.2). RFC 9113 no longer
 * has the upgrade, but clients still use it. The handler must directly follow the {@link HttpServerCodec}:
 *
 * <pre>{@code
 * HttpServerCodec codec = new HttpServerCodec();
 * pipeline.addLast(codec, new Http2UpgradeHandler(codec, http2), new Http1Greeter());
 * }</pre>
 *
 * <p>On such a request, the codec, this handler and all handlers after it are removed from the pipeline, and {@code http2}
 * adds its handlers. The request is their first event, on stream 1.
 *
 * <p>All other requests are handled in HTTP/1.1 as if they had not asked for an upgrade, as the RFC allows: a request with a
 * body (so that no body has to be buffered here), one whose {@code HTTP2-Settings} or {@code Connection} is invalid, one that
 * arrives while another is being answered, and all requests over TLS, where ALPN chooses.
 *
 * @since 0.1
 */
public final class Http2UpgradeHandler extends ChannelDuplexHandler {
    private final HttpServerCodec codec;
    private final Consumer<ChannelPipeline> http2;

    /** Requests that were passed on and whose response has not ended. */
    private int unanswered;

    /** The response that is being written is informational: another one follows. */
    private boolean informational;

    private UpgradeRequest asked;
    private boolean switching;
    private final Queue<Object> kept = new ArrayDeque<>();

    /**
     * A handler for one channel.
     *
     * @param codec the codec directly before this handler
     * @param http2 adds the handlers of HTTP/2 to the end of the pipeline, including a {@link Http2SessionHandler}
     */
    public Http2UpgradeHandler(HttpServerCodec codec, Consumer<ChannelPipeline> http2) {
        this.codec = Objects.requireNonNull(codec, "codec");
        this.http2 = Objects.requireNonNull(http2, "http2");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (switching) {
            // Bytes that the codec has read after the request: they are HTTP/2 already.
            kept.add(message);
        } else if (asked != null) {
            boolean last = message instanceof LastHttpContent;
            ReferenceCountUtil.release(message);
            if (last) {
                switchProtocols(context);
            }
        } else {
            if (message instanceof HttpRequest request) {
                asked = unanswered == 0 && !overTls(context) ? UpgradeRequest.of(request) : null;
                if (asked != null) {
                    ReferenceCountUtil.release(message);
                    return;
                }
                unanswered++;
            }
            context.fireChannelRead(message);
        }
    }

    private static boolean overTls(ChannelHandlerContext context) {
        return context.pipeline().get(SslHandler.class) != null;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!switching) {
            context.fireChannelReadComplete();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent && !informational) {
            unanswered--;
        }
        context.write(message, promise);
    }

    private void switchProtocols(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        switching = true;
        context.write(switchingProtocols());
        while (pipeline.last() != this) {
            pipeline.removeLast();
        }
        pipeline.remove(codec);
        http2.accept(pipeline);
        Http2SessionHandler session = pipeline.get(Http2SessionHandler.class);
        if (session == null) {
            throw new IllegalStateException("no Http2SessionHandler was added");
        }
        session.upgrade(asked.settingsPayload(), asked.headers());
        for (Object bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
            context.fireChannelRead(bytes);
        }
        context.fireChannelReadComplete();
        pipeline.remove(this);
    }

    private static FullHttpResponse switchingProtocols() {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, "h2c");
        return response;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        for (Object bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
            ReferenceCountUtil.release(bytes);
        }
    }

    /** An exception in the middle of the switch: the handlers of HTTP/1.1 may be gone, so the channel is closed. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.fireExceptionCaught(cause);
        if (switching) {
            context.close();
        }
    }
}
