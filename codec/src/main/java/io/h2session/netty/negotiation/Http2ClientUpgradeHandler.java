package io.h2session.netty.negotiation;

import static java.util.Objects.requireNonNull;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.negotiation.Http2NegotiationException.Reason;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * Asks the server in cleartext to switch from HTTP/1.1 to HTTP/2 with the first request of a connection ({@code Upgrade: h2c}, RFC
 * 7540 section 3.2). RFC 9113 no longer has the upgrade: a client that knows its server uses prior knowledge ({@link
 * Http2Negotiation#inCleartext}). The handler must directly follow the {@link HttpClientCodec}; behind it stand the handlers of
 * HTTP/1.1:
 *
 * <pre>{@code
 * HttpClientCodec codec = new HttpClientCodec();
 * Http2ClientUpgradeHandler upgrade = Http2ClientUpgradeHandler.builder(codec, Http2SessionHandler.forClient().build())
 *         .http2((connection, stream) -> connection.addLast(new Http2Client()))
 *         .build();
 * pipeline.addLast(codec, upgrade, new Http1Client());
 *
 * channel.writeAndFlush(request); // an HttpRequest; a whole one, or a head with its content
 * upgrade.protocol().addListener(...); // h2c or http/1.1
 * }</pre>
 *
 * <p><b>The server switches (101).</b> The codec, this handler and all handlers after it are removed. The session takes their place,
 * the builder's {@linkplain Builder#http2 consumer} adds the handlers of HTTP/2, and they are told {@link
 * Http2SessionEvent.Upgraded}: the request is stream 1, nothing more can be sent on it, and its response comes as that of any
 * stream. Each level takes it in its own way:
 *
 * <ul>
 *   <li>events: they carry the stream that {@code Upgraded} and the consumer are given
 *   <li>channels of streams, and HTTP objects on them: {@code Http2StreamsHandlerBuilder.upgradeHandler}
 *   <li>a {@code StreamHandler}: the consumer attaches it to the stream
 *   <li>a future: {@code Http2Requests.response(stream)} in the consumer
 * </ul>
 *
 * <p><b>It does not.</b> With the head of a final response the connection stays in HTTP/1.1, this handler is removed, and the
 * response is passed to the handlers of HTTP/1.1, as are informational responses before it and before a 101. This handler has no
 * timeout for the answer: as with any request, the application decides how long it waits.
 *
 * <p><b>The request.</b> All of it has to be sent before HTTP/2 begins: its content is held back until it is complete, up to {@link
 * Builder#maxContentLength}. One with more fails with {@link Http2NegotiationException} ({@link Reason#CONTENT_TOO_LARGE}) before
 * anything of it is sent, and the next one asks. Another request that is written before the answer has come fails with {@link
 * Reason#UPGRADE_PENDING}. A request that cannot ask is sent as it is, and the connection stays in HTTP/1.1: over TLS, where ALPN
 * chooses; CONNECT; one in HTTP/1.0, without a valid Host, with {@code Connection: close} or an {@code Upgrade} of its own; one that
 * waits for a 100 before it sends its content. The objects that are written are not changed.
 *
 * @since 0.1
 */
public final class Http2ClientUpgradeHandler extends ChannelDuplexHandler {
    private static final String H2C = "h2c";
    private static final String HTTP_1_1 = "http/1.1";

    private enum State {
        /** No request has asked. */
        IDLE,
        /** The content of a request that will ask is incomplete. */
        HOLDING,
        /** The content of a request that was refused is incomplete. */
        REFUSING,
        ASKED,
        /** The head of the 101 was received. */
        ACCEPTED,
        /** The pipeline is being changed: what is received is HTTP/2. */
        SWITCHING,
        /** What the server sent is not usable; the channel is being closed. */
        FAILED
    }

    private final HttpClientCodec codec;
    private final Http2SessionHandler session;
    private final BiConsumer<ChannelPipeline, Http2StreamHandle> http2;
    private final HeldRequest held;

    private State state = State.IDLE;
    private HeaderList asked;
    private Promise<String> protocol;
    private final Queue<Object> kept = new ArrayDeque<>();

    private Http2ClientUpgradeHandler(Builder builder) {
        codec = builder.codec;
        session = builder.session;
        http2 = builder.http2;
        held = new HeldRequest(builder.maxContentLength);
    }

    /**
     * Starts building the handler of one channel.
     *
     * @param codec the codec directly before the handler
     * @param session the session that takes over when the server switches, of a client and in no pipeline yet; its options are what
     *     the server is told with the request
     */
    public static Builder builder(HttpClientCodec codec, Http2SessionHandler session) {
        return new Builder(codec, session);
    }

    /**
     * The protocol, {@code h2c} or {@code http/1.1}, once its handlers are in the pipeline. Fails with {@link
     * Http2NegotiationException} ({@link Reason#INVALID_UPGRADE}), with {@link ClosedChannelException} if the connection ends or this
     * handler is removed before the answer, or with what the handlers of HTTP/2 threw while they were added.
     *
     * @throws IllegalStateException if the handler is in no pipeline yet
     */
    public Future<String> protocol() {
        if (protocol == null) {
            throw new IllegalStateException("the handler is in no pipeline");
        }
        return protocol;
    }

    // ---- the request -----------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        switch (state) {
            case IDLE, REFUSING -> begin(context, message, promise);
            case HOLDING -> hold(context, message, promise);
            case SWITCHING -> context.write(message, promise);
            default ->
                HeldRequest.refuse(
                        message,
                        promise,
                        new Http2NegotiationException(
                                Reason.UPGRADE_PENDING, "a request waits for the answer to its upgrade"));
        }
    }

    private void begin(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof HttpRequest request)) {
            if (state == State.REFUSING) {
                state = message instanceof LastHttpContent ? State.IDLE : State.REFUSING;
                HeldRequest.refuse(message, promise, held.tooLarge());
            } else {
                context.write(message, promise);
            }
            return;
        }
        asked = overTls(context) ? null : UpgradeRequest.asking(request);
        if (asked == null) {
            stay(context);
            context.write(message, promise);
        } else if (held.isTooLarge(request)) {
            state = request instanceof FullHttpRequest ? State.IDLE : State.REFUSING;
            HeldRequest.refuse(message, promise, held.tooLarge());
        } else {
            state = State.HOLDING;
            hold(context, UpgradeRequest.withUpgrade(request, session.upgradeSettings()), promise);
        }
    }

    private static boolean overTls(ChannelHandlerContext context) {
        return context.pipeline().get(SslHandler.class) != null;
    }

    private void hold(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean last = message instanceof LastHttpContent;
        if (!held.add(message, promise)) {
            state = last ? State.IDLE : State.REFUSING;
            held.fail(held.tooLarge());
        } else if (last) {
            state = State.ASKED;
            held.write(context).addListener(written -> {
                if (!written.isSuccess() && state == State.ASKED) {
                    // It may have been sent in part.
                    fail(context, written.cause());
                }
            });
        }
    }

    // ---- the answer ------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.SWITCHING) {
            // Bytes that the codec has read after the response: they are HTTP/2 already.
            kept.add(message);
        } else if (state == State.FAILED) {
            ReferenceCountUtil.release(message);
        } else if (state != State.ACCEPTED && !(message instanceof HttpResponse)) {
            context.fireChannelRead(message);
        } else if (state == State.ACCEPTED || isSwitching((HttpResponse) message)) {
            boolean valid = state == State.ACCEPTED || isValid((HttpResponse) message);
            boolean last = message instanceof LastHttpContent;
            ReferenceCountUtil.release(message);
            if (!valid) {
                fail(context, invalid(context));
            } else {
                state = State.ACCEPTED;
                if (last) {
                    switchProtocols(context);
                }
            }
        } else {
            boolean informational = ((HttpResponse) message).status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (state == State.ASKED && !informational) {
                stay(context);
            }
            context.fireChannelRead(message);
        }
    }

    private static boolean isSwitching(HttpResponse response) {
        return response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }

    /** Whether a 101 is the answer to what was asked (RFC 9110 section 7.8). */
    private boolean isValid(HttpResponse response) {
        List<String> protocols = response.headers().getAll(HttpHeaderNames.UPGRADE);
        return state == State.ASKED
                && response.decoderResult().isSuccess()
                && protocols.size() == 1
                && protocols.get(0).trim().equalsIgnoreCase(H2C);
    }

    private static IOException invalid(ChannelHandlerContext context) {
        // The codec makes a response of half a head when the connection ends.
        return context.channel().isActive()
                ? new Http2NegotiationException(
                        Reason.INVALID_UPGRADE, "the server switched to a protocol that it was not asked for")
                : new ClosedChannelException();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (state != State.SWITCHING) {
            context.fireChannelReadComplete();
        }
    }

    /** The connection stays in HTTP/1.1. */
    private void stay(ChannelHandlerContext context) {
        protocol.trySuccess(HTTP_1_1);
        if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    private void switchProtocols(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        while (pipeline.last() != this) {
            pipeline.removeLast();
        }
        state = State.SWITCHING;
        pipeline.remove(codec);
        pipeline.addLast(session);
        Http2StreamHandle stream = new Http2StreamHandle();
        // Before the handlers are added: a request of theirs would be the first stream.
        Http2SessionEvent.Upgraded upgraded = session.beginUpgraded(stream, asked);
        http2.accept(pipeline, stream);
        protocol.trySuccess(H2C);
        pipeline.context(session).fireUserEventTriggered(upgraded);
        for (Object bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
            context.fireChannelRead(bytes);
        }
        context.fireChannelReadComplete();
        pipeline.remove(this);
    }

    private void fail(ChannelHandlerContext context, Throwable cause) {
        state = State.FAILED;
        protocol.tryFailure(cause);
        context.close();
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        protocol = context.executor().newPromise();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        end();
    }

    private void end() {
        protocol.tryFailure(new ClosedChannelException());
        held.fail(new ClosedChannelException());
        for (Object bytes = kept.poll(); bytes != null; bytes = kept.poll()) {
            ReferenceCountUtil.release(bytes);
        }
    }

    /** An exception in the middle of the switch: the handlers of HTTP/1.1 may be gone, so the channel is closed. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.fireExceptionCaught(cause);
        if (state == State.SWITCHING) {
            protocol.tryFailure(cause);
            context.close();
        }
    }

    /** The settings of a {@link Http2ClientUpgradeHandler}. */
    public static final class Builder {
        private final HttpClientCodec codec;
        private final Http2SessionHandler session;
        private BiConsumer<ChannelPipeline, Http2StreamHandle> http2 = (pipeline, stream) -> {};
        private int maxContentLength = 64 * 1024;

        private Builder(HttpClientCodec codec, Http2SessionHandler session) {
            this.codec = requireNonNull(codec, "codec");
            this.session = session;
            session.upgradeSettings();
        }

        /**
         * Adds the handlers of HTTP/2 to the end of the pipeline, behind the session. It is given the stream of the request too, so
         * that it can attach something to it. None by default.
         */
        public Builder http2(BiConsumer<ChannelPipeline, Http2StreamHandle> handlers) {
            http2 = requireNonNull(handlers, "handlers");
            return this;
        }

        /**
         * How many bytes of content a request that asks may have; 64 KiB by default.
         *
         * @param bytes 0 or more
         */
        public Builder maxContentLength(int bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("maxContentLength: " + bytes);
            }
            maxContentLength = bytes;
            return this;
        }

        /** Makes the handler of one channel. */
        public Http2ClientUpgradeHandler build() {
            return new Http2ClientUpgradeHandler(this);
        }
    }
}
