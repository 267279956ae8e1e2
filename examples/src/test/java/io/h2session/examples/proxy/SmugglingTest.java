package io.h2session.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No request hides in another, and no answer, whatever version they come in and go out. */
@Timeout(300)
class SmugglingTest {
    private static final String HOST = "Host: a\r\n";
    private static final String NEXT = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

    private static Message ok() {
        return Message.of("200", "content-length: 2").body("ok");
    }

    // ---- requests of HTTP/1.1 --------------------------------------------------------------------------------------

    /** A request, and what it is answered. */
    record Row(String name, String expected, String request) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> http1() {
        String chunk = "5\r\nhello\r\n0\r\n\r\n";
        return Stream.of(
                post("CL.TE", "400", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                post("TE.CL", "400", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunk),
                post("TE.TE", "400", "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n", chunk),
                post("another coding", "501", "Transfer-Encoding: gzip, chunked\r\n", chunk),
                post("an unknown coding alone", "400", "Transfer-Encoding: xchunked\r\n", chunk),
                post("chunked twice", "400", "Transfer-Encoding: chunked, chunked\r\n", chunk),
                post("chunked not last", "400", "Transfer-Encoding: chunked, gzip\r\n", chunk),
                post("blank before the colon", "400", "Transfer-Encoding : chunked\r\n", chunk),
                post("a vertical tab before the coding", "400", "Transfer-Encoding: \u000bchunked\r\n", chunk),
                post("two lengths that differ", "400", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
                post("a list of lengths", "400", "Content-Length: 5, 6\r\n", "hello"),
                post("a length with a sign", "400", "Content-Length: +5\r\n", "hello"),
                post("a length below zero", "400", "Content-Length: -5\r\n", "hello"),
                post("a length in hex", "400", "Content-Length: 0x5\r\n", "hello"),
                post("a length that overflows", "400", "Content-Length: 99999999999999999999\r\n", "hello"),
                post("a length that is none", "400", "Content-Length: five\r\n", "hello"),
                row(
                        "a coding in HTTP/1.0",
                        "400",
                        "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunk),
                row("a bare LF", "400", "GET / HTTP/1.1\nHost: a\n\n"),
                row("a bare LF between fields", "400", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
                row("a NUL in a value", "400", get("X: a\0b\r\n")),
                row("a CR in a value", "400", get("X: a\rb\r\n")),
                row("a name with a blank", "400", get("X y: a\r\n")),
                row("an empty name", "400", get(": a\r\n")),
                row("a field without a colon", "400", get("nothing\r\n")),
                row("no Host", "400", "GET / HTTP/1.1\r\n\r\n"),
                row("two Hosts", "400", get("Host: b\r\n")),
                row("a Host with userinfo", "400", "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"),
                row("a Host with a path", "400", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                row("a Host with a list", "400", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                row("a Host with a blank", "400", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                row("an empty Host", "400", "GET / HTTP/1.1\r\nHost: \r\n\r\n"),
                row("a Host with a port that is none", "400", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
                row("a target without a slash", "400", "GET hidden HTTP/1.1\r\n" + HOST + "\r\n"),
                row("a target with a fragment", "400", "GET /a#b HTTP/1.1\r\n" + HOST + "\r\n"),
                row("a target with raw bytes", "400", "GET /\u00e4 HTTP/1.1\r\n" + HOST + "\r\n"),
                row("a target with a control character", "400", "GET /\u0001 HTTP/1.1\r\n" + HOST + "\r\n"),
                row("an absolute target with userinfo", "400", "GET http://u@b/ HTTP/1.1\r\n" + HOST + "\r\n"),
                row("a target of another scheme", "400", "GET file:///etc/passwd HTTP/1.1\r\n" + HOST + "\r\n"),
                row("an asterisk without OPTIONS", "400", "GET * HTTP/1.1\r\n" + HOST + "\r\n"),
                row("a method that is no token", "400", "G(T / HTTP/1.1\r\n" + HOST + "\r\n"),
                row("four words in a line", "400", "GET / /hidden HTTP/1.1\r\n" + HOST + "\r\n"),
                row("a version to come", "505", "GET / HTTP/1.2\r\n" + HOST + "\r\n"),
                row("another expectation", "417", get("Expect: the-unexpected\r\n")),
                row("a line that is too long", "414", "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n"),
                row("a head that is too large", "431", get("X: " + "a".repeat(40_000) + "\r\n")));
    }

    private static Row row(String name, String expected, String request) {
        return new Row(name, expected, request);
    }

    private static Row post(String name, String expected, String fields, String body) {
        return row(name, expected, "POST / HTTP/1.1\r\n" + HOST + fields + "\r\n" + body);
    }

    private static String get(String fields) {
        return "GET / HTTP/1.1\r\n" + HOST + fields + "\r\n";
    }

    @ParameterizedTest
    @MethodSource("http1")
    void arequestThatCouldBeTakenForAnotherIsAnsweredAndItsConnectionClosed(Row row) throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            try (Upstreaming server = Upstreaming.answering(http2, any -> ok());
                    Proxy proxy = Proxies.to(server);
                    Http1Peer client = Http1Peer.connect(proxy.port())) {
                client.send(row.request() + NEXT);
                Message answer = client.answer(false);

                assertThat(answer.start()).isEqualTo(row.expected());
                assertThat(answer.one("connection")).isEqualTo("close");
                assertThat(client.isAtEnd()).isTrue();
                assertThat(server.received).isEmpty();
            }
        }
    }

    @Test
    void whatFollowsATunnelThatIsRefusedIsTheNextRequest() throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            try (Upstreaming server = Upstreaming.answering(http2, any -> ok());
                    Proxy proxy = Proxies.to(server);
                    Http1Peer client = Http1Peer.connect(proxy.port())) {
                client.send("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n" + NEXT);

                assertThat(client.answer(false).start()).isEqualTo("405");
                assertThat(client.answer(false).start()).isEqualTo("200");
                assertThat(server.request().start()).isEqualTo("GET /hidden");
                assertThat(server.received).isEmpty();
            }
        }
    }

    static Stream<Row> brokenChunks() {
        return Stream.of(
                row("a size that is no number", "400", "xyz\r\nhello\r\n0\r\n\r\n"),
                row("a size with a sign", "400", "+5\r\nhello\r\n0\r\n\r\n"),
                row("a size with 0x", "400", "0x5\r\nhello\r\n0\r\n\r\n"),
                row("a size that overflows", "400", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
                row("an empty size", "400", "\r\nhello\r\n0\r\n\r\n"),
                row("a chunk that is longer than it says", "400", "3\r\nhello\r\n0\r\n\r\n"),
                row("a bare LF behind the size", "400", "5\nhello\r\n0\r\n\r\n"),
                row("a bare LF in an extension", "400", "5;a=\nb\r\nhello\r\n0\r\n\r\n"),
                row("a bare LF behind the chunk", "400", "5\r\nhello\n0\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("brokenChunks")
    void chunksThatAreNoneAreNotSentOn(Row row) throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            try (Upstreaming server = Upstreaming.answering(http2, any -> ok());
                    Proxy proxy = Proxies.to(server);
                    Http1Peer client = Http1Peer.connect(proxy.port())) {
                client.send("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + row.request() + NEXT);

                assertThat(client.answer(false).start()).isEqualTo(row.expected());
                assertThat(client.isAtEnd()).isTrue();
                assertThat(server.received).noneMatch(Message::isWhole);
            }
        }
    }

    @Test
    void chunksAreFramedAnewWithoutTheirExtensions() throws Exception {
        try (Upstreaming server = Upstreaming.http1(any -> ok());
                Proxy proxy = Proxies.to(server);
                Http1Peer client = Http1Peer.connect(proxy.port())) {
            client.send("POST / HTTP/1.1\r\n" + HOST
                    + "transfer-encoding:  Chunked\r\n\r\n05;x=y\r\nhello\r\n6 ; z\r\n world\r\n0;end\r\n\r\n");

            assertThat(client.answer(false).start()).isEqualTo("200");
            Message request = server.request();
            assertThat(request.body()).isEqualTo("hello world");
            assertThat(request.one("transfer-encoding")).isEqualTo("chunked");
        }
    }

    @Test
    void requestsThatAreSentAheadAreAnsweredInTheirOrder() throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            try (Upstreaming server = Upstreaming.answering(http2, asked -> Message.of("200", "content-length: 2")
                            .body(asked.start().substring(5) + "!"));
                    Proxy proxy = Proxies.to(server);
                    Http1Peer client = Http1Peer.connect(proxy.port())) {
                StringBuilder ahead = new StringBuilder();
                for (char c = 'a'; c <= 'z'; c++) {
                    ahead.append("GET /")
                            .append(c)
                            .append(" HTTP/1.1\r\n")
                            .append(HOST)
                            .append("\r\n");
                }
                client.send(ahead.toString());

                for (char c = 'a'; c <= 'z'; c++) {
                    assertThat(client.answer(false).body()).isEqualTo(c + "!");
                }
            }
        }
    }

    // ---- requests of HTTP/2 ----------------------------------------------------------------------------------------

    static Stream<Row> http2() {
        return Stream.of(
                row("H2.TE", "", "transfer-encoding: chunked"),
                row("connection", "", "connection: close"),
                row("keep-alive", "", "keep-alive: 1"),
                row("proxy-connection", "", "proxy-connection: close"),
                row("upgrade", "", "upgrade: websocket"),
                row("te other than trailers", "", "te: gzip"),
                row("CRLF in a value", "", "x: a\r\nHost: evil"),
                row("LF in a value", "", "x: a\nb"),
                row("NUL in a value", "", "x: a\0b"),
                row("a blank in a name", "", "x y: a"),
                row("a colon in a name", "", "x:y: a"),
                row("two lengths", "", "content-length: 0\ncontent-length: 1"),
                row("a length that is none", "", "content-length: +0"),
                row("a length without content", "", "content-length: 5"),
                row("another Host", "", "host: evil"),
                row("a pseudo-header field behind", "", ":path: /evil"));
    }

    private static HeaderList with(String... fields) {
        return Http2Peer.list(
                List.of(":method", "GET", ":scheme", "http", ":authority", "example.org", ":path", "/"),
                List.of(fields));
    }

    @ParameterizedTest
    @MethodSource("http2")
    void aRequestOfHttp2ThatIsMalformedIsResetAndNotSentOn(Row row) throws Exception {
        String[] fields = row.name().equals("two lengths") ? row.request().split("\n") : new String[] {row.request()};
        if (row.name().equals("a colon in a name") || row.name().startsWith("a pseudo")) {
            fields = new String[0];
        }
        HeaderList head = row.name().equals("a colon in a name")
                ? plus(with(), "x:y", "a")
                : row.name().startsWith("a pseudo") ? plus(with("x: y"), ":path", "/evil") : with(fields);
        isReset(head, "");
    }

    private static HeaderList plus(HeaderList head, String name, String value) {
        return head.plus(name, value);
    }

    private static void isReset(HeaderList head, String body) throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            try (Upstreaming server = Upstreaming.answering(http2, any -> ok());
                    Proxy proxy = Proxies.to(server);
                    Http2Peer client = Http2Peer.connect(proxy.port())) {
                Message answer = client.ask(head, body, List.of()).await();

                assertThat(answer.start() + " " + answer.end()).isIn("null PROTOCOL_ERROR", "400 whole");
                assertThat(server.received).isEmpty();
                // The other streams go on.
                assertThat(client.ask(Message.of("GET /")).await().start()).isEqualTo("200");
            }
        }
    }

    static Stream<List<String>> pseudo() {
        return Stream.of(
                List.of(":method", "GET / HTTP/1.1\r\nX: y", ":scheme", "http", ":authority", "a", ":path", "/"),
                List.of(":method", "G T", ":scheme", "http", ":authority", "a", ":path", "/"),
                List.of(":method", "", ":scheme", "http", ":authority", "a", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http://evil/?", ":authority", "a", ":path", "/"),
                List.of(":method", "GET", ":scheme", "ht tp", ":authority", "a", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "u@a", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a/b", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a b", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a\r\nX: y", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", ""),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "evil"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/ HTTP/1.1\r\nX: y"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/a b"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/a#b"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "*"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/", ":path", "/evil"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/", ":odd", "x"),
                List.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/", ":status", "200"),
                List.of(":method", "GET", ":authority", "a", ":path", "/"),
                List.of(":scheme", "http", ":authority", "a", ":path", "/"),
                List.of(":method", "GET", ":scheme", "http", ":path", "/"));
    }

    @ParameterizedTest
    @MethodSource("pseudo")
    void pseudoHeaderFieldsCannotBecomeLinesOfARequest(List<String> pseudo) throws Exception {
        isReset(HeaderList.of(pseudo.toArray(new CharSequence[0])), "");
    }

    @Test
    void contentThatIsNotAsLongAsItsLengthIsNotTakenForARequest() throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            for (String length : List.of("content-length: 3", "content-length: 30")) {
                try (Upstreaming server = Upstreaming.answering(http2, any -> ok());
                        Proxy proxy = Proxies.to(server);
                        Http2Peer client = Http2Peer.connect(proxy.port())) {
                    HeaderList head = Http2Peer.list(
                            List.of(":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/"),
                            List.of(length));
                    Message answer = client.ask(head, "GET /hidden", List.of()).await();

                    assertThat(answer.end()).isEqualTo("PROTOCOL_ERROR");
                    assertThat(client.ask(Message.of("GET /next")).await().start())
                            .isEqualTo("200");
                    assertThat(server.wholeRequest().start()).isEqualTo("GET /next");
                    assertThat(server.received).noneMatch(Message::isWhole);
                }
            }
        }
    }

    @Test
    void tunnelsAreRefused() throws Exception {
        try (Upstreaming server = Upstreaming.http1(any -> ok());
                Proxy proxy = Proxies.to(server);
                Http2Peer client = Http2Peer.connect(proxy.port())) {
            HeaderList connect = HeaderList.of(":method", "CONNECT", ":authority", "a:25");
            HeaderList other = HeaderList.of(
                    ":method",
                    "CONNECT",
                    ":protocol",
                    "connect-udp",
                    ":scheme",
                    "http",
                    ":authority",
                    "a",
                    ":path",
                    "/");

            Http2Peer.Asked plain = client.begin(connect);
            Http2Peer.Asked extended = client.begin(other);
            assertThat(plain.await().start()).isEqualTo("405");
            assertThat(extended.await().start()).isEqualTo("501");
            assertThat(server.received).isEmpty();
        }
    }

    // ---- answers ---------------------------------------------------------------------------------------------------

    static Stream<Row> answersOfHttp1() {
        return Stream.of(
                row("no answer at all", "502", "hello\r\n\r\n"),
                row("an older version that is none", "502", "HTTP/0.9 200 OK\r\n\r\n"),
                row(
                        "a length and a coding",
                        "502",
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                row(
                        "another coding",
                        "502",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
                row("two lengths", "502", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
                row("a NUL in a value", "502", "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"),
                row("a bare LF", "502", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"),
                row("a status that is none", "502", "HTTP/1.1 20x OK\r\nContent-Length: 0\r\n\r\n"),
                row(
                        "101 where nothing was asked",
                        "502",
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
                row("a head without end", "502", "HTTP/1.1 200 OK\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"),
                row("1xx without end", "502", "HTTP/1.1 103 Early\r\n\r\n".repeat(100)),
                row("nothing", "502", ""));
    }

    @ParameterizedTest
    @MethodSource("answersOfHttp1")
    void anAnswerOfHttp1ThatIsMalformedIs502(Row row) throws Exception {
        for (Direction direction : List.of(Direction.HTTP1_TO_HTTP1, Direction.HTTP2_TO_HTTP1)) {
            try (Upstreaming server = Upstreaming.raw((client, self) -> {
                        client.request();
                        client.send(row.request());
                        client.socket().shutdownOutput();
                        client.isAtEnd();
                    });
                    Proxy proxy = Proxies.to(server)) {
                Message answer = direction.ask(proxy, Message.of("POST /").body("x"));

                assertThat(answer.start()).isEqualTo(row.expected());
            }
        }
    }

    static Stream<Row> answersOfHttp2() {
        return Stream.of(
                row("connection", "", "connection: close"),
                row("transfer-encoding", "", "transfer-encoding: chunked"),
                row("CRLF in a value", "", "x: a\r\nSet-Cookie: evil"),
                row("NUL in a value", "", "x: a\0b"),
                row("a length that is none", "", "content-length: 5x"),
                row("a length without content", "", "content-length: 5"));
    }

    @ParameterizedTest
    @MethodSource("answersOfHttp2")
    void anAnswerOfHttp2ThatIsMalformedIs502(Row row) throws Exception {
        for (Direction direction : List.of(Direction.HTTP1_TO_HTTP2, Direction.HTTP2_TO_HTTP2)) {
            try (Upstreaming server = Upstreaming.http2(any -> Message.of("200", row.request()));
                    Proxy proxy = Proxies.to(server)) {
                Message answer = direction.ask(proxy, Message.of("POST /").body("x"));

                assertThat(answer.start()).isEqualTo("502");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP1", "HTTP2_TO_HTTP1"})
    void bytesBehindAnAnswerDoNotBecomeTheNextOnes(Direction direction) throws Exception {
        for (String behind : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", "HTTP/1.1 200 OK\r\nContent-Le", "x", "\r\n\r\n")) {
            try (Upstreaming server = Upstreaming.raw((client, self) -> {
                        self.received.add(client.request());
                        client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood" + behind);
                        client.isAtEnd();
                    });
                    Proxy proxy = Proxies.to(server)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(direction.ask(proxy, Message.of("GET /")).body()).isEqualTo("good");
                }
                assertThat(server.sockets).hasSize(3);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP1", "HTTP2_TO_HTTP1"})
    void theContentOfAnAnswerToHeadIsNotTheNextAnswer(Direction direction) throws Exception {
        try (Upstreaming server = Upstreaming.raw((client, self) -> {
                    client.request();
                    client.send(
                            "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    client.isAtEnd();
                });
                Proxy proxy = Proxies.to(server)) {
            assertThat(direction.ask(proxy, Message.of("HEAD /")).one("content-length"))
                    .isEqualTo("38");
            assertThat(direction.ask(proxy, Message.of("HEAD /")).one("content-length"))
                    .isEqualTo("38");
            assertThat(server.sockets).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP1", "HTTP2_TO_HTTP1"})
    void anAnswerThatEndsWithItsConnectionIsFramedAnew(Direction direction) throws Exception {
        try (Upstreaming server = Upstreaming.raw((client, self) -> {
                    client.request();
                    client.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
                });
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(proxy, Message.of("GET /"));

            assertThat(answer.body()).isEqualTo("until the end");
            assertThat(answer.end()).isEqualTo(Message.WHOLE);
            assertThat(answer.one("transfer-encoding")).isEqualTo(direction.http2Client ? null : "chunked");
        }
    }

    @Test
    void clientsOfHttp10GetNoChunksAndNoInformationalResponses() throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            Message answers = (http2 ? Message.of("200") : Message.of("200", "transfer-encoding: chunked"))
                    .informational("103")
                    .body("content");
            try (Upstreaming server = Upstreaming.answering(http2, any -> answers);
                    Proxy proxy = Proxies.to(server);
                    Http1Peer client = Http1Peer.connect(proxy.port())) {
                client.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
                Message answer = client.answer(false);

                assertThat(answer.informational()).isEmpty();
                assertThat(answer.one("transfer-encoding")).isNull();
                assertThat(answer.one("connection")).isEqualTo("close");
                assertThat(answer.body()).isEqualTo("content");
            } catch (IOException failure) {
                throw new AssertionError("over HTTP/2: " + http2, failure);
            }
        }
    }
}
