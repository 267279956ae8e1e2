package io.h2session.examples.get;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.testing.CommandRun;
import io.h2session.examples.testing.TestServer;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.negotiation.Http2UpgradeHandler;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code get -u}: HTTP Upgrade, against servers that switch and servers that do not. */
@Timeout(240)
class UpgradeTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");

    @TempDir
    private Path directory;

    /** What asked for HTTP/2, and then each request of HTTP/2 with its stream. */
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final List<HttpRequest> asking = new CopyOnWriteArrayList<>();
    private final List<HeaderList> received = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theFirstRequestAsksAndIsStream1() throws Exception {
        Path file = directory.resolve("body");
        try (TestServer server = switching()) {
            assertThat(get("-u", "-o", file.toString(), server.url("/a"), server.url("/b?c")))
                    .isZero();
        }
        assertThat(requests).containsExactly("GET /a", "1 GET /a", "3 GET /b?c");
        assertThat(file).hasContent("hello /ahello /b?c");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theFieldsOfTheRequestAreThoseOfHttp1() throws Exception {
        try (TestServer server = switching()) {
            String[] fields = {"-H", "Cookie: a=1", "-H", "cookie: b=2", "-H", "Host: site.test", "-H", "TE: trailers"};
            List<String> line = new ArrayList<>(List.of("--upgrade", "-n", server.url("/")));
            line.addAll(List.of(fields));
            assertThat(get(line.toArray(new String[0]))).isZero();
        }
        HttpRequest request = asking.get(0);
        assertThat(request.headers().getAll("cookie")).containsExactly("a=1; b=2");
        assertThat(request.headers().getAll("host")).containsExactly("site.test");
        assertThat(request.headers().getAll("connection")).containsExactly("te, Upgrade, HTTP2-Settings");
        assertThat(request.headers().getAll("upgrade")).containsExactly("h2c");
        assertThat(request.headers().getAll("http2-settings")).hasSize(1);
        assertThat(request.headers().names()).noneMatch(name -> name.startsWith(":"));
        assertThat(received.get(0)).contains(HeaderField.of(":authority", "site.test"));
    }

    @Test
    void headAsksToo() throws Exception {
        Path file = directory.resolve("head");
        try (TestServer server = switching()) {
            assertThat(get("-u", "-I", "-o", file.toString(), server.url("/"))).isZero();
        }
        assertThat(requests).containsExactly("HEAD /", "1 HEAD /");
        assertThat(file).hasContent("HTTP/2 200 \r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"-d, body, POST", "-X, DELETE, DELETE"})
    void whatAServerMustNotCarryOutTwiceWaitsBehindOptions(String option, String value, String method)
            throws Exception {
        try (TestServer server = switching()) {
            assertThat(get("-u", "-n", option, value, server.url("/form"))).isZero();
        }
        assertThat(requests).containsExactly("OPTIONS *", "1 OPTIONS *", "3 " + method + " /form");
    }

    @Test
    void eachOfSeveralConnectionsAsksOnce() throws Exception {
        try (TestServer server = switching()) {
            assertThat(get("-u", "-n", "20", "-c", "2", "-m", "5", server.url("/")))
                    .isZero();
        }
        assertThat(requests.stream().filter("GET /"::equals)).hasSize(2);
        assertThat(requests.stream().filter("1 GET /"::equals)).hasSize(2);
        assertThat(requests).hasSize(2 + 20);
        assertThat(out.toString()).startsWith("requests: 20 succeeded, 0 failed");
    }

    @Test
    void vAndHexdumpTellOfTheUpgrade() throws Exception {
        PrintStream systemErr = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, UTF_8));
        try (TestServer server = switching()) {
            assertThat(get("-unv", "--hexdump", server.url("/"))).isZero();
        } finally {
            System.setErr(systemErr);
        }
        assertThat(log.toString(UTF_8))
                .contains("] HTTP Upgrade: send GET / HTTP/1.1")
                .contains("] HTTP Upgrade: recv HTTP/1.1 101")
                .contains("recv HEADERS stream=1")
                .contains("HTTP/1.1 101 Swi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nno|the server answered 200 in HTTP/1.1",
                "HTTP/1.1 103 \\r\\n\\r\\nHTTP/1.1 404 \\r\\nContent-Length: 0\\r\\n\\r\\n|the server answered 404 in HTTP/1.1",
                "HTTP/1.1 101 \\r\\nUpgrade: other\\r\\n\\r\\n|the server switched to a protocol that it was not asked for",
                "SSH-2.0-some\\r\\n\\r\\n|the server does not speak HTTP/1.1",
                "HTTP/1.1 1|the connection was closed"
            })
    void aServerThatDoesNotSwitchFailsTheRequest(String answer, String reason) throws Exception {
        try (TestServer server = TestServer.saying(answer.replace("\\r\\n", "\r\n"))) {
            assertThat(get("-un", server.url("/"))).isEqualTo(1);
            assertThat(err.toString().strip())
                    .isEqualTo("h2session get: " + server.url("/") + ": HTTP Upgrade failed: " + reason);
        }
    }

    @Test
    void aRefusalFailsEveryRequestThatWaits() throws Exception {
        try (TestServer server = TestServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(get("-u", "-m", "3", server.url("/"))).isEqualTo(1);
        }
        assertThat(err.toString()).contains("3 failed: HTTP Upgrade failed: the server answered 200 in HTTP/1.1");
    }

    @Test
    void aServerThatDoesNotAnswerFailsTheRequestInTime() throws Exception {
        try (TestServer server = TestServer.silent()) {
            assertThat(get("-un", "--timeout", "1", server.url("/"))).isEqualTo(1);
        }
        assertThat(err.toString()).contains("HTTP Upgrade failed: no answer within 1 s");
    }

    // ---- the bench -------------------------------------------------------------------------------------------------

    private int get(String... arguments) {
        return CommandRun.of(out, err, "get", arguments);
    }

    private TestServer switching() throws InterruptedException {
        return TestServer.with(channel -> {
            HttpServerCodec codec = new HttpServerCodec();
            channel.pipeline()
                    .addLast(
                            codec,
                            new Asked(),
                            new Http2UpgradeHandler(
                                    codec,
                                    pipeline -> pipeline.addLast(
                                            Http2SessionHandler.forServer().build(), new Answers())));
        });
    }

    /** Keeps the request in HTTP/1.1. */
    private final class Asked extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                asking.add(request);
                requests.add(request.method() + " " + request.uri());
            }
            context.fireChannelRead(message);
        }
    }

    private final class Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Headers request) {
                received.add(request.headers());
                String method = String.valueOf(request.headers().value(":method"));
                String path = String.valueOf(request.headers().value(":path"));
                requests.add(request.stream().id() + " " + method + " " + path);
                Channel channel = context.channel();
                channel.writeAndFlush(
                        method.equals("HEAD")
                                ? Http2SessionWrite.response(request.stream(), OK)
                                : Http2SessionWrite.response(
                                        request.stream(), OK, Unpooled.copiedBuffer("hello " + path, UTF_8)));
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {}
    }
}
