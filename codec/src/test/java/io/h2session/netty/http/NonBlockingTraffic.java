package io.h2session.netty.http;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamChannelEvent;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.blockhound.BlockHound;

/**
 * A program: uploads and downloads over a socket, on event loops where BlockHound reports each call that blocks. It runs in a JVM
 * of its own, since BlockHound changes the JDK's classes for good.
 */
final class NonBlockingTraffic {
    private static final int EXCHANGES = 50;
    private static final int BODY = 200_000;
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "localhost", ":path", "/echo");

    private NonBlockingTraffic() {}

    public static void main(String[] arguments) throws Exception {
        Set<String> blocking = new ConcurrentSkipListSet<>();
        BlockHound.builder()
                .loadIntegrations()
                .blockingMethodCallback(method -> {
                    StackTraceElement[] trace = new Throwable().getStackTrace();
                    StringBuilder where = new StringBuilder(method.toString());
                    for (StackTraceElement element : trace) {
                        if (element.getClassName().startsWith("io.h2session.")) {
                            where.append(" at ").append(element);
                        }
                    }
                    blocking.add(where.toString());
                })
                .install();
        EventLoopGroup loops = EventLoops.nio(2);
        try {
            loops.submit(NonBlockingTraffic::sleep).sync();
            System.out.println("a call that blocks is found: " + !blocking.isEmpty());
            blocking.clear();
            System.out.println("exchanges: " + traffic(loops));
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
        System.out.println("blocking calls: " + blocking);
    }

    private static void sleep() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static long traffic(EventLoopGroup loops) throws InterruptedException {
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        serve(channel);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        Channel connection = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2SessionHandler.forClient()
                                                .frameLog()
                                                .build(),
                                        Http2StreamsHandler.builder().build());
                    }
                })
                .connect(listening.localAddress())
                .sync()
                .channel();
        CountDownLatch echoed = new CountDownLatch(EXCHANGES);
        for (int i = 0; i < EXCHANGES; i++) {
            new StreamBootstrap(connection)
                    .handler(new Asker(echoed))
                    .open()
                    .addListener((Future<StreamChannel> opened) -> ask(opened.getNow()));
        }
        boolean all = echoed.await(60, TimeUnit.SECONDS);
        connection.close().sync();
        listening.close().sync();
        return all ? EXCHANGES : EXCHANGES - echoed.getCount();
    }

    private static void serve(Channel channel) {
        channel.pipeline()
                .addLast(
                        Http2SessionHandler.forServer()
                                .automaticConnectionWindow(true)
                                .build(),
                        Http2StreamsHandler.builder()
                                .childHandler(new ChannelInitializer<StreamChannel>() {
                                    @Override
                                    protected void initChannel(StreamChannel stream) {
                                        stream.pipeline()
                                                .addLast(
                                                        HttpStreamCodec.forServer(),
                                                        new HttpObjectAggregator(2 * BODY),
                                                        new Echo());
                                    }
                                })
                                .build());
    }

    private static void ask(StreamChannel stream) {
        stream.writeAndFlush(Http2SessionWrite.request(
                stream.stream(), POST, stream.alloc().buffer(BODY).writeZero(BODY)));
    }

    private static final class Echo extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            context.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    request.content().retain()));
        }
    }

    private static final class Asker extends ChannelInboundHandlerAdapter {
        private final CountDownLatch echoed;
        private int received;

        Asker(CountDownLatch echoed) {
            this.echoed = echoed;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Data data) {
                received += data.content().readableBytes();
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == StreamChannelEvent.INPUT_ENDED && received == BODY) {
                echoed.countDown();
            }
        }
    }
}
