package io.h2session.netty.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 chosen in the TLS handshake, and what TLS it may be, on real sockets with each provider of Netty's. */
@Timeout(120)
class AlpnTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/");

    private final Application server = new Application();
    private final Application client = new Application();
    private final CompletableFuture<Future<String>> serverResult = new CompletableFuture<>();
    private final CompletableFuture<Future<String>> clientResult = new CompletableFuture<>();
    private final List<SslContext> contexts = new ArrayList<>();

    static Stream<SslProvider> providers() {
        return Arrays.stream(SslProvider.values())
                .filter(provider -> provider == SslProvider.JDK || OpenSsl.isAvailable());
    }

    static Stream<Arguments> providersAndVersions() {
        return providers().flatMap(provider -> Stream.of("TLSv1.2", "TLSv1.3").map(v -> Arguments.of(provider, v)));
    }

    /** OpenSSL's hold memory of their own. */
    @AfterEach
    void releaseContexts() {
        contexts.forEach(ReferenceCountUtil::release);
    }

    private Http2Negotiation.Builder serving() {
        return Http2Negotiation.forServer()
                .http2(pipeline ->
                        pipeline.addLast(Http2SessionHandler.forServer().build(), server))
                .http1(pipeline -> pipeline.addLast(server));
    }

    private Http2Negotiation.Builder asking() {
        return Http2Negotiation.forClient()
                .http2(pipeline ->
                        pipeline.addLast(Http2SessionHandler.forClient().build(), client))
                .http1(pipeline -> pipeline.addLast(client));
    }

    private TlsSockets serve(Http2Negotiation.Builder negotiation, SslContextBuilder tls) throws Exception {
        SslContext context = tls.build();
        contexts.add(context);
        return new TlsSockets(channel -> serverResult.complete(
                negotiation.build().overTls(channel.pipeline(), context.newHandler(channel.alloc()))));
    }

    private Channel connect(TlsSockets sockets, Http2Negotiation.Builder negotiation, SslContextBuilder tls)
            throws Exception {
        SslContext context = tls.build();
        contexts.add(context);
        return sockets.connect(channel -> clientResult.complete(negotiation
                .build()
                .overTls(channel.pipeline(), context.newHandler(channel.alloc(), "localhost", sockets.port()))));
    }

    private static String await(CompletableFuture<Future<String>> result) throws Exception {
        return result.get(60, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletableFuture<Future<String>> result) throws Exception {
        Future<String> future = result.get(60, TimeUnit.SECONDS);
        assertThat(future.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(future.isSuccess()).isFalse();
        return future.cause();
    }

    private static void awaitClosed(Channel... channels) throws InterruptedException {
        for (Channel channel : channels) {
            assertThat(channel.closeFuture().await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void ask(Channel channel) throws InterruptedException {
        Http2StreamHandle stream = new Http2StreamHandle();
        channel.writeAndFlush(Http2SessionWrite.request(stream, GET)).sync();
    }

    @Test
    void aChannelThatIsClosedBeforeItIsConnectedFailsTheResult() throws Exception {
        EventLoopGroup loops = EventLoops.nio(1);
        SslContext context =
                Http2Tls.only(TlsSockets.clientContext(SslProvider.JDK)).build();
        try {
            Channel channel = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel made) {
                            clientResult.complete(asking().build()
                                    .overTls(made.pipeline(), context.newHandler(made.alloc(), "localhost", 443)));
                        }
                    })
                    .register()
                    .sync()
                    .channel();
            channel.close();
            assertThat(failure(clientResult)).isInstanceOf(ClosedChannelException.class);
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void onLinuxBothProvidersAreTried() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (system.toLowerCase(Locale.ROOT).equals("linux amd64")) {
            assertThat(providers()).contains(SslProvider.JDK, SslProvider.OPENSSL);
        }
        assertThat(providers()).contains(SslProvider.JDK);
    }

    @ParameterizedTest
    @MethodSource("providersAndVersions")
    void whoBothSpeakHttp2DoSo(SslProvider provider, String version) throws Exception {
        try (TlsSockets sockets = serve(serving(), Http2Tls.withHttp1(TlsSockets.serverContext(provider)))) {
            Channel channel = connect(
                    sockets,
                    asking(),
                    Http2Tls.only(TlsSockets.clientContext(provider)).protocols(version));

            assertThat(await(clientResult)).isEqualTo("h2");
            assertThat(await(serverResult)).isEqualTo("h2");
            ask(channel);
            assertThat(channel.pipeline().get(AlpnChoice.class)).isNull();
            channel.close().sync();
            awaitClosed(sockets.accepted());

            assertThat(server.headers).containsExactly(GET);
            assertThat(client.headers).hasSize(1);
            assertThat(server.exceptions).isEmpty();
            assertThat(client.exceptions).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aServerOfHttp1IsSpokenToInHttp1(SslProvider provider) throws Exception {
        SslContextBuilder http1 = TlsSockets.serverContext(provider);
        try (TlsSockets sockets = serve(serving(), http1)) {
            Channel channel = connect(sockets, asking(), Http2Tls.withHttp1(TlsSockets.clientContext(provider)));

            assertThat(await(clientResult)).isEqualTo("http/1.1");
            assertThat(await(serverResult)).isEqualTo("http/1.1");
            channel.writeAndFlush(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII))
                    .sync();
            assertThat(sockets.accepted().pipeline().get(RenegotiationGuard.class))
                    .isNull();
            channel.close().sync();
            awaitClosed(sockets.accepted());

            assertThat(server.bytes).hasToString("GET / HTTP/1.1\r\n\r\n");
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aClientOfHttp1IsServedInHttp1(SslProvider provider) throws Exception {
        try (TlsSockets sockets = serve(serving(), Http2Tls.withHttp1(TlsSockets.serverContext(provider)))) {
            Channel channel = connect(sockets, asking(), TlsSockets.clientContext(provider));

            assertThat(await(serverResult)).isEqualTo("http/1.1");
            assertThat(await(clientResult)).isEqualTo("http/1.1");
            channel.close().sync();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aClientThatOnlySpeaksHttp2RefusesAServerThatDoesNot(SslProvider provider) throws Exception {
        try (TlsSockets sockets = serve(serving(), TlsSockets.serverContext(provider))) {
            Channel channel = connect(sockets, asking().http1(null), Http2Tls.only(TlsSockets.clientContext(provider)));

            assertThat(failure(clientResult)).isInstanceOf(Http2NegotiationException.class);
            awaitClosed(channel, sockets.accepted());
            assertThat(client.exceptions).isEmpty();
            assertThat(client.headers).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aServerThatOnlySpeaksHttp2RefusesAClientThatDoesNot(SslProvider provider) throws Exception {
        try (TlsSockets sockets = serve(serving().http1(null), Http2Tls.only(TlsSockets.serverContext(provider)))) {
            Channel channel = connect(sockets, asking(), TlsSockets.clientContext(provider));

            assertThat(failure(serverResult)).isInstanceOf(Http2NegotiationException.class);
            awaitClosed(channel, sockets.accepted());
            assertThat(server.headers).isEmpty();
        }
    }

    private static SslContextBuilder weakened(SslContextBuilder context, String cipherSuite) {
        return context.protocols("TLSv1.2").ciphers(List.of(cipherSuite));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aProhibitedCipherSuiteIsInadequateSecurity(SslProvider provider) throws Exception {
        String prohibited = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
        SslContextBuilder weak = weakened(Http2Tls.withHttp1(TlsSockets.serverContext(provider)), prohibited);
        SslContextBuilder weakClient = weakened(Http2Tls.only(TlsSockets.clientContext(provider)), prohibited);
        try (TlsSockets sockets = serve(serving(), weak)) {
            Channel channel = connect(sockets, asking().tlsPolicy(false), weakClient);

            assertThat(failure(serverResult)).isInstanceOf(Http2NegotiationException.class);
            awaitClosed(channel, sockets.accepted());

            assertThat(client.one(Http2SessionEvent.GoAway.class).errorCode())
                    .isEqualTo(ErrorCode.INADEQUATE_SECURITY.code());
            assertThat(server.events).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aClientTellsTheServerOfInadequateSecurity(SslProvider provider) throws Exception {
        String prohibited = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA";
        SslContextBuilder weak = weakened(Http2Tls.withHttp1(TlsSockets.serverContext(provider)), prohibited);
        SslContextBuilder weakClient = weakened(Http2Tls.only(TlsSockets.clientContext(provider)), prohibited);
        try (TlsSockets sockets = serve(serving().tlsPolicy(false), weak)) {
            Channel channel = connect(sockets, asking(), weakClient);

            assertThat(failure(clientResult)).isInstanceOf(Http2NegotiationException.class);
            awaitClosed(channel, sockets.accepted());

            assertThat(server.one(Http2SessionEvent.GoAway.class).errorCode())
                    .isEqualTo(ErrorCode.INADEQUATE_SECURITY.code());
            assertThat(client.events).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aHandshakeThatFailsIsToldAndIsNoException(SslProvider provider) throws Exception {
        try (TlsSockets sockets = serve(serving(), Http2Tls.withHttp1(TlsSockets.serverContext(provider)))) {
            SslContextBuilder distrusting =
                    Http2Tls.withHttp1(SslContextBuilder.forClient().sslProvider(provider));
            Channel channel = connect(sockets, asking(), distrusting);

            assertThat(failure(clientResult)).isInstanceOf(SSLException.class);
            assertThat(failure(serverResult)).isInstanceOf(SSLException.class);
            awaitClosed(channel, sockets.accepted());
        }
        assertThat(server.exceptions).isEmpty();
        assertThat(client.exceptions).isEmpty();
    }

    @Test
    void bytesThatAreNoTlsAreToldAndAreNoException() throws Exception {
        try (TlsSockets sockets = serve(serving(), Http2Tls.withHttp1(TlsSockets.serverContext(SslProvider.JDK)))) {
            Channel plain = sockets.connect(channel -> channel.pipeline().addLast(client));
            plain.writeAndFlush(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));

            assertThat(failure(serverResult)).isInstanceOf(SSLException.class);
            awaitClosed(plain, sockets.accepted());
        }
        assertThat(server.exceptions).isEmpty();
    }

    @Test
    void aClientThatLeavesDuringTheHandshakeFailsTheResult() throws Exception {
        try (TlsSockets sockets = serve(serving(), Http2Tls.withHttp1(TlsSockets.serverContext(SslProvider.JDK)))) {
            Channel plain = sockets.connect(channel -> channel.pipeline().addLast(client));
            plain.close();

            assertThat(failure(serverResult)).isInstanceOfAny(ClosedChannelException.class, SSLException.class);
            awaitClosed(sockets.accepted());
        }
        assertThat(server.exceptions).isEmpty();
    }

    @Test
    void whatTheApplicationThrowsIsIts() throws Exception {
        Http2Negotiation.Builder failing = serving().http2(pipeline -> {
            pipeline.addLast(server);
            throw new IllegalStateException("no handlers today");
        });
        try (TlsSockets sockets = serve(failing, Http2Tls.only(TlsSockets.serverContext(SslProvider.JDK)))) {
            Channel channel = connect(sockets, asking(), Http2Tls.only(TlsSockets.clientContext(SslProvider.JDK)));

            assertThatThrownBy(() -> await(serverResult))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("no handlers today");
            awaitClosed(channel, sockets.accepted());
        }
        assertThat(server.exceptions).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theGuardStaysOnlyInTls12(String version) throws Exception {
        try (TlsSockets sockets = serve(serving(), Http2Tls.only(TlsSockets.serverContext(SslProvider.JDK)))) {
            SslContextBuilder tls =
                    Http2Tls.only(TlsSockets.clientContext(SslProvider.JDK)).protocols(version);
            Channel channel = connect(sockets, asking(), tls);
            await(clientResult);

            boolean guarded = channel.pipeline().first() instanceof RenegotiationGuard;
            channel.close().sync();

            assertThat(guarded).isEqualTo(version.equals("TLSv1.2"));
        }
    }
}
