package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.Watch;
import io.h2session.examples.testing.TestClient;
import io.h2session.examples.testing.TestClient.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files below a directory, and nothing that is not. */
@Timeout(180)
class FilePagesTest {
    private static final String SECRET = "nobody may see this";

    @TempDir
    private Path directory;

    private Path root;
    private Server server;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        Files.writeString(directory.resolve("secret.txt"), SECRET);
        Files.writeString(root.resolve("index.html"), "<p>index</p>");
        Files.writeString(Files.createDirectory(root.resolve("sub")).resolve("index.html"), "<p>sub</p>");
        Files.createDirectory(root.resolve("empty"));
        Files.writeString(root.resolve("a b\u00e4.txt"), "spaces");
        Files.writeString(root.resolve(".htaccess"), SECRET);
        Files.writeString(Files.createDirectory(root.resolve(".git")).resolve("config"), SECRET);
        Files.writeString(Files.createDirectory(root.resolve(".well-known")).resolve("security.txt"), "contact");
        Files.createSymbolicLink(root.resolve("hidden.txt"), root.resolve(".htaccess"));
        Files.createSymbolicLink(root.resolve("out.txt"), directory.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("up"), directory);
        Files.createSymbolicLink(root.resolve("in.html"), root.resolve("sub/index.html"));
        server = Server.start(new Server.Settings(
                "127.0.0.1", 0, Pages.withFiles(root), null, false, 1, 100, Watch.NONE, System.err, false));
        client = TestClient.connect(server.port());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void servesAFileWithItsTypeLengthAndDate() throws Exception {
        Path file = Files.writeString(root.resolve("style.css"), "p {}");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("1994-11-06T08:49:37Z")));

        Response response = client.get("/style.css?v=2");

        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("content-type")).isEqualTo("text/css; charset=utf-8");
        assertThat(response.field("content-length")).isEqualTo("4");
        assertThat(response.field("last-modified")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(response.body()).asString(UTF_8).isEqualTo("p {}");
    }

    @Test
    void servesAFileOfManyFrames() throws Exception {
        byte[] content = new byte[5_000_001];
        new Random(7).nextBytes(content);
        Files.write(root.resolve("noise.bin"), content);

        Response response = client.get("/noise.bin");

        assertThat(response.field("content-type")).isEqualTo("application/octet-stream");
        assertThat(response.body()).isEqualTo(content);
    }

    @Test
    void servesAnEmptyFile() throws Exception {
        Files.createFile(root.resolve("empty.txt"));

        Response response = client.get("/empty.txt");

        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("content-length")).isEqualTo("0");
        assertThat(response.body()).isEmpty();
        assertThat(response.errorCode()).isZero();
    }

    @Test
    void answersHeadWithoutReadingTheFile() throws Exception {
        Response response = client.send(TestClient.request("HEAD", "/index.html"));

        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("content-length")).isEqualTo("12");
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/sub/../index.html", "/./index.html"})
    void servesTheIndexOfADirectory(String path) throws Exception {
        assertThat(client.get(path).body()).asString(UTF_8).isEqualTo("<p>index</p>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sub/", "/sub/.", "/in.html", "/%73ub/index%2ehtml"})
    void servesWhatLiesFurtherDownAndLinksThatStayInside(String path) throws Exception {
        assertThat(client.get(path).body()).asString(UTF_8).isEqualTo("<p>sub</p>");
    }

    @Test
    void decodesNames() throws Exception {
        assertThat(client.get("/a%20b%C3%A4.txt").body()).asString(UTF_8).isEqualTo("spaces");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/%2e%2e/secret.txt",
                "/%2E%2E%2Fsecret.txt",
                "/..%2fsecret.txt",
                "/sub/../../secret.txt",
                "/sub/%2e%2e/%2e%2e/secret.txt",
                "/%252e%252e/secret.txt",
                "/..%5csecret.txt",
                "/out.txt",
                "/up/secret.txt",
                "/up/root/index.html/../../../secret.txt",
                "//etc/passwd",
                "/%2fetc/passwd",
                "/index.html%00.txt",
                "/secret.txt%00",
                "/index.html/more",
                "/empty",
                "/empty/",
                "/index.html/",
                "/index.html/.",
                "/index.html/sub/..",
                "/index.html%2f",
                "/in.html/",
                "/up",
                "/up/",
                "/.htaccess",
                "/%2ehtaccess",
                "/sub/../.htaccess",
                "/.git/config",
                "/.git/",
                "/hidden.txt",
                "/sub%2findex.html",
                "/sub%2Findex.html",
                "/..",
                "/../root/index.html/../../secret.txt",
                "/nothing"
            })
    void findsNothingOutside(String path) throws Exception {
        Response response = client.get(path);

        assertThat(response.status()).isEqualTo("404");
        assertThat(response.body()).asString(UTF_8).isEqualTo("not found\n");
    }

    @Test
    void resetsTheStreamOfAFileThatWasCutShort() throws Exception {
        Path file = root.resolve("long.bin");
        Files.write(file, new byte[3_000_000]);
        client.hold();
        var response = client.begin(TestClient.request("GET", "/long.bin"));
        client.awaitHeld();

        Files.write(file, new byte[10]);
        client.letGo();

        assertThat(TestClient.await(response).errorCode()).isEqualTo(2);
        assertThat(client.get("/sub/").status()).isEqualTo("200");
    }

    @ParameterizedTest
    @CsvSource({
        "/sub, /sub/",
        "/sub?a=b&c=%22/?, /sub/?a=b&c=%22/?",
        "/./sub, /sub/",
        "/.//sub, /sub/",
        "/sub//sub2, /sub/sub2/",
        "/%73ub, /sub/",
        "/%5c%5cevil.example, /%5C%5Cevil.example/",
        "/a%20b%c3%a4%0d%0a:, /a%20b%C3%A4%0D%0A%3A/",
        "/link, /link/",
    })
    void sendsWhoAsksForADirectoryToItsPath(String path, String location) throws Exception {
        for (String name : List.of("sub/sub2", "\\\\evil.example", "a b\u00e4\r\n:")) {
            Files.writeString(Files.createDirectory(root.resolve(name)).resolve("index.html"), "<p>there</p>");
        }
        Files.createSymbolicLink(root.resolve("link"), root.resolve("sub"));

        Response response = client.get(path);

        assertThat(response.status()).isEqualTo("301");
        assertThat(response.field("location")).isEqualTo(location);
        assertThat(client.get(location).status()).isEqualTo("200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//sub", "/%2fsub", "//evil.example/%2e%2e/sub", "//evil.example/..", "/\\evil.example/.."})
    void neverSendsAnybodyToAnotherHost(String path) throws Exception {
        String location = client.get(path).field("location");

        assertThat(location == null || location.equals("/sub/"))
                .as("location: %s", location)
                .isTrue();
    }

    @Test
    void servesWhatIsWellKnown() throws Exception {
        assertThat(client.get("/.well-known/security.txt").body())
                .asString(UTF_8)
                .isEqualTo("contact");
    }

    @Test
    void stillServesThePagesOfTheProgram() throws Exception {
        assertThat(client.get("/hello").body()).asString(UTF_8).isEqualTo("hello, world\n");
    }
}
