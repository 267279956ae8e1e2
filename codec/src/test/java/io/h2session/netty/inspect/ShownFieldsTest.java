package io.h2session.netty.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and numbers; values only if asked for, and no secrets. */
class ShownFieldsTest {
    private static final ShownFields NAMES = new ShownFields(false, Set.of());
    private static final ShownFields VALUES = new ShownFields(true, Set.of("x-ours"));

    @Test
    void namesAndTheStatusAreShown() {
        assertThat(NAMES.of(HeaderList.of(":status", "204", "server", "h2session", "cookie", "a=b")))
                .containsExactly(new Field(":status", "204"), new Field("server", null), new Field("cookie", null));
    }

    @Test
    void valuesAreShownIfAskedFor() {
        assertThat(VALUES.of(HeaderList.of(":method", "GET", ":authority", "a.example", "accept", "*/*")))
                .containsExactly(
                        new Field(":method", "GET"), new Field(":authority", "a.example"), new Field("accept", "*/*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization",
                "proxy-authorization",
                "www-authenticate",
                "authentication-info",
                "cookie",
                "set-cookie",
                "x-api-key",
                "x-auth-token",
                "x-csrf-token",
                "x-xsrf-token",
                "x-amz-security-token",
                "x-amz-signature",
                "client-secret",
                "x-session-id",
                "x-password",
                "x-ours"
            })
    void secretsAreNeverShown(String name) {
        assertThat(VALUES.of(HeaderList.of(name, "hidden"))).containsExactly(new Field(name, "[redacted]"));
    }

    @Test
    void whatTheSenderCallsSensitiveIsNotShown() {
        assertThat(VALUES.of(HeaderList.of(HeaderField.sensitive("x-plain", "hidden"))))
                .containsExactly(new Field("x-plain", "[redacted]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {":path", "location", "referer", "content-location"})
    void queriesAndFragmentsOfUrlsAreNotShown(String name) {
        assertThat(VALUES.of(HeaderList.of(name, "/a?access_token=hidden")))
                .containsExactly(new Field(name, "/a?[redacted]"));
        assertThat(VALUES.of(HeaderList.of(name, "/a#id_token=hidden?b")))
                .containsExactly(new Field(name, "/a#[redacted]"));
        assertThat(VALUES.of(HeaderList.of(name, "/a"))).containsExactly(new Field(name, "/a"));
    }

    @Test
    void whatIsKeptIsBounded() {
        HeaderList.Builder many = HeaderList.builder();
        for (int i = 0; i < 200; i++) {
            many.add(HeaderField.of("n" + "a".repeat(1000), "v".repeat(1000)));
        }

        List<Field> shown = VALUES.of(many.build());

        assertThat(shown).hasSize(100);
        assertThat(shown.get(0).name()).hasSize(203).endsWith("...");
        assertThat(shown.get(0).value()).hasSize(203).endsWith("...");
    }
}
