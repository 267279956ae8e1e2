package io.h2session.examples.get;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.testing.CommandRun;
import io.h2session.examples.testing.TestServer;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code -w}, {@code --json} and {@code --har} tell of requests. */
@Timeout(240)
class ReportsTest {
    private static final HeaderList OK = HeaderList.of(
            ":status",
            "200",
            "content-type",
            "text/plain",
            "set-cookie",
            "a=1",
            "set-cookie",
            "b=2",
            "x-quote",
            "\"\\");

    @TempDir
    private Path directory;

    private TestServer server;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void serve() throws Exception {
        server = TestServer.http2(ReportsTest::answer);
    }

    @AfterEach
    void end() {
        server.close();
    }

    // ---- -w --------------------------------------------------------------------------------------------------------

    @Test
    void theNamesOfCurl() {
        assertThat(get(
                        "-n",
                        "-w",
                        "%{http_code} %{response_code} %{http_version} %{size_download} %{num_connects} %{scheme} %{method}"
                                + " %{remote_ip}:%{remote_port} %{url} %{content_type} %{exitcode} %{errormsg}|%{conn_id}\\n",
                        server.url("/a"),
                        server.url("/b")))
                .isZero();
        String address = " http GET 127.0.0.1:" + server.port() + " ";
        assertThat(out.toString())
                .isEqualTo("200 200 2 5 1" + address + server.url("/a") + " text/plain 0 |0\n" + "200 200 2 5 0"
                        + address + server.url("/b") + " text/plain 0 |0\n");
    }

    @Test
    void fieldsEscapesAndPercentSigns() {
        assertThat(get(
                        "-n",
                        "-w",
                        "%header{X-Quote} %header{missing}|%%{http_code} 100% \\t\\r\\n\\q",
                        server.url("/")))
                .isZero();
        assertThat(out.toString()).isEqualTo("\"\\ |%{http_code} 100% \t\r\n\\q");
    }

    @Test
    void timesFollowEachOther() {
        String format = "%{time_namelookup} %{time_connect} %{time_pretransfer} %{time_starttransfer} %{time_total}";
        assertThat(get("-n", "-w", format, server.url("/"))).isZero();
        List<Double> times = new ArrayList<>();
        for (String time : out.toString().split(" ", -1)) {
            assertThat(time).matches("\\d+\\.\\d{6}");
            times.add(Double.valueOf(time));
        }
        assertThat(times).isSorted().hasSize(5);
        assertThat(times.get(1)).isPositive();
    }

    @Test
    void aFormatFromAFileAndTheLongName() throws Exception {
        Path format = Files.writeString(directory.resolve("format"), "%{http_code}\n");
        assertThat(get("-n", "-w", "@" + format, server.url("/"))).isZero();
        assertThat(get("-n", "--write-out", "12", server.url("/"))).isZero();
        assertThat(out.toString()).isEqualTo("200\n12");
    }

    @Test
    void aRequestThatFailedIsToldToo() {
        assertThat(get("-n", "-w", "%{http_code} %{exitcode} %{errormsg}", "http://127.0.0.1:1/"))
                .isEqualTo(1);
        assertThat(out.toString()).startsWith("000 1 ").hasSizeGreaterThan("000 1 ".length());
    }

    @Test
    void jsonOfAllNamesAndOfTheFields() {
        assertThat(get("-n", "-w", "%{json}\\n%{header_json}", server.url("/"))).isZero();
        assertThat(out.toString())
                .startsWith(
                        "{\"conn_id\":0,\"content_type\":\"text/plain\",\"errormsg\":null,\"exitcode\":0,\"http_code\":200,")
                .contains("\"set-cookie\": [\n    \"a=1\",\n    \"b=2\"\n  ]")
                .contains("\"x-quote\": [\n    \"\\\"\\\\\"\n  ]");
    }

    // ---- --json and --har ------------------------------------------------------------------------------------------

