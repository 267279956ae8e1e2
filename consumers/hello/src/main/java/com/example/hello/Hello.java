package com.example.hello;

import io.h2session.api.DataSource;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * A server that greets, on port 8080 or the one that is its argument: {@code curl --http2-prior-knowledge http://127.0.0.1:8080/}.
 */
public final class Hello {
    private Hello() {}

    /** Serves until the process is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        int port = arguments.length == 0 ? 8080 : Integer.parseInt(arguments[0]);
        ChannelFuture bound = serve(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory()), port)
                .await();
        if (!bound.isSuccess()) {
            System.err.println(
                    "cannot listen on port " + port + ": " + bound.cause().getMessage());
            System.exit(1);
        }
        System.out.println("listening on http:/" + bound.channel().localAddress());
    }

    static ChannelFuture serve(EventLoopGroup loops, int port) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(Http2SessionHandler.forServer().build(), new Greeter());
                    }
                })
                .bind("127.0.0.1", port);
        return bound;
    }

    /** Answers each request. */
    public static final class Greeter extends SimpleChannelInboundHandler<Http2SessionEvent> {
        private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request && request.category() == HeadersCategory.REQUEST) {
                DataSource body = DataSource.ofAscii("hello, world\n");
                ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, body));
            }
        }
    }
}
