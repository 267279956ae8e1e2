package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.Watch;
import io.h2session.examples.testing.TestClient;
import io.h2session.examples.testing.TestClient.Response;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built-in pages, asked over a real connection. */
@Timeout(180)
class ServerTest {
    private static final int MAX_STREAM_ID = Integer.MAX_VALUE;

    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private Server server;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        PrintStream out = new PrintStream(messages, true, UTF_8);
        server = Server.start(
                new Server.Settings("127.0.0.1", 0, Pages.builtIn(), null, false, 2, 100, Watch.NONE, out, true));
        client = TestClient.connect(server.port());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void greets() throws Exception {
        Response response = client.get("/hello");

        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("content-type")).isEqualTo("text/plain");
        assertThat(response.field("content-length")).isEqualTo("13");
        assertThat(response.field("date")).matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
        assertThat(response.body()).asString(UTF_8).isEqualTo("hello, world\n");
        assertThat(response.errorCode()).isZero();
    }

    @Test
    void hasAPageAtTheRoot() throws Exception {
        Response response = client.get("/?from=a-browser");

        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("content-type")).startsWith("text/html");
        assertThat(response.body()).asString(UTF_8).contains("/bytes/N");
    }

    @Test
    void knowsNothingElse() throws Exception {
        assertThat(client.get("/nothing").status()).isEqualTo("404");
        assertThat(client.get("/hello/").status()).isEqualTo("404");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/hello", "/bytes/1000", "/nothing", "/echo"})
    void answersHeadWithTheHeadersOfGetAndNoBody(String path) throws Exception {
        Response get = client.get(path);
        Response head = client.send(TestClient.request("HEAD", path));

        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.field("content-length")).isEqualTo(get.field("content-length"));
        assertThat(head.body()).isEmpty();
        assertThat(head.errorCode()).isZero();
    }

    @Test
    void refusesToChangeWhatIsOnlyToBeRead() throws Exception {
        Response response = client.send(TestClient.request("DELETE", "/hello"));

        assertThat(response.status()).isEqualTo("405");
        assertThat(response.field("allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void takesAnUnwantedBodyToItsEnd() throws Exception {
        byte[] piece = new byte[600_000];

        Response response = client.send(TestClient.request("POST", "/hello"), List.of(piece, piece, piece), null);

        assertThat(response.status()).isEqualTo("405");
        assertThat(response.errorCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 16383, 16384, 16385, 65536, 1_000_003})
    void sendsAsManyBytesAsItIsAsked(int count) throws Exception {
        byte[] body = client.get("/bytes/" + count).body();

        assertThat(body).hasSize(count);
        for (int i = 0; i < count; i++) {
            if (body[i] != BytesPage.LINE[i % BytesPage.LINE.length]) {
                throw new AssertionError("byte " + i + " is " + body[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bytes/",
                "/bytes/x",
                "/bytes/-1",
                "/bytes/1e3",
                "/bytes/99999999999999999999",
                "/bytes/17179869185"
            })
    void hasNoBytesOfAnOddNumber(String path) throws Exception {
        assertThat(client.get(path).status()).isEqualTo("404");
    }

    @Test
    void echoesABodyWithItsTypeLengthAndTrailers() throws Exception {
        byte[] body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        HeaderList request = TestClient.request("POST", "/echo")
                .with("content-type", "application/x-noise")
                .with("content-length", Integer.toString(body.length));

        Response response = client.send(request, pieces(body, 70_001), HeaderList.of("x-checksum", "42"));

        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("content-type")).isEqualTo("application/x-noise");
        assertThat(response.field("content-length")).isEqualTo("3000000");
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.trailers()).isEqualTo(HeaderList.of("x-checksum", "42"));
    }

    @Test
    void echoesWithoutTrailers() throws Exception {
        Response response = client.send(TestClient.request("PUT", "/echo"), List.of("abc".getBytes(UTF_8)), null);

        assertThat(response.body()).asString(UTF_8).isEqualTo("abc");
        assertThat(response.trailers()).isNull();
    }

    @Test
    void echoesNothingWhenThereIsNothing() throws Exception {
        Response response = client.get("/echo");

        assertThat(response.status()).isEqualTo("200");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void logsFramesOfBothDirectionsWithTheirFields() throws Exception {
        client.get("/hello");

        assertThat(messages.toString(UTF_8))
                .containsPattern(
                        "\\[id=1\\] \\[ *\\d+\\.\\d{3}\\] recv HEADERS stream=1 flags=END_STREAM\\|END_HEADERS")
                .contains(":path: /hello")
                .contains("send SETTINGS stream=0")
                .containsPattern("send HEADERS stream=1 ")
                .contains(":status: 200")
                .contains("send DATA stream=1 flags=END_STREAM");
    }

    @Test
    void saysGoodbyeTwiceAndLetsRunningStreamsFinish() throws Exception {
        client.hold();
        CompletableFuture<Response> running = client.begin(TestClient.request("GET", "/bytes/2000000"));
        client.awaitHeld();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        Http2SessionEvent.GoAway notice = client.awaitGoAway();
        Http2SessionEvent.GoAway last = client.awaitGoAway();
        assertThat(closing).isNotDone();
        client.letGo();

        assertThat(notice.lastStreamId()).isEqualTo(MAX_STREAM_ID);
        assertThat(last.lastStreamId()).isEqualTo(1);
        assertThat(last.errorCode()).isZero();
        assertThat(TestClient.await(running).body()).hasSize(2_000_000);
        assertThat(client.awaitClosed()).isTrue();
        closing.get(60, TimeUnit.SECONDS);
    }

    private static List<byte[]> pieces(byte[] body, int length) {
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < body.length; from += length) {
            byte[] piece = new byte[Math.min(length, body.length - from)];
            System.arraycopy(body, from, piece, 0, piece.length);
            pieces.add(piece);
        }
        return pieces;
    }
}
