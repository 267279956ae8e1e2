package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;

/** netty-codec-http2 at its lowest level: a listener, and frames written to the encoder. */
final class NettyListenerServer implements Server {
    private final Responder responder;
    private final DiscardingChannel channel;

    NettyListenerServer(Shape shape) {
        responder = new Responder(shape);
        Http2ConnectionHandler handler = new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(responder)
                .build();
        responder.encoder = handler.encoder();
        channel = DiscardingChannel.of(handler);
    }

    @Override
    public void read(ByteBuf octets) {
        channel.read(octets);
    }

    @Override
    public void betweenReads() {
        channel.betweenReads();
    }

    @Override
    public Output output() {
        return channel.output();
    }

    @Override
    public long pathOctets() {
        return responder.pathOctets;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }

    private static final class Responder extends Http2EventAdapter {
        private final Shape shape;
        private final ByteBuf body = SharedBody.create();
        private Http2ConnectionEncoder encoder;
        private long responses;
        private long pathOctets;

        Responder(Shape shape) {
            this.shape = shape;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            pathOctets += headers.path().length();
            if (endOfStream) {
                encoder.writeHeaders(ctx, streamId, shape.nettyResponse(responses++), 0, false, ctx.voidPromise());
                encoder.writeData(ctx, streamId, body.retainedDuplicate(), 0, true, ctx.voidPromise());
            }
        }
    }
}
