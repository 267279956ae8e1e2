package io.h2session.examples.smallproxy;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.CreditMode;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamChannelOption;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.pool.Http2ConnectionPool;
import io.h2session.netty.pool.PoolException;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A reverse proxy with HTTP/2 on both sides: {@code SmallProxy 8081 8080} passes what comes to 8081 on to 8080. */
public final class SmallProxy extends ChannelInitializer<Channel> {
    private final Map<EventLoop, Http2ConnectionPool> pools = new ConcurrentHashMap<>();
    private final SocketAddress upstream;

    SmallProxy(SocketAddress upstream) {
        this.upstream = upstream;
    }

    /** Serves until the process is ended. */
    public static void main(String[] ports) throws InterruptedException {
        ChannelFuture bound = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory()))
                .channel(NioServerSocketChannel.class)
                .childHandler(new SmallProxy(InetSocketAddress.createUnresolved("localhost", Integer.decode(ports[1]))))
                .bind("127.0.0.1", Integer.decode(ports[0]))
                .sync();
        System.out.println("listening on http:/" + bound.channel().localAddress());
    }

    @Override
    protected void initChannel(Channel connection) {
        Http2ConnectionPool pool = pools.computeIfAbsent(connection.eventLoop(), this::pool);
        ChannelPipeline pipeline = connection.pipeline();
        pipeline.addLast(
                Http2SessionHandler.forServer().automaticConnectionWindow(true).build());
        pipeline.addLast(Http2StreamsHandler.builder()
                .childOption(ChannelOption.AUTO_READ, false) // until there is somewhere to write to
                .childOption(StreamChannelOption.CREDIT_MODE, CreditMode.RELEASE)
                .childInitializer(stream -> stream.pipeline().addLast(HttpStreamCodec.forServer(), new Front(pool)))
                .build());
    }

    private Http2ConnectionPool pool(EventLoop loop) {
        Bootstrap bootstrap = new Bootstrap().group(loop).channel(NioSocketChannel.class);
        return Http2ConnectionPool.to(bootstrap, upstream).build();
    }

    /** On the stream of a client: passes its request on. */
    private static final class Front extends ChannelInboundHandlerAdapter {
        private final Http2ConnectionPool pool;
        private StreamChannel server;

        Front(Http2ConnectionPool pool) {
            this.pool = pool;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            StreamChannel client = (StreamChannel) ctx.channel();
            pool.open(new Back(client)).addListener((Future<StreamChannel> opened) -> {
                if (!opened.isSuccess()) {
                    fail(client, ((PoolException) opened.cause()).failure().gatewayStatus());
                } else if (!client.isActive()) {
                    opened.getNow().close();
                } else {
                    server = opened.getNow();
                    client.config().setAutoRead(true);
                }
            });
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest request) {
                request.headers().add(HttpHeaderNames.VIA, "2 small-proxy");
            }
            server.writeAndFlush(message, server.voidPromise());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (server != null) {
                server.close(); // CANCEL, unless both messages are complete
            }
        }
    }

    /** On the stream of a server: passes its response back. */
    private static final class Back extends ChannelInboundHandlerAdapter {
        private final StreamChannel client;
        private boolean complete;

        Back(StreamChannel client) {
            this.client = client;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.channel().config().setOption(StreamChannelOption.CREDIT_MODE, CreditMode.RELEASE);
            ctx.pipeline().addBefore(ctx.name(), null, HttpStreamCodec.forClient());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            boolean interim =
                    message instanceof HttpResponse head && head.status().code() < 200;
            complete = message instanceof LastHttpContent && !interim;
            if (complete) {
                client.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
            } else {
                client.writeAndFlush(message, client.voidPromise());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!complete) {
                fail(client, 502);
            }
        }
    }

    private static void fail(StreamChannel client, int code) {
        client.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code)))
                // The write fails if the response of the server has already begun.
                .addListener(sent -> client.reset(sent.isSuccess() ? ErrorCode.NO_ERROR : ErrorCode.INTERNAL_ERROR));
    }
}
