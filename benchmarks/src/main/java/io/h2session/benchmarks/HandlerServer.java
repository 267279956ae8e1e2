package io.h2session.benchmarks;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** Our handler in a pipeline, with its events and writes. */
final class HandlerServer implements Server {
    private final Responder responder;
    private final DiscardingChannel channel;

    HandlerServer(Shape shape) {
        responder = new Responder(shape);
        Http2SessionOptions options = Http2SessionOptions.builder()
                .allocator(PooledByteBufAllocator.DEFAULT)
                .build();
        channel = DiscardingChannel.of(
                Http2SessionHandler.forServer().options(options).build(), responder);
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
            if (message instanceof Http2SessionEvent.Headers request) {
                pathOctets += request.headers().value(HeaderToken.PATH).length();
                if (request.endStream()) {
                    ctx.write(
                            Http2SessionWrite.response(
                                    request.stream(), shape.response(responses++), body.retainedDuplicate()),
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
