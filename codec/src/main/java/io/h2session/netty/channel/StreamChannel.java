package io.h2session.netty.channel;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPipeline;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.util.DefaultAttributeMap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * A stream as a channel: a child of its connection's, on the same event loop, with a pipeline of its own.
 *
 * <p><b>Messages.</b> Its handlers read {@link io.h2session.netty.Http2SessionEvent.Headers}, {@link
 * io.h2session.netty.Http2SessionEvent.Data} and frames of extensions, and write {@link Http2SessionWrite}s of its {@link #stream()},
 * or {@link io.netty.buffer.ByteBuf}s, which are sent as DATA. Anything else is released and fails.
 *
 * <p><b>Reading</b> is that of any channel: autoRead, {@code read()}, {@code channelReadComplete}. A stream that is not read holds
 * its own window only. Credit is given at the next {@code read()} ({@link CreditMode}).
 *
 * <p><b>Writing.</b> Writability counts what the transport has not taken, against the marks of this channel. A promise completes when
 * the transport has taken the write. What comes after the end of the stream fails with a {@link
 * java.nio.channels.ClosedChannelException}, whose cause is a {@link io.h2session.netty.Http2NotSentException} that tells whether the
 * request may be sent again.
 *
 * <p><b>The end.</b> The channel closes by itself when the stream is over, everything that came was read and everything that was
 * written was taken: {@code channelInactive} comes after the last promise. {@link #end()} tells why. {@code close()} before that resets
 * the stream with CANCEL; a server that has written its whole response only tells the client to stop sending (NO_ERROR), and where both
 * messages are whole nothing is sent. {@link #reset(long)}, or an exception that reaches the end of the pipeline, resets with a code.
 *
 * <p>Not a {@link io.netty.channel.socket.DuplexChannel}: the end of the peer's message closes nothing, and is told by {@link
 * StreamChannelEvent#INPUT_ENDED}.
 */
public final class StreamChannel extends DefaultAttributeMap implements Channel {
    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(StreamChannel.class);

    private static final ChannelMetadata METADATA =
            new ChannelMetadata(false, StreamChannelConfig.MAX_MESSAGES_PER_READ);

    private static final AtomicLongFieldUpdater<StreamChannel> PENDING =
            AtomicLongFieldUpdater.newUpdater(StreamChannel.class, "pending");
    private static final AtomicIntegerFieldUpdater<StreamChannel> UNWRITABLE =
            AtomicIntegerFieldUpdater.newUpdater(StreamChannel.class, "unwritable");
    private static final AtomicReferenceFieldUpdater<StreamChannel, ChannelPromise> CLOSE_PROMISE =
            AtomicReferenceFieldUpdater.newUpdater(StreamChannel.class, ChannelPromise.class, "closePromise");

    private final Http2StreamsHandler streams;
    private final Http2StreamHandle stream;
    private final int serial;
    private final boolean promised;
    private final StreamChannelConfig configuration;
    private final StreamLife life;
    private final ReadLoop reads;
    private final StreamWrites writes;
    private final Pipeline pipeline;

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
    StreamChannel before;

    StreamChannel after;

    /** @param promised whether it is for a response the peer has promised */
    StreamChannel(Http2StreamsHandler streams, Http2StreamHandle stream, int serial, boolean promised) {
        this.streams = streams;
        this.stream = stream;
        this.serial = serial;
        this.promised = promised;
        configuration = new StreamChannelConfig(this);
        life = new StreamLife(this);
        reads = new ReadLoop(this);
        writes = new StreamWrites(this);
        pipeline = new Pipeline(this);
    }

    // ---- the stream ------------------------------------------------------------------------------------------------

    /**
     * Its name in events and writes, the same for its whole life. Its number is 0 until the request was written, also while that
     * waits because the peer allows no more streams now.
     */
    public Http2StreamHandle stream() {
        return stream;
    }

    /** Why the stream is over; null as long as the channel is open. Any thread. */
    public StreamEnd end() {
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
            life.write(Http2SessionWrite.data(stream, Unpooled.EMPTY_BUFFER, true), promise);
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
     * Declares that work for the stream continues even after it is closed. A server has at most {@link
     * io.h2session.api.Http2SessionOptions#maxRunningExchanges()} streams at work, each from its request until {@code
     * channelInactive} was handled and every lease has ended; beyond that it refuses requests. Without leases a client that resets its
     * requests could have any number of them at work on other threads (CVE-2023-44487). Any thread, before {@code channelInactive}
     * has been handled.
     *
     * @return ends the lease; any thread, once more is harmless
     * @throws IllegalStateException if it is too late
     */
    public Runnable lease() {
        return life.lease();
    }

    // ---- for the other classes -------------------------------------------------------------------------------------

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
        return "[" + stream + (isOpen() ? " of " : " ! ") + parent() + "]";
    }

    /** Its pipeline counts what waits in tasks, and releases messages that no handler takes. */
    private static final class Pipeline extends DefaultChannelPipeline {
        private final StreamChannel channel;

        Pipeline(StreamChannel channel) {
            super(channel);
            this.channel = channel;
        }

        @Override
        protected void incrementPendingOutboundBytes(long size) {
            channel.countPending(size);
        }

        @Override
        protected void decrementPendingOutboundBytes(long size) {
            channel.countPending(-size);
        }

        @Override
        protected void onUnhandledInboundMessage(ChannelHandlerContext context, Object message) {
            // What the peer sent is not for logs.
            ReferenceCountUtil.release(message);
        }

        @Override
        protected void onUnhandledInboundException(Throwable cause) {
            if (cause instanceof StreamErrorException) {
                LOG.debug("{} {}", channel, cause.getMessage());
            } else {
                super.onUnhandledInboundException(cause);
            }
            channel.life.uncaught(cause);
        }
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
