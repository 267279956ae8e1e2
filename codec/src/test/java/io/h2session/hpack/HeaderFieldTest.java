package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

class HeaderFieldTest {
    @Test
    void sizeIsThatOfATableEntry() {
        assertThat(HeaderField.of("name", "value").size()).isEqualTo(4 + 5 + 32);
    }

    @Test
    void knownNamesAreShared() {
        HeaderField field = HeaderField.of("content-type", "a");
        assertThat(field.token()).isEqualTo(HeaderToken.CONTENT_TYPE);
        assertThat((Object) field.name()).isSameAs(HeaderNames.CONTENT_TYPE);
        assertThat(HeaderField.of("Content-Type", "a").token()).isEqualTo(HeaderToken.UNKNOWN);
        assertThat((Object) HeaderField.of("Content-Type", "a").name()).hasToString("Content-Type");
    }

    @Test
    void equalityIsThatOfTheBytes() {
        HeaderField field = HeaderField.of("x-name", "value");
        AsciiString slice = new AsciiString("..value..", 2, 5);
        assertThat(field)
                .isEqualTo(HeaderField.of(new AsciiString("x-name"), slice, true))
                .hasSameHashCodeAs(HeaderField.sensitive("x-name", "value"))
                .isNotEqualTo(HeaderField.of("x-name", "Value"))
                .isNotEqualTo(HeaderField.of("X-name", "value"))
                .isNotEqualTo(HeaderField.of("x-namev", "alue"))
                .isNotEqualTo("x-name: value");
    }

    @Test
    void textHidesWhatIsSensitive() {
        assertThat(HeaderField.of("a", "b")).hasToString("a: b");
        assertThat(HeaderField.sensitive("a", "b").toString()).startsWith("a: ").doesNotContain("b");
    }

    @Test
    void charactersBecomeSingleBytes() {
        assertThat(HeaderField.of("a", "\u00e9\u20ac").value().toByteArray()).isEqualTo(new byte[] {(byte) 0xe9, '?'});
    }

    @Test
    void verdictIsKept() {
        HeaderField field = HeaderField.of("a", "b");
        assertThat(field.validity()).isZero();
        field.validity((byte) -3);
        assertThat(field.validity()).isEqualTo((byte) -3);
    }

    @Test
    void partsAreRequired() {
        assertThatThrownBy(() -> HeaderField.of(null, "b")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> HeaderField.of("a", null)).isInstanceOf(NullPointerException.class);
    }
}
