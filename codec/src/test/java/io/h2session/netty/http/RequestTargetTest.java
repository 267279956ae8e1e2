package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9112 section 3.2 to RFC 9113 section 8.3.1: all forms, with the same Host, another one, and none. */
class RequestTargetTest {
    private static RequestTarget target(String method, String uri, String host, boolean extended) {
        return RequestTarget.of(HttpMethod.valueOf(method), uri, host, extended, AsciiString.of("https"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // method | target                       | Host          | :scheme | :authority   | :path
                "GET     | /where?q=now                 | a.example     | https | a.example      | /where?q=now",
                "GET     | /where#there                 | a.example     | https | a.example      | /where",
                "GET     | /where?u=http://x/           | a.example     | https | a.example      | /where?u=http://x/",
                "GET     | //double                     | a.example     | https | a.example      | //double",
                "GET     | /                            | me:pw@a:8080  | https | a:8080         | /",
                "GET     | ''                           | a.example     | https | a.example      | /",
                "GET     | #there                       | a.example     | https | a.example      | /",
                "GET     | http://b.example/where       | b.example     | http  | b.example      | /where",
                "GET     | http://b.example/where       | other         | http  | b.example      | /where",
                "GET     | http://b.example/where       | -             | http  | b.example      | /where",
                "GET     | HTTP://b.example:80          | -             | http  | b.example:80   | /",
                "GET     | https://b.example?q          | -             | https | b.example      | /?q",
                "GET     | https://me@b.example/#x      | -             | https | b.example      | /",
                "GET     | https://[::1]:8443/a         | -             | https | [::1]:8443     | /a",
                "GET     | https://a@b@c.example/       | -             | https | c.example      | /",
                "OPTIONS | *                            | a.example     | https | a.example      | *",
                "OPTIONS | http://b.example             | -             | http  | b.example      | *",
                "OPTIONS | http://b.example/            | -             | http  | b.example      | /",
                "CONNECT | b.example:443                | -             | -     | b.example:443  | -",
                "CONNECT | b.example:443                | other         | -     | b.example:443  | -",
                "CONNECT | [::1]:443                    | -             | -     | [::1]:443      | -",
            })
    void aTargetInEachFormIsFound(
            String method, String uri, String host, String scheme, String authority, String path) {
        RequestTarget target = target(method, uri, host, false);

        assertThat(String.valueOf(target.scheme())).isEqualTo(scheme == null ? "null" : scheme);
        assertThat(String.valueOf(target.authority())).isEqualTo(authority);
        assertThat(String.valueOf(target.path())).isEqualTo(path == null ? "null" : path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET     | /            | -",
                "GET     | /            | ''",
                "GET     | /            | me@",
                "GET     | /            | a/b",
                "GET     | /            | a b",
                "GET     | *            | a",
                "GET     | where        | a",
                "GET     | a.example:80 | a",
                "GET     | http:///a    | a",
                "GET     | http://me@/  | a",
                "GET     | ://a/        | a",
                "GET     | 1x://a/      | a",
                "GET     | /a b         | a",
                "GET     | /\u00e9      | a",
                "GET     | /\u4e2d      | a",
                "GET     | /\u0130      | a",
                "OPTIONS | -            | a",
                "CONNECT | ''           | a",
                "CONNECT | me@a:443     | -",
                "CONNECT | a:443/where  | -",
                "CONNECT | http://a/    | -",
                "CONNECT | a:443#x      | -",
            })
    void aTargetInNoFormIsRefused(String method, String uri, String host) {
        assertThatThrownBy(() -> target(method, uri == null ? "-" : uri, host, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lineBreaksAndControlCharactersAreRefused() {
        for (String uri : new String[] {"/a\r\nx: y", "/a\n", "/\0", "/\t", "/\u007f", "http://a\r/", "/a\u0a0d"}) {
            assertThatThrownBy(() -> target("GET", uri, "a", false)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anExtendedConnectHasAPathAndAScheme() {
        RequestTarget target = target("CONNECT", "/chat?room=1", "a.example", true);

        assertThat(String.valueOf(target.scheme())).isEqualTo("https");
        assertThat(String.valueOf(target.authority())).isEqualTo("a.example");
        assertThat(String.valueOf(target.path())).isEqualTo("/chat?room=1");
        assertThatThrownBy(() -> target("GET", "/chat", "a.example", true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
