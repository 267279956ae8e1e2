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
 * Lets a client in cleartext go on from HTTP/1.1 to HTTP/2 ({@code Upgrade: h2c}, RFC 7540 section 3.2; RFC 9113 no longer
 * has it, and clients still do it). Stands right behind the {@link HttpServerCodec}:
 *
 * <pre>{@code
 * HttpServerCodec codec = new HttpServerCodec();
 * pipeline.addLast(codec, new Http2UpgradeHandler(codec, http2), new Http1Greeter());
 * }</pre>
 *
 * <p>At such a request the codec, this handler and everything behind it leave the pipeline, {@code http2} adds its handlers,
 * and the request is the first event of theirs, on stream 1.
 *
 * <p>Every other request goes on in HTTP/1.1 as if it had not asked, which is a server's good right: one with a body
 * (only this way is none kept here, however long), one whose {@code HTTP2-Settings} or {@code Connection} are
 * not as they must be, one that comes while another is being answered, and any over TLS, where ALPN chooses.
 */
public final class Http2UpgradeHandler extends ChannelDuplexHandler {
    private final HttpServerCodec codec;
    private final Consumer<ChannelPipeline> http2;

    /** Requests passed on whose response has not ended. */
    private int unanswered;

    /** The response that is being written is an informational one: another follows. */
    private boolean informational;

    private UpgradeRequest asked;
    private boolean switching;
    private final Queue<Object> kept = new ArrayDeque<>();

    /**
     * A handler for one channel.
     *
     * @param codec the one right before it
     * @param http2 adds the handlers of HTTP/2 to the end of the pipeline, a {@link Http2SessionHandler} among them
     */
    public Http2UpgradeHandler(HttpServerCodec codec, Consumer<ChannelPipeline> http2) {
        this.codec = Objects.requireNonNull(codec, "codec");
        this.http2 = Objects.requireNonNull(http2, "http2");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (switching) {
            // What the codec had read beyond the request: it is HTTP/2 already.
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
        for (Object octets = kept.poll(); octets != null; octets = kept.poll()) {
            context.fireChannelRead(octets);
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
        for (Object octets = kept.poll(); octets != null; octets = kept.poll()) {
            ReferenceCountUtil.release(octets);
        }
    }

    /** Nothing of the half-finished switch must reach HTTP/1.1's handlers, which may be gone. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.fireExceptionCaught(cause);
        if (switching) {
            context.close();
        }
    }
}
