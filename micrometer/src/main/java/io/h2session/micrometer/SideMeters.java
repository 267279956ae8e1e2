package io.h2session.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;

/** What is measured of the streams that one side has opened. */
final class SideMeters {
    private final Tags tags;

    final LongAdder active = new LongAdder();
    final CodeCounters ends;
    final Timers duration;
    final Timers firstByte;

    SideMeters(Tags tags) {
        this.tags = tags;
        ends = new CodeCounters(Http2Meter.STREAM_ENDS, tags);
        duration = new Timers(Http2Meter.STREAM_DURATION, tags);
        firstByte = new Timers(Http2Meter.STREAM_FIRST_BYTE, tags);
    }

    void bindTo(MeterRegistry registry) {
        Adders.bindGauge(registry, Http2Meter.STREAMS_ACTIVE, active, tags);
        ends.bindTo(registry);
        duration.bindTo(registry);
        firstByte.bindTo(registry);
    }
}
