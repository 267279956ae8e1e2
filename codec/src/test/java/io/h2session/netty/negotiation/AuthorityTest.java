package io.h2session.netty.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2AuthorityVerifier;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests for other authorities than the TLS handshake named. The certificate is for {@code a.example.test}, {@code
 * b.example.test}, {@code *.wild.test}, {@code 127.0.0.1} and {@code ::1}.
 */
@Timeout(120)
class AuthorityTest {
    private static final String NOBODY = "";

    private final Application server = new Application();
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private SslContext serverTls;
    private SslContext clientTls;

    /** What comes back: the status of each response, and the code of each reset. */
    private final class Client extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Headers headers) {
                answers.add(headers.headers().value(":status").toString());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.Reset reset) {
                answers.add(reset.errorCode());
            }
        }
    }

    static Stream<SslProvider> providers() {
        return Arrays.stream(SslProvider.values())
                .filter(provider -> provider == SslProvider.JDK || OpenSsl.isAvailable());
    }

    static Stream<Arguments> providersAndVersions() {
        return providers().flatMap(provider -> Stream.of("TLSv1.2", "TLSv1.3").map(v -> Arguments.of(provider, v)));
    }

    @AfterEach
    void releaseContexts() {
        ReferenceCountUtil.release(serverTls);
        ReferenceCountUtil.release(clientTls);
        assertThat(server.exceptions).isEmpty();
    }

    private void useTls(SslProvider provider, String... versions) throws Exception {
        SslContextBuilder certified = SslContextBuilder.forServer(
                        AuthorityTest.class.getResourceAsStream("hosts.pem"),
                        AuthorityTest.class.getResourceAsStream("hosts.key"))
                .sslProvider(provider);
        serverTls = Http2Tls.only(certified).build();
        SslContextBuilder trusting =
                Http2Tls.only(TlsSockets.clientContext(provider).endpointIdentificationAlgorithm(null));
        clientTls = (versions.length == 0 ? trusting : trusting.protocols(versions)).build();
    }

    private TlsSockets serve(Http2SessionHandlerBuilder handler) throws Exception {
        Http2Negotiation negotiation = Http2Negotiation.forServer()
                .http2(pipeline -> pipeline.addLast(handler.build(), server))
                .build();
        return new TlsSockets(
                channel -> negotiation.overTls(channel.pipeline(), serverTls.newHandler(channel.alloc())));
    }

    private Channel connect(TlsSockets sockets, String serverName) throws Exception {
        return sockets.connect(channel -> {
            SslHandler tls = serverName.equals(NOBODY)
                    ? clientTls.newHandler(channel.alloc())
                    : clientTls.newHandler(channel.alloc(), serverName, sockets.port());
            channel.pipeline().addLast(tls, Http2SessionHandler.forClient().build(), new Client());
        });
    }

    private static HeaderList get(String authority) {
        return HeaderList.of(":method", "GET", ":scheme", "https", ":authority", authority, ":path", "/");
    }

    private Object ask(Channel client, HeaderList request) throws Exception {
        client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), request));
        return answers.poll(60, TimeUnit.SECONDS);
    }

    /** The name in the handshake; what may be asked for then; and what may not. */
    static Stream<Arguments> namesAndAuthorities() {
        return Stream.of(
                Arguments.of(
                        "a.example.test",
                        List.of(
                                // The same name.
                                "a.example.test",
                                "A.Example.TEST",
                                "a.example.test:443",
                                "a.example.test:8443",
                                "a.example.test.",
                                // Others that the certificate covers.
                                "b.example.test",
                                "b.example.test:8443",
                                "x.wild.test",
                                "127.0.0.1",
                                "127.0.0.1:8443",
                                "[::1]",
                                "[0:0::0:1]:8443"),
                        List.of(
                                "c.example.test",
                                "c.example.test:443",
                                "example.test",
                                "x.a.example.test",
                                "wild.test",
                                "x.y.wild.test",
                                "hosts",
                                "127.0.0.2",
                                "[::2]",
                                "[::ffff:127.0.0.2]")),
                Arguments.of(
                        "x.wild.test",
                        List.of("x.wild.test", "y.wild.test", "a.example.test"),
                        List.of("c.example.test")),
                // The name is not on the certificate, and the client went on.
                Arguments.of("c.example.test", List.of("c.example.test", "a.example.test"), List.of("d.example.test")),
                Arguments.of(
                        NOBODY,
                        List.of("a.example.test", "c.example.test", "127.0.0.1", "127.0.0.2:8443", "[::2]"),
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("namesAndAuthorities")
    void whatMayBeAskedFor(String serverName, List<String> accepted, List<String> refused) throws Exception {
        useTls(SslProvider.JDK);
        try (TlsSockets sockets = serve(Http2SessionHandler.forServer())) {
            Channel client = connect(sockets, serverName);

            for (String authority : refused) {
                assertThat(ask(client, get(authority))).as(authority).isEqualTo("421");
            }
            assertThat(server.headers).isEmpty();
            for (String authority : accepted) {
                assertThat(ask(client, get(authority))).as(authority).isEqualTo("200");
            }
            assertThat(server.headers).hasSameSizeAs(accepted);
        }
    }

    @ParameterizedTest
    @MethodSource("providersAndVersions")
    void aConnectionMayServeSomeAuthoritiesAndNotOthers(SslProvider provider, String version) throws Exception {
        useTls(provider, version);
        try (TlsSockets sockets = serve(Http2SessionHandler.forServer())) {
            Channel client = connect(sockets, "a.example.test");

            assertThat(ask(client, get("a.example.test"))).isEqualTo("200");
            assertThat(ask(client, get("c.example.test"))).isEqualTo("421");
            assertThat(ask(client, get("b.example.test"))).isEqualTo("200");
            assertThat(ask(client, get("c.example.test"))).isEqualTo("421");
            assertThat(ask(client, get("a.example.test"))).isEqualTo("200");
            assertThat(client.isActive()).isTrue();
        }
        assertThat(server.headers)
                .map(head -> head.value(":authority").toString())
                .containsExactly("a.example.test", "b.example.test", "a.example.test");
    }

    @Test
    void anUploadToAnotherAuthorityIsToldToStop() throws Exception {
        useTls(SslProvider.JDK);
        try (TlsSockets sockets = serve(Http2SessionHandler.forServer())) {
            Channel client = connect(sockets, "a.example.test");
            Http2StreamHandle upload = new Http2StreamHandle();
            HeaderList post =
                    HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "c.example.test", ":path", "/");
            client.write(Http2SessionWrite.requestHead(upload, post));
            client.writeAndFlush(Http2SessionWrite.data(upload, Unpooled.wrappedBuffer(new byte[50_000]), false));

            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo("421");
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo(ErrorCode.NO_ERROR.code());
            assertThat(ask(client, get("a.example.test"))).isEqualTo("200");
        }
        assertThat(server.events).noneMatch(Http2SessionEvent.Data.class::isInstance);
        assertThat(server.headers).hasSize(1);
    }

    @Test
    void theApplicationsOwnVerifierIsAskedInItsPlace() throws Exception {
        useTls(SslProvider.JDK);
        Http2AuthorityVerifier own = (channel, authority) -> authority.contentEquals("c.example.test");
        try (TlsSockets sockets = serve(Http2SessionHandler.forServer().authorityVerifier(own))) {
            Channel client = connect(sockets, "a.example.test");

            assertThat(ask(client, get("a.example.test"))).isEqualTo("421");
            assertThat(ask(client, get("c.example.test"))).isEqualTo("200");
        }
    }

    @Test
    void aProxyMayAcceptThemAll() throws Exception {
        useTls(SslProvider.JDK);
        try (TlsSockets sockets =
                serve(Http2SessionHandler.forServer().authorityVerifier(Http2AuthorityVerifier.ANY))) {
            Channel client = connect(sockets, "a.example.test");

            assertThat(ask(client, get("c.example.test"))).isEqualTo("200");
        }
    }

    @Test
    void aPipelineMadeByHandIsAskedWhenItIsTold() throws Exception {
        useTls(SslProvider.JDK);
        try (TlsSockets sockets = new TlsSockets(channel -> channel.pipeline()
                .addLast(
                        serverTls.newHandler(channel.alloc()),
                        Http2SessionHandler.forServer()
                                .authorityVerifier(Http2Tls.authorityVerifier())
                                .build(),
                        server))) {
            Channel client = connect(sockets, "a.example.test");

            assertThat(ask(client, get("c.example.test"))).isEqualTo("421");
            assertThat(ask(client, get("b.example.test"))).isEqualTo("200");
        }
    }

    @Test
    void theHostOfAnAuthorityIsWhatIsCompared() {
        List<String> authorities =
                List.of("Host.Test", "host.test:1", "host.test.:1", "[::1]:1", "[::1]", "::1]", "[::1", "", ":1");
        assertThat(authorities)
                .map(authority -> CertifiedAuthority.host(AsciiString.of(authority)))
                .containsExactly("host.test", "host.test", "host.test", "::1", "::1", ":", "[::1", "", "");
    }
}
