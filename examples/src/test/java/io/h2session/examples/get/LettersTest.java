package io.h2session.examples.get;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.testing.CommandRun;
import io.h2session.examples.testing.TestServer;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the letters of nghttp and curl do in {@code get}. */
@Timeout(240)
class LettersTest {
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");

    @TempDir
    private Path directory;

    private Path file;
    private TestServer server;
    private final List<HeaderList> requests = new CopyOnWriteArrayList<>();
    private final List<String> connections = new CopyOnWriteArrayList<>();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final PrintStream systemErr = System.err;
    private final InputStream systemIn = System.in;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void serve() throws Exception {
        file = directory.resolve("body");
        server = TestServer.http2(new Echo());
        System.setErr(new PrintStream(log, true, UTF_8));
    }

    @AfterEach
    void end() {
        System.setErr(systemErr);
        System.setIn(systemIn);
        server.close();
    }

    // ---- bodies ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-n",
                "-nv",
                "-vn",
                "-nvs",
                "-n -v",
                "--null-out",
                "-ni",
                "-n -H a:b",
                "-nH a:b",
                "-nm 1",
                "-vnw %{url}"
            })
    void nWithoutANumberDiscardsBodies(String letters) {
        assertThat(get(letters.split(" ", -1))).isZero();
        assertThat(requests).hasSize(1);
        assertThat(out.toString()).doesNotContain("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-n 3", "-n3", "-n=3", "-sn 3", "-vn3", "-n 3 -m 2", "-nm 3"})
    void nWithANumberSendsThatManyRequests(String letters) {
        assertThat(get(letters.split(" ", -1))).isZero();
        assertThat(requests).hasSize(3);
        assertThat(out.toString()).startsWith("requests: 3 succeeded, 0 failed");
    }

    @Test
    void aWordThatIsTheValueOfAnOptionIsNoLetter() {
        assertThat(get("-o", file.toString(), "-d", "-8n", "-H", "a: -nv")).isZero();
        assertThat(String.join("", received)).isEqualTo("-8n");
        assertThat(file).hasContent("hello");
    }

    @Test
    void mSendsEachUrlThatOften() {
        assertThat(get("-m", "4", server.url("/other"))).isZero();
        assertThat(requests.stream().map(request -> request.value(":path").toString()))
                .containsExactlyInAnyOrder("/", "/", "/", "/", "/other", "/other", "/other", "/other");
        assertThat(connections.stream().distinct()).hasSize(1);
    }

    @Test
    void cOpensSeveralConnections() {
        assertThat(get("-n", "30", "-c", "3")).isZero();
        assertThat(requests).hasSize(30);
        assertThat(connections.stream().distinct()).hasSize(3);
    }

    @Test
    void iWritesHeadersAndTrailersAroundTheBody() {
        assertThat(get("-i", "-o", file.toString(), server.url("/hints"))).isZero();
        assertThat(file)
                .hasContent("HTTP/2 200 \r\ncontent-type: text/plain\r\n\r\nhello"
                        + "HTTP/2 103 \r\nlink: </a>\r\n\r\nHTTP/2 200 \r\ncontent-type: text/plain\r\n\r\nhello"
                        + "x-end: 1\r\n");
    }

    @Test
    void capitalIAsksForTheHeadersOnly() {
        assertThat(get("-I", "-o", file.toString())).isZero();
        assertThat(requests.get(0).value(":method").toString()).isEqualTo("HEAD");
        assertThat(file).hasContent("HTTP/2 200 \r\ncontent-type: text/plain\r\n\r\n");
    }

    @Test
    void fDiscardsTheBodyOfAnErrorAndExitsWith22() {
        assertThat(get("-f", "-i", "-o", file.toString(), server.url("/404"))).isEqualTo(22);
        assertThat(file).hasContent("HTTP/2 200 \r\ncontent-type: text/plain\r\n\r\nhello");
        assertThat(err.toString())
                .isEqualTo("h2session get: " + server.url("/404") + ": status 404" + System.lineSeparator());

        assertThat(get("-fn", "10", server.url("/404"))).isEqualTo(22);
        assertThat(out.toString()).startsWith("requests: 10 succeeded").contains("5 4xx");
    }

    @Test
    void aConnectionThatFailsMattersMoreThanAStatus() {
        String nowhere = "http://127.0.0.1:1/";
        assertThat(get("-fn", server.url("/404"), nowhere)).isEqualTo(1);
        assertThat(err.toString()).contains("status 404").contains(nowhere + ": ");
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    @Test
    void dReadsStandardInput() {
        System.setIn(new ByteArrayInputStream("from stdin".getBytes(UTF_8)));
        assertThat(get("-n", "-d", "@-")).isZero();
        assertThat(String.join("", received)).isEqualTo("from stdin");
        assertThat(requests.get(0).value("content-length").toString()).isEqualTo("10");
    }

    @Test
    void trailersComeBehindTheBody() {
        assertThat(get("-n", "-d", "body", "--trailer", "X-Sum: 1", "--trailer", "x-end: 2"))
                .isZero();
        assertThat(String.join("", received)).isEqualTo("body");
        assertThat(requests).hasSize(2);
        assertThat(requests.get(1)).isEqualTo(HeaderList.of("x-sum", "1", "x-end", "2"));
    }

    @Test
    void pSetsThePriorityOfEachUrlAndTheLastOneOfThoseThatFollow() {
        assertThat(get("-n", "-p", "u=1", "-p", "u=5,i", server.url("/2"), server.url("/3")))
                .isZero();
        assertThat(requests.stream().map(request -> request.value("priority").toString()))
                .containsExactly("u=1", "u=5,i", "u=5,i");
    }

    @Test
    void aGetsWhatAPageNeeds() {
        assertThat(get("-a", "-o", file.toString(), server.url("/page"))).isZero();
        assertThat(requests.stream().map(request -> request.value(":path").toString()))
                .containsExactly("/", "/page", "/style.css", "/image.png");
        assertThat(connections.stream().distinct()).hasSize(1);
        assertThat(file).content().endsWith("hellohello");
    }

    // ---- connections -----------------------------------------------------------------------------------------------

    @Test
    void wAndCapitalWWithNumbersSetTheWindows() {
        assertThat(get("-nv", "-w", "10", "-W", "17")).isZero();
        assertThat(log()).contains("INITIAL_WINDOW_SIZE=1023").contains("send WINDOW_UPDATE stream=0 increment=65536");
    }

    @Test
    void aWindowOfNothingNeverOpens() {
        assertThat(get("-n", "-w", "1", "-w", "%{http_code}")).isZero();
        assertThat(out.toString()).isEqualTo("200");
    }

    @Test
    void headerTablesHaveTheSizesThatAreAskedFor() {
        assertThat(get("-nv", "--header-table-size", "100", "--encoder-header-table-size", "0"))
                .isZero();
        assertThat(log()).contains("HEADER_TABLE_SIZE=100");
    }

    @Test
    void connectToAndResolveChangeTheAddressAndNotTheAuthority() {
        String port = Integer.toString(server.port());
        assertThat(get("-n", "--connect-to", "site.test:80:127.0.0.1:" + port, "http://site.test/"))
                .isZero();
        assertThat(get("-n", "--resolve", "other.test:" + port + ":127.0.0.1", "http://other.test:" + port + "/"))
                .isZero();
        assertThat(requests.get(1).value(":authority").toString()).isEqualTo("site.test");
        assertThat(requests.get(3).value(":authority").toString()).isEqualTo("other.test:" + port);
    }

    @Test
    void theNextAddressIsTriedWhenOneDoesNotAnswer() {
        String port = Integer.toString(server.port());
        // Nobody listens there: the server has another address of loopback.
        String rule = "site.test:" + port + ":127.0.0.77,127.0.0.1";
        assertThat(get("-nv", "--resolve", rule, "http://site.test:" + port + "/"))
                .isZero();
        assertThat(log())
                .contains("connecting to 127.0.0.77:" + port)
                .contains("not connected: ")
                .contains("connected from ");
    }

    // ---- what is told ----------------------------------------------------------------------------------------------

    @Test
    void vTellsOfTheConnectionAndTheFramesWithoutColours() {
        assertThat(get("-nv")).isZero();
        assertThat(log())
                .containsPattern("\\[ *\\d+\\.\\d{3}] connecting to 127\\.0\\.0\\.1:" + server.port())
                .contains("] connected from 127.0.0.1:")
                .contains("] send HEADERS stream=1")
                .contains("] recv HEADERS stream=1")
                .doesNotContain("\u001b");
    }

    @Test
    void colorColoursTheFrames() {
        assertThat(get("-nv", "--color")).isZero();
        assertThat(log())
                .contains("\u001b[1;35msend HEADERS stream=1")
                .contains("\u001b[1;36mrecv HEADERS stream=1")
                .contains("\u001b[1;34mcontent-type\u001b[0m: text/plain");
    }

    @Test
    void vTellsOfTls() throws Exception {
        try (TestServer secure = TestServer.tls(TlsSetup.selfSignedServer(), new Echo())) {
            assertThat(getAlone("-nkv", "https://127.0.0.1:" + secure.port() + "/"))
                    .isZero();
        }
        assertThat(log())
                .containsPattern("] TLS: TLSv1\\.[23], TLS_\\w+, ALPN h2")
                .contains("] certificate: CN=localhost, issued by CN=localhost, valid from ");
    }

    @Test
    void hexdumpShowsWhatArrives() {
        assertThat(get("-n", "--hexdump")).isZero();
        assertThat(log()).contains("|00000000| 00 00 ").contains("|  0  1  2  3  4  5");
    }

    @Test
    void sWritesATableOfTimes() {
        assertThat(get("-s", "-n", server.url("/other"))).isZero();
        assertThat(out.toString())
                .contains("connect        TLS first byte      total  status       size  URL")
                .containsPattern(
                        "(?m)^ +1 +\\d+\\.\\d{3} +- +\\d+\\.\\d{3} +\\d+\\.\\d{3} +200 +5  " + server.url("/") + "$")
                .containsPattern("(?m)^ +3 +- +- +\\d+\\.\\d{3} +\\d+\\.\\d{3} +200 +5  " + server.url("/other") + "$");
    }

    @Test
    void progressIsShownWhenAskedFor() throws Exception {
        Path upload = Files.write(directory.resolve("upload"), new byte[5 << 20]);
        assertThat(get("-#", "-o", file.toString(), "-d", "@" + upload)).isZero();
        assertThat(log()).contains("send 100%");

        log.reset();
        assertThat(get("-o", file.toString(), "-d", "@" + upload)).isZero();
        assertThat(log()).isEmpty();
    }

    // ---- wrong usage -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-w|31|-w BITS must",
                "-w|100|-w BITS must",
                "-w|5|-w|6|-w wants one",
                "-w|%{a|-w has a '{'",
                "-w|%{nothing}|-w knows no %{nothing}",
                "-W|15|-W must",
                "-W|31|-W must",
                "-W|many|Invalid value",
                "-c|0|-c must",
                "-c|2|-c needs",
                "-m|0|-m must",
                "-M|0|-M must",
                "--header-table-size|-1|--header-table-size must",
                "-p||-p wants",
                "-p|32|-p wants",
                "-p|u=1|-H|priority: u=2|-p excludes",
                "--trailer|a: b|--trailer needs -d",
                "-d|x|--trailer|:path: b|--trailer cannot set a pseudo",
                "-d|x|--trailer|nothing|--trailer wants",
                "-d|x|--trailer|a b: c|--trailer wants",
                "-d|x|--trailer|content-length: 1|--trailer cannot",
                "-d|x|--trailer|Connection: close|--trailer cannot",
                "-I|-d|x|-I excludes",
                "-I|-X|GET|-I excludes",
                "-a|-n|5|-a excludes",
                "-o|x|--null-out|-o and --null-out",
                "-o||-o wants",
                "--json|-i|--json has",
                "--json|--har|-|--har - and --json",
                "--har||--har wants",
                "--connect-to|a|--connect-to wants",
                "--resolve|a|--resolve wants",
                "--cert|x|--cert and --key"
            })
    void whatCannotBeIsRefused(String line) {
        List<String> arguments = new ArrayList<>(List.of(line.split("\\|", -1)));
        String complaint = arguments.remove(arguments.size() - 1);
        assertThat(get(arguments.toArray(new String[0]))).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("h2session get: ")
                .contains(complaint)
                .contains("Try 'h2session get --help'.");
        assertThat(requests).isEmpty();
    }

    // ---- the bench -------------------------------------------------------------------------------------------------

    /** Gets {@code /} first. */
    private int get(String... arguments) {
        List<String> line = new ArrayList<>(List.of(server.url("/")));
        line.addAll(List.of(arguments));
        return getAlone(line.toArray(new String[0]));
    }

    private int getAlone(String... arguments) {
        return CommandRun.of(out, err, "get", arguments);
    }

    private String log() {
        return log.toString(UTF_8);
    }

    /** Keeps what arrives, and answers when all of it is there. */
    private final class Echo implements TestServer.Answers {
        @Override
        public void headers(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
            requests.add(request.headers());
            connections.add(connection.channel().id().asLongText());
            if (request.endStream()) {
                answer(connection, request);
            }
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            if (received.size() < 1000) {
                received.add(data.content().toString(UTF_8));
            }
            if (data.endStream()) {
                connection.write(Http2SessionWrite.response(data.stream(), OK, Unpooled.copiedBuffer("hello", UTF_8)));
            }
        }

        private void answer(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
            String path = String.valueOf(request.headers().value(":path"));
            if (path.equals("/hints")) {
                connection.write(Http2SessionWrite.informational(
                        request.stream(), HeaderList.of(":status", "103", "link", "</a>")));
                connection.write(Http2SessionWrite.responseHead(request.stream(), OK));
                connection.write(
                        Http2SessionWrite.data(request.stream(), Unpooled.copiedBuffer("hello", UTF_8), false));
                connection.write(Http2SessionWrite.trailers(request.stream(), HeaderList.of("x-end", "1")));
                return;
            }
            HeaderList head = OK;
            String body = "hello";
            if (path.equals("/404")) {
                head = HeaderList.of(":status", "404");
            } else if (path.equals("/page")) {
                head = HeaderList.of(":status", "200", "content-type", "text/html; charset=utf-8");
                body = "<link rel=stylesheet href=style.css><img src='image.png'>";
            }
            connection.write(Http2SessionWrite.response(request.stream(), head, Unpooled.copiedBuffer(body, UTF_8)));
        }
    }
}
