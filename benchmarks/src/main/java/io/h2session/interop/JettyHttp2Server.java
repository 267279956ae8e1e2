package io.h2session.interop;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A small server on Jetty, for trying our client against somebody else's implementation.
 *
 * <p>Usage: {@code java -cp benchmarks.jar io.h2session.interop.JettyHttp2Server [--tls]}. It takes a free port of
 * 127.0.0.1 and prints {@code listening on URL}. Paths: {@code /hello}, {@code /echo} (body and trailers), {@code
 * /bytes/N}, {@code /reset}.
 */
public final class JettyHttp2Server {
    private static final int PIECE = 16 * 1024;

    private JettyHttp2Server() {}

    /** Serves until the process is ended. */
    public static void main(String[] args) throws Exception {
        boolean tls = Arrays.asList(args).contains("--tls");
        Server server = new Server();
        HttpConfiguration configuration = new HttpConfiguration();
        ServerConnector connector = new ServerConnector(
                server, (tls ? secure(configuration) : cleartext(configuration)).toArray(ConnectionFactory[]::new));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Responder());
        server.start();
        System.out.println("listening on " + (tls ? "https" : "http") + "://127.0.0.1:" + connector.getLocalPort());
        server.join();
    }

    private static List<ConnectionFactory> cleartext(HttpConfiguration configuration) {
        return List.of(new HttpConnectionFactory(configuration), new HTTP2CServerConnectionFactory(configuration));
    }

    private static List<ConnectionFactory> secure(HttpConfiguration configuration) throws Exception {
        SecureRequestCustomizer customizer = new SecureRequestCustomizer();
        customizer.setSniHostCheck(false);
        configuration.addCustomizer(customizer);
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(bundle.toKeyStore("secret".toCharArray()));
        tls.setKeyStorePassword("secret");
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        return List.of(
                new SslConnectionFactory(tls, alpn.getProtocol()),
                alpn,
                new HTTP2ServerConnectionFactory(configuration));
    }

    private static final class Responder extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            String path = Request.getPathInContext(request);
            if (path.equals("/hello")) {
                Content.Sink.write(response, true, "hello, world\n", callback);
            } else if (path.equals("/echo")) {
                response.setTrailersSupplier(() -> trailers(request));
                Content.copy(request, response, callback);
            } else if (path.startsWith("/bytes/")) {
                bytes(response, Long.parseLong(path.substring("/bytes/".length())), callback);
            } else if (path.equals("/reset")) {
                ByteBuffer some = ByteBuffer.wrap("only this".getBytes(StandardCharsets.US_ASCII));
                response.getHeaders().put("content-length", 100);
                response.write(
                        false,
                        some,
                        Callback.from(
                                () -> callback.failed(new IllegalStateException("reset as asked")), callback::failed));
            } else {
                Response.writeError(request, response, callback, 404);
            }
            return true;
        }

        private static HttpFields trailers(Request request) {
            HttpFields.Mutable copy = HttpFields.build();
            HttpFields received = request.getTrailers();
            if (received != null) {
                for (HttpField field : received) {
                    copy.add(field);
                }
            }
            return copy;
        }

        private static void bytes(Response response, long left, Callback callback) {
            int count = (int) Math.min(left, PIECE);
            boolean last = count == left;
            response.write(
                    last,
                    ByteBuffer.allocate(count),
                    last ? callback : Callback.from(() -> bytes(response, left - count, callback), callback::failed));
        }
    }
}
