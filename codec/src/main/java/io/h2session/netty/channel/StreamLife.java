package io.h2session.netty.channel;

import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * How a {@link StreamChannel} begins and ends; what its pipeline asks of it.
 *
 * <pre>
 *   made ─► registered, active ─┬─ stream over ─► what came was read, what was written was taken ─┬─► closed ─► in a later task:
 *                               └─ close(), reset(), an exception at the end of the pipeline ─────┘            inactive, unregistered
 * </pre>
 */
@SuppressWarnings("deprecation") // the interface names a deprecated one
final class StreamLife implements Channel.Unsafe {
    private static final AtomicIntegerFieldUpdater<StreamLife> LEASES =
            AtomicIntegerFieldUpdater.newUpdater(StreamLife.class, "leases");

    private final ChildChannel channel;

    /** The last message of the peer's was delivered. */
    private boolean inputEnded;

    /** The handlers were told that the channel is active. */
    private boolean active;

    private boolean peerReset;

    /** Why the stream is over for the session; null while it is not. */
    private StreamEnd sessionEnd;

    /** Counts the exchange as running until it is run, on the event loop; null for streams of our own. */
    private Runnable hold;

    /** Who works for the exchange: the channel itself, and who took a lease. */
    @SuppressWarnings("UnusedVariable") // read through LEASES
    private volatile int leases = 1;

    StreamLife(ChildChannel channel) {
        this.channel = channel;
    }

    // ---- the beginning ---------------------------------------------------------------------------------------------

    /** Tells the handlers that the channel is there. */
    void start() {
        channel.pipeline().fireChannelRegistered();
        if (channel.isOpen()) {
            active = true;
            channel.pipeline().fireChannelActive();
        }
    }

    @Override
    public void register(EventLoop loop, ChannelPromise promise) {
        if (promise.setUncancellable()) {
            promise.setFailure(new UnsupportedOperationException("a stream has its place on the connection's loop"));
        }
    }

