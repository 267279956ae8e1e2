package io.h2session.netty.negotiation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.testing.Frames;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client of another TLS, the JDK's socket, sees of a session's end over TLS. */
@Timeout(120)
class TlsEndTest {
    private final Application server = new Application();
    private SslContext context;

    static Stream<SslProvider> providers() {
        return Arrays.stream(SslProvider.values())
                .filter(provider -> provider == SslProvider.JDK || OpenSsl.isAvailable());
    }

    @AfterEach
    void releaseContext() {
        ReferenceCountUtil.release(context);
    }

    private TlsSockets serve(SslProvider provider) throws Exception {
        return serve(provider, Http2SessionHandler.forServer());
    }

    private TlsSockets serve(SslProvider provider, Http2SessionHandlerBuilder session) throws Exception {
        context = Http2Tls.only(TlsSockets.serverContext(provider)).build();
        Http2Negotiation negotiation = Http2Negotiation.forServer()
                .http2(pipeline -> pipeline.addLast(session.build(), server))
                .build();
        return new TlsSockets(channel -> negotiation.overTls(channel.pipeline(), context.newHandler(channel.alloc())));
    }

    private static SSLSocket connect(TlsSockets sockets, String version) throws Exception {
        javax.net.ssl.SSLContext tls = javax.net.ssl.SSLContext.getInstance("TLS");
        TrustManager[] trusting = InsecureTrustManagerFactory.INSTANCE.getTrustManagers();
        tls.init(null, trusting, null);
        SSLSocket socket =
                (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), sockets.port());
        socket.setSoTimeout(60_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setProtocols(new String[] {version});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Reads to the end of the stream, which has to be one (close_notify), and gives what it read. */
    private static byte[] readAll(SSLSocket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        in.transferTo(all);
        return all.toByteArray();
    }

    private static long lastGoAwayCode(byte[] frames) {
        long code = -1;
        int at = 0;
        while (at + 9 <= frames.length) {
            int length = (frames[at] & 0xff) << 16 | (frames[at + 1] & 0xff) << 8 | frames[at + 2] & 0xff;
            if (frames[at + 3] == 7) {
                code = frames[at + 9 + 7] & 0xff;
            }
            at += 9 + length;
        }
        return code;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aRenegotiationIsAConnectionError(SslProvider provider) throws Exception {
        try (TlsSockets sockets = serve(provider);
                SSLSocket socket = connect(sockets, "TLSv1.2")) {
            socket.getOutputStream()
                    .write(Frames.script()
                            .preface()
                            .settings()
                            .request(1, true, "/")
                            .bytes());

            ByteArrayOutputStream read = new ByteArrayOutputStream();
            while (!endsWithResponse(read.toByteArray())) {
                read.write(socket.getInputStream().read());
            }
            // Sends a ClientHello. What comes then is no answer to it, at which the client's TLS is surprised.
            socket.startHandshake();
            assertThatThrownBy(() -> socket.getInputStream().transferTo(read)).isInstanceOf(SSLException.class);

            assertThat(lastGoAwayCode(read.toByteArray())).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
            assertThat(server.headers).hasSize(1);
            assertThat(sockets.accepted().closeFuture().await(60, TimeUnit.SECONDS))
                    .isTrue();
        }
        assertThat(server.exceptions).isEmpty();
    }

    private static void readThroughSettingsAcknowledgement(InputStream in) throws IOException {
        boolean acknowledged = false;
        while (!acknowledged) {
            byte[] header = in.readNBytes(9);
            assertThat(header).hasSize(9);
            in.skipNBytes((header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | header[2] & 0xff);
            acknowledged = header[3] == 4 && (header[4] & 1) != 0;
        }
    }

    private static boolean endsWithResponse(byte[] frames) {
        int at = 0;
        while (at + 9 <= frames.length) {
            int length = (frames[at] & 0xff) << 16 | (frames[at + 1] & 0xff) << 8 | frames[at + 2] & 0xff;
            if (frames[at + 3] == 1) {
                return at + 9 + length <= frames.length;
            }
            at += 9 + length;
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void theGoAwayArrivesThoughTheClientSendsOn(SslProvider provider) throws Exception {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            // It lingers until the client has sent everything, however long that takes.
            Http2SessionHandlerBuilder session = Http2SessionHandler.forServer().closeLinger(Duration.ofMinutes(10));
            try (TlsSockets sockets = serve(provider, session);
                    SSLSocket socket = connect(sockets, version)) {
                Frames wrong = Frames.script().preface().settings().data(0, "no stream", false);
                socket.getOutputStream().write(wrong.bytes());
                socket.getOutputStream().write(new byte[200_000]);

                byte[] read = readAll(socket);

                assertThat(lastGoAwayCode(read)).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
                socket.shutdownOutput();
                assertThat(sockets.accepted().closeFuture().await(60, TimeUnit.SECONDS))
                        .isTrue();
            }
            ReferenceCountUtil.release(context);
        }
        context = null;
    }

    @ParameterizedTest
    @MethodSource("providers")
    void thePeersCloseNotifyIsTheEndOfItsBytes(SslProvider provider) throws Exception {
        try (TlsSockets sockets = serve(provider);
                SSLSocket socket = connect(sockets, "TLSv1.3")) {
            socket.getOutputStream().write(Frames.script().preface().settings().bytes());
            socket.shutdownOutput();

            assertThat(sockets.accepted().closeFuture().await(60, TimeUnit.SECONDS))
                    .isTrue();
        }
        assertThat(server.exceptions).isEmpty();
    }

    // ---- a pipeline that was put together by hand ------------------------------------------------------------------

    static Stream<Arguments> providersAndVersions() {
        return providers().flatMap(provider -> Stream.of("TLSv1.2", "TLSv1.3").map(v -> Arguments.of(provider, v)));
    }

    private TlsSockets serveByHand(SslProvider provider) throws Exception {
        context = Http2Tls.only(TlsSockets.serverContext(provider)).build();
        return new TlsSockets(channel -> channel.pipeline()
                .addLast(
                        context.newHandler(channel.alloc()),
                        Http2SessionHandler.forServer().build(),
                        server));
    }

    @ParameterizedTest
    @MethodSource("providersAndVersions")
    void closeNotifyEndsTheInputOfAServersPipelineMadeByHand(SslProvider provider, String version) throws Exception {
        try (TlsSockets sockets = serveByHand(provider);
                SSLSocket socket = connect(sockets, version)) {
            socket.getOutputStream().write(Frames.script().preface().settings().bytes());
            socket.shutdownOutput();

            assertThat(sockets.accepted().closeFuture().await(60, TimeUnit.SECONDS))
                    .isTrue();
        }
        assertThat(server.one(Http2SessionEvent.SessionEnded.class).result()).isEqualTo(Http2SessionResult.EOF);
        assertThat(server.exceptions).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("providersAndVersions")
    void closeNotifyEndsTheInputOfAClientsPipelineMadeByHand(SslProvider provider, String version) throws Exception {
        Application client = new Application();
        context = Http2Tls.only(TlsSockets.serverContext(provider)).build();
        SslContext trusting = Http2Tls.only(TlsSockets.clientContext(provider))
                .protocols(version)
                .build();
        // A server that says goodbye at the first bytes, and leaves the socket open.
        try (TlsSockets sockets = new TlsSockets(channel -> channel.pipeline()
                .addLast(context.newHandler(channel.alloc()), new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext connection, Object message) {
                        ReferenceCountUtil.release(message);
                        connection.pipeline().get(SslHandler.class).closeOutbound();
                    }
                }))) {
            Channel channel = sockets.connect(one -> one.pipeline()
                    .addLast(
                            trusting.newHandler(one.alloc()),
                            Http2SessionHandler.forClient().build(),
                            client));

            assertThat(channel.closeFuture().await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            ReferenceCountUtil.release(trusting);
        }
        assertThat(client.one(Http2SessionEvent.SessionEnded.class).result()).isEqualTo(Http2SessionResult.EOF);
        assertThat(client.exceptions).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("providersAndVersions")
    void aRequestThatComesWithCloseNotifyIsAnswered(SslProvider provider, String version) throws Exception {
        try (TlsSockets sockets = serveByHand(provider);
                SSLSocket socket = connect(sockets, version)) {
            CountDownLatch sent = new CountDownLatch(1);
            CountDownLatch held = new CountDownLatch(1);
            sockets.accepted().eventLoop().execute(() -> {
                held.countDown();
                awaitUninterruptibly(sent);
            });
            assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
            socket.getOutputStream()
                    .write(Frames.script()
                            .preface()
                            .settings()
                            .request(1, true, "/")
                            .bytes());
            socket.shutdownOutput();
            sent.countDown();

            assertThat(sockets.accepted().closeFuture().await(60, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(server.headers).hasSize(1);
            // TLS 1.2 and OpenSSL's engine answer a close_notify with their own at once.
            if (provider == SslProvider.JDK && version.equals("TLSv1.3")) {
                assertThat(endsWithResponse(readAll(socket))).isTrue();
            }
        }
        assertThat(server.exceptions).isEmpty();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void ourOwnCloseNotifyDoesNotEndTheInput(SslProvider provider) throws Exception {
        try (TlsSockets sockets = serveByHand(provider);
                SSLSocket socket = connect(sockets, "TLSv1.3")) {
            Channel accepted = sockets.accepted();
            socket.getOutputStream().write(Frames.script().preface().settings().bytes());
            // After its close_notify the server cannot send an acknowledgement any more, and a failed write closes.
            readThroughSettingsAcknowledgement(socket.getInputStream());
            assertThat(accepted.pipeline().get(SslHandler.class).closeOutbound().await(60, TimeUnit.SECONDS))
                    .isTrue();
            readAll(socket);

            socket.getOutputStream()
                    .write(Frames.script().request(1, false, "/").bytes());
            accepted.closeFuture()
                    .addListener(closed -> server.asked.completeExceptionally(new ClosedChannelException()));

            assertThat(server.asked).succeedsWithin(Duration.ofSeconds(60));
        }
    }
}
