package io.h2session.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;

/** The stalls of one cause, of all streams or of all connections. */
final class StallMeters {
    private final Tags tags;
    private final LongAdder begun = new LongAdder();
    private final Timers ended;

    StallMeters(Tags tags) {
        this.tags = tags;
        ended = new Timers(Http2Meter.FLOW_STALLED, tags);
    }

    void begun() {
        begun.increment();
    }

    void ended(long nanos) {
        ended.record(nanos);
    }

    void bindTo(MeterRegistry registry) {
        Adders.bind(registry, Http2Meter.FLOW_STALLS, begun, tags);
        ended.bindTo(registry);
    }
}
