package io.h2session.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of the table of failures: what the client is answered, and whether the request is sent again first. */
@Timeout(300)
class FailureTest {
    private static final Message GET = Message.of("GET /");
    private static final Message POST = Message.of("POST /").body("body");

    private static Message ok() {
        return Message.of("200", "content-length: 2").body("ok");
    }

    /** A server that resets the first streams, and answers those that follow. */
    private static Upstreaming resetting(ErrorCode code, int times, AtomicInteger asked) throws Exception {
        return Upstreaming.http2(0, (connection, stream) -> {
            if (asked.incrementAndGet() <= times) {
                connection.writeAndFlush(Http2SessionWrite.reset(stream.handle, code));
            } else {
                Upstreaming.answer(connection, stream, ok());
            }
        });
    }

    /** A server that answers with a head and a piece, and then does something else. */
    private static Upstreaming halfway(
            java.util.function.BiConsumer<io.netty.channel.ChannelHandlerContext, Upstreaming.Asked> then)
            throws Exception {
        return Upstreaming.http2(0, (connection, stream) -> {
            connection.write(Http2SessionWrite.responseHead(stream.handle, HeaderList.of(":status", "200")));
            connection
                    .writeAndFlush(Http2SessionWrite.data(
                            stream.handle, Unpooled.copiedBuffer("half", StandardCharsets.US_ASCII), false))
                    .addListener(sent -> then.accept(connection, stream));
        });
    }

    /** Bound, so that no one else is given its port, and not listening. */
    private static final Socket NOBODY = new Socket();

