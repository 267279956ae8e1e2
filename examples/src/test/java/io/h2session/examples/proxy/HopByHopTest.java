package io.h2session.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is about one connection goes no further, and what a proxy has to say is said (RFC 9110 section 7.6). */
@Timeout(300)
class HopByHopTest {
    private static Message ok() {
        return Message.of("200", "content-length: 2").body("ok");
    }

    /** What an upstream server receives of a request. */
    private static Message received(Direction direction, Message request) throws Exception {
        try (Upstreaming server = direction.upstream(any -> ok());
                Proxy proxy = Proxies.to(server)) {
            assertThat(direction.ask(proxy, request).start()).isEqualTo("200");
            return server.request();
        }
    }

    /** What a client receives of an answer. */
    private static Message answered(Direction direction, Message answer) throws Exception {
        try (Upstreaming server = direction.upstream(any -> answer);
                Proxy proxy = Proxies.to(server)) {
            return direction.ask(proxy, Message.of("GET /"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP1", "HTTP1_TO_HTTP2"})
    void fieldsAboutTheConnectionOfARequestAreRemoved(Direction direction) throws Exception {
        Message request = received(
                direction,
                Message.of(
                        "GET /",
                        "connection: keep-alive, X-Mine , close-not",
                        "keep-alive: timeout=5",
                        "proxy-connection: keep-alive",
                        "upgrade: h2c, foo",
                        "http2-settings: AAMAAABkAAQAAP__",
                        "te: gzip",
                        "x-mine: secret",
                        "x-theirs: kept"));

        for (String gone :
                List.of("connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings", "te", "x-mine")) {
            assertThat(request.one(gone)).as(gone).isNull();
        }
        assertThat(request.one("x-theirs")).isEqualTo("kept");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP1", "HTTP2_TO_HTTP1"})
    void fieldsAboutTheConnectionOfAnAnswerAreRemoved(Direction direction) throws Exception {
        Message answer = answered(
                direction,
                Message.of(
                                "200",
                                "content-length: 2",
                                "connection: keep-alive, x-mine",
                                "keep-alive: timeout=5",
                                "proxy-connection: keep-alive",
                                "upgrade: h2c",
                                "x-mine: secret",
                                "x-theirs: kept")
                        .body("ok"));

        for (String gone : List.of("connection", "keep-alive", "proxy-connection", "upgrade", "x-mine")) {
            assertThat(answer.one(gone)).as(gone).isNull();
        }
        assertThat(answer.one("x-theirs")).isEqualTo("kept");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP1", "HTTP1_TO_HTTP2"})
    void connectionCannotTakeAwayWhatTheServerRelysOn(Direction direction) throws Exception {
        Message request = received(
                direction,
                Message.of(
                                "POST /",
                                "connection: host, content-length, cookie, authorization, x-forwarded-for, forwarded, via, close",
                                "cookie: a=b",
                                "authorization: Basic eA==")
                        .body("body"));

        assertThat(request.one("host")).isEqualTo("example.org");
        assertThat(request.body()).isEqualTo("body");
        assertThat(request.one("content-length")).isEqualTo("4");
        assertThat(request.one("cookie")).isEqualTo("a=b");
        assertThat(request.one("authorization")).isEqualTo("Basic eA==");
        assertThat(request.one("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.one("forwarded")).isNotNull();
        assertThat(request.one("via")).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void onlyTrailersOfTeGoOn(Direction direction) throws Exception {
        String te = direction.http2Client ? "te: trailers" : "te: deflate, Trailers;q=0.5";
        Message request = received(direction, Message.of("GET /", te));

        assertThat(request.one("te")).isEqualTo("trailers");
        assertThat(request.one("connection")).isEqualTo(direction.http2Server ? null : "te");
    }

    @ParameterizedTest
    @EnumSource
    void viaNamesThisHopBehindThoseBefore(Direction direction) throws Exception {
        Message request = received(direction, Message.of("GET /", "via: 1.0 fred", "via: 1.1 other (comment)"));
        Message answer = answered(
                direction,
                Message.of("200", "content-length: 2", "via: 1.1 inner").body("ok"));

        String client = direction.http2Client ? "2 here" : "1.1 here";
        String server = direction.http2Server ? "2 here" : "1.1 here";
        assertThat(request.one("via")).isEqualTo("1.0 fred, 1.1 other (comment), " + client);
        assertThat(answer.one("via")).isEqualTo("1.1 inner, " + server);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatWasHereBeforeIsALoop(Direction direction) throws Exception {
        try (Upstreaming server = direction.upstream(any -> ok());
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(proxy, Message.of("GET /", "via: 1.1 other, 2 here"));

            assertThat(answer.start()).isEqualTo("508");
            assertThat(server.received).isEmpty();
            assertThat(direction
                            .ask(proxy, Message.of("GET /", "via: 1.1 heretic"))
                            .start())
                    .isEqualTo("200");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAClientClaimsToForwardIsReplaced(Direction direction) throws Exception {
        Message request = received(
                direction,
                Message.of(
                        "GET /",
                        "forwarded: for=evil",
                        "x-forwarded-for: 6.6.6.6",
                        "x-forwarded-host: evil",
                        "x-forwarded-proto: https",
                        "x-forwarded-port: 666",
                        "x-forwarded-prefix: /evil",
                        "x-forwarded-server: evil",
                        "x-forwarded-ssl: on"));

        assertThat(request.one("forwarded")).isEqualTo("for=127.0.0.1;by=127.0.0.1;host=example.org;proto=http");
        assertThat(request.one("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.one("x-forwarded-host")).isEqualTo("example.org");
        assertThat(request.one("x-forwarded-proto")).isEqualTo("http");
        for (String gone : List.of("x-forwarded-port", "x-forwarded-prefix", "x-forwarded-server", "x-forwarded-ssl")) {
            assertThat(request.one(gone)).as(gone).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatATrustedProxyHasForwardedIsContinued(Direction direction) throws Exception {
        try (Upstreaming server = direction.upstream(any -> ok());
                Proxy proxy = Proxy.start(Proxies.settings(60, true, null, List.of(server.address())))) {
            direction.ask(
                    proxy,
                    Message.of(
                            "GET /", "forwarded: for=1.2.3.4", "x-forwarded-for: 1.2.3.4", "x-forwarded-proto: https"));

            Message request = server.request();
            assertThat(request.one("forwarded"))
                    .isEqualTo("for=1.2.3.4, for=127.0.0.1;by=127.0.0.1;host=example.org;proto=http");
            assertThat(request.one("x-forwarded-for")).isEqualTo("1.2.3.4, 127.0.0.1");
            assertThat(request.one("x-forwarded-proto")).isEqualTo("https");
        }
    }

    @ParameterizedTest
    @EnumSource
    void maxForwardsIsCountedDownAndAnsweredHereAtZero(Direction direction) throws Exception {
        assertThat(received(direction, Message.of("OPTIONS /", "max-forwards: 3"))
                        .one("max-forwards"))
                .isEqualTo("2");
        assertThat(received(direction, Message.of("GET /", "max-forwards: 0")).one("max-forwards"))
                .isEqualTo("0");
        try (Upstreaming server = direction.upstream(any -> ok());
                Proxy proxy = Proxies.to(server)) {
            Message options = direction.ask(proxy, Message.of("OPTIONS *", "max-forwards: 0"));
            Message trace = direction.ask(
                    proxy, Message.of("TRACE /seen", "max-forwards: 0", "cookie: secret=1", "x-shown: yes"));

            assertThat(options.start()).isEqualTo("200");
            assertThat(trace.start()).isEqualTo("200");
            assertThat(trace.one("content-type")).isEqualTo("message/http");
            assertThat(trace.body()).startsWith("TRACE /seen HTTP/1.1\r\n").contains("x-shown: yes");
            assertThat(trace.body()).doesNotContain("secret");
            assertThat(server.received).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void trailersThatWouldMeanSomethingInAHeadAreDropped(Direction direction) throws Exception {
        for (String forbidden : List.of(
                "cache-control: no-store",
                "authorization: Basic eA==",
                "set-cookie: a=b",
                "content-type: text/html",
                "content-encoding: gzip",
                "max-forwards: 1")) {
            Message request =
                    received(direction, Message.of("POST /").body("body").trailers("x-good: 1", forbidden));

            assertThat(request.trailers()).as(forbidden).containsExactly("x-good: 1");
        }
    }

    @Test
    void trailersOfHttp1CannotRouteOrFrame() throws Exception {
        for (Direction direction : List.of(Direction.HTTP1_TO_HTTP1, Direction.HTTP1_TO_HTTP2)) {
            for (String forbidden :
                    List.of("host: evil", "content-length: 3", "transfer-encoding: chunked", "connection: close")) {
                Message request =
                        received(direction, Message.of("POST /").body("body").trailers("x-good: 1", forbidden));

                assertThat(request.trailers()).as(forbidden).containsExactly("x-good: 1");
                assertThat(request.one("host")).isEqualTo("example.org");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void cookiesAreOneFieldInHttp1(Direction direction) throws Exception {
        Message request = received(
                direction,
                direction.http2Client
                        ? Message.of("GET /", "cookie: a=1", "cookie: b=2", "cookie: c=3")
                        : Message.of("GET /", "cookie: a=1; b=2; c=3"));

        if (direction.http2Server) {
            assertThat(request.all("cookie")).containsExactly("a=1", "b=2", "c=3");
        } else {
            assertThat(request.one("cookie")).isEqualTo("a=1; b=2; c=3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDateIsAddedWhereThereIsNoneAndTheServersNameStays(Direction direction) throws Exception {
        Message without = answered(
                direction,
                Message.of("200", "content-length: 2", "server: theirs").body("ok"));
        Message with = answered(
                direction,
                Message.of("200", "content-length: 2", "date: Sun, 06 Nov 1994 08:49:37 GMT")
                        .body("ok"));

        assertThat(without.one("date")).endsWith(" GMT");
        assertThat(without.one("server")).isEqualTo("theirs");
        assertThat(with.one("date")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @ParameterizedTest
    @EnumSource
    void methodsThatAreNotKnownGoOnAsTheyAre(Direction direction) throws Exception {
        assertThat(received(direction, Message.of("BREW /pot")).start()).isEqualTo("BREW /pot");
    }

    @ParameterizedTest
    @EnumSource
    void theTargetIsNotRewritten(Direction direction) throws Exception {
        for (String target :
                List.of("/a/../b//c/./d", "/%2e%2F%00?x=%0d%0a;y", "/", "//host/path", "/;a=b?c#".replace("#", ""))) {
            assertThat(received(direction, Message.of("GET " + target)).start()).isEqualTo("GET " + target);
        }
    }

    @Test
    void theAuthorityOfAnAbsoluteTargetWinsOverHost() throws Exception {
        for (Direction direction : List.of(Direction.HTTP1_TO_HTTP1, Direction.HTTP1_TO_HTTP2)) {
            Message request = received(direction, Message.of("GET http://other.example:81/x?y", "host: example.org"));

            assertThat(request.start()).isEqualTo("GET /x?y");
            assertThat(request.one("host")).isEqualTo("other.example:81");
            assertThat(received(direction, Message.of("GET http://other.example"))
                            .start())
                    .isEqualTo("GET /");
            assertThat(received(direction, Message.of("OPTIONS http://other.example"))
                            .start())
                    .isEqualTo("OPTIONS *");
        }
    }
}
