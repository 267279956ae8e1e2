package io.h2session.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and answers go through whole, whatever version of HTTP is on either side. */
@Timeout(180)
class ForwardingTest {
    private static Message ok() {
        return Message.of("200", "content-length: 2", "x-answer: yes").body("ok");
    }

    @ParameterizedTest
    @EnumSource
    void aRequestWithoutContentAndItsAnswer(Direction direction) throws Exception {
        try (Upstreaming server = direction.upstream(request -> ok());
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(proxy, Message.of("GET /a%20b?c=d;e", "x-request: yes"));

            assertThat(answer.start()).isEqualTo("200");
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(answer.one("x-answer")).isEqualTo("yes");
            assertThat(answer.one("content-length")).isEqualTo("2");
            assertThat(answer.end()).isEqualTo(Message.WHOLE);
            Message request = server.request();
            assertThat(request.start()).isEqualTo("GET /a%20b?c=d;e");
            assertThat(request.one("host")).isEqualTo("example.org");
            assertThat(request.one("x-request")).isEqualTo("yes");
            assertThat(request.one("transfer-encoding")).isNull();
            assertThat(request.one("content-length")).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void contentAndTrailersBothWays(Direction direction) throws Exception {
        Message answers = (direction.http2Server
                        ? Message.of("200", "trailer: x-sum")
                        : Message.of("200", "trailer: x-sum", "transfer-encoding: chunked"))
                .body("an answer")
                .trailers("x-sum: 2", "set-cookie: a=b");
        try (Upstreaming server = direction.upstream(request -> answers);
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(
                    proxy,
                    Message.of("POST /form", "te: trailers", "trailer: x-more")
                            .body("a request")
                            .trailers("x-more: 1", "cache-control: no-store"));

            Message request = server.request();
            assertThat(request.body()).isEqualTo("a request");
            assertThat(request.trailers()).containsExactly("x-more: 1");
            assertThat(request.one("trailer")).isEqualTo("x-more");
            assertThat(answer.body()).isEqualTo("an answer");
            assertThat(answer.trailers()).containsExactly("x-sum: 2");
            assertThat(answer.one("trailer")).isEqualTo("x-sum");
        }
    }

    @ParameterizedTest
    @EnumSource
    void informationalResponsesComeBeforeTheAnswer(Direction direction) throws Exception {
        try (Upstreaming server = direction.upstream(request -> ok().informational("103", "102", "103"));
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(proxy, Message.of("GET /"));

            assertThat(answer.informational()).containsExactly("103", "102", "103");
            assertThat(answer.body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersWithoutContentEndWithTheirHead(Direction direction) throws Exception {
        for (Message silent : new Message[] {
            Message.of("204"),
            Message.of("304", "content-length: 5", "etag: \"a\""),
            Message.of("200", "content-length: 0")
        }) {
            try (Upstreaming server = direction.upstream(request -> silent);
                    Proxy proxy = Proxies.to(server)) {
                Message answer = direction.ask(proxy, Message.of("GET /"));

                assertThat(answer.start()).isEqualTo(silent.start());
                assertThat(answer.body()).isEmpty();
                assertThat(answer.end()).isEqualTo(Message.WHOLE);
                assertThat(answer.one("content-length")).isEqualTo(silent.one("content-length"));
                assertThat(answer.one("transfer-encoding")).isNull();
            }
        }
        try (Upstreaming server = direction.upstream(request -> Message.of("200", "content-length: 1000"));
                Proxy proxy = Proxies.to(server)) {
            Message answer = direction.ask(proxy, Message.of("HEAD /"));

            assertThat(answer.one("content-length")).isEqualTo("1000");
            assertThat(answer.end()).isEqualTo(Message.WHOLE);
        }
    }
}
