package io.h2session.netty.negotiation;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLSession;

/** Waits for the end of the TLS handshake, then adds the handlers of the protocol that ALPN chose (RFC 7301, RFC 9113 section 3.2). */
final class AlpnChoice extends ChannelInboundHandlerAdapter {
    private final Http2Negotiation negotiation;
    private final SslHandler tls;
    private final RenegotiationGuard guard;
    private final Promise<String> result;

    private AlpnChoice(Http2Negotiation negotiation, SslHandler tls, RenegotiationGuard guard, Promise<String> result) {
        this.negotiation = negotiation;
        this.tls = tls;
        this.guard = guard;
        this.result = result;
    }

    static void addTo(ChannelPipeline pipeline, Http2Negotiation negotiation, SslHandler tls, Promise<String> result) {
        RenegotiationGuard guard = new RenegotiationGuard();
        pipeline.addLast(guard, tls, new AlpnChoice(negotiation, tls, guard, result));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                choose(context);
            } else {
                fail(context, handshake.cause());
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void choose(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        SSLSession session = tls.engine().getSession();
        String protocol = tls.applicationProtocol();
        boolean http2 = ApplicationProtocolNames.HTTP_2.equals(protocol);
        // A peer without ALPN speaks HTTP/1.1.
        boolean http1 = protocol == null || ApplicationProtocolNames.HTTP_1_1.equals(protocol);
        if (!http2 && !(http1 && negotiation.hasHttp1())) {
            fail(
                    context,
                    new Http2NegotiationException(
                            Http2NegotiationException.Reason.NO_COMMON_PROTOCOL,
                            "the peer does not speak HTTP/2: it did not choose h2 (ALPN)"));
            return;
        }
        if (!http2 || !session.getProtocol().equals("TLSv1.2")) {
            pipeline.remove(guard);
        }
        if (http2) {
            beginHttp2(pipeline, negotiation.enforcesTlsPolicy() ? TlsPolicy.violation(session) : null);
        } else {
            negotiation.beginHttp1(pipeline);
            result.trySuccess(ApplicationProtocolNames.HTTP_1_1);
        }
        pipeline.remove(this);
    }

    private void beginHttp2(ChannelPipeline pipeline, String violation) {
        if (violation == null) {
            negotiation.beginHttp2(pipeline);
        } else {
            // A session that only sends GOAWAY with the reason; the application's handlers are not added.
            pipeline.addLast(negotiation.bareSession());
        }
        Http2SessionHandler session = pipeline.get(Http2SessionHandler.class);
        if (session != null) {
            session.defaultAuthorityVerifier(Http2Tls.authorityVerifier());
            session.outputCloser(new CloseNotify(tls)::closeOutput);
        }
        guard.arm(() -> terminate(pipeline, ErrorCode.PROTOCOL_ERROR));
        if (violation == null) {
            result.trySuccess(ApplicationProtocolNames.HTTP_2);
        } else {
            terminate(pipeline, ErrorCode.INADEQUATE_SECURITY);
            result.tryFailure(new Http2NegotiationException(
                    Http2NegotiationException.Reason.INADEQUATE_SECURITY,
                    "HTTP/2 may not be spoken over this TLS: " + violation));
        }
    }

    /** Writes directly to the session: the handlers that the application added after it do not see this. */
    private static void terminate(ChannelPipeline pipeline, ErrorCode code) {
        Http2SessionHandler session = pipeline.get(Http2SessionHandler.class);
        if (session == null) {
            pipeline.close();
            return;
        }
        ChannelHandlerContext context = pipeline.context(session);
        session.write(context, Http2SessionWrite.terminate(code.code()), context.newPromise());
        session.flush(context);
    }

    private void fail(ChannelHandlerContext context, Throwable cause) {
        result.tryFailure(cause);
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        result.tryFailure(new ClosedChannelException());
        context.fireChannelInactive();
    }

    /** A channel that was never connected does not become inactive. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        result.tryFailure(new ClosedChannelException());
    }

    /** Errors of the peer and of the network fail the result; only exceptions of the application are passed on. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean notOurs = cause instanceof IOException
                || (cause instanceof DecoderException && cause.getCause() instanceof IOException);
        fail(context, notOurs && cause instanceof DecoderException ? cause.getCause() : cause);
        if (!notOurs) {
            context.fireExceptionCaught(cause);
        }
    }
}
