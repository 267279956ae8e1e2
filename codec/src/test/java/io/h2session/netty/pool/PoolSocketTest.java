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
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        return told().failure();
    }

    private PoolException told() throws InterruptedException {
        Future<StreamChannel> asked = pool.open(new Asking(new AtomicInteger()));
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(asked.cause()).isInstanceOf(PoolException.class);
        return (PoolException) asked.cause();
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
        PoolException told = told();
        assertThat(told.failure()).isEqualTo(PoolFailure.TLS_FAILED);
        assertThat(told.getCause()).isInstanceOf(SSLHandshakeException.class);
        assertThat(pool.facts().failures()).containsOnlyKeys(PoolFailure.TLS_FAILED);
    }

    /** With one loop, the channel is closed before the pool is told that the connect has failed. */
    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void aPortWithoutAListenerIsAConnectFailureWhoseCauseAndAddressAreTold(int loops, boolean tls) throws Exception {
        // Bound, so that no one else is given its port, and not listening.
        EventLoopGroup own = EventLoops.nio(loops);
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = nobody.getLocalPort();
            for (int i = 0; i < 10; i++) {
                pool = Http2ConnectionPool.to(
                                new Bootstrap().group(own).channel(NioSocketChannel.class),
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .setup(
                                tls
                                        ? new TlsSetup(
                                                Http2Tls.only(clientTls()).build(), "localhost", port)
                                        : ConnectionSetup.priorKnowledge())
                        .options(PoolOptions.builder().retries(0).build())
                        .build();
                PoolException told = told();
                assertThat(told.failure()).isEqualTo(PoolFailure.CONNECT_FAILED);
                assertThat(told).hasMessage("no stream to localhost:" + port + ": connect_failed");
                assertThat(told.getCause())
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("127.0.0.1:" + port);
                pool.close().sync();
            }
        } finally {
            own.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /** The channel is closed before the connect fails. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aNameThatIsNotFoundIsTheCause(int loops) throws Exception {
        EventLoopGroup own = EventLoops.nio(loops);
        UnknownHostException notFound = new UnknownHostException("example.invalid");
        AddressResolverGroup<InetSocketAddress> names = new AddressResolverGroup<>() {
            @Override
            protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
                return new AbstractAddressResolver<>(loop, InetSocketAddress.class) {
                    @Override
                    protected boolean doIsResolved(InetSocketAddress address) {
                        return false;
                    }

                    @Override
                    protected void doResolve(InetSocketAddress name, Promise<InetSocketAddress> address) {
                        address.setFailure(notFound);
                    }

                    @Override
                    protected void doResolveAll(InetSocketAddress name, Promise<List<InetSocketAddress>> addresses) {
                        addresses.setFailure(notFound);
                    }
                };
            }
        };
        try {
            for (int i = 0; i < 10; i++) {
                pool = Http2ConnectionPool.to(
                                new Bootstrap()
                                        .group(own)
                                        .channel(NioSocketChannel.class)
                                        .resolver(names),
                                InetSocketAddress.createUnresolved("example.invalid", 443))
                        .options(PoolOptions.builder().retries(0).build())
                        .build();
                PoolException told = told();
                assertThat(told).hasMessage("no stream to example.invalid:443: connect_failed");
                assertThat(told.getCause()).isSameAs(notFound);
                pool.close().sync();
            }
        } finally {
            names.close();
            own.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    /** In TLS 1.3 the server says so when the handshake is complete at the client. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerThatRefusesTheHandshakeIsToldAsThatAndItsAlertIsTheCause(String version) throws Exception {
        serve(serverTls().clientAuth(ClientAuth.REQUIRE));
        connectWith(Http2Tls.only(clientTls().protocols(version)), options -> options.retries(0));
        PoolException told = told();
        assertThat(told.failure()).isEqualTo(PoolFailure.TLS_FAILED);
        assertThat(told.getCause()).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void anAddressOfVersion6IsInBracketsInTheMessage() {
        Connector connector = Connector.to(new Bootstrap(), InetSocketAddress.createUnresolved("::1", 443));
        assertThat(PoolException.of(PoolFailure.CLOSED, connector, null)).hasMessage("no stream to [::1]:443: closed");
        assertThat(PoolException.of(PoolFailure.CLOSED, initializer -> null, null))
                .hasMessage("no stream: closed");
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
