package io.h2session.interop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * A small server on netty-codec-http2, for trying our client against somebody else's implementation.
 *
 * <p>Usage: {@code java -cp benchmarks.jar io.h2session.interop.NettyHttp2Server [--tls]}. It takes a free port of
 * 127.0.0.1 and prints {@code listening on URL}. Paths: {@code /hello}, {@code /echo} (body and trailers), {@code
 * /bytes/N}, {@code /reset}.
 */
public final class NettyHttp2Server {
    private NettyHttp2Server() {}

    /** Serves until the process is ended. */
    public static void main(String[] args) throws Exception {
        List<String> options = Arrays.asList(args);
        boolean tls = options.contains("--tls");
        SslContext sslContext = tls ? selfSigned() : null;
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (sslContext != null) {
                            channel.pipeline().addLast(sslContext.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer().build(),
                                        new Http2MultiplexHandler(new StreamInitializer()));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        System.out.println("listening on " + (tls ? "https" : "http") + "://127.0.0.1:" + port);
        server.closeFuture().sync();
    }

    private static SslContext selfSigned() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificate())
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
    }

    private static final class StreamInitializer extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.pipeline().addLast(new Responder());
        }
    }

    /** One stream: answers when the request has ended, except that {@code /echo} sends back what comes as it comes. */
    private static final class Responder extends ChannelInboundHandlerAdapter {
        private String path;
        private boolean head;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (message instanceof Http2HeadersFrame frame) {
                    onHeaders(ctx, frame);
                } else if (message instanceof Http2DataFrame frame) {
                    onData(ctx, frame);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void onHeaders(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
            boolean trailers = path != null;
            if (!trailers) {
                path = frame.headers().path().toString();
                head = "HEAD".contentEquals(frame.headers().method());
            }
            if (!path.equals("/echo")) {
                if (frame.isEndStream()) {
                    answer(ctx);
                }
            } else if (trailers) {
                ctx.write(new DefaultHttp2HeadersFrame(frame.headers(), true));
            } else {
                ctx.write(new DefaultHttp2HeadersFrame(status("200"), frame.isEndStream()));
            }
        }

        private void onData(ChannelHandlerContext ctx, Http2DataFrame frame) {
            if (path.equals("/echo")) {
                ctx.write(new DefaultHttp2DataFrame(frame.content().retain(), frame.isEndStream()));
            } else if (frame.isEndStream()) {
                answer(ctx);
            }
        }

        private void answer(ChannelHandlerContext ctx) {
            if (path.equals("/hello")) {
                body(ctx, ByteBufUtil.writeAscii(ctx.alloc(), "hello, world\n"));
            } else if (path.startsWith("/bytes/")) {
                int size = Integer.parseInt(path.substring("/bytes/".length()));
                body(ctx, ctx.alloc().buffer(size).writeZero(size));
            } else if (path.equals("/reset")) {
                ctx.write(new DefaultHttp2HeadersFrame(status("200"), false));
                ctx.write(new DefaultHttp2DataFrame(ctx.alloc().buffer(9).writeZero(9), false));
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
            } else {
                ctx.write(new DefaultHttp2HeadersFrame(status("404"), true));
            }
        }

        private void body(ChannelHandlerContext ctx, ByteBuf content) {
            ctx.write(new DefaultHttp2HeadersFrame(status("200"), head));
            if (head) {
                content.release();
            } else {
                ctx.write(new DefaultHttp2DataFrame(content, true));
            }
        }

        private static Http2Headers status(String code) {
            return new DefaultHttp2Headers().status(code);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            // An echo must not be read faster than it is taken back.
            ctx.channel().config().setAutoRead(ctx.channel().isWritable());
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
