package io.h2session.examples.serve;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import java.time.Instant;

/**
 * The header fields of a response that differs only in its date (RFC 9110 section 6.6.1). All connections and threads share one
 * list for each second.
 */
final class DatedHeaders {
    private static final HeaderField SERVER = HeaderField.of(HeaderNames.SERVER, "h2session");

    private final HeaderList constant;
    private Dated latest;

    /** @param constant the status first */
    DatedHeaders(HeaderList constant) {
        this.constant = constant;
    }

    /** The fields of a response that is sent now. */
    HeaderList now() {
        long second = System.currentTimeMillis() / 1000;
        // Threads may create the same list at the same time. Either one is correct.
        Dated dated = latest;
        if (dated == null || dated.second != second) {
            dated = new Dated(second, constant.with(SERVER).with(date(second)));
            latest = dated;
        }
        return dated.headers;
    }

    /** The fields of a response that is sent once. */
    static HeaderList once(HeaderList headers) {
        return headers.with(SERVER).with(date(System.currentTimeMillis() / 1000));
    }

    private static HeaderField date(long second) {
        return HeaderField.of(HeaderNames.DATE, HttpDate.of(Instant.ofEpochSecond(second)));
    }

    private record Dated(long second, HeaderList headers) {}
}