    @Test
    void jsonHasAnObjectALineAndNoBody() {
        assertThat(get("--json", server.url("/a"), server.url("/b"))).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .contains("\"request\":{\"method\":\"GET\",\"url\":\"" + server.url("/a") + "\"")
                .contains(
                        "\"response\":{\"status\":200,\"headers\":{\"content-type\":[\"text/plain\"],\"set-cookie\":[\"a=1\",\"b=2\"]")
                .contains("\"connection\":{\"id\":0,\"remote\":\"127.0.0.1:" + server.port() + "\"")
                .contains("\"stream\":1,")
                .endsWith("\"failure\":null}");
        assertThat(lines.get(1)).contains("\"stream\":3,").contains("\"connected\":null,\"tls\":null");
    }

    @Test
    void jsonOfManyRequestsIsNothingButJson() {
        assertThat(get("--json", "-n", "20", "-m", "5", server.url("/"))).isZero();
        assertThat(out.toString().lines()).hasSize(20).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    @Test
    void jsonOfAFailure() {
        assertThat(get("--json", "http://127.0.0.1:1/")).isEqualTo(1);
        assertThat(out.toString())
                .contains("\"response\":null,\"connection\":null")
                .contains("\"failure\":\"");
    }

    @Test
    void jsonTellsOfTls() throws Exception {
        try (TestServer secure = TestServer.tls(TlsSetup.selfSignedServer(), ReportsTest::answer)) {
            assertThat(get("--json", "-k", "https://127.0.0.1:" + secure.port() + "/"))
                    .isZero();
        }
        assertThat(out.toString())
                .containsPattern("\"protocol\":\"TLSv1\\.[23]\",\"cipher\":\"TLS_\\w+\",\"alpn\":\"h2\"")
                .contains(
                        "\"certificates\":[{\"subject\":\"CN=localhost\",\"issuer\":\"CN=localhost\",\"notAfter\":\"");
    }

    @Test
    void harIsAnArchiveWithoutSecrets() throws Exception {
        Path har = directory.resolve("x.har");
        String url = server.url("/a?x=1%202&y");
        assertThat(get("-n", "--har", har.toString(), "-H", "authorization: secret", "-d", "body", url))
                .isZero();
        String text = Files.readString(har);
        assertThat(text)
                .startsWith("{\n  \"log\": {\n    \"version\": \"1.2\",")
                .contains("\"method\": \"POST\",\n          \"url\": \"" + url
                        + "\",\n          \"httpVersion\": \"HTTP/2\"")
                .contains("\"name\": \"x\",\n              \"value\": \"1 2\"")
                .contains("\"name\": \"y\",\n              \"value\": \"\"")
                .contains("\"name\": \"authorization\",\n              \"value\": \"\"")
                .contains("\"status\": 200,")
                .contains("\"mimeType\": \"text/plain\"")
                .contains("\"serverIPAddress\": \"127.0.0.1\"")
                .doesNotContain("secret")
                .doesNotContain("a=1");
        for (String step : List.of("blocked", "dns", "connect", "ssl", "send", "wait", "receive")) {
            assertThat(text).containsPattern("\"" + step + "\": -?\\d");
        }
    }

    @Test
    void harOnStandardOutputIsAlone() {
        assertThat(get("--har", "-", server.url("/"))).isZero();
        assertThat(out.toString())
                .startsWith("{")
                .endsWith("}" + System.lineSeparator())
                .doesNotContain("hello");
    }

    @Test
    void harThatCannotBeWrittenIsToldOf() {
        Path nowhere = directory.resolve("missing").resolve("x.har");
        assertThat(get("-n", "--har", nowhere.toString(), server.url("/"))).isEqualTo(1);
        assertThat(err.toString()).startsWith("h2session get: cannot write the report: no such file: " + nowhere);
    }

    private int get(String... arguments) {
        return CommandRun.of(out, err, "get", arguments);
    }

    private static void answer(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
        connection.write(Http2SessionWrite.response(
                request.stream(), OK, Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8)));
    }
}
