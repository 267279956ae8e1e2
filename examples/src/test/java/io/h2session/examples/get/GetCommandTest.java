package io.h2session.examples.get;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.testing.CommandRun;
import io.h2session.examples.testing.TestServer;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code get} sends, writes, says and returns, against servers good and bad. */
@Timeout(240)
class GetCommandTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");

    @TempDir
    private Path directory;

    private Path file;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("body");
    }

    // ---- what works ------------------------------------------------------------------------------------------------

    @Test
    void writesTheBodyToAFile() throws Exception {
        try (TestServer server = TestServer.http2(GetCommandTest::answerHello)) {
            assertThat(get("-o", file.toString(), server.url("/"))).isZero();
        }
        assertThat(file).hasContent("hello");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void writesTheBodiesOfSeveralUrlsInTheirOrder() throws Exception {
        try (TestServer one = TestServer.http2(
                        (connection, request) -> connection.write(response(request, OK, "1" + path(request))));
                TestServer two = TestServer.http2(
                        (connection, request) -> connection.write(response(request, OK, "2" + path(request))))) {
            assertThat(get("-o", file.toString(), one.url("/a"), two.url("/b"), one.url("/c")))
                    .isZero();
        }
        assertThat(file).hasContent("1/a2/b1/c");
    }

    @Test
    void isContentWithAnyStatus() throws Exception {
        try (TestServer server = TestServer.http2(
                (connection, request) -> connection.write(response(request, HeaderList.of(":status", "404"), "no")))) {
            assertThat(get("-o", file.toString(), server.url("/"))).isZero();
        }
        assertThat(file).hasContent("no");
    }

    @Test
    void skipsInformationalResponsesAndTakesTrailers() throws Exception {
        try (TestServer server = TestServer.http2((connection, request) -> {
            Http2StreamHandle stream = request.stream();
            connection.write(Http2SessionWrite.informational(stream, HeaderList.of(":status", "103")));
            connection.write(Http2SessionWrite.responseHead(stream, OK));
            connection.write(Http2SessionWrite.data(stream, Unpooled.copiedBuffer("body", UTF_8), false));
            connection.write(Http2SessionWrite.trailers(stream, HeaderList.of("x-end", "1")));
        })) {
            assertThat(get("-o", file.toString(), server.url("/"))).isZero();
        }
        assertThat(file).hasContent("body");
    }

    @Test
    void sendsTheMethodTheFieldsAndTheTextItIsGiven() throws Exception {
        List<HeaderList> requests = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        try (TestServer server = TestServer.http2(new TestServer.Answers() {
            @Override
            public void headers(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
                requests.add(request.headers());
            }

            @Override
            public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
                body.append(data.content().toString(UTF_8));
                if (data.endStream()) {
                    connection.write(Http2SessionWrite.response(data.stream(), OK));
                }
            }
        })) {
            String url = server.url("/path?query");
            assertThat(get("-X", "PUT", "-H", "X-Test: One", "-H", "Host: other", "-d", "some t\u00ebxt", url))
                    .isZero();
        }
        HeaderList request = requests.get(0);
        assertThat(request.value(":method").toString()).isEqualTo("PUT");
        assertThat(request.value(":path").toString()).isEqualTo("/path?query");
        assertThat(request.value(":authority").toString()).isEqualTo("other");
        assertThat(request.value("x-test").toString()).isEqualTo("One");
        assertThat(request.value("content-length").toString()).isEqualTo("10");
        assertThat(request.contains("host")).isFalse();
        assertThat(body).hasToString("some t\u00ebxt");
    }

    @Test
    void streamsAFileAsTheBody() throws Exception {
        byte[] content = new byte[2_500_000];
        new Random(3).nextBytes(content);
        Path upload = Files.write(directory.resolve("upload"), content);
        try (TestServer server = TestServer.http2(new TestServer.Answers() {
            @Override
            public void headers(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
                connection.write(Http2SessionWrite.responseHead(request.stream(), OK));
            }

            @Override
            public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
                connection.write(
                        Http2SessionWrite.data(data.stream(), data.content().retain(), data.endStream()));
            }
        })) {
            assertThat(get("-d", "@" + upload, "-o", file.toString(), server.url("/")))
                    .isZero();
        }
        assertThat(file).hasBinaryContent(content);
    }

    @Test
    void sendsManyRequestsOnOneConnectionAndReports() throws Exception {
        List<String> connections = new ArrayList<>();
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server = TestServer.http2((connection, request) -> {
            requests.incrementAndGet();
            String id = connection.channel().id().asLongText();
            if (!connections.contains(id)) {
                connections.add(id);
            }
            answerHello(connection, request);
        })) {
            assertThat(get("-n", "2000", "-m", "50", server.url("/"))).isZero();
        }
        assertThat(requests).hasValue(2000);
        assertThat(connections).hasSize(1);
        assertThat(out.toString())
                .startsWith("requests: 2000 succeeded, 0 failed")
                .contains("status:   2000 2xx, 0 3xx, 0 4xx, 0 5xx")
                .containsPattern("time: +\\d+\\.\\d{3} s, \\d+ requests/s, \\d+\\.\\d\\d MiB/s");
    }

    // ---- what does not ---------------------------------------------------------------------------------------------

    @Test
    void countsWhatFailedOfMany() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server = TestServer.http2((connection, request) -> {
            if (requests.incrementAndGet() % 10 == 0) {
                connection.write(Http2SessionWrite.reset(request.stream(), ErrorCode.REFUSED_STREAM));
            } else {
                answerHello(connection, request);
            }
        })) {
            assertThat(get("-n", "100", "-m", "10", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString()).startsWith("requests: 90 succeeded, 10 failed");
        assertComplaint("10 failed: the server reset the stream: REFUSED_STREAM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void saysThatAServerNeverSpoke(String scheme) throws Exception {
        try (TestServer server = TestServer.silent()) {
            String url = scheme + "://127.0.0.1:" + server.port() + "/";
            assertThat(get("-k", "--timeout", "1", url)).isEqualTo(1);
            assertComplaint(url + ": no answer within 1 s");
        }
    }

    @Test
    void saysThatNoRequestOfManyWasAnswered() throws Exception {
        try (TestServer server = TestServer.silent()) {
            assertThat(get("--timeout", "1", "-n", "3", "-m", "3", server.url("/")))
                    .isEqualTo(1);
            assertComplaint("3 failed: no answer within 1 s");
        }
    }

    @Test
    void saysThatThePortHasNoListener() throws Exception {
        try (Socket bound = bound()) {
            String url = url(bound);
            assertThat(get(url)).isEqualTo(1);
            assertComplaint(url + ": connection refused");
        }
    }

    @Test
    void triesTheNextUrlAfterOneThatFailed() throws Exception {
        try (Socket bound = bound();
                TestServer server = TestServer.http2(GetCommandTest::answerHello)) {
            assertThat(get("-o", file.toString(), url(bound), server.url("/"))).isEqualTo(1);
        }
        assertThat(file).hasContent("hello");
    }

    @Test
    void saysThatAServerSpeaksHttp1() throws Exception {
        try (TestServer server = TestServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThat(get(server.url("/"))).isEqualTo(1);
            assertComplaint(server.url("/") + ": the server speaks HTTP/1, not HTTP/2");
        }
    }

    @Test
    void saysThatAServerSpeaksTls() throws Exception {
        try (TestServer server = TestServer.saying("\u0015\u0003\u0001\0\u0002\u0002\u0016")) {
            assertThat(get(server.url("/"))).isEqualTo(1);
            assertComplaint(server.url("/") + ": the server speaks TLS: try https://");
        }
    }

    @Test
    void saysThatAServerSpeaksSomethingElse() throws Exception {
        try (TestServer server = TestServer.saying("220 mail.example.org ESMTP\r\n")) {
            assertThat(get(server.url("/"))).isEqualTo(1);
            assertComplaint(server.url("/") + ": the server does not speak HTTP/2");
        }
    }

    @Test
    void saysThatTheConnectionWasClosed() throws Exception {
        try (TestServer server = TestServer.saying("")) {
            assertThat(get(server.url("/"))).isEqualTo(1);
            assertConnectionEnded(server);
        }
    }

    @Test
    void saysThatTheServerResetTheStream() throws Exception {
        try (TestServer server = TestServer.http2((connection, request) ->
                connection.write(Http2SessionWrite.reset(request.stream(), ErrorCode.ENHANCE_YOUR_CALM)))) {
            assertThat(get(server.url("/"))).isEqualTo(1);
            assertComplaint(server.url("/") + ": the server reset the stream: ENHANCE_YOUR_CALM");
        }
    }

    @Test
    void isContentWithAResetBehindAWholeResponse() throws Exception {
        Path upload = Files.write(directory.resolve("upload"), new byte[3_000_000]);
        try (TestServer server = TestServer.http2((connection, request) -> connection
                .write(response(request, OK, "hello"))
                .addListener(sent ->
                        connection.writeAndFlush(Http2SessionWrite.reset(request.stream(), ErrorCode.NO_ERROR))))) {
            assertThat(get("-d", "@" + upload, "-o", file.toString(), server.url("/")))
                    .isZero();
        }
        assertThat(file).hasContent("hello");
    }

    @Test
    void saysThatTheServerEndedTheConnection() throws Exception {
        try (TestServer server = TestServer.http2((connection, request) ->
                connection.write(Http2SessionWrite.terminate(ErrorCode.INTERNAL_ERROR.code())))) {
            assertThat(get(server.url("/"))).isEqualTo(1);
            assertComplaint(server.url("/") + ": the server ended the connection: INTERNAL_ERROR (terminated)");
        }
    }

    @Test
    void saysThatAResponseWasCutShort() throws Exception {
        HeaderList headers = OK.with("content-length", "1000");
        try (TestServer server = TestServer.http2((connection, request) -> {
            connection.write(Http2SessionWrite.responseHead(request.stream(), headers));
            connection
                    .writeAndFlush(
                            Http2SessionWrite.data(request.stream(), Unpooled.wrappedBuffer(new byte[10]), false))
                    .addListener(sent -> connection.channel().unsafe().closeForcibly());
        })) {
            assertThat(get("-o", file.toString(), server.url("/"))).isEqualTo(1);
            assertConnectionEnded(server);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatTheOutputIsFull() throws Exception {
        try (TestServer server = TestServer.http2(GetCommandTest::answerHello)) {
            assertThat(get("-o", "/dev/full", server.url("/"))).isEqualTo(1);
            assertComplaint(server.url("/") + ": cannot write the body: No space left on device");
        }
    }

    @Test
    void saysThatTheOutputCannotBeMade() throws Exception {
        try (TestServer server = TestServer.http2(GetCommandTest::answerHello)) {
            Path nowhere = directory.resolve("missing").resolve("file");
            assertThat(get("-o", nowhere.toString(), server.url("/"))).isEqualTo(1);
            assertComplaint(server.url("/") + ": cannot write the body: no such file: " + nowhere);
        }
    }

    @Test
    void saysThatTheFileToSendIsMissing() {
        Path missing = directory.resolve("missing");
        assertThat(get("-d", "@" + missing, "http://127.0.0.1:1/")).isEqualTo(1);
        assertComplaint("no such file: " + missing);
    }

    // ---- wrong usage -----------------------------------------------------------------------------------------------

    @Test
    void saysWhatIsWrongWithAUrl() {
        assertThat(get("gopher://127.0.0.1/")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("h2session get: bad URL 'gopher://127.0.0.1/': it must begin with http:// or https://")
                .contains("Try 'h2session get --help'.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1",
                "http:",
                "http://",
                "http:///path",
                "http://127.0.0.1:99999/",
                "http://127.0.0.1:0/",
                "http://127.0.0.1:port/",
                "http://user@127.0.0.1/",
                "http://127.0.0.1/a b",
                "ftp://127.0.0.1/"
            })
    void refusesAUrlThatCannotBe(String url) {
        assertThat(get(url)).isEqualTo(2);
        assertThat(err.toString()).startsWith("h2session get: bad URL '" + url + "': ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-X|GE T",
                "-X|",
                "-X|CONNECT",
                "-H|no colon",
                "-H|: value",
                "-H|na me: value",
                "-H|name: a\r\nb: c",
                "-H|connection: close",
                "-H|Transfer-Encoding: chunked",
                "-H|te: gzip",
                "-H|host: a b",
                "-H|host:",
                "-H|content-length: 5",
                "-H|content-length: five",
                "-n|0",
                "-n|-1",
                "-n|many",
                "-m|0",
                "-m|1001",
                "-m|1.5",
                "--timeout|0",
                "--timeout|soon",
                "-o",
                "-k|--cacert|ca.pem",
                "--frobnicate"
            })
    void refusesWrongUsage(String arguments) {
        List<String> line = new ArrayList<>(List.of("http://127.0.0.1:1/"));
        line.addAll(List.of(arguments.split("\\|", -1)));
        assertThat(get(line.toArray(new String[0]))).isEqualTo(2);
        assertThat(err.toString()).startsWith("h2session get: ").contains("Try 'h2session get --help'.");
    }

    @Test
    void sendsWhatIsNotAsciiAsUtf8() throws Exception {
        List<String> paths = new ArrayList<>();
        try (TestServer server = TestServer.http2((connection, request) -> {
            paths.add(path(request));
            answerHello(connection, request);
        })) {
            assertThat(get("-o", file.toString(), server.url("/\u00e4?\u00f6"))).isZero();
        }
        assertThat(paths).containsExactly("/%C3%A4?%C3%B6");
    }

    @Test
    void refusesPseudoHeaderFields() {
        assertThat(get("-H", ":path: /other", "http://127.0.0.1:1/")).isEqualTo(2);
        assertThat(err.toString()).startsWith("h2session get: -H cannot set a pseudo-header field");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(get("--frobnicate", "http://127.0.0.1:1/")).isEqualTo(2);
        assertThat(get()).isEqualTo(2);
        assertThat(get("-n", "0", "http://127.0.0.1:1/")).isEqualTo(2);
        assertThat(get("-m", "0", "http://127.0.0.1:1/")).isEqualTo(2);
    }

    @Test
    void helps() {
        assertThat(get("--help")).isZero();
        assertThat(out.toString()).contains("Exit status").contains("-o=FILE").contains("--insecure");
    }

    /** A port without a listener that no other process can take. */
    private static Socket bound() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    private static String url(Socket bound) {
        return "http://127.0.0.1:" + bound.getLocalPort() + "/";
    }

    // ---- the bench -------------------------------------------------------------------------------------------------

    private int get(String... arguments) {
        return CommandRun.of(out, err, "get", arguments);
    }

    private void assertComplaint(String expected) {
        assertThat(err.toString()).isEqualTo("h2session get: " + expected + System.lineSeparator());
    }

    /** How the end of a connection is seen depends on what is under way in the other direction. */
    private void assertConnectionEnded(TestServer server) {
        assertThat(err.toString())
                .startsWith("h2session get: " + server.url("/") + ": ")
                .containsAnyOf("the server closed the connection", "Connection reset", "Broken pipe")
                .hasLineCount(1);
    }

    private static void answerHello(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
        connection.write(response(request, OK, "hello"));
    }

    private static Http2SessionWrite response(Http2SessionEvent.Headers request, HeaderList headers, String body) {
        return Http2SessionWrite.response(request.stream(), headers, Unpooled.copiedBuffer(body, UTF_8));
    }

    private static String path(Http2SessionEvent.Headers request) {
        return request.headers().value(":path").toString();
    }
}
