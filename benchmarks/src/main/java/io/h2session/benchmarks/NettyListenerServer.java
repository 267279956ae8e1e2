package io.h2session.benchmarks;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;

/** netty-codec-http2 at its lowest level: a listener, and frames written to the encoder. */
final class NettyListenerServer {
    private NettyListenerServer() {}

    static Server connect(Shape shape) {
        Answers answers = new Answers(shape);
        Responder responder = new Responder(answers);
        Http2ConnectionHandler handler = new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(responder)
                .build();
        responder.encoder = handler.encoder();
        DiscardingChannel channel = DiscardingChannel.of(handler);
        return new ChannelServer(channel, answers);
    }

    private static final class Responder extends Http2EventAdapter {
        private final Answers answers;
        private Http2ConnectionEncoder encoder;

        Responder(Answers answers) {
            this.answers = answers;
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
            answers.requested(headers.path());
            if (endOfStream) {
                encoder.writeHeaders(ctx, streamId, answers.nettyHead(), 0, false, ctx.voidPromise());
                encoder.writeData(ctx, streamId, answers.body(), 0, true, ctx.voidPromise());
            }
        }
    }
}