    @Override
    public void bind(SocketAddress local, ChannelPromise promise) {
        register(null, promise);
    }

    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        register(null, promise);
    }

    // ---- what the session says -------------------------------------------------------------------------------------

    /** Whether nothing can be written any more. */
    boolean over() {
        return sessionEnd != null || !channel.isOpen();
    }

    /** Whether the stream is over for the session, so that nothing more will come. */
    boolean nothingComes() {
        return sessionEnd != null;
    }

    /** The last message of the peer's was delivered. */
    void inputEnded() {
        inputEnded = true;
        tell(StreamChannelEvent.INPUT_ENDED);
    }

    void peerReset(Http2SessionEvent.Reset reset) {
        peerReset = true;
        tell(reset);
    }

    /** The stream is over. What came of it can still be read, and what was written may still be with the transport. */
    void streamClosed(StreamEnd end) {
        sessionEnd = end;
        if (end.retryIsSafe()) {
            tell(StreamChannelEvent.REFUSED);
        }
        if (end.kind() == StreamEnd.Kind.CONNECTION_ENDED && !channel.reads().drained()) {
            tell(StreamChannelEvent.CUT);
        }
        if (channel.isOpen()) {
            channel.reads().nothingComes();
        }
    }

    boolean wasResetByPeer() {
        return peerReset;
    }

    /** The transport is gone, and the session has said of every stream what it had to say. */
    void connectionGone() {
        channel.writes().awaitNothing();
        if (sessionEnd == null) {
            boolean unsent = !opened();
            streamClosed(new StreamEnd(StreamEnd.Kind.CONNECTION_ENDED, ErrorCode.NO_ERROR.code(), unsent));
        } else {
            finish();
        }
    }

    /** The transport did not take what was written, which ends the connection. The session, which will tell so, may not know it yet. */
    void connectionFailed() {
        if (channel.isOpen()) {
            end(sessionEnd == null ? StreamEnd.CONNECTION_FAILED : sessionEnd);
        }
    }

    /** The request will not be sent: the channel is closed before the promise fails. */
    void requestFailed(Throwable cause) {
        if (!channel.isOpen()) {
            return;
        }
        if (sessionEnd == null) {
            sessionEnd = endOf(cause);
            if (sessionEnd.retryIsSafe()) {
                tell(StreamChannelEvent.REFUSED);
            }
        }
        if (channel.isOpen()) {
            end(sessionEnd);
        }
    }

    private StreamEnd endOf(Throwable cause) {
        boolean safe = Http2NotSentException.retryIsSafe(cause);
        if (cause instanceof IOException) {
            return StreamEnd.CONNECTION_FAILED;
        } else if (channel.streams().connectionEnded()) {
            return safe
                    ? StreamEnd.CONNECTION_ENDED_BEFORE
                    : new StreamEnd(StreamEnd.Kind.CONNECTION_ENDED, ErrorCode.NO_ERROR.code(), false);
        }
        // Nothing is the matter with the request.
        boolean givenUp = cause instanceof Http2NotSentException notSent
                && (notSent.reason() == NotSentReason.START_STREAM_NOT_ALLOWED
                        || notSent.reason() == NotSentReason.WAITED_TOO_LONG
                        || notSent.reason() == NotSentReason.STREAM_CLOSED);
        if (safe && givenUp) {
            return StreamEnd.REFUSED;
        }
        return safe ? StreamEnd.UNSENT : StreamEnd.CLOSED;
    }

    /** Fires a user event as long as someone can hear it. */
    void tell(Object event) {
        if (channel.isOpen()) {
            Object told = channel.told(event);
            if (told != null) {
                channel.pipeline().fireUserEventTriggered(told);
            }
        }
    }

    /** Fires an exception as long as someone can hear it. */
    void fail(Throwable cause) {
        if (channel.isOpen()) {
            channel.pipeline().fireExceptionCaught(channel.failed(cause));
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** Ends the channel if the stream is over, everything was read, and what was written was taken. */
    void finish() {
        if (sessionEnd != null
                && channel.isOpen()
                && channel.reads().drained()
                && channel.writes().nothingAwaited()) {
            end(sessionEnd);
        }
    }

    /** Whether the peer knows of the stream, or will. */
    private boolean opened() {
        return !channel.asks() || channel.writes().headWritten();
    }

    private boolean answered() {
        return channel.writes().outputEnded()
                || channel.streams().localClosed(channel.handle().id());
    }

    private void end(StreamEnd why) {
        channel.ended(why);
        channel.reads().discard();
        channel.streams().ended(channel);
        channel.completeClose();
    }

    void close() {
        if (!channel.isOpen()) {
            return;
        }
        if (sessionEnd != null) {
            end(sessionEnd);
        } else if (!opened()) {
            end(StreamEnd.UNSENT);
        } else if (answered() && inputEnded) {
            end(StreamEnd.COMPLETE);
        } else if (answered() && channel.streams().server()) {
            // RFC 9113 section 8.1: the client is told to stop when it has the response, and takes that for what it is.
            end(StreamEnd.CLOSED);
            channel.streams().send(Http2SessionWrite.discardRequest(channel.handle()));
        } else {
            reset(ErrorCode.CANCEL.code(), null);
        }
    }

    /** Resets the stream and closes the channel. */
    void reset(long errorCode, ChannelPromise promise) {
        boolean sends = channel.isOpen() && sessionEnd == null && opened();
        if (!sends) {
            close();
        } else {
            // A request that waits is taken back.
            boolean unsent = channel.asks() && channel.streams().unsent(channel.handle());
            end(unsent ? StreamEnd.UNSENT : new StreamEnd(StreamEnd.Kind.RESET, errorCode, false));
            Http2SessionWrite reset = Http2SessionWrite.reset(channel.handle(), errorCode);
            if (promise != null && !promise.isVoid()) {
                channel.streams().write(reset, new WriteCompletion(channel.writes(), promise, 0, false));
                channel.streams().flushSoon();
                return;
            }
            channel.streams().send(reset);
        }
        if (promise != null && !promise.isVoid()) {
            promise.trySuccess();
        }
    }

    /** An exception reached the end of the pipeline. */
    void uncaught(Throwable cause) {
        long errorCode = channel.streams().errorCode(cause);
        if (errorCode >= 0 && !over()) {
            reset(errorCode, null);
        }
    }

    @Override
    public void close(ChannelPromise promise) {
        if (promise.setUncancellable()) {
            close();
            if (!promise.isVoid()) {
                promise.trySuccess();
            }
        }
    }

    @Override
    public void disconnect(ChannelPromise promise) {
        close(promise);
    }

    @Override
    public void closeForcibly() {
        close();
    }

    @Override
    public void deregister(ChannelPromise promise) {
        if (promise.setUncancellable()) {
            if (channel.isRegistered()) {
                channel.eventLoop().execute(this::unregistered);
            }
            if (!promise.isVoid()) {
                promise.trySuccess();
            }
        }
    }

    /** The last that the handlers are told. */
    void tellEnd() {
        if (active) {
            active = false;
            channel.pipeline().fireChannelInactive();
        }
        unregistered();
        if (channel.handlers().isElsewhere()) {
            // Handlers with executors of their own may not even have begun with the request.
            channel.handlers().whenAllWereTold(this::leaseEnds);
        } else {
            leaseEnds();
        }
    }

    private void unregistered() {
        if (channel.isRegistered()) {
            channel.registered(false);
            channel.pipeline().fireChannelUnregistered();
        }
    }

    // ---- the exchange ----------------------------------------------------------------------------------------------

    /** Holds the exchange of a request until the handlers were told of the end and every lease has ended. */
    void hold(Runnable release) {
        hold = release;
    }

    /** Holds it beyond the end of the channel. */
    Runnable lease() {
        if (LEASES.getAndIncrement(this) <= 0) {
            LEASES.decrementAndGet(this);
            throw new IllegalStateException("the exchange has ended");
        }
        return new Lease(this);
    }

    private void leaseEnds() {
        if (LEASES.decrementAndGet(this) == 0 && hold != null) {
            channel.streams().onLoop(hold);
        }
    }

    private static final class Lease implements Runnable {
        private StreamLife life;

        Lease(StreamLife life) {
            this.life = life;
        }

        @Override
        public void run() {
            StreamLife held;
            synchronized (this) {
                held = life;
                life = null;
            }
            if (held != null) {
                held.leaseEnds();
            }
        }
    }

    // ---- the rest of what a pipeline asks for ----------------------------------------------------------------------

    @Override
    public void beginRead() {
        channel.reads().read();
    }

    @Override
    public void write(Object message, ChannelPromise promise) {
        if (promise.setUncancellable()) {
            channel.writes().write(message, promise);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void flush() {
        if (channel.writes().takeUnflushed()) {
            channel.streams().flushSoon();
        }
    }

    @Override
    public RecvByteBufAllocator.Handle recvBufAllocHandle() {
        return channel.reads().handle();
    }

    @Override
    public SocketAddress localAddress() {
        return channel.parent().localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return channel.parent().remoteAddress();
    }

    @Override
    public ChannelPromise voidPromise() {
        return channel.voidPromise();
    }

    @Override
    public ChannelOutboundBuffer outboundBuffer() {
        return null;
    }
}
