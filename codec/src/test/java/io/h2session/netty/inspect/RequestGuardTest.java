package io.h2session.netty.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGuardTest {
    private final RequestGuard guard = new RequestGuard(Set.of("admin.example.com"));

    private static HttpRequest request(HttpMethod method, String... fields) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/");
        for (int i = 0; i < fields.length; i += 2) {
            request.headers().add(fields[i], fields[i + 1]);
        }
        return request;
    }

    private HttpResponseStatus refusal(String... fields) {
        return guard.refusal(request(HttpMethod.GET, fields));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:9000",
                "LOCALHOST:9000",
                "h2.localhost:1",
                "127.0.0.1:9000",
                "127.1.2.3",
                "[::1]",
                "[::1]:9000",
                "admin.example.com",
                "Admin.Example.com:443"
            })
    void namesOfThisComputerAndThoseThatAreAllowedAreAnswered(String host) {
        assertThat(refusal("host", host)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "evil.example:9000",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "evil.example:80:9000",
                "127.0.0.1@evil.example",
                "10.0.0.1",
                "0.0.0.0",
                "admin.example.com.evil.example",
                "evil-localhost"
            })
    void otherNamesAreForbidden(String host) {
        assertThat(refusal("host", host)).isEqualTo(HttpResponseStatus.FORBIDDEN);
    }

    @Test
    void thereIsOneHost() {
        assertThat(refusal()).isEqualTo(HttpResponseStatus.FORBIDDEN);
        assertThat(refusal("host", "localhost", "host", "evil.example")).isEqualTo(HttpResponseStatus.FORBIDDEN);
    }

    @Test
    void otherSitesAreForbidden() {
        assertThat(refusal("host", "localhost:9000", "origin", "http://localhost:9000"))
                .isNull();
        assertThat(refusal("host", "localhost:9000", "sec-fetch-site", "same-origin"))
                .isNull();
        assertThat(refusal("host", "localhost:9000", "sec-fetch-site", "none")).isNull();
        assertThat(refusal("host", "localhost:9000", "origin", "http://localhost:8000"))
                .isEqualTo(HttpResponseStatus.FORBIDDEN);
        assertThat(refusal("host", "localhost:9000", "origin", "null")).isEqualTo(HttpResponseStatus.FORBIDDEN);
        assertThat(refusal("host", "localhost:9000", "sec-fetch-site", "cross-site"))
                .isEqualTo(HttpResponseStatus.FORBIDDEN);
        assertThat(refusal("host", "localhost:9000", "sec-fetch-site", "same-site"))
                .isEqualTo(HttpResponseStatus.FORBIDDEN);
    }

    @Test
    void nothingCanBeChanged() {
        assertThat(guard.refusal(request(HttpMethod.HEAD, "host", "localhost"))).isNull();
        assertThat(guard.refusal(request(HttpMethod.POST, "host", "localhost")))
                .isEqualTo(HttpResponseStatus.METHOD_NOT_ALLOWED);
    }
}
