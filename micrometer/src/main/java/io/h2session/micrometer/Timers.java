package io.h2session.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The same timer in each registry. */
final class Timers {
    private static final Timer[] NONE = {};

    private final Http2Meter meter;
    private final Tags tags;

    /** Never changed, but replaced. */
    private volatile Timer[] timers = NONE;

    Timers(Http2Meter meter, Tags tags) {
        this.meter = meter;
        this.tags = tags;
    }

    void bindTo(MeterRegistry registry) {
        Timer added = Timer.builder(meter.getName())
                .description(meter.description())
                .tags(tags)
                .register(registry);
        Timer[] more = Arrays.copyOf(timers, timers.length + 1);
        more[more.length - 1] = added;
        timers = more;
    }

    void record(long nanos) {
        for (Timer timer : timers) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
