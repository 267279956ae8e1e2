package io.h2session.netty.compat;

import io.h2session.Http2Session;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.Http2StreamsHandlerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexActiveStreamsException;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;

/**
 * Stands where Netty's {@code Http2MultiplexHandler} would, behind a {@link Http2SessionHandler} in place of {@code Http2FrameCodec}:
 *
 * <pre>{@code
 * pipeline.addLast(FrameSessionBuilder.forServer().build());            // was Http2FrameCodecBuilder.forServer().build()
 * pipeline.addLast(new FrameMultiplexHandler(childInitializer));        // was new Http2MultiplexHandler(childInitializer)
 * }</pre>
 *
 * <p>Each stream has a {@link FrameStreamChannel}. SETTINGS, their acknowledgement, PING and GOAWAY of the peer are read behind this
 * handler as Netty's frames, and those that are written here are sent. The frames of a stream that {@link FrameDuplexHandler#newStream}
 * has made may be written here too: the response to a promise.
 *
 * <p>It puts a {@link Http2StreamsHandler} in front of itself, whose settings may be given in place of a handler: see {@link
 * #streams()}. One handler serves one connection.
 *
 * @since 0.1
 */
public final class FrameMultiplexHandler extends ChannelDuplexHandler {
    private final Http2StreamsHandlerBuilder settings;
    private Http2StreamsHandler streams;
    private Http2SessionHandler session;
    private Http2SessionEvent.GoAway goAway;

    /**
     * A handler with which every stream of the peer's has a channel.
     *
     * @param inboundStreamHandler added to the pipeline of each channel of a stream that the peer opens; one that is not {@link
     *     ChannelHandler.Sharable}, nor a {@link ChannelInitializer}, serves one stream. At a client these are promised responses
     */
    public FrameMultiplexHandler(ChannelHandler inboundStreamHandler) {
        this(streams().childHandler(sharable(inboundStreamHandler)).pushHandler(sharable(inboundStreamHandler)));
    }

    /**
     * A client's handler for a connection that begins with an upgrade from HTTP/1.1.
     *
     * @param inboundStreamHandler as {@linkplain #FrameMultiplexHandler(ChannelHandler) above}
     * @param upgradeStreamHandler likewise, for the channel of the stream whose request asked for the upgrade
     */
    public FrameMultiplexHandler(ChannelHandler inboundStreamHandler, ChannelHandler upgradeStreamHandler) {
        this(streams()
                .childHandler(sharable(inboundStreamHandler))
                .pushHandler(sharable(inboundStreamHandler))
                .upgradeHandler(sharable(upgradeStreamHandler)));
    }

    /** A handler with other settings of streams, from {@link #streams()}. */
    public FrameMultiplexHandler(Http2StreamsHandlerBuilder streams) {
        settings = streams.channels(
                (handler, handle, serial, promised) -> new FrameStreamChannel(this, handler, handle, serial, promised));
    }

    /** Settings of streams to begin with: an exception's error code is that of Netty's exceptions. */
    public static Http2StreamsHandlerBuilder streams() {
        return Http2StreamsHandler.builder().errorCode(StreamErrors::codeOf);
    }

