package io.h2session.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What Prometheus reads. */
class PrometheusTest {
    // The registry holds them weakly.
    private final Http2SessionMeters meters = new Http2SessionMeters();
    private final Http2SessionRegistry sessions = new Http2SessionRegistry();
    private final Http2SessionGauges gauges = new Http2SessionGauges(sessions, Tags.empty(), Duration.ofHours(1));

    @Test
    void aScrape() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        meters.bindTo(registry);
        gauges.bindTo(registry);
        String scrape;
        try (Sessions pair = new Sessions(
                Http2SessionHandler.forClient(),
                Http2SessionHandler.forServer().metrics(meters).registry(sessions))) {
            pair.request();
            pair.request();
            gauges.refresh();
            pair.exchange();
            scrape = registry.scrape();
        }
        assertThat(scrape.lines())
                .contains(
                        "# TYPE h2session_frames_total counter",
                        "h2session_frames_total{direction=\"received\",role=\"server\",type=\"HEADERS\"} 2.0",
                        "h2session_frames_total{direction=\"sent\",role=\"server\",type=\"GOAWAY\"} 0.0",
                        "h2session_resets_total{code=\"CANCEL\",direction=\"received\",role=\"server\"} 0.0",
                        "h2session_connections{role=\"server\"} 1.0",
                        "h2session_stream_duration_seconds_count{role=\"server\",side=\"remote\"} 2",
                        "h2session_glitches_total{cause=\"priority_update\",role=\"server\"} 0.0",
                        "h2session_streams_pending_streams{role=\"server\",side=\"local\"} 0.0")
                .noneMatch(line -> line.contains("role=\"client\"") && line.contains("_total"));
        assertThat(scrape)
                .containsPattern("(?m)^h2session_bytes_total\\{direction=\"received\",role=\"server\"} [1-9]");
        assertThat(scrape)
                .containsPattern("(?m)^h2session_hpack_tables_bytes\\{direction=\"received\",role=\"server\"} [1-9]");
    }
}
