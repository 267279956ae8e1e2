package io.h2session.netty.inspect;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The values of a {@link Http2InspectorBuilder}, whose methods document them.
 *
 * @param clock monotonic, in nanoseconds
 * @param wallClock in milliseconds of Unix time
 */
record InspectorSettings(
        int frames,
        int streams,
        int recordedSessions,
        int endedSessions,
        int shownSessions,
        boolean values,
        ShownFields fields,
        Set<String> hosts,
        LongSupplier clock,
        LongSupplier wallClock) {
    /** Between two samples of the gauges of a session. */
    static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int SAMPLES = 300;

    /** A minute of gauges. */
    int samples() {
        return SAMPLES;
    }

    long now() {
        return clock.getAsLong();
    }
}
