package io.h2session.examples.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.testing.CommandRun;
import io.h2session.examples.testing.TestServer;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code load} sends, counts and returns, against servers good and bad. */
@Timeout(240)
class LoadCommandTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    // ---- the closed model ------------------------------------------------------------------------------------------

    @Test
    void asManyRequestsAreSentAsWereAskedForOnAllConnectionsAndThreads() throws Exception {
        Map<Object, Integer> requests = new ConcurrentHashMap<>();
        try (TestServer server = TestServer.http2((connection, request) -> {
            requests.merge(connection.channel().id(), 1, Integer::sum);
            connection.write(Http2SessionWrite.response(request.stream(), OK));
        })) {
            assertThat(load("-n", "1001", "-c", "5", "-m", "7", "-t", "2", server.url("/")))
                    .as(err.toString())
                    .isZero();
        }
        assertThat(requests).hasSize(5);
        assertThat(requests.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(1001);
        assertThat(out.toString())
                .contains("1001 succeeded, 0 failed, 0 without a whole response")
                .contains("200: 1001");
    }

    @Test
    void noMoreRequestsRunOnAConnectionThanWereAskedFor() throws Exception {
        Set<Http2SessionEvent.Headers> waiting = new HashSet<>();
        AtomicInteger most = new AtomicInteger();
        try (TestServer server = TestServer.http2((connection, request) -> {
            waiting.add(request);
            most.accumulateAndGet(waiting.size(), Math::max);
            if (waiting.size() == 6) {
                waiting.forEach(one -> connection.write(Http2SessionWrite.response(one.stream(), OK)));
                waiting.clear();
            }
        })) {
            assertThat(load("-n", "60", "-m", "6", server.url("/"))).isZero();
        }
        assertThat(most).hasValue(6);
    }

    @Test
    void urlsAreRequestedInTurnWithTheFieldsAndTheBodyThatWereGiven() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        Path body = Files.writeString(directory.resolve("body"), "content");
        try (TestServer server = TestServer.http2(new TestServer.Answers() {
            @Override
            public void headers(ChannelHandlerContext connection, Http2SessionEvent.Headers request) {
                HeaderList head = request.headers();
                requests.add(head.value(":method") + " " + head.value(":path") + " " + head.value("x-test") + " "
                        + head.value("content-length"));
            }

            @Override
            public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
                assertThat(data.content().toString(UTF_8)).isEqualTo("content");
                connection.write(Http2SessionWrite.response(data.stream(), OK));
            }
        })) {
            assertThat(load(
                            "-n",
                            "5",
                            "-X",
                            "PUT",
                            "-H",
                            "X-Test: one",
                            "-d",
                            body.toString(),
                            server.url("/a?b"),
                            server.url("/c")))
                    .isZero();
        }
        assertThat(requests)
                .containsExactly("PUT /a?b one 7", "PUT /c one 7", "PUT /a?b one 7", "PUT /c one 7", "PUT /a?b one 7");
    }

    // ---- the open model --------------------------------------------------------------------------------------------

    @Test
    void asManyRequestsAreSentAsTheRateHasInTheTime() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server = TestServer.http2((connection, request) -> {
            requests.incrementAndGet();
            connection.write(Http2SessionWrite.response(request.stream(), OK));
        })) {
            assertThat(load("--rate", "1000", "-D", "300ms", "-c", "3", "-t", "2", server.url("/")))
                    .isZero();
        }
        assertThat(requests).hasValue(300);
        assertThat(out.toString()).contains("300 succeeded").contains("open model: 1000 requests/s on 3 connections");
    }

    // ---- connections that end --------------------------------------------------------------------------------------

    @Test
    void connectionsThatAServerEndsInOrderAreReplacedAndNothingIsLost() throws Exception {
        Map<Object, Integer> requests = new ConcurrentHashMap<>();
        try (TestServer server = TestServer.http2((connection, request) -> {
            connection.writeAndFlush(Http2SessionWrite.response(request.stream(), OK));
            if (requests.merge(connection.channel().id(), 1, Integer::sum) == 10) {
                connection.channel().close();
            }
        })) {
            assertThat(load("-n", "100", "-m", "4", server.url("/")))
                    .as(out.toString())
                    .isZero();
        }
        assertThat(requests.size()).isBetween(5, 10);
        assertThat(out.toString())
                .contains("100 succeeded, 0 failed, 0 without a whole response")
                .contains("connections made in place of those that the server ended");
    }

    @Test
    void requestsOnAConnectionThatIsCutHaveFailedAndOthersGoOnOnANewOne() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server = TestServer.http2((connection, request) -> {
            if (requests.incrementAndGet() == 5) {
                connection.pipeline().firstContext().close();
            } else {
                connection.writeAndFlush(Http2SessionWrite.response(request.stream(), OK));
            }
        })) {
            assertThat(load("-n", "10", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString())
                .contains("9 succeeded, 0 failed, 1 without a whole response")
                .containsPattern("1 request: (the server closed the connection|Connection reset)");
    }

    @Test
    void aConnectionErrorOfTheServerIsNamed() throws Exception {
        try (TestServer server = TestServer.http2((connection, request) ->
                connection.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.ENHANCE_YOUR_CALM.code())))) {
            assertThat(load("-n", "1", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString()).contains("1 request: the server ended the connection: ENHANCE_YOUR_CALM");
    }

    @Test
    void aMalformedResponseIsNamed() throws Exception {
        try (TestServer server = TestServer.http2((connection, request) -> {
            connection.write(Http2SessionWrite.responseHead(
                    request.stream(), HeaderList.of(":status", "200", "content-length", "3")));
            connection.write(Http2SessionWrite.data(request.stream(), Unpooled.copiedBuffer("longer", UTF_8), false));
        })) {
            assertThat(load("-n", "1", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString()).contains("1 request: ").doesNotContain("no answer");
    }

    @Test
    void aServerThatSaysNothingHasNoConnection() throws Exception {
        try (TestServer server = TestServer.silent()) {
            assertThat(load("-n", "3", "--timeout", "300ms", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString()).contains("1 connection: no answer within 0.3 s");
    }

    // ---- TLS and HTTP/1.1 ------------------------------------------------------------------------------------------

    @Test
    void overTlsAnyCertificateIsAcceptedOnlyIfThatWasSaid() throws Exception {
        try (TestServer server = TestServer.tls(
                TlsSetup.selfSignedServer(),
                (connection, request) -> connection.write(Http2SessionWrite.response(request.stream(), OK)))) {
            String url = server.url("/").replace("http:", "https:");

            assertThat(load("-n", "20", "-c", "2", "--insecure", url)).isZero();
            assertThat(out.toString()).contains("20 succeeded");
            assertThat(load("-n", "20", url)).isEqualTo(1);
            assertThat(out.toString()).contains("1 connection: the server's certificate is not trusted");
        }
    }

    @Test
    void http1SendsOneRequestAtATimeOnEachConnectionAndReplacesThoseThatEnd() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        Set<Object> connections = ConcurrentHashMap.newKeySet();
        try (TestServer server = TestServer.with(channel -> channel.pipeline()
                .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(1000),
                        new SimpleChannelInboundHandler<FullHttpRequest>() {
                            private int count;

                            @Override
                            protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
                                count++;
                                connections.add(context.channel().id());
                                requests.add(request.method() + " " + request.uri() + " "
                                        + request.headers().get("host") + " "
                                        + request.headers().get("x-test"));
                                FullHttpResponse response = new DefaultFullHttpResponse(
                                        HttpVersion.HTTP_1_1,
                                        HttpResponseStatus.OK,
                                        Unpooled.copiedBuffer("four", UTF_8));
                                response.headers().set("content-length", 4);
                                if (count == 5) {
                                    response.headers().set("connection", "close");
                                }
                                context.writeAndFlush(response);
                            }
                        }))) {
            assertThat(load("--h1", "-n", "20", "-c", "2", "-H", "X-Test: 1", server.url("/a")))
                    .as(out.toString())
                    .isZero();
            String authority = server.url("").substring("http://".length());
            assertThat(requests).hasSize(20).containsOnly("GET /a " + authority + " 1");
        }
        assertThat(connections).hasSizeBetween(4, 5);
        assertThat(out.toString()).contains("2 connections of HTTP/1.1").contains("80 bytes content");
    }

    // ---- output ----------------------------------------------------------------------------------------------------

    @Test
    void theResultIsWrittenForProgramsToo() throws Exception {
        Path json = directory.resolve("result.json");
        Path percentiles = directory.resolve("result.hgrm");
        Path histograms = directory.resolve("result.hlog");
        String url;
        try (TestServer server = TestServer.http2((connection, request) -> connection.write(
                Http2SessionWrite.response(request.stream(), OK, Unpooled.copiedBuffer("content", UTF_8))))) {
            url = server.url("/");
            assertThat(load(
                            "-n",
                            "200",
                            "-c",
                            "2",
                            "--json",
                            json.toString(),
                            "--hgrm",
                            percentiles.toString(),
                            "--hlog",
                            histograms.toString(),
                            url))
                    .isZero();
        }

        JsonObject result = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        JsonObject settings = result.getAsJsonObject("settings");
        assertThat(settings.get("model").getAsString()).isEqualTo("closed");
        assertThat(settings.getAsJsonArray("urls").get(0).getAsString()).isEqualTo(url);
        assertThat(settings.get("requests").getAsInt()).isEqualTo(200);
        assertThat(settings.get("rate").isJsonNull()).isTrue();
        assertThat(result.getAsJsonObject("requests").get("succeeded").getAsInt())
                .isEqualTo(200);
        assertThat(result.getAsJsonObject("statuses").get("200").getAsInt()).isEqualTo(200);
        assertThat(result.getAsJsonObject("bytes").get("content").getAsInt()).isEqualTo(1400);
        JsonObject latency = result.getAsJsonObject("latency_ns");
        assertThat(latency.get("count").getAsInt()).isEqualTo(200);

        Histogram logged;
        try (HistogramLogReader reader = new HistogramLogReader(histograms.toFile())) {
            logged = (Histogram) reader.nextIntervalHistogram();
            assertThat(logged.getTag()).isEqualTo("latency");
            assertThat(reader.nextIntervalHistogram().getTag()).isEqualTo("service");
            assertThat(reader.nextIntervalHistogram().getTag()).isEqualTo("first_byte");
            assertThat(reader.hasNext()).isFalse();
        }
        assertThat(logged.getTotalCount()).isEqualTo(200);
        assertThat(logged.getValueAtPercentile(50)).isEqualTo(latency.get("p50").getAsLong());
        assertThat(logged.getMaxValue()).isEqualTo(latency.get("max").getAsLong());

        List<double[]> rows = Files.readAllLines(percentiles).stream()
                .filter(line -> line.matches(" +[0-9.]+ +[0-9.]+ +[0-9]+( +[0-9.]+)?"))
                .map(line -> Arrays.stream(line.strip().split(" +"))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .toList();
        double[] last = rows.get(rows.size() - 1);
        assertThat(last[0]).isCloseTo(logged.getMaxValue() / 1e6, within(0.001));
        assertThat(last[1]).isEqualTo(1);
        assertThat(last[2]).isEqualTo(200);
        for (double[] row : rows) {
            assertThat(logged.getCountBetweenValues(0, (long) (row[0] * 1e6) + 1000))
                    .isGreaterThanOrEqualTo((long) row[2]);
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsToldBeforeTheRun() {
        Path nowhere = directory.resolve("none").resolve("result.json");

        assertThat(load("-n", "1", "--json", nowhere.toString(), "http://127.0.0.1:1/"))
                .isEqualTo(1);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("no such file").contains(nowhere.toString());
    }

    // ---- failures --------------------------------------------------------------------------------------------------

    @Test
    void statusesAreCountedEachAndThoseFrom400OnHaveFailed() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        String[] statuses = {"200", "204", "304", "404", "503"};
        try (TestServer server = TestServer.http2((connection, request) -> {
            String status = statuses[requests.getAndIncrement() % statuses.length];
            connection.write(Http2SessionWrite.response(request.stream(), HeaderList.of(":status", status)));
        })) {
            assertThat(load("-n", "50", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString())
                .contains("30 succeeded, 20 failed, 0 without a whole response")
                .contains("200: 10, 204: 10, 304: 10, 404: 10, 503: 10");
    }

    @Test
    void requestsWithoutAWholeResponseAreCountedByReason() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (TestServer server = TestServer.http2((connection, request) -> {
            switch (requests.getAndIncrement() % 4) {
                case 0 -> connection.write(Http2SessionWrite.reset(request.stream(), ErrorCode.INTERNAL_ERROR));
                case 1 -> connection.write(Http2SessionWrite.reset(request.stream(), ErrorCode.REFUSED_STREAM));
                case 2 -> {
                    connection.write(Http2SessionWrite.responseHead(request.stream(), OK));
                    connection.write(Http2SessionWrite.reset(request.stream(), ErrorCode.CANCEL));
                }
                default -> connection.write(Http2SessionWrite.response(request.stream(), OK));
            }
        })) {
            assertThat(load("-n", "40", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString())
                .contains("10 succeeded, 0 failed, 30 without a whole response")
                .contains("10 requests: the server reset the stream: INTERNAL_ERROR")
                .contains("10 requests: the server reset the stream: REFUSED_STREAM")
                .contains("10 requests: the server reset the stream: CANCEL");
    }

    @Test
    void aServerThatCannotBeReachedIsToldOnce() throws Exception {
        // It does not listen, and no other process can have its port.
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(load("-n", "10", "-c", "2", "http://127.0.0.1:" + bound.getLocalPort() + "/"))
                    .isEqualTo(1);
        }
        assertThat(out.toString())
                .contains("2 connections: connection refused")
                .contains("10 without a whole response");
    }

    @Test
    void aServerOfAnotherProtocolIsRecognized() throws Exception {
        try (TestServer server = TestServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThat(load("-n", "1", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString()).contains("1 connection: the server does not speak HTTP/2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -n 0                        | -n must be positive
                    -n 5 -D 3                   | -n and --duration exclude each other
                    -D 0                        | --duration must be positive
                    -D soon                     | --duration wants a time like 10s, 500ms or 2m, not: soon
                    --warm-up 3x                | --warm-up wants a time like 10s, 500ms or 2m, not: 3x
                    --rate 0                    | --rate must be above 0 and at most 10000000
                    --rate -5                   | --rate must be above 0 and at most 10000000
                    --rate NaN                  | --rate must be above 0 and at most 10000000
                    -c 0                        | -c must be from 1 to 60000
                    -m 10001                    | -m must be from 1 to 10000
                    -t 0                        | -t must be from 1 to 256
                    --h1 -m 2                   | -m is for HTTP/2
                    -w 32                       | -w must be from 1 to 31
                    -k --cacert x               | -k and --cacert exclude each other
                    --timeout 0                 | --timeout must be from 1ms to 1h
                    --timeout 61m               | --timeout must be from 1ms to 1h
                    -n 1000000000001            | -n must be at most 1000000000000
                    -n 99999999 --rate 1        | -n requests take more than a year at this --rate
                    -H nocolon                  | -H wants 'name: value', not: nocolon
                    http://elsewhere/           | all URLs must be of one server: http://127.0.0.1/
                    ftp://127.0.0.1/            | it must begin with http:// or https://
                    """)
    void whatCannotBeIsWrongUsage(String arguments, String complaint) {
        String[] line = (arguments + " http://127.0.0.1/").split(" ");
        assertThat(load(line)).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("h2session load: ")
                .contains(complaint)
                .endsWith(String.format("Try 'h2session load --help'.%n"));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThat(load("-d", directory.resolve("none").toString(), "http://127.0.0.1/"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no such file").contains("none");
    }

    private int load(String... arguments) {
        return CommandRun.of(out, err, "load", arguments);
    }
}
