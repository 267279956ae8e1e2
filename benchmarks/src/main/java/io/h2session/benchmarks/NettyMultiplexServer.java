package io.h2session.benchmarks;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;

/** netty-codec-http2 with a channel for each stream. */
final class NettyMultiplexServer {
    private NettyMultiplexServer() {}

    static Server connect(Shape shape) {
        Answers answers = new Answers(shape);
        return connect(answers, new Responder(answers));
    }

    /** With its codec for HTTP objects on each channel. */
    static Server withHttpObjects(Shape shape) {
        Answers answers = new Answers(shape);
        ChannelHandler codec = new Http2StreamFrameToHttpObjectCodec(true);
        return connect(answers, HttpResponder.initializer(HttpResponder.behind(() -> codec, answers)));
    }

    private static Server connect(Answers answers, ChannelHandler ofChild) {
        DiscardingChannel channel =
                DiscardingChannel.of(Http2FrameCodecBuilder.forServer().build(), new Http2MultiplexHandler(ofChild));
        return new ChannelServer(channel, answers);
    }

    @ChannelHandler.Sharable
    private static final class Responder extends ChannelInboundHandlerAdapter {
        private final Answers answers;

        Responder(Answers answers) {
            this.answers = answers;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame request) {
                answers.requested(request.headers().path());
                if (request.isEndStream()) {
                    ctx.write(new DefaultHttp2HeadersFrame(answers.nettyHead()), ctx.voidPromise());
                    ctx.write(new DefaultHttp2DataFrame(answers.body(), true), ctx.voidPromise());
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
}
