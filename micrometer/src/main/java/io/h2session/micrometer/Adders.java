package io.h2session.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;

/** What is counted is added up here, without a look into a registry; registries read it. */
final class Adders {
    /** The value of a tag for everything that has no name. */
    static final String OTHER = "other";

    private Adders() {}

    static LongAdder[] of(int length) {
        LongAdder[] adders = new LongAdder[length];
        for (int i = 0; i < length; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** Lets the registry read it as a counter with one more tag. */
    static void bind(
            MeterRegistry registry, Http2Meter meter, LongAdder adder, Tags tags, Http2MeterTag tag, String value) {
        bind(registry, meter, adder, tags.and(tag.asString(), value));
    }

    static void bind(MeterRegistry registry, Http2Meter meter, LongAdder adder, Tags tags) {
        FunctionCounter.builder(meter.getName(), adder, LongAdder::sum)
                .description(meter.description())
                .baseUnit(meter.getBaseUnit())
                .tags(tags)
                .register(registry);
    }

    /** The same as a gauge. */
    static void bindGauge(MeterRegistry registry, Http2Meter meter, LongAdder adder, Tags tags) {
        Gauge.builder(meter.getName(), adder, LongAdder::sum)
                .description(meter.description())
                .baseUnit(meter.getBaseUnit())
                .tags(tags)
                .register(registry);
    }
}
