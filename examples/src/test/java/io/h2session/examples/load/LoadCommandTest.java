package io.h2session.examples.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.Main;
import io.h2session.examples.testing.TestServer;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelHandlerContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code load} sends, counts and returns, against servers good and bad. */
@Timeout(60)
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
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(load("-n", "10", "-c", "2", "http://127.0.0.1:" + port + "/"))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("2 connections: connection refused")
                .contains("10 without a whole response");
    }

    @Test
    void aServerOfAnotherProtocolIsRecognized() throws Exception {
        try (TestServer server = TestServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThat(load("-n", "1", server.url("/"))).isEqualTo(1);
        }
        assertThat(out.toString()).contains("1 connections: the server does not speak HTTP/2");
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
                    --timeout 0                 | --timeout must be at least 1ms
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
        String[] line = new String[arguments.length + 1];
        line[0] = "load";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line);
    }
}
