package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.Watch;
import io.netty.channel.Channel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same pages for clients of HTTP/1.1 on the same port, and the way from there to HTTP/2. */
@Timeout(180)
class Http1Test {
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        start(false);
    }

    private void start(boolean upgrade) throws Exception {
        start(Pages.builtIn(), upgrade);
    }

    private void start(Page pages, boolean upgrade) throws Exception {
        PrintStream out = new PrintStream(messages, true, UTF_8);
        server =
                Server.start(new Server.Settings("127.0.0.1", 0, pages, null, upgrade, 2, 100, Watch.NONE, out, false));
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(messages.toString(UTF_8)).isEmpty();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return send(request, HttpClient.Version.HTTP_1_1);
    }

    /** Sends bytes, ends the output if told to, and reads what comes until the server closes. */
    private String talk(String bytes, boolean end) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            if (end) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static String get(String path, String... fields) {
        return head("GET " + path, fields);
    }

    private static String head(String methodAndPath, String... fields) {
        StringBuilder head = new StringBuilder(methodAndPath).append(" HTTP/1.1\r\nHost: test\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    @ParameterizedTest
    @CsvSource({"/hello,200,text/plain", "/,200,text/html; charset=utf-8", "/nothing,404,text/plain"})
    void hasTheSamePages(String path, int status, String type) throws Exception {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri(path)));

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains(type);
        assertThat(response.headers().firstValue("server")).contains("h2session");
        assertThat(response.headers().firstValueAsLong("content-length")).hasValue(response.body().length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16384, 65536, 1_000_003})
    void sendsAsManyBytesAsItIsAsked(int count) throws Exception {
        byte[] body = send(HttpRequest.newBuilder(uri("/bytes/" + count))).body();

        assertThat(body).hasSize(count);
        for (int i = 0; i < count; i++) {
            if (body[i] != BytesPage.LINE[i % BytesPage.LINE.length]) {
                throw new AssertionError("byte " + i + " is " + body[i]);
            }
        }
    }

    @Test
    void answersHeadWithoutABodyAndGoesOn() throws Exception {
        String answers =
                talk(head("HEAD /bytes/1000") + head("HEAD /echo") + get("/hello", "Connection: close"), false);

        assertThat(answers.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(4);
        assertThat(answers).contains("content-length: 1000\r\n").endsWith("\r\n\r\nhello, world\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void echoesABodyWithAndWithoutALength(boolean length) throws Exception {
        byte[] body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        HttpRequest.BodyPublisher publisher = length
                ? BodyPublishers.ofByteArray(body)
                : BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));

        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri("/echo"))
                .header("content-type", "application/x-noise")
                .POST(publisher));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/x-noise");
        assertThat(response.headers().firstValue("content-length").isPresent()).isEqualTo(length);
        assertThat(response.body()).isEqualTo(body);
    }

    @Test
    void echoesTrailersOfAChunkedBody() throws Exception {
        String answer = talk(
                head("PUT /echo", "Transfer-Encoding: chunked", "Connection: close")
                        + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: done\r\n\r\n",
                false);

        assertThat(answer)
                .contains("transfer-encoding: chunked\r\n")
                .contains("abc", "de")
                .contains("X-End: done\r\n");
    }

    @Test
    void tellsWhoWaitsForItToSendTheBody() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(head("POST /echo", "Content-Length: 3", "Expect: 100-continue", "Connection: close")
                            .getBytes(ISO_8859_1));
            assertThat(readLine(socket.getInputStream())).isEqualTo("HTTP/1.1 100 Continue");
            socket.getOutputStream().write("abc".getBytes(ISO_8859_1));

            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .contains("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\nabc");
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().trim();
    }

    @Test
    void whoIsNotToldToSendItsBodyGetsTheAnswerAndTheEnd() throws Exception {
        String answer = talk(head("POST /hello", "Content-Length: 3", "Expect: 100-continue"), false);

        assertThat(answer).startsWith("HTTP/1.1 405 ").contains("connection: close\r\n");
    }

    @Test
    void anUnwantedBodyIsReadToItsEnd() throws Exception {
        String answers = talk(
                head("POST /hello", "Content-Length: 300000")
                        + "x".repeat(300_000)
                        + get("/hello", "Connection: close"),
                false);

        assertThat(answers)
                .startsWith("HTTP/1.1 405 ")
                .contains("HTTP/1.1 200 OK\r\n")
                .endsWith("hello, world\n");
    }

    @Test
    void answersRequestsInARowInTheirOrderHoweverManyComeAtOnce() throws Exception {
        int count = 5000;
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            requests.append(get("/bytes/" + i % 7));
        }
        String answers = talk(requests + get("/hello", "Connection: close"), false);

        String[] heads = answers.split("HTTP/1.1 200 OK\r\n", -1);
        assertThat(heads).hasSize(count + 2);
        for (int i = 0; i < count; i++) {
            if (!heads[i + 1].contains("content-length: " + i % 7 + "\r\n")) {
                throw new AssertionError("answer " + i + " is: " + heads[i + 1]);
            }
        }
    }

    @Test
    void beginsARequestOnlyWhenTheOneBeforeWasAnswered() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(get("/bytes/100000000").repeat(20).getBytes(ISO_8859_1));
            assertThat(readLine(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");

            assertThat(server.requests().begun()).isEqualTo(1);
        }
    }

    @Test
    void aRequestMayComeByteByByte() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
            for (byte b : get("/hello", "Connection: close").getBytes(ISO_8859_1)) {
                socket.getOutputStream().write(b);
            }

            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("hello, world\n");
        }
    }

    @Test
    void closesWhatDoesNotWantToBeKept() throws Exception {
        assertThat(talk("GET /hello HTTP/1.0\r\n\r\n", false))
                .startsWith("HTTP/1.")
                .endsWith("hello, world\n");
        assertThat(talk(get("/bytes/10000", "Connection: close"), false)).contains("content-length: 10000\r\n");
    }

    @ParameterizedTest
    @CsvSource({"GET /hello,400", "no request at all,400", "GET / HTTP/1.1,400"})
    void refusesWhatIsNoRequest(String line, int status) throws Exception {
        assertThat(talk(line + "\r\n\r\n", false)).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void refusesHeadsThatAreTooLong() throws Exception {
        assertThat(talk(get("/" + "x".repeat(10_000)), false)).startsWith("HTTP/1.1 414 ");
        assertThat(talk(get("/", "X: " + "x".repeat(20_000)), false)).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void finishesTheAnswerThatIsOnItsWayWhenItIsStopped() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                Socket idle = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            idle.setSoTimeout(60_000);
            idle.getOutputStream().write(get("/hello").getBytes(ISO_8859_1));
            assertThat(readLine(idle.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
            socket.getOutputStream().write(get("/bytes/50000000").getBytes(ISO_8859_1));
            assertThat(readLine(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");

            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            assertThat(new String(idle.getInputStream().readAllBytes(), ISO_8859_1))
                    .endsWith("hello, world\n");
            byte[] rest = socket.getInputStream().readAllBytes();

            assertThat(rest).hasSizeGreaterThan(50_000_000);
            closing.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void theEndOfAnAnswerArrivesThoughItsConnectionIsClosedBeforeTheClientTakesIt() throws Exception {
        server.close();
        BlockingQueue<Channel> asked = new LinkedBlockingQueue<>();
        Page page = exchange -> {
            Pages.builtIn().answer(exchange);
            asked.add(((ChannelExchange) exchange).context().channel());
        };
        start(page, false);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout(60_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            int count = 0;
            Channel channel;
            do {
                socket.getOutputStream().write(get("/bytes/30000").getBytes(ISO_8859_1));
                count++;
                channel = asked.poll(60, TimeUnit.SECONDS);
            } while (unwritten(channel) == 0);

            channel.close();
            unwritten(channel);
            String answers = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            int head = answers.indexOf("\r\n\r\n") + 4;
            assertThat(answers).hasSize(count * (head + 30_000));
        }
    }

    /** How many bytes a channel holds, when its event loop has done what came before. */
    private static long unwritten(Channel channel) throws Exception {
        return channel.eventLoop()
                .submit(() -> channel.unsafe().outboundBuffer() == null
                        ? 0
                        : channel.unsafe().outboundBuffer().totalPendingWriteBytes())
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    void staysInHttp1UnlessToldThatUpgradesAreWanted() throws Exception {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri("/hello")), HttpClient.Version.HTTP_2);

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(response.body()).asString(UTF_8).isEqualTo("hello, world\n");
    }

    @Test
    void goesOnInHttp2WhenAClientAsksForAnUpgrade() throws Exception {
        server.close();
        start(true);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

        // With a body it stays in HTTP/1.1; the next request of the same connection may ask again.
        HttpRequest post = HttpRequest.newBuilder(uri("/echo"))
                .POST(BodyPublishers.ofString("abc"))
                .build();
        HttpResponse<String> echoed = client.send(post, BodyHandlers.ofString());
        assertThat(echoed.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(echoed.body()).isEqualTo("abc");
        for (String path : new String[] {"/hello", "/bytes/100000", "/hello"}) {
            HttpResponse<byte[]> response =
                    client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.statusCode()).isEqualTo(200);
        }
        HttpResponse<String> second = client.send(post, BodyHandlers.ofString());
        assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(second.body()).isEqualTo("abc");
    }
}
