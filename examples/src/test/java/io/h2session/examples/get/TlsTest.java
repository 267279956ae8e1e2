package io.h2session.examples.get;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.Main;
import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.testing.TestServer;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code get} of https: whom it believes, and what it says of others. */
@Timeout(240)
class TlsTest {
    @TempDir
    private Path directory;

    private Path certificate;
    private Path key;
    private X509Bundle bundle;
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeCertificate() throws Exception {
        bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM());
        key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
    }

    @Test
    void believesAServerItsAuthorityVouchesFor() throws Exception {
        try (TestServer server = TestServer.tls(TlsSetup.server(certificate, key), TlsTest::answer)) {
            assertThat(get("--cacert", certificate.toString(), url(server, "localhost")))
                    .isZero();
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void refusesAnotherName() throws Exception {
        try (TestServer server = TestServer.tls(TlsSetup.server(certificate, key), TlsTest::answer)) {
            String url = url(server, "127.0.0.1");
            assertThat(get("--cacert", certificate.toString(), url)).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith("h2session get: " + url + ": the server's certificate is not trusted: ")
                    .hasLineCount(1);
        }
    }

    @Test
    void refusesAnUnknownCertificate() throws Exception {
        try (TestServer server = TestServer.tls(TlsSetup.selfSignedServer(), TlsTest::answer)) {
            String url = url(server, "localhost");
            assertThat(get(url)).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith("h2session get: " + url + ": the server's certificate is not trusted: ")
                    .hasLineCount(1);
        }
    }

    @Test
    void believesAnybodyWhenToldTo() throws Exception {
        try (TestServer server = TestServer.tls(TlsSetup.selfSignedServer(), TlsTest::answer)) {
            assertThat(get("-k", url(server, "127.0.0.1"))).isZero();
        }
    }

    @Test
    void saysThatAServerDidNotChooseHttp2() throws Exception {
        SslContext http1 = SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath())
                .build();
        try (TestServer server = TestServer.tls(http1, TlsTest::answer)) {
            String url = url(server, "localhost");
            assertThat(get("-k", url)).isEqualTo(1);
            assertThat(err.toString())
                    .isEqualTo("h2session get: " + url
                            + ": the peer does not speak HTTP/2: it did not choose h2 (ALPN)"
                            + System.lineSeparator());
        }
    }

    @Test
    void saysThatAServerDoesNotSpeakTls() throws Exception {
        try (TestServer server = TestServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            String url = url(server, "localhost");
            assertThat(get("-k", url)).isEqualTo(1);
            assertThat(err.toString())
                    .isEqualTo("h2session get: " + url + ": the server does not speak TLS" + System.lineSeparator());
        }
    }

    @Test
    void saysThatAServerClosedInTheHandshake() throws Exception {
        try (TestServer server = TestServer.saying("")) {
            String url = url(server, "localhost");
            assertThat(get("-k", url)).isEqualTo(1);
            assertThat(err.toString())
                    .isEqualTo("h2session get: " + url + ": the connection was closed" + System.lineSeparator());
        }
    }

    @Test
    void namesAnAuthorityThatIsMissing() {
        Path missing = directory.resolve("missing.pem");

        assertThat(get("--cacert", missing.toString(), "https://localhost:1/")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("h2session get: cannot read the certificate: no such file: " + missing
                        + System.lineSeparator());
    }

    @Test
    void namesAnAuthorityThatIsADirectory() {
        assertThat(get("--cacert", directory.toString(), "https://localhost:1/"))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("h2session get: cannot read the certificate: " + directory + ": Is a directory"
                        + System.lineSeparator());
    }

    @Test
    void namesAnAuthorityThatIsNone() throws Exception {
        String damaged = bundle.getCertificatePEM().replaceFirst("\n.", "\nA").substring(0, 200)
                + "\n-----END CERTIFICATE-----\n";
        for (String content : List.of("", "no certificate", Files.readString(key), damaged)) {
            Path file = Files.writeString(directory.resolve("wrong.pem"), content);

            assertThat(get("--cacert", file.toString(), "https://localhost:1/")).isEqualTo(1);
            assertThat(err.toString())
                    .isEqualTo("h2session get: no certificate in PEM: " + file + System.lineSeparator());
            err.getBuffer().setLength(0);
        }
    }

    private int get(String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = "get";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute(line);
    }

    private static String url(TestServer server, String host) {
        return "https://" + host + ":" + server.port() + "/";
    }

    private static void answer(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
        connection.write(Http2SessionWrite.response(request.stream(), HeaderList.of(":status", "200")));
    }
}
