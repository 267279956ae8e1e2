package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.negotiation.Http2Negotiation;
import io.h2session.netty.negotiation.Http2Tls;
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
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool over real sockets with TLS, its connections on other event loops than its own, and streams wanted by several threads. */
@Timeout(120)
class PoolSocketTest {
    private static final int LIMIT = 10;

    /** However slow a machine is, nothing fails because it took too long. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final HeaderList OK = HeaderList.of(":status", "200");

    private final EventLoopGroup serving = EventLoops.nio(1);
    private final EventLoopGroup asking = EventLoops.nio(2);
    private final AtomicInteger accepted = new AtomicInteger();

    /** Refuses the request for {@code /refused}, when it has come. */
    private final CompletableFuture<Runnable> refusal = new CompletableFuture<>();

    private Channel listening;
    private Http2ConnectionPool pool;

    @AfterEach
    void end() {
        if (pool != null) {
            pool.close(Duration.ZERO).awaitUninterruptibly(60, TimeUnit.SECONDS);
        }
        if (listening != null) {
            listening.close().syncUninterruptibly();
        }
        asking.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        serving.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static InputStream resource(String name) {
        return PoolSocketTest.class.getResourceAsStream("/io/h2session/netty/negotiation/" + name);
    }

    private static SslContextBuilder serverTls() {
        return Http2Tls.withHttp1(SslContextBuilder.forServer(resource("localhost.pem"), resource("localhost.key"))
                .sslProvider(SslProvider.JDK));
    }

    private static SslContextBuilder clientTls() {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE);
    }

