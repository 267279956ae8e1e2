package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;

/** netty-codec-http2 with an object for every frame: the level of our handler's events and writes. */
final class NettyFrameCodecServer implements Server {
    private final Responder responder;
    private final DiscardingChannel channel;

    NettyFrameCodecServer(Shape shape) {
        responder = new Responder(shape);
        channel = DiscardingChannel.of(Http2FrameCodecBuilder.forServer().build(), responder);
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

    private static final class Responder extends ChannelInboundHandlerAdapter {
        private final Shape shape;
        private final ByteBuf body = SharedBody.create();
        private long responses;
        private long pathOctets;

        Responder(Shape shape) {
            this.shape = shape;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame request) {
                pathOctets += request.headers().path().length();
                if (request.isEndStream()) {
                    ctx.write(
                            new DefaultHttp2HeadersFrame(shape.nettyResponse(responses++)).stream(request.stream()),
                            ctx.voidPromise());
                    ctx.write(
                            new DefaultHttp2DataFrame(body.retainedDuplicate(), true).stream(request.stream()),
                            ctx.voidPromise());
                }
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }
}
