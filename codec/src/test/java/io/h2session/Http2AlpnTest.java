package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class Http2AlpnTest {
    @Test
    void http2IsChosenWhereverItStands() {
        assertThat(Http2Alpn.select(List.of("h2", "http/1.1"))).isEqualTo("h2");
        assertThat(Http2Alpn.select(List.of("http/1.1", "spdy/3", "h2"))).isEqualTo("h2");
    }

    @Test
    void http1IsChosenIfHttp2IsNotOffered() {
        assertThat(Http2Alpn.select(List.of("h2c", "http/1.1", "http/1.0"))).isEqualTo("http/1.1");
    }

    @Test
    void nothingIsChosenOfWhatIsUnknown() {
        assertThat(Http2Alpn.select(List.of("spdy/2", "H2"))).isNull();
        assertThat(Http2Alpn.select(List.of())).isNull();
    }
}
