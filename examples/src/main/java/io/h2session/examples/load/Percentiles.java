package io.h2session.examples.load;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What is told of the distribution of a time. */
enum Percentiles {
    /** The shortest. */
    MIN("min", 0),
    /** The median. */
    P50("p50", 50),
    /** Three of four are at most as long. */
    P75("p75", 75),
    /** Nine of ten are at most as long. */
    P90("p90", 90),
    /** 95 % are at most as long. */
    P95("p95", 95),
    /** 99 % are at most as long. */
    P99("p99", 99),
    /** 99.9 % are at most as long. */
    P999("p99.9", 99.9),
    /** 99.99 % are at most as long. */
    P9999("p99.99", 99.99),
    /** The longest. */
    MAX("max", 100);

    private final String label;
    private final double percent;

    Percentiles(String label, double percent) {
        this.label = label;
        this.percent = percent;
    }

    /** As it is called in a report. */
    String label() {
        return label;
    }

    /** Nanoseconds; 0 if nothing was recorded. */
    long of(Histogram times) {
        return times.getTotalCount() == 0 ? 0 : times.getValueAtPercentile(percent);
    }

    /** All of them, with mean and standard deviation; each null if nothing was recorded. */
    static Map<String, Object> all(Histogram times) {
        Map<String, Object> values = new LinkedHashMap<>();
        boolean none = times.getTotalCount() == 0;
        values.put("count", times.getTotalCount());
        values.put("mean", none ? null : Math.round(times.getMean()));
        values.put("stddev", none ? null : Math.round(times.getStdDeviation()));
        for (Percentiles one : values()) {
            values.put(one.label, none ? null : one.of(times));
        }
        return values;
    }
}
