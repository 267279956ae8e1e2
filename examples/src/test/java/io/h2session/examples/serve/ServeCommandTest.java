package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.Main;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code serve} says and returns when it cannot begin. */
@Timeout(180)
class ServeCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();

    private int serve(String... arguments) {
        List<String> line = new ArrayList<>(List.of("serve"));
        line.addAll(List.of(arguments));
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute(line.toArray(new String[0]));
    }

    private void assertComplaint(String expected) {
        assertThat(err.toString()).isEqualTo("h2session serve: " + expected + System.lineSeparator());
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThat(serve("--host", "no-such-host.invalid", "--port", "0")).isEqualTo(1);
        assertComplaint("cannot listen on no-such-host.invalid:0: unknown host");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(serve("--port", Integer.toString(other.getLocalPort()))).isEqualTo(1);
            assertComplaint("cannot listen on 127.0.0.1:" + other.getLocalPort() + ": Address already in use");
        }
    }

    @Test
    void certificateAndKeyThatCannotBeReadAreNamed() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        String certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM())
                .toString();
        String key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM())
                .toString();
        String missing = directory.resolve("missing.pem").toString();

        assertThat(serve("--tls", "--cert", missing, "--key", key)).isEqualTo(1);
        assertComplaint("cannot read the certificate: no such file: " + missing);

        err.getBuffer().setLength(0);
        assertThat(serve("--tls", "--cert", certificate, "--key", missing)).isEqualTo(1);
        assertComplaint("cannot read the key: no such file: " + missing);

        err.getBuffer().setLength(0);
        assertThat(serve("--tls", "--cert", key, "--key", key)).isEqualTo(1);
        assertComplaint("no certificate in PEM: " + key);

        err.getBuffer().setLength(0);
        assertThat(serve("--tls", "--cert", certificate, "--key", certificate)).isEqualTo(1);
        assertComplaint("no private key in PEM (PKCS #8, not encrypted): " + certificate);

        X509Bundle other = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        String othersKey = Files.writeString(directory.resolve("other.pem"), other.getPrivateKeyPEM())
                .toString();
        err.getBuffer().setLength(0);
        assertThat(serve("--tls", "--cert", certificate, "--key", othersKey)).isEqualTo(1);
        assertComplaint("the key does not belong to the certificate, or TLS cannot use them: " + certificate + " and "
                + othersKey);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port|-1",
                "--port|65536",
                "--port|http",
                "--threads|0",
                "--threads|-3",
                "--max-connections|0",
                "--max-connections|lots",
                "--root|/no/such/directory",
                "--root|",
                "--host|",
                "--cert|cert.pem",
                "--tls|--cert|cert.pem",
                "--tls|--key|key.pem",
                "--cert|cert.pem|--key|key.pem",
                "--tls|--upgrade",
                "--host",
                "--frobnicate",
                "argument"
            })
    void wrongUsageIsRefused(String arguments) {
        assertThat(serve(arguments.split("\\|", -1))).isEqualTo(2);
        assertThat(err.toString()).startsWith("h2session serve: ").contains("Try 'h2session serve --help'.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "server", "-x", "serve get"})
    void wrongCommandsAreRefused(String arguments) {
        String[] line = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);

        assertThat(Main.commandLine().setErr(new PrintWriter(err, true)).execute(line))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--help'.");
    }
}