    private static ChannelHandler sharable(ChannelHandler handler) {
        if (handler.getClass().isAnnotationPresent(ChannelHandler.Sharable.class)) {
            return handler;
        }
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(handler);
            }
        };
    }

    // ---- what the channels ask -------------------------------------------------------------------------------------

    /** The name of a stream in frames. */
    FrameStream stream(Http2StreamHandle handle) {
        return handle.attachment() instanceof FrameStreamChannel channel
                ? (FrameStream) channel.stream()
                : new FrameStream(handle, session());
    }

    FrameStream newStream() {
        return new FrameStream(new Http2StreamHandle(), session());
    }

    private Http2Session session() {
        return session.session();
    }

    /** The GOAWAY that left a stream of ours out; null if there was none, so that something else has refused it. */
    Http2GoAwayFrame goAwayThatRefused(int streamId) {
        return goAway != null && streamId > goAway.lastStreamId() ? IncomingFrames.goAway(goAway) : null;
    }

    Http2StreamsHandler handlerOfStreams() {
        return streams;
    }

    // ---- what comes ------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof Http2SessionEvent.Settings settingsOfPeer) {
            ctx.fireChannelRead(IncomingFrames.settings(settingsOfPeer));
        } else if (message instanceof Http2SessionEvent.Ping ping) {
            ctx.fireChannelRead(IncomingFrames.ping(ping));
        } else {
            ctx.fireChannelRead(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2SessionEvent.GoAway received) {
            goAway = received;
            ctx.fireChannelRead(IncomingFrames.goAway(received));
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2MultiplexActiveStreamsException) {
            streams.forEachChannel(channel -> channel.pipeline().fireExceptionCaught(cause.getCause()));
        } else if (cause instanceof Http2FrameStreamException failure
                && failure.stream() instanceof FrameStream stream
                && stream.handle().attachment() instanceof FrameStreamChannel channel) {
            channel.pipeline().fireExceptionCaught(cause.getCause());
            channel.reset(failure.error().code());
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    // ---- what is written -------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof Http2Frame frame)) {
            ctx.write(message, promise);
            return;
        }
        Http2SessionWrite write;
        try {
            write = write(frame);
        } catch (RuntimeException refusal) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(refusal);
            return;
        }
        if (write == null) {
            promise.trySuccess();
        } else {
            ctx.write(write, promise);
        }
    }

    /** Takes the frame over when it returns; null if there is nothing to be sent. */
    private Http2SessionWrite write(Http2Frame frame) {
        if (frame instanceof Http2WindowUpdateFrame credit) {
            return credit(credit);
        }
        return frame instanceof Http2StreamFrame ofStream
                ? OutgoingFrames.ofStream(handleOf(ofStream), ofStream)
                : OutgoingFrames.ofConnection(frame, this::lastStream);
    }

    /** WINDOW_UPDATE without a stream makes the window of the connection larger for good, as with Netty. */
    private Http2SessionWrite credit(Http2WindowUpdateFrame frame) {
        int bytes = frame.windowSizeIncrement();
        if (frame.stream() == null) {
            long size = (long) session().effectiveLocalWindow(0) + bytes;
            if (bytes < 0 || size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a window has no such size: " + size);
            }
            return Http2SessionWrite.localWindow(null, (int) size);
        }
        Http2StreamHandle handle = handleOf(frame);
        if (handle.attachment() instanceof FrameStreamChannel channel) {
            // The channel counts what it has read and not given back.
            channel.consume(bytes);
            return null;
        }
        return OutgoingFrames.ofStream(handle, frame);
    }

    private static Http2StreamHandle handleOf(Http2StreamFrame frame) {
        if (frame.stream() instanceof FrameStream stream) {
            return stream.handle();
        }
        throw new IllegalArgumentException("the frame names no stream of this connection");
    }

    /** The last of the peer's streams, and that many beyond it. */
    private int lastStream(int more) {
        long last = session().lastProcessedStreamId();
        if (more == 0) {
            return (int) last;
        }
        if (last == 0) {
            // The one before the peer's first.
            last = session().role().isServer() ? -1 : 0;
        }
        return (int) Math.min(Integer.MAX_VALUE, last + 2L * more);
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        for (Map.Entry<String, ChannelHandler> one : ctx.pipeline()) {
            if (one.getValue() == this) {
                break;
            } else if (one.getValue() instanceof Http2SessionHandler before) {
                session = before;
            }
        }
        if (session == null) {
            throw new IllegalStateException("Http2SessionHandler must stand before this handler");
        }
        streams = settings.build();
        ctx.pipeline().addBefore(ctx.name(), null, streams);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (streams != null && ctx.pipeline().context(streams) != null) {
            ctx.pipeline().remove(streams);
        }
    }
}
