package io.h2session.netty.compat;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamVisitor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A handler of a connection that has a {@link FrameMultiplexHandler} before it, with the conveniences of Netty's {@code
 * Http2ChannelDuplexHandler}.
 *
 * @since 0.1
 */
public abstract class FrameDuplexHandler extends ChannelDuplexHandler {
    private FrameMultiplexHandler frames;

    /** For subclasses. */
    protected FrameDuplexHandler() {}

    /** {@inheritDoc} */
    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        frames = ctx.pipeline().get(FrameMultiplexHandler.class);
        if (frames == null) {
            throw new IllegalStateException("FrameMultiplexHandler must be in the pipeline");
        }
        handlerAdded0(ctx);
    }

    /** Called when this handler was added. */
    protected void handlerAdded0(ChannelHandlerContext ctx) throws Exception {}

    /** {@inheritDoc} */
    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) throws Exception {
        try {
            handlerRemoved0(ctx);
        } finally {
            frames = null;
        }
    }

    /** Called when this handler was removed. */
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {}

    /** A stream that is to be promised ({@code Http2PushPromiseFrame.pushStream}), or used without a channel. On the event loop. */
    public final Http2FrameStream newStream() {
        if (frames == null) {
            throw new IllegalStateException("FrameMultiplexHandler must be in the pipeline");
        }
        return frames.newStream();
    }

    /** Visits the streams that have a channel, until the visitor has seen enough. On the event loop. */
    protected final void forEachActiveStream(Http2FrameStreamVisitor visitor) {
        AtomicBoolean goesOn = new AtomicBoolean(true);
        frames.handlerOfStreams().forEachChannel(channel -> {
            if (goesOn.get()) {
                goesOn.set(visitor.visit(((FrameStreamChannel) channel).stream()));
            }
        });
    }
}
