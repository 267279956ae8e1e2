package io.h2session.micrometer;

import io.h2session.frame.FrameType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** A counter for each type of frame that has a name, and one for all others. */
final class TypeCounters {
    private static final int[] NAMED = {
        FrameType.DATA,
        FrameType.HEADERS,
        FrameType.PRIORITY,
        FrameType.RST_STREAM,
        FrameType.SETTINGS,
        FrameType.PUSH_PROMISE,
        FrameType.PING,
        FrameType.GOAWAY,
        FrameType.WINDOW_UPDATE,
        FrameType.CONTINUATION,
        FrameType.ALTSVC,
        FrameType.ORIGIN,
        FrameType.PRIORITY_UPDATE
    };

    private final Tags tags;
    private final LongAdder other = new LongAdder();

    /** By type, up to the highest that has a name. */
    private final LongAdder[] byType = new LongAdder[FrameType.PRIORITY_UPDATE + 1];

    TypeCounters(Tags tags) {
        this.tags = tags;
        Arrays.fill(byType, other);
        for (int type : NAMED) {
            byType[type] = new LongAdder();
        }
    }

    void bindTo(MeterRegistry registry) {
        for (int type : NAMED) {
            Adders.bind(registry, Http2Meter.FRAMES, byType[type], tags, Http2MeterTag.TYPE, FrameType.name(type));
        }
        Adders.bind(registry, Http2Meter.FRAMES, other, tags, Http2MeterTag.TYPE, Adders.OTHER);
    }

    LongAdder of(int type) {
        return type < byType.length ? byType[type] : other;
    }
}
