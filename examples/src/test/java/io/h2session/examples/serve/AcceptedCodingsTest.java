package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which codings a client accepts, best first. */
class AcceptedCodingsTest {
    private static String best(String... fields) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        for (String field : fields) {
            request.headers().add(HttpHeaderNames.ACCEPT_ENCODING, field);
        }
        return AcceptedCodings.of(request).best().stream()
                .map(AcceptedCodings.Coding::token)
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd | br zstd gzip",
                "gzip | gzip",
                "x-gzip | gzip",
                "GZip;Q=0.5 | gzip",
                "gzip;q=1.0, br;q=0.9 | gzip br",
                "gzip ; q=0.2, br ;q=0.3 | br gzip",
                "* | br zstd gzip",
                "*, br;q=0 | zstd gzip",
                "*;q=0, br | br",
                "gzip;q=0 | ''",
                "identity | ''",
                "identity, gzip | gzip",
                "identity, gzip;q=0.5 | ''",
                "gzip;q=banana | ''",
                "gzip;q=0.0001 | ''",
                "deflate | ''",
                "'' | ''",
            })
    void areThoseItLikesBest(String field, String expected) {
        assertThat(best(field)).isEqualTo(expected);
    }

    @Test
    void noneAreAcceptedUnlessTheyAreNamed() {
        assertThat(best()).isEmpty();
        assertThat(best("gzip", "br;q=0.1")).isEqualTo("gzip br");
    }
}
