package io.h2session.benchmarks;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers the request of a stream's channel in HTTP objects, whichever library's codec stands before it. */
@ChannelHandler.Sharable
final class HttpResponder extends ChannelInboundHandlerAdapter {
    private final Answers answers;

    private HttpResponder(Answers answers) {
        this.answers = answers;
    }

    /** Gives a stream's channel a codec, and a responder behind it. */
    static Consumer<Channel> behind(Supplier<? extends ChannelHandler> codec, Answers answers) {
        ChannelHandler responder = new HttpResponder(answers);
        return stream -> stream.pipeline().addLast(codec.get(), responder);
    }

    /** The same for {@link io.netty.handler.codec.http2.Http2MultiplexHandler}, which takes handlers only. */
    static ChannelHandler initializer(Consumer<Channel> handlers) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                handlers.accept(stream);
            }
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            answers.requested(request.uri());
        }
        if (message instanceof LastHttpContent) {
            ctx.write(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.OK,
                            answers.body(),
                            answers.httpHead(),
                            EmptyHttpHeaders.INSTANCE),
                    ctx.voidPromise());
        }
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
        ctx.fireChannelReadComplete();
    }
}