    /** Answers every request but the one that is to be refused. */
    private final class Answering extends SimpleChannelInboundHandler<Http2SessionEvent> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request
                    && request.headers().value(":path").contentEquals("/refused")) {
                refusal.complete(() ->
                        context.writeAndFlush(Http2SessionWrite.reset(request.stream(), ErrorCode.REFUSED_STREAM)));
            } else if (event instanceof Http2SessionEvent.Headers request) {
                context.writeAndFlush(Http2SessionWrite.response(request.stream(), OK));
            }
        }
    }

    private void serve(SslContextBuilder tls) throws Exception {
        SslContext context = tls.build();
        Http2SessionOptions options =
                Http2SessionOptions.builder().maxConcurrentStreams(LIMIT).build();
        Http2Negotiation negotiation = Http2Negotiation.forServer()
                .http2(pipeline -> pipeline.addLast(
                        Http2SessionHandler.forServer().options(options).build(), new Answering()))
                .http1(pipeline -> {})
                .build();
        listening = new ServerBootstrap()
                .group(serving)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.incrementAndGet();
                        negotiation.overTls(channel.pipeline(), context.newHandler(channel.alloc()));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private void connectWith(SslContextBuilder tls, UnaryOperator<PoolOptions.Builder> options) throws SSLException {
        connectWith(tls, ((InetSocketAddress) listening.localAddress()).getPort(), options);
    }

    private void connectWith(SslContextBuilder tls, int port, UnaryOperator<PoolOptions.Builder> options)
            throws SSLException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        pool = Http2ConnectionPool.to(new Bootstrap().group(asking).channel(NioSocketChannel.class), address)
                .setup(new TlsSetup(tls.build(), "localhost", port))
                .options(
                        options.apply(PoolOptions.builder().acquireTimeout(LONG).connectTimeout(LONG))
                                .build())
                .build();
    }

    private static final class Asking extends ChannelInboundHandlerAdapter {
        private final AtomicInteger answers;

        Asking(AtomicInteger answers) {
            this.answers = answers;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            StreamChannel stream = (StreamChannel) context.channel();
            context.writeAndFlush(Http2SessionWrite.request(
                    stream.stream(),
                    HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/")));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Headers) {
                answers.incrementAndGet();
            }
            ReferenceCountUtil.release(message);
        }
    }

    private PoolFailure failure() throws InterruptedException {
        Future<StreamChannel> asked = pool.open(new Asking(new AtomicInteger()));
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(asked.cause()).isInstanceOf(PoolException.class);
        return ((PoolException) asked.cause()).failure();
    }

    @Test
    void severalThreadsGetTheirStreamsOverTlsAndAlpn() throws Exception {
        serve(serverTls());
        connectWith(
                Http2Tls.only(clientTls()),
                options -> options.maxConnections(3).maxWaiters(10_000).maxRequests(100));
        AtomicInteger answers = new AtomicInteger();
        List<Future<StreamChannel>> asked = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int j = 0; j < 250; j++) {
                    asked.add(pool.open(new Asking(answers)));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (Future<StreamChannel> one : asked) {
            StreamChannel stream = one.sync().getNow();
            stream.closeFuture().sync();
            assertThat(stream.end().kind()).isEqualTo(StreamEnd.Kind.COMPLETE);
        }
        assertThat(answers).hasValue(1000);
        // Each connection gives a hundred.
        assertThat(accepted).hasValueGreaterThanOrEqualTo(10);
        pool.close().sync();
        assertThat(pool.facts().openStreams()).isZero();
        assertThat(pool.facts().streamsGiven()).isEqualTo(1000);
        assertThat(pool.facts().failures()).isEmpty();
    }

    @Test
    void aServerThatDoesNotChooseHttp2IsToldAsThat() throws Exception {
        serve(serverTls()
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_1_1)));
        connectWith(Http2Tls.withHttp1(clientTls()), options -> options);
        assertThat(failure()).isEqualTo(PoolFailure.NOT_HTTP2);
        pool.close().sync();
        connectWith(Http2Tls.only(clientTls()), options -> options);
        assertThat(failure()).isEqualTo(PoolFailure.NOT_HTTP2);
    }

    @Test
    void aCertificateThatIsNotTrustedIsToldAsThat() throws Exception {
        serve(serverTls());
        connectWith(
                Http2Tls.only(SslContextBuilder.forClient().sslProvider(SslProvider.JDK)),
                options -> options.retries(0));
        assertThat(failure()).isEqualTo(PoolFailure.TLS_FAILED);
        assertThat(pool.facts().failures()).containsOnlyKeys(PoolFailure.TLS_FAILED);
    }

    @Test
    void aPortWithoutAListenerIsAConnectFailure() throws Exception {
        // Bound, so that no one else is given its port, and not listening.
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            connectWith(Http2Tls.only(clientTls()), nobody.getLocalPort(), options -> options.retries(1)
                    .backOff(Duration.ofMillis(1)));
            assertThat(failure()).isEqualTo(PoolFailure.CONNECT_FAILED);
        }
    }

    @Test
    void aPoolWhoseEventLoopIsGoneIsClosed() throws Exception {
        serve(serverTls());
        connectWith(Http2Tls.only(clientTls()), options -> options);
        asking.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        assertThat(failure()).isEqualTo(PoolFailure.CLOSED);
        assertThat(pool.close().isSuccess()).isTrue();
    }

    /** The server refuses the request when the pool, which would send it again, can do nothing any more. */
    @Test
    void aRequestThatIsRefusedWhenThePoolsEventLoopIsGoneEnds() throws Exception {
        serve(serverTls());
        InetSocketAddress address = (InetSocketAddress) listening.localAddress();
        EventLoopGroup own = EventLoops.nio(1);
        Bootstrap bootstrap = new Bootstrap().group(asking).channel(NioSocketChannel.class);
        Promise<StreamEnd> ended = asking.next().newPromise();
        try {
            pool = Http2ConnectionPool.with(Connector.to(bootstrap, address), own.next())
                    .setup(new TlsSetup(Http2Tls.only(clientTls()).build(), "localhost", address.getPort()))
                    .build();
            pool.open(new Asked("/refused", true) {
                        @Override
                        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd why) {
                            ended.trySuccess(why);
                        }
                    })
                    .sync();
        } finally {
            own.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
        refusal.get().run();
        assertThat(ended.sync().getNow().kind()).isEqualTo(StreamEnd.Kind.REFUSED);
        assertThat(ended.getNow().retryIsSafe()).isTrue();
    }
}
