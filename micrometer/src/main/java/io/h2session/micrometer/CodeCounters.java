package io.h2session.micrometer;

import io.h2session.frame.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;

/** A counter for each error code of RFC 9113, and one for all others. */
final class CodeCounters {
    private static final ErrorCode[] CODES = ErrorCode.values();

    private final Http2Meter meter;
    private final Tags tags;

    /** By code. */
    private final LongAdder[] known = Adders.of(CODES.length);

    private final LongAdder other = new LongAdder();

    CodeCounters(Http2Meter meter, Tags tags) {
        this.meter = meter;
        this.tags = tags;
    }

    void bindTo(MeterRegistry registry) {
        for (ErrorCode code : CODES) {
            Adders.bind(registry, meter, known[(int) code.code()], tags, Http2MeterTag.CODE, code.name());
        }
        Adders.bind(registry, meter, other, tags, Http2MeterTag.CODE, Adders.OTHER);
    }

    /** @param code as on the wire: 0 or more */
    LongAdder of(long code) {
        return code < known.length ? known[(int) code] : other;
    }
}
