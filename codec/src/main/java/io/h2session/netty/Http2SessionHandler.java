package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.SettingsPayload;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * <p><b>Receiving.</b> The session gets bytes as they arrive, and each of its callbacks becomes an event. Reading stops only
 * when a callback pauses the session ({@link #resumeReceiving}), or when the peer leaves too many replies unread. It never
 * stops because the channel is unwritable. The peer may send as much DATA as the application has {@linkplain
 * Http2SessionEvent.Data#consume consumed}, in pieces of any size; consecutive pieces of one stream are fired as one event.
 *
 * <p><b>Sending.</b> A flush lets the session send until the channel is unwritable, at most 1 MiB in one turn of the event
 * loop. Sending continues when the channel is writable again. What is flushed while bytes are being read leaves at once when
 * the read is complete. The promise of a write completes when the transport has taken its last byte.
 *
 * <p><b>Refused writes.</b> A write that cannot be carried out fails its promise and changes nothing else. Reasons are
 * malformed fields, an order that HTTP does not allow, too much that waits, and a stream or session that is over. If the
 * promise is void, {@link Http2SessionEvent.WriteRefused} is fired instead, and a stream that can no longer end is reset with
 * INTERNAL_ERROR. Each refusal is logged at DEBUG.
 *
 * <p><b>Life cycle.</b> The preface is sent when the channel is active and the handlers around this one have been added:
 * nothing is sent while a {@link io.netty.channel.ChannelInitializer} is running. The first {@code close()} is graceful: it
 * sends GOAWAY and lets streams finish, for at most {@link Http2SessionHandlerBuilder#gracefulShutdownTimeout}. The second
 * one cuts the streams, and closes within a second. When the session ends in error, GOAWAY is sent, and the peer's bytes are
 * read and discarded for {@link Http2SessionHandlerBuilder#closeLinger}: otherwise closing the channel could discard the
 * GOAWAY before the peer reads it.
 *
 * <p><b>TLS.</b> A {@code SslHandler} may precede this handler, added by the application or by {@link
 * io.h2session.netty.negotiation.Http2Negotiation}. Its close_notify ends the peer's bytes, as FIN does in cleartext. Only the
 * negotiation can end our own output with close_notify ({@link #outputCloser}).
 *
 * <p><b>Errors.</b> If a write of the session's bytes fails, in the transport or in a handler before it, the session ends,
 * because the peer has missed a part of the connection. Errors of the peer and of the network become events and stop here.
 * {@code exceptionCaught} is called only with what the application's own listener or body threw.
 *
 * <p><b>Time.</b> A peer that keeps the session waiting is timed out ({@link Http2SessionOptions#timeouts()}), by one timer
 * for each connection. A reply to a read is sent with the time of the read. While the channel is not read, the peer is not
 * blamed for what does not arrive.
 *
 * <p><b>Servers.</b> The listening socket has a pipeline of its own, which this handler cannot protect. Limit the number of
 * open connections. Add a handler to that pipeline ({@code ServerBootstrap.handler}) that catches the exceptions of failed
 * accepts, turns {@code autoRead} off, and turns it on again when a connection has closed or some time has passed; without
 * it, Netty logs each failure with a stack trace. Also log a line at startup: a logger that is first used when no file
 * descriptors are left can fail with an {@code Error}, which ends the event loop permanently. {@code serve} of this project's
 * examples does all three.
 *
 * <p><b>Kernel buffers.</b> Servers, and clients that upload, should set {@code TCP_NOTSENT_LOWAT} on the channels of epoll
 * and io_uring ({@code childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 128 * 1024L)}). Otherwise the kernel takes up to 4
 * MiB of DATA for each connection at once. A more urgent response cannot overtake the bytes in there, and they cannot be
 * taken back when their stream is reset: priorities work only if the kernel holds little. A small buffer also shows sooner
 * whether the peer reads. NIO has no such option; {@code SO_SNDBUF} has the same effect there at the cost of throughput. Slow
 * clients are served to the end with any of these settings, see {@link io.h2session.api.Http2Timeouts}.
 *
 * <p>One handler serves one channel, on the channel's own event loop.
 *
 * @since 0.1
 */
public final class Http2SessionHandler extends ChannelDuplexHandler {
    private static final Http2SessionListener SILENT = new Http2SessionListener() {};

    private final HandlerSettings settings;
    private final @Nullable Http2SessionRegistry registry;
    private final Http2SessionListener listener;

    private final Http2SessionFacts facts = new Http2SessionFacts();

    private ChannelHandlerContext ctx;

    /** Null before the handler was added. */
    SessionChannel channel;

    /**
     * @param settings a copy for this handler alone
     * @param registry where the session is listed; null for nowhere
     */
    Http2SessionHandler(HandlerSettings settings, @Nullable Http2SessionRegistry registry) {
        this.settings = settings;
        this.registry = registry;
        listener = settings.listener == null ? SILENT : settings.listener.get();
    }

    /** Starts building the handler of a server. */
    public static Http2SessionHandlerBuilder forServer() {
        return new Http2SessionHandlerBuilder(Http2Role.SERVER);
    }

    /** Starts building the handler of a client. */
    public static Http2SessionHandlerBuilder forClient() {
        return new Http2SessionHandlerBuilder(Http2Role.CLIENT);
    }

    /** What this end of the session is. Any thread. */
    public Http2Role role() {
        return settings.role;
    }

    /**
     * The session, for calls that no write offers. On the event loop only. Do not call {@code recv}, {@code send} or {@code
     * close}: the handler calls them. Null before the handler was added.
     */
    public @Nullable Http2Session session() {
        return channel == null ? null : channel.session;
    }

    /**
     * How many bytes were written as DATA or as a body and wait to be sent, counted as {@link
     * Http2SessionHandlerBuilder#maxPendingBytes} counts them. On the event loop only.
     */
    public long pendingBytes() {
        return channel == null ? 0 : channel.pendingBytes();
    }

    /**
     * What any thread may know of the session without asking the event loop: streams that can be opened, the peer's limit, GOAWAY,
     * round-trip time. Always the same object.
     */
    public Http2SessionFacts facts() {
        return facts;
    }

    /**
     * The streams that are open, half closed or promised, in the order in which they began; not the requests that wait to be
     * opened. On the event loop only. A new list, which does not change when a stream ends.
     */
    public List<Http2StreamHandle> streams() {
        return channel == null ? List.of() : channel.streams();
    }

    /** The current state of the session. Any thread; fails when the event loop has shut down. */
    public Future<Http2SessionSnapshot> snapshot() {
        return ctx.executor().submit(channel::snapshot);
    }

    /**
     * Resumes receiving after the application's listener answered {@link io.h2session.api.ReceiveAnswer#PAUSE}. Any thread; has
     * no effect if the session is not paused.
     */
    public void resumeReceiving() {
        SessionChannel added = channel;
        if (added != null) {
            added.onLoop(added.receiver::resume);
        }
    }

    /**
     * Sets how the output is ended when the session is over, for a handler that is not next to the transport and cannot end it
     * itself: TLS has its close_notify. Without it the output ends only when the channel is closed, which can discard what the
     * peer has not read. Run at most once, on the event loop, when everything has been written.
     */
    public void outputCloser(Runnable closeOutput) {
        settings.outputCloser = closeOutput;
    }

    /**
     * Sets the verifier of authorities if the builder has not set one. For code that adds this handler and knows the
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
     * Continues from HTTP/1.1 after the response that switches protocols was written (RFC 7540 section 3.2, {@code
     * nghttp2_session_upgrade2}): the request is fired as the complete request of stream 1. Servers only, before any bytes were
     * received; on the event loop. Settings that the peer must not send end the session.
     *
     * @param settingsPayload the decoded value of the field {@code HTTP2-Settings}
     * @param request the request as HTTP/2 represents it, pseudo-header fields first
     * @throws io.h2session.api.Http2SubmitException as {@link Http2Session#upgrade}
     */
    public void upgrade(byte[] settingsPayload, HeaderList request) {
        if (settings.role != Http2Role.SERVER) {
            throw new IllegalStateException("only a server continues from HTTP/1.1");
        }
        channel.receiver.upgrade(settingsPayload, request);
    }

    /**
     * The settings that a client sends with a request that asks for an upgrade from HTTP/1.1, in the field {@code HTTP2-Settings}
     * (base64url, without padding): those of this handler's options. Also before the handler was added. A new array.
     *
     * @throws IllegalStateException if this is a server's
     */
    public byte[] upgradeSettings() {
        requireClient();
        return SettingsPayload.pack(Http2Session.upgradeSettings(settings.options));
    }

    /**
     * Continues from HTTP/1.1 when the server has switched protocols (RFC 7540 section 3.2, {@code nghttp2_session_upgrade2}): the
     * request that asked is stream 1, which we can send nothing more on. Clients only, when the handler was added, and before
     * anything is written or received; on the event loop. {@link io.h2session.netty.negotiation.Http2ClientUpgradeHandler} does it.
     *
     * @param stream names the stream from now on, a handle that was used for nothing else
     * @param request the request as HTTP/2 represents it, pseudo-header fields first
     * @return for the caller to fire as a user event, when the handlers behind this one have been added and before bytes are read
     * @throws io.h2session.api.Http2SubmitException as {@link Http2Session#upgrade}
     * @throws IllegalStateException if this is a server's, or the handle was used before
     */
    public Http2SessionEvent.Upgraded beginUpgraded(Http2StreamHandle stream, HeaderList request) {
        requireClient();
        channel.receiver.beginUpgraded(upgradeSettings(), stream, request);
        return new Http2SessionEvent.Upgraded(stream, request);
    }

    private void requireClient() {
        if (settings.role.isServer()) {
            throw new IllegalStateException("only a client asks for an upgrade");
        }
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.executor() != context.channel().eventLoop()) {
            throw new IllegalStateException("a session runs on its channel's event loop, not on another executor");
        }
        ctx = context;
        channel = new SessionChannel(context, settings, listener, facts);
        if (registry != null) {
            registry.added(this);
        }
        if (context.channel().isActive()) {
            // In a turn of its own. A ChannelInitializer that is adding handlers still stands in front: it would take a
            // transport that fails for a failure of its own, and log it.
            channel.sender.scheduleLater();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (registry != null) {
            registry.removed(this);
        }
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
