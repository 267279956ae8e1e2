package com.example.minimal;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server and a client, once as two engines without a channel and once as two handlers on a socket. */
public final class Main {
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "/");

    /** However slow a machine is, no peer takes too long. */
    private static final Http2SessionOptions PATIENT = Http2SessionOptions.builder()
            .timeouts(timeouts -> timeouts.withHandshake(Duration.ofHours(1)).withSettingsAck(Duration.ofHours(1)))
            .build();

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Class<?> codec = Http2Session.class;
        System.out.println("java " + Runtime.version().feature() + ", " + codec.getModule());
        String first = engines();
        String second = handlers();
        if (!first.equals("hello, engine") || !second.equals("hello, handler")) {
            throw new IllegalStateException(first + "; " + second);
        }
        System.out.println("CONSUMER OK " + first + "; " + second);
    }

    private static String engines() {
        StringBuilder received = new StringBuilder();
        Http2Session server = new Http2Session(Http2Role.SERVER, Http2SessionOptions.safe(), new Http2SessionListener() {
            @Override
            public void onFrameReceived(Http2SessionContext context, Frame frame) {
                if (frame instanceof HeadersFrame request) {
                    context.submitResponse(request.streamId(), OK, DataSource.ofAscii("hello, engine"));
                }
            }
        });
        Http2Session client = new Http2Session(Http2Role.CLIENT, Http2SessionOptions.safe(), new Http2SessionListener() {
            @Override
            public ReceiveAnswer onDataChunk(Http2SessionContext context, int streamId, int flags, ByteBuf data) {
                received.append(data.toString(StandardCharsets.US_ASCII));
                return ReceiveAnswer.CONTINUE;
            }
        });
        client.submitRequest(GET, null, null);
        for (int turn = 0; turn < 3; turn++) {
            carry(client, server);
            carry(server, client);
        }
        client.close();
        server.close();
        return received.toString();
    }

    private static void carry(Http2Session from, Http2Session to) {
        ByteBuf wire = Unpooled.buffer();
        from.send(new ByteSink() {
            @Override
            public long writableBytes() {
                return Long.MAX_VALUE;
            }

            @Override
            public void write(ByteBuf bytes) {
                wire.writeBytes(bytes);
                bytes.release();
            }
        });
        to.recv(wire);
        wire.release();
    }

    @SuppressWarnings("deprecation") // the loops that both lines of Netty have
    private static EventLoopGroup loops() {
        return new io.netty.channel.nio.NioEventLoopGroup(1);
    }

    private static String handlers() throws Exception {
        EventLoopGroup loops = loops();
        try {
            Channel listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline()
                                    .addLast(Http2SessionHandler.forServer().options(PATIENT).build(), new Greeter());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            Asker asker = new Asker();
            new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline()
                                    .addLast(Http2SessionHandler.forClient().options(PATIENT).build(), asker);
                        }
                    })
                    .connect(listening.localAddress())
                    .sync()
                    .channel()
                    .writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), GET));
            return asker.answer.get(30, TimeUnit.SECONDS);
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private static final class Greeter extends SimpleChannelInboundHandler<Http2SessionEvent> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request) {
                DataSource body = DataSource.ofAscii("hello, handler");
                context.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, body));
            }
        }
    }

    private static final class Asker extends SimpleChannelInboundHandler<Http2SessionEvent> {
        final CompletableFuture<String> answer = new CompletableFuture<>();

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Data data) {
                answer.complete(data.content().toString(StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IllegalStateException("closed before the answer"));
        }
    }
}
