package io.h2session.toy;

import io.h2session.frame.HeadersCategory;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Stands behind the session's handler and gives each stream an object, which is told of the events of that stream alone. */
final class ToyStreams extends ChannelInboundHandlerAdapter {
    private final BiFunction<ChannelHandlerContext, Http2StreamHandle, ToyStream> accept;
    final List<ToyStream> accepted = new ArrayList<>();
    boolean sessionEnded;
    private ChannelHandlerContext ctx;

    /** @param accept makes the object of a stream that the peer opens */
    ToyStreams(BiFunction<ChannelHandlerContext, Http2StreamHandle, ToyStream> accept) {
        this.accept = accept;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    /** A stream of ours. */
    ToyStream open() {
        return new ToyStream(ctx, new Http2StreamHandle());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof Http2SessionEvent.Headers headers) {
                headers(headers);
            } else if (message instanceof Http2SessionEvent.Data data) {
                ToyStream stream = data.stream().attachment();
                stream.onData(data);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void headers(Http2SessionEvent.Headers headers) {
        ToyStream stream = headers.stream().attachment();
        if (stream == null) {
            stream = accept.apply(ctx, headers.stream());
            accepted.add(stream);
        }
        if (headers.category() == HeadersCategory.TRAILERS) {
            stream.onTrailers(headers.headers());
        } else {
            stream.onHead(headers.headers(), headers.endStream());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2SessionEvent.SessionEnded) {
            sessionEnded = true;
        } else if (event instanceof Http2SessionEvent of && of.stream() != null) {
            ToyStream stream = of.stream().attachment();
            if (stream != null) {
                streamEvent(stream, of);
            }
        }
    }

    private static void streamEvent(ToyStream stream, Http2SessionEvent event) {
        if (event instanceof Http2SessionEvent.Reset reset) {
            stream.onReset(reset.errorCode());
        } else if (event instanceof Http2SessionEvent.StreamWritability writability) {
            stream.onWritability(writability.writable());
        } else if (event instanceof Http2SessionEvent.StreamClosed closed) {
            stream.onClosed(closed);
        }
    }
}
