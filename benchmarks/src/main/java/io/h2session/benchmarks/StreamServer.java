package io.h2session.benchmarks;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.channel.StreamHandler;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** Our streams: each with a channel, or each told to a handler without one. */
final class StreamServer {
    private StreamServer() {}

    /** With a channel for each stream. */
    static Server withChannels(Shape shape) {
        Answers answers = new Answers(shape);
        return connect(
                answers,
                Http2StreamsHandler.builder()
                        .childHandler(new Responder(answers))
                        .build());
    }

    /** Without. */
    static Server withHandlers(Shape shape) {
        Answers answers = new Answers(shape);
        StreamHandler handler = new Teller(answers);
        return connect(
                answers,
                Http2StreamsHandler.builder().streamHandler(head -> handler).build());
    }

    private static Server connect(Answers answers, Http2StreamsHandler streams) {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .allocator(PooledByteBufAllocator.DEFAULT)
                .build();
        return new ChannelServer(
                DiscardingChannel.of(
                        Http2SessionHandler.forServer().options(options).build(), streams),
                answers);
    }

    @ChannelHandler.Sharable
    private static final class Responder extends ChannelInboundHandlerAdapter {
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
            ctx.fireChannelReadComplete();
        }
    }

    private static final class Teller implements StreamHandler {
        private final Answers answers;

        Teller(Answers answers) {
            this.answers = answers;
        }

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            answers.requested(head.headers().value(HeaderToken.PATH));
            if (head.endStream()) {
                connection.writeAndFlush(
                        Http2SessionWrite.response(head.stream(), answers.head(), answers.body()),
                        connection.voidPromise());
            }
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {}
    }
}