    @BeforeAll
    static void bind() throws IOException {
        NOBODY.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterAll
    static void unbind() throws IOException {
        NOBODY.close();
    }

    private static UpstreamAddress nobody() {
        return UpstreamAddress.parse("http://127.0.0.1:" + NOBODY.getLocalPort());
    }

    // ---- connecting ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"http,false", "http,true", "h2c,false", "h2c,true", "https,false", "https,true"})
    void aServerThatCannotBeReachedIs502AndThen503(String scheme, boolean http2Client) throws Exception {
        UpstreamAddress nobody = UpstreamAddress.parse(scheme + "://127.0.0.1:" + nobody().port());
        Direction direction = http2Client ? Direction.HTTP2_TO_HTTP1 : Direction.HTTP1_TO_HTTP1;
        try (Proxy proxy = Proxies.to(60, nobody)) {
            assertThat(direction.ask(proxy, POST).start()).isEqualTo("502");
            Message again = direction.ask(proxy, POST);

            // Unless the first pause is over on a slow machine.
            assertThat(again.start()).isIn("503", "502");
            if (again.start().equals("503")) {
                assertThat(again.one("retry-after")).isEqualTo("1");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatCannotBeReachedIsNotAskedIfThereIsAnother(Direction direction) throws Exception {
        try (Upstreaming server = direction.upstream(any -> ok());
                Proxy proxy = Proxies.to(60, nobody(), server.address())) {
            for (int i = 0; i < 10; i++) {
                assertThat(direction.ask(proxy, POST).start()).isEqualTo("200");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerIsAskedOverTlsInTheVersionItChooses(boolean http2Client) throws Exception {
        try (Upstreaming both = Upstreaming.tls(
                        (connection, stream) -> Upstreaming.answer(connection, stream, ok()),
                        request -> Message.of("500").body("in HTTP/1.1"));
                Proxy proxy = Proxies.to(both)) {
            Direction direction = http2Client ? Direction.HTTP2_TO_HTTP2 : Direction.HTTP1_TO_HTTP2;
            Message answer = direction.ask(proxy, POST);

            assertThat(answer.start()).isEqualTo("200");
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(both.request().body()).isEqualTo("body");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsToBeAskedInHttp1IsAskedAgainInHttp1(boolean http2Client) throws Exception {
        AtomicInteger refused = new AtomicInteger();
        try (Upstreaming both = Upstreaming.tls(
                        (connection, stream) -> {
                            refused.incrementAndGet();
                            connection.writeAndFlush(
                                    Http2SessionWrite.reset(stream.handle, ErrorCode.HTTP_1_1_REQUIRED));
                        },
                        request -> Message.of("200").body("in HTTP/1.1: " + request.body()));
                Proxy proxy = Proxies.to(both)) {
            Direction direction = http2Client ? Direction.HTTP2_TO_HTTP2 : Direction.HTTP1_TO_HTTP2;
            Message answer = direction.ask(proxy, POST);

            assertThat(answer.start()).isEqualTo("200");
            assertThat(answer.body()).isEqualTo("in HTTP/1.1: body");
            assertThat(refused).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatTakesNoWebSocketIs501(boolean http2Client) throws Exception {
        try (Upstreaming server = Upstreaming.withoutConnectProtocol(any -> ok());
                Proxy proxy = Proxies.to(server)) {
            String status;
            if (http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    // The settings come first, which allow it.
                    assertThat(client.ask(GET).await().start()).isEqualTo("200");
                    status = client.begin(HeaderList.of(
                                    ":method", "CONNECT",
                                    ":protocol", "websocket",
                                    ":scheme", "http",
                                    ":authority", "example.org",
                                    ":path", "/chat",
                                    "sec-websocket-version", "13"))
                            .await()
                            .start();
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.send(Direction.http1(Message.of(
                            "GET /chat",
                            "connection: Upgrade",
                            "upgrade: websocket",
                            "sec-websocket-version: 13",
                            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==")));
                    status = client.answer(false).start();
                }
            }

            assertThat(status).isEqualTo("501");
            assertThat(server.received).noneMatch(request -> request.start().startsWith("CONNECT"));
        }
    }

    @ParameterizedTest
    @CsvSource({"h2c,11", "http,16"})
    void moreThanMayWaitForAConnectionIs503(String scheme, int clients) throws Exception {
        int each = 100;
        // It says nothing: all wait, except those that have connections of HTTP/1.1.
        try (ServerSocket server = new ServerSocket(0, Upstreaming.BACKLOG, InetAddress.getLoopbackAddress());
                Proxy proxy = Proxies.to(60, UpstreamAddress.parse(scheme + "://127.0.0.1:" + server.getLocalPort()))) {
            LinkedBlockingQueue<Message> answers = new LinkedBlockingQueue<>();
            List<Http2Peer> peers = new ArrayList<>();
            try {
                for (int i = 0; i < clients; i++) {
                    Http2Peer peer = Http2Peer.connect(proxy.port());
                    peers.add(peer);
                    for (int k = 0; k < each; k++) {
                        peer.ask(GET).answer.thenAccept(answers::add);
                    }
                }
                Message first = answers.poll(60, TimeUnit.SECONDS);

                assertThat(first.start()).as("%s", first).isEqualTo("503");
                assertThat(first.one("retry-after")).isEqualTo("1");
            } finally {
                peers.forEach(Http2Peer::close);
            }
        }
    }

    @Test
    void aServerThatDoesNotSpeakTlsIs502() throws Exception {
        try (Upstreaming server = Upstreaming.http1(any -> ok());
                Proxy proxy = Proxies.to(60, UpstreamAddress.parse("https://127.0.0.1:" + server.port()))) {
            assertThat(Direction.HTTP1_TO_HTTP1.ask(proxy, POST).start()).isEqualTo("502");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "https"})
    void aServerThatAcceptsAndSaysNothingIs504(String scheme) throws Exception {
        try (Upstreaming server = Upstreaming.raw((client, self) -> {
                    while (!client.isAtEnd()) {
                        // What it asks for does not matter.
                    }
                });
                Proxy proxy = Proxies.to(
                        Duration.ofSeconds(1), UpstreamAddress.parse(scheme + "://127.0.0.1:" + server.port()))) {
            assertThat(Direction.HTTP1_TO_HTTP1.ask(proxy, POST).start()).isEqualTo("504");
        }
    }

    // ---- resets ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP2", "HTTP2_TO_HTTP2"})
    void aRefusedStreamIsTriedAgainWhateverItsMethod(Direction direction) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Upstreaming server = resetting(ErrorCode.REFUSED_STREAM, 3, asked);
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(proxy, Message.of("POST /").body("body of it"));

            assertThat(answer.start()).isEqualTo("200");
            assertThat(asked).hasValue(4);
            for (int i = 0; i < 4; i++) {
                assertThat(server.request().body()).isEqualTo("body of it");
            }
        }
    }

    @Test
    void aStreamThatIsRefusedForEverIsRefusedToTheClient() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Upstreaming server = resetting(ErrorCode.REFUSED_STREAM, Integer.MAX_VALUE, asked);
                Proxy proxy = Proxies.to(server)) {
            assertThat(Direction.HTTP2_TO_HTTP2.ask(proxy, POST).end()).isEqualTo("REFUSED_STREAM");
            assertThat(asked).hasValue(10);
            Message answer = Direction.HTTP1_TO_HTTP2.ask(proxy, POST);
            assertThat(answer.start()).isEqualTo("503");
            assertThat(answer.one("retry-after")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CANCEL,GET,2,200",
        "CANCEL,POST,1,502",
        "INTERNAL_ERROR,PUT,2,200",
        "INTERNAL_ERROR,PATCH,1,502",
        "NO_ERROR,DELETE,2,200",
        "NO_ERROR,POST,1,502",
        "ENHANCE_YOUR_CALM,GET,1,503",
        "PROTOCOL_ERROR,GET,1,502",
        "FLOW_CONTROL_ERROR,GET,1,502",
        "STREAM_CLOSED,GET,1,502",
        "COMPRESSION_ERROR,GET,1,502",
        "HTTP_1_1_REQUIRED,GET,1,502"
    })
    void aResetBeforeTheAnswer(ErrorCode code, String method, int tries, String status) throws Exception {
        for (Direction direction : List.of(Direction.HTTP1_TO_HTTP2, Direction.HTTP2_TO_HTTP2)) {
            AtomicInteger asked = new AtomicInteger();
            try (Upstreaming server = resetting(code, 1, asked);
                    Proxy proxy = Proxies.to(server)) {
                Message answer = direction.ask(proxy, Message.of(method + " /"));

                assertThat(answer.start()).isEqualTo(status);
                assertThat(asked).hasValue(tries);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CANCEL,INTERNAL_ERROR",
        "INTERNAL_ERROR,INTERNAL_ERROR",
        "PROTOCOL_ERROR,INTERNAL_ERROR",
        "REFUSED_STREAM,REFUSED_STREAM",
        "ENHANCE_YOUR_CALM,ENHANCE_YOUR_CALM"
    })
    void aResetHalfWayResetsOrCloses(ErrorCode code, String told) throws Exception {
        try (Upstreaming server = halfway((connection, stream) ->
                        connection.writeAndFlush(Http2SessionWrite.reset(stream.handle, code)));
                Proxy proxy = Proxies.to(server)) {
            assertThat(Direction.HTTP2_TO_HTTP2.ask(proxy, GET).end()).isEqualTo(told);
            Message answer = Direction.HTTP1_TO_HTTP2.ask(proxy, GET);
            assertThat(answer.start()).isEqualTo("200");
            assertThat(answer.end()).isEqualTo("cut");
        }
    }

    @Test
    void anAnswerThatIsWholeStandsThoughTheRequestIsReset() throws Exception {
        for (Direction direction : List.of(Direction.HTTP1_TO_HTTP2, Direction.HTTP2_TO_HTTP2)) {
            try (Upstreaming server = Upstreaming.http2(
                            0,
                            (connection, stream) -> {
                                Upstreaming.answer(connection, stream, ok());
                                connection.writeAndFlush(Http2SessionWrite.discardRequest(stream.handle));
                            },
                            (connection, stream) -> {});
                    Proxy proxy = Proxies.to(server)) {
                Message answer;
                if (direction.http2Client) {
                    try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                        answer = client.begin(Http2Peer.head(Message.of("POST /")))
                                .await();
                    }
                } else {
                    try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nbegun");
                        answer = client.answer(false);
                    }
                }
                assertThat(answer.start()).isEqualTo("200");
                assertThat(answer.body()).isEqualTo("ok");
                assertThat(answer.end()).isEqualTo(Message.WHOLE);
            }
        }
    }

    // ---- connections end -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aConnectionLostBeforeTheAnswerIsTriedAgainIfTheMethodAllows(Direction direction) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Upstreaming server = direction.http2Server
                        ? Upstreaming.http2(0, (connection, stream) -> {
                            if (asked.incrementAndGet() == 1) {
                                connection.channel().unsafe().closeForcibly();
                            } else {
                                Upstreaming.answer(connection, stream, ok());
                            }
                        })
                        : Upstreaming.raw((client, self) -> {
                            while (true) {
                                client.request();
                                if (asked.incrementAndGet() == 1) {
                                    return;
                                }
                                client.send(Http1Peer.text("HTTP/1.1 200 OK", ok()));
                            }
                        });
                Proxy proxy = Proxies.to(server)) {
            assertThat(direction.ask(proxy, GET).start()).isEqualTo("200");
            assertThat(asked).hasValue(2);
            asked.set(0);
            assertThat(direction.ask(proxy, POST).start()).isEqualTo("502");
            assertThat(asked).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP2", "HTTP2_TO_HTTP2"})
    void aConnectionLostWhileTheRequestIsWrittenIsTriedAgainIfTheMethodAllows(Direction direction) throws Exception {
        String body = "x".repeat(60_000);
        for (String method : List.of("PUT", "POST")) {
            try (Upstreaming leaving = leavingHalfRead();
                    Upstreaming staying = Upstreaming.http2(any -> ok());
                    Proxy proxy = Proxies.to(
                            60, UpstreamAddress.parse("h2c://127.0.0.1:" + leaving.port()), staying.address())) {
                Message answer = direction.ask(proxy, Message.of(method + " /").body(body));

                assertThat(answer.start()).isEqualTo(method.equals("PUT") ? "200" : "502");
                assertThat(leaving.sockets).hasSize(1);
                assertThat(staying.received).hasSize(method.equals("PUT") ? 1 : 0);
            }
        }
    }

    /** A server of HTTP/2 that takes little of a request, so that the rest of it waits to be written, and resets its connection. */
    private static Upstreaming leavingHalfRead() throws Exception {
        return Upstreaming.raw((client, self) -> {
            Socket socket = self.sockets.get(0);
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            socket.getInputStream().readNBytes(1_000);
            socket.setSoLinger(true, 0);
            socket.close();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionLostHalfWayResetsOrCloses(Direction direction) throws Exception {
        try (Upstreaming server = direction.http2Server
                        ? halfway((connection, stream) ->
                                connection.channel().unsafe().closeForcibly())
                        : Upstreaming.raw((client, self) -> {
                            client.request();
                            client.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                        });
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(proxy, GET);

            assertThat(answer.end()).isEqualTo(direction.http2Client ? "INTERNAL_ERROR" : "cut");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP2", "HTTP2_TO_HTTP2"})
    void aRequestThatGoAwayLeavesOutIsTriedAgain(Direction direction) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Upstreaming server = Upstreaming.http2(0, (connection, stream) -> {
                    if (asked.incrementAndGet() == 1) {
                        connection
                                .writeAndFlush(Http2SessionWrite.goAway(0, ErrorCode.NO_ERROR.code(), new byte[0]))
                                .addListener(
                                        sent -> connection.channel().unsafe().closeForcibly());
                    } else {
                        Upstreaming.answer(connection, stream, ok());
                    }
                });
                Proxy proxy = Proxies.to(server)) {
            assertThat(direction.ask(proxy, POST).start()).isEqualTo("200");
            assertThat(asked).hasValue(2);
        }
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void noAnswerInTimeIs504AndTheServerIsToldToStop(Direction direction) throws Exception {
        try (Upstreaming server = direction.http2Server
                        ? Upstreaming.http2(0, (connection, stream) -> {})
                        : Upstreaming.raw((client, self) -> {
                            self.received.add(client.request());
                            self.received.add(Message.of(client.isAtEnd() ? "closed" : "more"));
                        });
                Proxy proxy = Proxies.to(60, server.address())) {
            CompletableFuture<Message> answer = direction.asking(proxy, POST);
            server.request();
            proxy.pass(61);

            assertThat(answer.get(60, TimeUnit.SECONDS).start()).isEqualTo("504");
            assertCancelled(direction, server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatStopsHalfWayIs408(Direction direction) throws Exception {
        try (Upstreaming server = direction.http2Server ? Upstreaming.http2(any -> ok()) : awaitingMoreThanBegun();
                Proxy proxy = Proxies.to(60, server.address())) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked asked = client.begin(Http2Peer.head(Message.of("POST /")));
                    client.data(asked, "begun", false);
                    assertThat(server.piece()).isEqualTo("begun");
                    proxy.pass(61);

                    assertThat(asked.await().start()).isEqualTo("408");
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nbegun");
                    assertThat(server.piece()).isEqualTo("begun");
                    proxy.pass(61);

                    assertThat(client.answer(false).start()).isEqualTo("408");
                    proxy.pass(3);
                    assertThat(client.isAtEnd()).isTrue();
                }
            }
            assertThat(server.received).noneMatch(Message::isWhole);
        }
    }

    @Test
    void noTimeoutIsShorterThanItSays() throws Exception {
        ProxySettings settings = Proxies.settings(2, false, null, List.of(nobody()));

        assertThat(settings.isTimedOut(10, 12)).isFalse();
        assertThat(settings.isTimedOut(10, 13)).isTrue();
    }

    /** Reads, with length or in chunks, as far as content that is "begun". */
    private static Upstreaming awaitingMoreThanBegun() throws IOException {
        return Upstreaming.raw((client, self) -> {
            StringBuilder read = new StringBuilder();
            while (!read.toString().endsWith("begun")) {
                read.append(client.bytes(1));
            }
            self.pieces.add("begun");
            while (!client.isAtEnd()) {
                // The end of the chunk.
            }
        });
    }

    @Test
    void aClientThatAsksNothingIsClosed() throws Exception {
        try (Upstreaming server = Upstreaming.http1(any -> ok());
                Proxy proxy = Proxies.to(1, server.address());
                Http1Peer silent = Http1Peer.connect(proxy.port());
                Http1Peer slow = Http1Peer.connect(proxy.port())) {
            slow.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow");

            assertThat(silent.isAtEnd()).isTrue();
            assertThat(slow.isAtEnd()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow"})
    void aClientThatAsksNothingMoreIsClosed(String begun) throws Exception {
        try (Upstreaming server = Upstreaming.http1(any -> ok());
                Proxy proxy = Proxies.to(60, server.address());
                Http1Peer client = Http1Peer.connect(proxy.port())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer(false).start()).isEqualTo("200");
            client.send(begun);
            proxy.pass(61);

            assertThat(client.isAtEnd()).isTrue();
        }
    }

    // ---- the client ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatTakesTheLastAnswerSlowlyGetsAllOfIt(boolean requestWhole) throws Exception {
        int length = 1024 * 1024;
        try (Upstreaming server = Upstreaming.raw((client, self) -> {
                    while (!client.line().isEmpty()) {
                        // The head does not matter.
                    }
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
                    while (!client.isAtEnd()) {
                        // What is left unread would take the answer with it.
                    }
                });
                Proxy proxy = Proxies.to(server);
                Http1Peer client = Http1Peer.connect(proxy.port())) {
            client.socket().setReceiveBufferSize(16 * 1024);
            client.send(
                    requestWhole
                            ? "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                            : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegun");
            while (!client.line().isEmpty()) {
                // The head does not matter.
            }
            for (int taken = 0; taken < length; taken += 16 * 1024) {
                assertThat(client.bytes(16 * 1024)).hasSize(16 * 1024);
                proxy.pass(3);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesCancelsItsRequest(Direction direction) throws Exception {
        try (Upstreaming server = direction.http2Server
                        ? Upstreaming.http2(0, (connection, stream) -> {})
                        : Upstreaming.raw((client, self) -> {
                            self.received.add(client.request());
                            self.received.add(Message.of(client.isAtEnd() ? "closed" : "more"));
                        });
                Proxy proxy = Proxies.to(server)) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked asked = client.ask(GET);
                    server.request();
                    client.reset(asked, ErrorCode.PROTOCOL_ERROR);
                    assertCancelled(direction, server);
                }
            } else {
                Http1Peer client = Http1Peer.connect(proxy.port());
                client.send(Direction.http1(GET));
                server.request();
                client.close();
                assertCancelled(direction, server);
            }
        }
    }

    private static void assertCancelled(Direction direction, Upstreaming server) throws Exception {
        if (direction.http2Server) {
            assertThat(server.resets.poll(60, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL.code());
        } else {
            assertThat(server.request().start()).isEqualTo("closed");
        }
    }
}
