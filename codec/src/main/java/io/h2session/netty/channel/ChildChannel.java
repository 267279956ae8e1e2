package io.h2session.netty.channel;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.util.DefaultAttributeMap;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What all channels of streams have in common: reading, writing, and how they begin and end, as {@link StreamChannel} describes
 * it. A subclass decides what messages its handlers read and write: it turns events of the session into messages, and messages
 * into writes. {@link Http2StreamsHandlerBuilder#channels} names the subclass that a connection's streams have.
 *
 * <p>The methods that a subclass may override are called on the event loop, except those for options.
 *
 * @since 0.1
 */
public abstract class ChildChannel extends DefaultAttributeMap implements Channel {
    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(ChildChannel.class);

    private static final ChannelMetadata METADATA =
            new ChannelMetadata(false, StreamChannelConfig.MAX_MESSAGES_PER_READ);

    private static final AtomicLongFieldUpdater<ChildChannel> PENDING =
            AtomicLongFieldUpdater.newUpdater(ChildChannel.class, "pending");
    private static final AtomicIntegerFieldUpdater<ChildChannel> UNWRITABLE =
            AtomicIntegerFieldUpdater.newUpdater(ChildChannel.class, "unwritable");
    private static final AtomicReferenceFieldUpdater<ChildChannel, ChannelPromise> CLOSE_PROMISE =
            AtomicReferenceFieldUpdater.newUpdater(ChildChannel.class, ChannelPromise.class, "closePromise");

    private final Http2StreamsHandler streams;
    private final Http2StreamHandle handle;
    private final int serial;
    private final boolean promised;
    private final StreamChannelConfig configuration;
    private final StreamLife life;
    private final ReadLoop reads;
    private final StreamWrites writes;
    private final StreamPipeline pipeline;

    private volatile ChannelId id;

    /** Made when someone asks for it. */
    private volatile ChannelPromise closePromise;

    /** Null as long as the channel is open. */
    private volatile StreamEnd end;

    private volatile boolean registered;

    /** Bytes that were written and not taken by the transport. */
    private volatile long pending;

    private volatile int unwritable;

    /** What the handlers were told last. */
    private boolean toldUnwritable;

    /** The neighbours in the list of the connection's channels. */
    ChildChannel before;

    ChildChannel after;

    /** A channel of a stream: see {@link Factory#make}. */
    @SuppressWarnings("this-escape") // its parts keep the channel and call nothing of it while they are made
    protected ChildChannel(Http2StreamsHandler streams, Http2StreamHandle handle, int serial, boolean promised) {
        this.streams = streams;
        this.handle = handle;
        this.serial = serial;
        this.promised = promised;
        configuration = new StreamChannelConfig(this);
        life = new StreamLife(this);
        reads = new ReadLoop(this);
        writes = new StreamWrites(this);
        pipeline = new StreamPipeline(this);
    }

    /** Makes the channels of a connection's streams. */
    @FunctionalInterface
    public interface Factory {
        /**
         * Makes the channel of a stream; the arguments are passed to the constructor.
         *
         * @param streams the handler that the channel belongs to
         * @param handle the stream's name in events and writes
         * @param serial which of the connection's channels it is, from 1
         * @param promised whether it is for a response that the peer has promised
         */
        ChildChannel make(Http2StreamsHandler streams, Http2StreamHandle handle, int serial, boolean promised);
    }

    // ---- what subclasses decide ------------------------------------------------------------------------------------

    /**
     * What the handlers read when this event is delivered.
     *
     * @param event owned by this method
     * @return owned by the pipeline; null if the handlers read nothing
     */
    protected Object received(Http2SessionEvent event) {
        return event;
    }

    /**
     * The user event that is fired for an event of the stream.
     *
     * @param event an event of the session, a {@link StreamChannelEvent}, or an event of the connection that is repeated here
     * @return null to fire nothing
     */
    protected Object told(Object event) {
        return event;
    }

    /** The exception that {@code exceptionCaught} gets when the stream, or all streams of the connection, have failed. */
    protected Throwable failed(Throwable cause) {
        return cause;
    }

    /**
     * The write that a message of the handlers stands for.
     *
     * @param message owned by this method, unless it returns the message or throws
     * @return a {@link Http2SessionWrite} of {@link #handle()}, a {@link io.netty.buffer.ByteBuf} for DATA, null if there is nothing
     *     to send, or the message if this channel does not know it
     * @throws RuntimeException the promise fails with it, and the message is released
     */
    protected Object written(Object message) {
        return message;
    }

    /** What the promise of a write fails with. */
    protected Throwable refused(Throwable cause) {
        return cause;
    }

    /**
     * Whether an exception that reaches the end of the pipeline is an error of the stream that has a code, so that it is no failure
     * of a handler that ought to be logged as one.
     */
    protected boolean isStreamError(Throwable cause) {
        return cause instanceof StreamErrorException;
    }

    /** Whether the handlers read the promises of responses that came on this stream. */
    protected boolean readsPromises() {
        return false;
    }

    /** The options that only this channel knows. Any thread. */
    protected Set<ChannelOption<?>> ownOptions() {
        return Set.of();
    }

    /** The value of an option that only this channel knows; null if it does not. Any thread. */
    protected Object ownOption(ChannelOption<?> option) {
        return null;
    }

    /** Sets an option that only this channel knows; false if it does not. Any thread. */
    protected boolean setOwnOption(ChannelOption<?> option, Object value) {
        return false;
    }

    // ---- the stream ------------------------------------------------------------------------------------------------

    /**
     * Its name in events and writes, the same for its whole life. Its number is 0 until the request was written, also while that
     * waits because the peer allows no more streams now.
     */
    protected final Http2StreamHandle handle() {
        return handle;
    }

    /** Why the stream is over; null as long as the channel is open. Any thread. */
    public @Nullable StreamEnd end() {
        return end;
    }

    /**
     * Resets the stream and closes the channel. Any thread. If nothing was sent yet nothing is; once the channel is closed it does
     * nothing.
     *
     * @param errorCode 0 to 2^32-1
     */
    public void reset(long errorCode) {
        if (errorCode < 0 || errorCode > 0xffff_ffffL) {
            throw new IllegalArgumentException("errorCode: " + errorCode);
        }
        streams.onLoop(() -> life.reset(errorCode, null));
    }

    /** {@link #reset(long)} with a code that has a name. */
    public void reset(ErrorCode errorCode) {
        reset(errorCode.code());
    }

    /**
     * Ends our side of the stream, with an empty frame after everything that was written; the peer's side stays open. Any thread. It
     * passes the handlers by, as with sockets.
     */
    public ChannelFuture shutdownOutput() {
        ChannelPromise promise = newPromise();
        streams.onLoop(() -> {
            life.write(Http2SessionWrite.data(handle, Unpooled.EMPTY_BUFFER, true), promise);
            life.flush();
        });
        return promise;
    }

    /**
     * Gives window credit for a number of bytes that were read ({@link CreditMode#MANUAL}). Any thread.
     *
     * @throws IllegalArgumentException if that is more than was read and not consumed
     * @throws UnsupportedOperationException if credit is given automatically
     */
    public void consume(int bytes) {
        if (configuration.creditMode() != CreditMode.MANUAL) {
            throw new UnsupportedOperationException("window credit is given automatically");
        }
        reads.giveCredit(bytes);
    }

    /**
     * Declares that work for the stream continues even after it is closed. A stream of a server counts as running from its request until
     * {@code channelInactive} was handled, by handlers with an {@code EventExecutor} of their own, too, and every lease has ended. While
     * {@link io.h2session.api.Http2SessionOptions#maxRunningExchanges()} streams are running, requests are refused. Without leases, a
     * client that resets its requests could keep any number of them at work on other threads (CVE-2023-44487). Any thread, before
     * {@code channelInactive} has been handled.
     *
     * @return ends the lease when it is run. Any thread; running it again has no effect
     * @throws IllegalStateException if it is too late
     */
    public Runnable lease() {
        return life.lease();
    }

    // ---- for the other classes -------------------------------------------------------------------------------------

    /** The pipeline, as it is made. */
    StreamPipeline handlers() {
        return pipeline;
    }

    Http2StreamsHandler streams() {
        return streams;
    }

    StreamChannelConfig configuration() {
        return configuration;
    }

    StreamLife life() {
        return life;
    }

    ReadLoop reads() {
        return reads;
    }

    StreamWrites writes() {
        return writes;
    }

    boolean isPromised() {
        return promised;
    }

    /** Whether we are to write a request to it. */
    boolean asks() {
        return !promised && !streams.server();
    }

    void registered(boolean now) {
        registered = now;
    }

    /** From here on it is closed. */
    void ended(StreamEnd why) {
        end = why;
    }

    void completeClose() {
        ChannelPromise asked = closePromise;
        if (asked != null) {
            asked.trySuccess();
        }
    }

    private boolean connectionEnded() {
        return end != null && end.kind() == StreamEnd.Kind.CONNECTION_ENDED;
    }

    /** An exception has passed all handlers. */
    void uncaught(Throwable cause) {
        if (isStreamError(cause)) {
            boolean ours = cause instanceof StreamErrorException;
            LOG.debug("{} {}", this, ours ? cause.getMessage() : ErrorCode.name(streams.errorCode(cause)));
        } else if (cause instanceof ClosedChannelException
                || cause instanceof SSLException
                || (cause instanceof IOException && connectionEnded())) {
            // A peer that leaves can cause one for each write that waits with a void promise.
            LOG.debug("{} {}", this, cause.toString());
        } else {
            LOG.warn("{} no handler has taken an exception", this, cause);
        }
        life.uncaught(cause);
    }

    void creditIsAutomatic() {
        streams.onLoop(reads::giveCredit);
    }

    void priorityChanged() {
        if (configuration.priority() != null) {
            streams.onLoop(() -> {
                if (!life.over()) {
                    streams.prioritize(this, configuration.priority());
                }
            });
        }
    }

    // ---- writability -----------------------------------------------------------------------------------------------

    /** The number of bytes written but not yet taken has changed by a number of bytes. Any thread. */
    void countPending(long change) {
        long now = PENDING.addAndGet(this, change);
        if (change > 0) {
            if (now > configuration.getWriteBufferHighWaterMark() && UNWRITABLE.compareAndSet(this, 0, 1)) {
                if (eventLoop().inEventLoop()) {
                    tellWritability();
                } else {
                    streams.onLoop(this::tellWritability);
                }
            }
        } else if (now < configuration.getWriteBufferLowWaterMark() && UNWRITABLE.compareAndSet(this, 1, 0)) {
            // The session may be sending: the event waits until that is done.
            streams.writabilityChanged(this);
        }
    }

    /** The marks may have passed what is pending. */
    void marksChanged() {
        long now = pending;
        boolean changed = now > configuration.getWriteBufferHighWaterMark()
                ? UNWRITABLE.compareAndSet(this, 0, 1)
                : now < configuration.getWriteBufferLowWaterMark() && UNWRITABLE.compareAndSet(this, 1, 0);
        if (changed) {
            streams.writabilityChanged(this);
        }
    }

    void tellWritability() {
        boolean now = unwritable != 0;
        if (toldUnwritable != now && isOpen()) {
            toldUnwritable = now;
            pipeline.fireChannelWritabilityChanged();
        }
    }

    @Override
    public boolean isWritable() {
        return unwritable == 0;
    }

    @Override
    public long bytesBeforeUnwritable() {
        long left = configuration.getWriteBufferHighWaterMark() - pending + 1;
        return left > 0 && isWritable() ? left : 0;
    }

    @Override
    public long bytesBeforeWritable() {
        long much = pending - configuration.getWriteBufferLowWaterMark() + 1;
        return much > 0 && !isWritable() ? much : 0;
    }

    // ---- a channel -------------------------------------------------------------------------------------------------

    @Override
    public ChannelId id() {
        ChannelId made = id;
        if (made == null) {
            made = new StreamChannelId(parent().id(), serial);
            id = made;
        }
        return made;
    }

    @Override
    public Channel parent() {
        return streams.connection();
    }

    @Override
    public EventLoop eventLoop() {
        return parent().eventLoop();
    }

    @Override
    public ChannelConfig config() {
        return configuration;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return end == null;
    }

    @Override
    public boolean isActive() {
        return isOpen();
    }

    @Override
    public boolean isRegistered() {
        return registered;
    }

    @Override
    public SocketAddress localAddress() {
        return parent().localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return parent().remoteAddress();
    }

    @Override
    public ChannelFuture closeFuture() {
        ChannelPromise made = closePromise;
        if (made == null) {
            made = new DefaultChannelPromise(this);
            if (!CLOSE_PROMISE.compareAndSet(this, null, made)) {
                made = closePromise;
            } else if (!isOpen()) {
                made.trySuccess();
            }
        }
        return made;
    }

    @Override
    public Unsafe unsafe() {
        return life;
    }

    @Override
    public ChannelPipeline pipeline() {
        return pipeline;
    }

    @Override
    public ByteBufAllocator alloc() {
        return configuration.getAllocator();
    }

    @Override
    public int compareTo(Channel other) {
        return this == other ? 0 : id().compareTo(other.id());
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "[" + handle + (isOpen() ? " of " : " ! ") + parent() + "]";
    }

    // ---- what goes to the pipeline (Netty 4.1 has no defaults for it)
    // ------------------------------------------------

    @Override
    public Channel read() {
        pipeline.read();
        return this;
    }

    @Override
    public Channel flush() {
        pipeline.flush();
        return this;
    }

    @Override
    public ChannelFuture bind(SocketAddress local) {
        return pipeline.bind(local);
    }

    @Override
    public ChannelFuture bind(SocketAddress local, ChannelPromise promise) {
        return pipeline.bind(local, promise);
    }

    @Override
    public ChannelFuture connect(SocketAddress remote) {
        return pipeline.connect(remote);
    }

    @Override
    public ChannelFuture connect(SocketAddress remote, ChannelPromise promise) {
        return pipeline.connect(remote, promise);
    }

    @Override
    public ChannelFuture connect(SocketAddress remote, SocketAddress local) {
        return pipeline.connect(remote, local);
    }

    @Override
    public ChannelFuture connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        return pipeline.connect(remote, local, promise);
    }

    @Override
    public ChannelFuture disconnect() {
        return pipeline.disconnect();
    }

    @Override
    public ChannelFuture disconnect(ChannelPromise promise) {
        return pipeline.disconnect(promise);
    }

    @Override
    public ChannelFuture close() {
        return pipeline.close();
    }

    @Override
    public ChannelFuture close(ChannelPromise promise) {
        return pipeline.close(promise);
    }

    @Override
    public ChannelFuture deregister() {
        return pipeline.deregister();
    }

    @Override
    public ChannelFuture deregister(ChannelPromise promise) {
        return pipeline.deregister(promise);
    }

    @Override
    public ChannelFuture write(Object message) {
        return pipeline.write(message);
    }

    @Override
    public ChannelFuture write(Object message, ChannelPromise promise) {
        return pipeline.write(message, promise);
    }

    @Override
    public ChannelFuture writeAndFlush(Object message) {
        return pipeline.writeAndFlush(message);
    }

    @Override
    public ChannelFuture writeAndFlush(Object message, ChannelPromise promise) {
        return pipeline.writeAndFlush(message, promise);
    }

    @Override
    public ChannelPromise newPromise() {
        return pipeline.newPromise();
    }

    @Override
    public ChannelProgressivePromise newProgressivePromise() {
        return pipeline.newProgressivePromise();
    }

    @Override
    public ChannelFuture newSucceededFuture() {
        return pipeline.newSucceededFuture();
    }

    @Override
    public ChannelFuture newFailedFuture(Throwable cause) {
        return pipeline.newFailedFuture(cause);
    }

    @Override
    public ChannelPromise voidPromise() {
        return pipeline.voidPromise();
    }
}
