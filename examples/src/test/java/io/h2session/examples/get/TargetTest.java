package io.h2session.examples.get;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    @Test
    void takesAUrlApart() {
        Target target = Target.parse("https://example.org:8443/a%20b?c=d#e");

        assertThat(target.origin()).isEqualTo(new Origin(true, "example.org", 8443));
        assertThat(target.authority()).isEqualTo("example.org:8443");
        assertThat(target.path()).isEqualTo("/a%20b?c=d");
    }

    @Test
    void leavesUsualPortsOut() {
        assertThat(Target.parse("http://example.org:80").authority()).isEqualTo("example.org");
        assertThat(Target.parse("https://example.org").origin().port()).isEqualTo(443);
        assertThat(Target.parse("HTTP://example.org").path()).isEqualTo("/");
    }

    @Test
    void connectsToAnAddressWithoutItsBrackets() {
        Target target = Target.parse("http://[::1]:8080/");

        assertThat(target.origin().host()).isEqualTo("::1");
        assertThat(target.authority()).isEqualTo("[::1]:8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::not a url::",
                "hello",
                "localhost:8080/",
                "gopher://127.0.0.1/",
                "http:///hello",
                "http://:80/",
                "http://h:70000/",
                "http://me:secret@h/",
                "http://h/a b",
                "http:h",
                ""
            })
    void saysWhatIsWrongWithAUrl(String url) {
        assertThatThrownBy(() -> Target.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bad URL '" + url + "': ");
    }
}
