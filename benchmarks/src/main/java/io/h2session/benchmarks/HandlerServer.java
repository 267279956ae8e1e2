package io.h2session.benchmarks;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** Our handler in a pipeline, with its events and writes. */
final class HandlerServer {
    private HandlerServer() {}

    static Server connect(Shape shape) {
        Answers answers = new Answers(shape);
        return connect(answers, new Responder(answers));
    }

    /** A session's handler, and behind it another that has its events answered. */
    static Server connect(Answers answers, ChannelHandler behind) {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .allocator(PooledByteBufAllocator.DEFAULT)
                .build();
        return new ChannelServer(
                DiscardingChannel.of(
                        Http2SessionHandler.forServer().options(options).build(), behind),
                answers);
    }

    /** Answers the requests of a connection, or that of a stream's channel. */
    @ChannelHandler.Sharable
    static final class Responder extends ChannelInboundHandlerAdapter {
        private final Answers answers;

        Responder(Answers answers) {
            this.answers = answers;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2SessionEvent.Headers request) {
                answers.requested(request.headers().value(HeaderToken.PATH));
                if (request.endStream()) {
                    ctx.write(
                            Http2SessionWrite.response(request.stream(), answers.head(), answers.body()),
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
