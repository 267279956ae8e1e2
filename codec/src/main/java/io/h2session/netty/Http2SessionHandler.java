package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.io.IOException;

/**
 * An HTTP/2 session in a pipeline: {@link Http2SessionEvent}s come out of it, {@link Http2SessionWrite}s go in.
 *
 * <pre>{@code
 * pipeline.addLast(Http2SessionHandler.forServer().build());
 * pipeline.addLast(new ChannelInboundHandlerAdapter() {
 *     public void channelRead(ChannelHandlerContext ctx, Object event) {
 *         if (event instanceof Http2SessionEvent.Headers request && request.endStream()) {
 *             ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, hello.retainedDuplicate()));
 *         } else {
 *             ReferenceCountUtil.release(event);
 *         }
 *     }
 * });
 * }</pre>
 *
 * <p><b>Flow in.</b> Octets go to the session as they come; every callback is an event. Reading stops only when a
 * callback pauses the session ({@link #resumeReceiving}) or when the peer leaves too many replies unread, never because
 * the channel is unwritable. The peer may send as much DATA as was
 * {@linkplain Http2SessionEvent.Data#consume consumed}, in pieces of any size: what is received of one stream in a row is
 * one event.
 *
 * <p><b>Flow out.</b> A flush lets the session send until the channel is unwritable, at most 1 MiB in one turn of the
 * event loop; it goes on when the channel is writable again. What is flushed while octets are being read leaves once,
 * when the read is complete. The promise of a write completes when the transport took its last octet.
 *
 * <p><b>Refusal.</b> A write that cannot be carried out (malformed fields, an order HTTP does not allow, too much that waits, a
 * stream or session that is over) fails its promise, and changes nothing else. With a void promise {@link
 * Http2SessionEvent.WriteRefused} is fired instead, and a stream that could not end any more is reset with INTERNAL_ERROR. Each
 * refusal is a line at DEBUG.
 *
 * <p><b>Life.</b> The preface is sent when the channel is active and the handlers around this one have been added: nothing
 * leaves while a {@link io.netty.channel.ChannelInitializer} is at work. The first {@code close()} is graceful: GOAWAY,
 * streams finish, at most {@link Http2SessionHandlerBuilder#gracefulShutdownTimeout}; the second cuts them, and closes
 * within a second. When
 * the session ended in error, GOAWAY is sent and the peer's octets are read and thrown away for {@link
 * Http2SessionHandlerBuilder#closeLinger}, so that closing does not take the GOAWAY back.
 *
 * <p><b>TLS.</b> {@code SslHandler} may stand in front, by hand or by {@link io.h2session.netty.negotiation.Http2Negotiation}: its
 * close_notify is the end of the peer's octets, as FIN is in cleartext. Only the negotiation can end our own output so
 * ({@link #outputCloser}).
 *
 * <p><b>Errors.</b> A write of the session's octets that fails, in the transport or in a handler before it, ends the session: the
 * peer has missed a part of the connection. What the peer or the network did is an event and stops here; {@code exceptionCaught} sees only what
 * the application's own listener or body threw.
 *
 * <p><b>Time.</b> A peer that keeps the session waiting is timed out ({@link Http2SessionOptions#timeouts()}), by one
 * timer for each connection. What is sent in answer to a read is sent at the time of the read. While nobody reads the
 * channel the peer is not blamed for what does not arrive.
 *
 * <p><b>Servers.</b> The listening socket has a pipeline of its own, which this handler cannot protect. Bound the number of
 * connections that are open at a time. Put a handler into it ({@code ServerBootstrap.handler}) that takes the exceptions
 * with which accepting fails, stops {@code autoRead}, and turns it on again when a connection has closed or a moment has
 * passed: otherwise Netty logs each failure with a stack trace. And log a line at the start: a logger whose first use falls
 * into a lack of file descriptors can fail with an {@code Error}, which ends the event loop for good. {@code serve} of this
 * project's examples does all three.
 *
 * <p><b>Little in the kernel.</b> Servers, and clients that upload, should set {@code TCP_NOTSENT_LOWAT} on the channels of
 * epoll and io_uring ({@code childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 128 * 1024L)}). Otherwise the kernel takes up
 * to 4 MiB of DATA for each connection at once, and what is in there can neither be overtaken by a more urgent response nor
 * be taken back when its stream is reset: priorities work only with little in the kernel. It also shows sooner whether the
 * peer reads. NIO has no such option; {@code SO_SNDBUF} has that effect there at the cost of throughput. Slow clients are
 * served to the end with any of them, see {@link io.h2session.api.Http2Timeouts}.
 *
 * <p>One handler for one channel, on the channel's own event loop.
 */
public final class Http2SessionHandler extends ChannelDuplexHandler {
    private static final Http2SessionListener SILENT = new Http2SessionListener() {};

