package io.h2session.examples.serve;

import static io.h2session.examples.serve.BothVersions.field;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files in a content coding: those that lie beside them, and those that are compressed on their way. */
@Timeout(180)
class FileCodingsTest {
    private static final String TEXT = "All work and no play makes Jack a dull boy.\n".repeat(5000);

    @TempDir
    private Path directory;

    private Path root;
    private BothVersions both;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        Files.writeString(root.resolve("style.css"), "p {}");
        Files.writeString(root.resolve("style.css.br"), "in brotli");
        Files.writeString(root.resolve("style.css.zst"), "in zstandard");
        Files.writeString(root.resolve("style.css.gz"), "in gzip");
        Files.writeString(root.resolve("long.txt"), TEXT);
        Files.writeString(root.resolve("short.txt"), "short");
        Files.writeString(root.resolve("long.bin"), TEXT);
        both = new BothVersions(Pages.withFiles(root));
    }

    @AfterEach
    void stop() {
        both.close();
    }

    private static String unzip(byte[] compressed) throws Exception {
        return new String(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes(), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP_2 | gzip, deflate, br, zstd | br | in brotli",
                "HTTP_2 | gzip, zstd | zstd | in zstandard",
                "HTTP_2 | br;q=0.1, gzip | gzip | in gzip",
                "HTTP_2 | br;q=0 | | p {}",
                "HTTP_1_1 | gzip, deflate, br, zstd | br | in brotli",
                "HTTP_1_1 | identity | | p {}",
            })
    void theFileBesideIsSentInTheCodingThatTheClientLikesBest(
            Version version, String accepted, String coding, String body) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/style.css", "accept-encoding", accepted);

        assertThat(field(response, "content-encoding")).isEqualTo(coding);
        assertThat(field(response, "content-type")).isEqualTo("text/css; charset=utf-8");
        assertThat(field(response, "content-length")).isEqualTo(Integer.toString(body.length()));
        assertThat(field(response, "vary")).isEqualTo("accept-encoding");
        assertThat(response.body()).asString(UTF_8).isEqualTo(body);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void eachCodingHasATagOfItsOwnAndItsOwnParts(Version version) throws Exception {
        String plain = field(both.send(version, "HEAD", "/style.css"), "etag");
        String brotli = field(both.send(version, "HEAD", "/style.css", "accept-encoding", "br"), "etag");

        assertThat(brotli).isNotEqualTo(plain);
        assertThat(both.get(version, "/style.css", "accept-encoding", "br", "if-none-match", brotli)
                        .statusCode())
                .isEqualTo(304);
        assertThat(both.get(version, "/style.css", "accept-encoding", "br", "if-none-match", plain)
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> part =
                both.get(version, "/style.css", "accept-encoding", "br", "range", "bytes=3-", "if-range", brotli);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(field(part, "content-encoding")).isEqualTo("br");
        assertThat(part.body()).asString(UTF_8).isEqualTo("brotli");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aFileBesideThatIsOlderOrOutsideIsNotSent(Version version) throws Exception {
        Files.setLastModifiedTime(root.resolve("style.css.br"), FileTime.from(Instant.parse("1994-11-06T08:49:37Z")));
        Files.delete(root.resolve("style.css.zst"));
        Path outside = Files.writeString(directory.resolve("outside"), "nobody may see this");
        Files.createSymbolicLink(root.resolve("style.css.zst"), outside);
        Files.delete(root.resolve("style.css.gz"));
        Files.createDirectory(root.resolve("style.css.gz"));

        HttpResponse<byte[]> response = both.get(version, "/style.css", "accept-encoding", "br, zstd, gzip");

        assertThat(field(response, "content-encoding")).isNull();
        assertThat(response.body()).asString(UTF_8).isEqualTo("p {}");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aLongTextIsCompressedOnItsWay(Version version) throws Exception {
        HttpResponse<byte[]> response = both.get(version, "/long.txt", "accept-encoding", "gzip");

        assertThat(field(response, "content-encoding")).isEqualTo("gzip");
        assertThat(field(response, "content-length")).isNull();
        assertThat(field(response, "accept-ranges")).isNull();
        assertThat(field(response, "vary")).isEqualTo("accept-encoding");
        assertThat(field(response, "etag")).startsWith("W/\"");
        assertThat(response.body()).hasSizeLessThan(TEXT.length() / 10);
        assertThat(unzip(response.body())).isEqualTo(TEXT);
        assertThat(both.get(version, "/long.txt", "accept-encoding", "gzip", "if-none-match", field(response, "etag"))
                        .statusCode())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsShortOrNoTextOrAskedForInPartsIsNot(Version version) throws Exception {
        for (String path : new String[] {"/short.txt", "/long.bin"}) {
            HttpResponse<byte[]> response = both.get(version, path, "accept-encoding", "gzip");
            assertThat(field(response, "content-encoding")).isNull();
            assertThat(field(response, "content-length")).isNotNull();
        }
        HttpResponse<byte[]> part = both.get(version, "/long.txt", "accept-encoding", "gzip", "range", "bytes=0-99");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(field(part, "content-encoding")).isNull();
        assertThat(part.body()).asString(UTF_8).isEqualTo(TEXT.substring(0, 100));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void severalRequestsOfOneConnectionAreCompressedOrNot(Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        for (int i = 0; i < 3; i++) {
            for (String path : new String[] {"/long.txt", "/long.bin", "/lines?n=1000", "/hello"}) {
                HttpResponse<byte[]> response = client.send(
                        HttpRequest.newBuilder(both.uri(path))
                                .header("accept-encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                boolean compressed = path.endsWith(".txt") || path.startsWith("/lines");
                assertThat(field(response, "content-encoding")).isEqualTo(compressed ? "gzip" : null);
                String text = compressed ? unzip(response.body()) : new String(response.body(), UTF_8);
                assertThat(text).hasSizeGreaterThan(10).endsWith("\n");
            }
        }
    }
}
