package io.h2session.examples.serve;

import static io.h2session.examples.serve.BothVersions.field;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.net.Watch;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts of files, by both versions of HTTP. */
@Timeout(180)
class FileRangesTest {
    private static final int LENGTH = 300_000;

    @TempDir
    private Path root;

    private final byte[] content = new byte[LENGTH];
    private BothVersions both;

    @BeforeEach
    void start() throws Exception {
        new Random(3).nextBytes(content);
        Files.write(root.resolve("noise.bin"), content);
        Files.createFile(root.resolve("empty.bin"));
        both = new BothVersions(Pages.withFiles(root));
    }

    @AfterEach
    void stop() {
        both.close();
    }

    private byte[] part(int from, int to) {
        return Arrays.copyOfRange(content, from, to + 1);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void onePartIsSentWithItsPlace(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/noise.bin", "range", "bytes=1000-200999");

        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(field(response, "content-range")).isEqualTo("bytes 1000-200999/300000");
        assertThat(field(response, "content-length")).isEqualTo("200000");
        assertThat(field(response, "content-type")).isEqualTo("application/octet-stream");
        assertThat(response.body()).isEqualTo(part(1000, 200_999));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void theWholeFileTellsThatPartsMayBeAskedFor(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/noise.bin");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(field(response, "accept-ranges")).isEqualTo("bytes");
        assertThat(response.body()).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void severalPartsComeInOneBodyOfTheLengthThatWasSaid(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/noise.bin", "range", "bytes=0-9,100000-199999,-1");

        assertThat(response.statusCode()).isEqualTo(206);
        String type = field(response, "content-type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        assertThat(field(response, "content-length")).isEqualTo(Integer.toString(response.body().length));
        assertThat(field(response, "content-range")).isNull();
        String boundary = type.substring(type.indexOf('=') + 1);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.write(head(boundary, "0-9"));
        expected.write(part(0, 9));
        expected.write(head(boundary, "100000-199999"));
        expected.write(part(100_000, 199_999));
        expected.write(head(boundary, "299999-299999"));
        expected.write(part(299_999, 299_999));
        expected.write(("\r\n--" + boundary + "--\r\n").getBytes(ISO_8859_1));
        assertThat(response.body()).isEqualTo(expected.toByteArray());
    }

    private static byte[] head(String boundary, String range) {
        return ("\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes " + range
                        + "/300000\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void partsThatOverlapAreSentAsOne(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/noise.bin", "range", "bytes=0-99,50-149,150-199");

        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(field(response, "content-range")).isEqualTo("bytes 0-199/300000");
        assertThat(response.body()).isEqualTo(part(0, 199));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aFileWithoutTheseBytesSaysHowLongItIs(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/noise.bin", "range", "bytes=300000-");
        assertThat(response.statusCode()).isEqualTo(416);
        assertThat(field(response, "content-range")).isEqualTo("bytes */300000");

        response = both.get(version, "/empty.bin", "range", "bytes=0-");
        assertThat(response.statusCode()).isEqualTo(416);
        assertThat(field(response, "content-range")).isEqualTo("bytes */0");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aListThatIsMuchTooLongGetsTheFileOnce(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/noise.bin", "range", "bytes=" + "0-,".repeat(1000) + "0-");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void headHasNoParts(Version version) throws Exception {
        HttpResponse<byte[]> response = both.send(version, "HEAD", "/noise.bin", "range", "bytes=0-9");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(field(response, "content-length")).isEqualTo("300000");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aPartIsSentOnlyOfTheContentThatTheClientHasTheRestOf(Version version) throws Exception {
        HttpResponse<byte[]> whole = both.send(version, "HEAD", "/noise.bin");
        String tag = field(whole, "etag");
        String date = field(whole, "last-modified");

        for (String same : new String[] {tag, date}) {
            assertThat(both.get(version, "/noise.bin", "range", "bytes=0-9", "if-range", same)
                            .statusCode())
                    .isEqualTo(206);
        }
        for (String other : new String[] {"\"other\"", "W/" + tag, "Sun, 06 Nov 1994 08:49:37 GMT", "nonsense"}) {
            HttpResponse<byte[]> response = both.get(version, "/noise.bin", "range", "bytes=0-9", "if-range", other);
            assertThat(response.statusCode()).as(other).isEqualTo(200);
            assertThat(response.body()).hasSize(LENGTH);
        }
    }

    @Test
    void filesAndPartsAreWholeByHttp1OverTlsWhereNoFileCanBeHandedOn() throws Exception {
        Server server = Server.start(new Server.Settings(
                "127.0.0.1",
                0,
                Pages.withFiles(root),
                TlsSetup.selfSignedServer(),
                false,
                1,
                100,
                Watch.NONE,
                System.err,
                false));
        try (SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write((request("") + request("Range: bytes=5-99999\r\nConnection: close\r\n"))
                            .getBytes(ISO_8859_1));
            byte[] all = socket.getInputStream().readAllBytes();
            String text = new String(all, ISO_8859_1);
            int first = text.indexOf("\r\n\r\n") + 4;
            int second = text.indexOf("\r\n\r\n", first + LENGTH) + 4;

            assertThat(Arrays.copyOfRange(all, first, first + LENGTH)).isEqualTo(content);
            assertThat(text.substring(first + LENGTH, second)).startsWith("HTTP/1.1 206 ");
            assertThat(Arrays.copyOfRange(all, second, all.length)).isEqualTo(part(5, 99_999));
        } finally {
            server.close();
        }
    }

    private static String request(String fields) {
        return "GET /noise.bin HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                new SecureRandom());
        return context;
    }
}
