package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentDecoderTest {
    @Test
    void decodesOnce() {
        assertThat(PercentDecoder.decode("/plain")).isEqualTo("/plain");
        assertThat(PercentDecoder.decode("/a%20b")).isEqualTo("/a b");
        assertThat(PercentDecoder.decode("%25%32%65")).isEqualTo("%2e");
        assertThat(PercentDecoder.decode("%c3%a4")).isEqualTo("\u00e4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%2", "/%zz", "/%2g", "/%-1", "/%ff", "/%c3", "/%c0%ae", "/a%2Fb", "/%2f"})
    void knowsNoPathThatIsMalformed(String path) {
        assertThat(PercentDecoder.decode(path)).isNull();
    }
}