    private final HandlerSettings settings;
    private final Http2SessionListener listener;

    private ChannelHandlerContext ctx;

    /** Null before the handler was added. */
    SessionChannel channel;

    /** @param settings a copy for this handler alone */
    Http2SessionHandler(HandlerSettings settings) {
        this.settings = settings;
        listener = settings.listener == null ? SILENT : settings.listener.get();
    }

    /** Begins the settings of a server's handler. */
    public static Http2SessionHandlerBuilder forServer() {
        return new Http2SessionHandlerBuilder(Http2Role.SERVER);
    }

    /** Begins the settings of a client's handler. */
    public static Http2SessionHandlerBuilder forClient() {
        return new Http2SessionHandlerBuilder(Http2Role.CLIENT);
    }

    /**
     * The session, for what writes cannot say. On the event loop only; its {@code recv}, {@code send} and {@code close}
     * are the handler's business. Null before the handler was added.
     */
    public Http2Session session() {
        return channel == null ? null : channel.session;
    }

    /**
     * What was written as DATA or as a body and waits to be sent, in octets as {@link
     * Http2SessionHandlerBuilder#maxPendingBytes} counts them. On the event loop only.
     */
    public long pendingBytes() {
        return channel == null ? 0 : channel.pendingBytes();
    }

    /**
     * What is current in the session. Any thread; fails when the event loop has shut down.
     */
    public Future<Http2SessionSnapshot> snapshot() {
        return ctx.executor().submit(channel::snapshot);
    }

    /**
     * Goes on after the application's listener answered {@link io.h2session.api.ReceiveAnswer#PAUSE}. Any thread; does
     * nothing when the session is not paused.
     */
    public void resumeReceiving() {
        SessionChannel added = channel;
        if (added != null) {
            added.onLoop(added.receiver::resume);
        }
    }

    /**
     * How our output is ended when the session is over, for a handler that does not stand next to the transport and cannot
     * end it by itself: TLS has its close_notify. By default the output is then only ended by closing the channel, which
     * can take back what the peer has not read. Called at most once, when everything has been written; on the event loop.
     */
    public void outputCloser(Runnable closeOutput) {
        settings.outputCloser = closeOutput;
    }

    /**
     * Who says which authorities may be asked for, unless the builder was told: for what adds this handler and knows the
     * connection, as the negotiation of TLS does. On the event loop, before the first request.
     *
     * @see Http2SessionHandlerBuilder#authorityVerifier
     */
    public void defaultAuthorityVerifier(Http2AuthorityVerifier verifier) {
        if (settings.authorityVerifier == null) {
            settings.authorityVerifier = verifier;
        }
    }

    /**
     * Goes on from HTTP/1.1 after the response that switched protocols was written (RFC 7540 section 3.2, {@code
     * nghttp2_session_upgrade2}): the request is fired as that of stream 1, whole. Servers only, before anything was
     * received; on the event loop. Settings the peer must not send end the session.
     *
     * @param settingsPayload what the field {@code HTTP2-Settings} said, decoded
     * @param request as HTTP/2 would have it, pseudo-header fields first
     * @throws io.h2session.api.Http2SubmitException as {@link Http2Session#upgrade}
     */
    public void upgrade(byte[] settingsPayload, HeaderList request) {
        if (settings.role != Http2Role.SERVER) {
            throw new IllegalStateException("only a server goes on from HTTP/1.1");
        }
        channel.receiver.upgrade(settingsPayload, request);
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.executor() != context.channel().eventLoop()) {
            throw new IllegalStateException("a session runs on its channel's event loop, not on another executor");
        }
        ctx = context;
        channel = new SessionChannel(context, settings, listener);
        if (context.channel().isActive()) {
            // In a turn of its own. A ChannelInitializer that is adding handlers still stands in front: it would take a
            // transport that fails for a failure of its own, and log it.
            channel.sender.scheduleLater();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (channel != null) {
            channel.transportEnd.removed();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel.sender.begin();
        channel.sender.send();
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        channel.transportEnd.gone();
        context.fireChannelInactive();
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        channel.closing.close(promise);
        channel.setTimer();
    }

    @Override
    public void disconnect(ChannelHandlerContext context, ChannelPromise promise) {
        close(context, promise);
    }

    // ---- in --------------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf in) {
            channel.receiver.read(in);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        channel.receiver.readComplete();
    }

    @Override
    public void read(ChannelHandlerContext context) {
        channel.receiver.wantRead();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
        if (InputEnd.isToldBy(event, context)) {
            channel.transportEnd.inputEnded();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            channel.closing.transportFailed(cause);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    // ---- out -------------------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        channel.writes.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        channel.sender.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            channel.sender.send();
        }
        context.fireChannelWritabilityChanged();
    }
}
