package io.h2session.examples.serve;

import io.netty.handler.codec.DateFormatter;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.Date;

/** Dates in HTTP (RFC 9110 section 5.6.7): {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
final class HttpDates {
    private static volatile Second latest = second(0);

    private HttpDates() {}

    /** The date now. All responses of one second share it. */
    static AsciiString now() {
        long epochSecond = System.currentTimeMillis() / 1000;
        Second now = latest;
        if (now.epochSecond != epochSecond) {
            now = second(epochSecond);
            latest = now;
        }
        return now.text;
    }

    /** A date as text. */
    @SuppressWarnings("JavaUtilDate") // the class that Netty formats
    static AsciiString of(Instant instant) {
        return AsciiString.of(DateFormatter.format(Date.from(instant)));
    }

    /** A date in one of the three forms, as a number of seconds. Negative if it is none. */
    @SuppressWarnings("JavaUtilDate") // the class that Netty parses to
    static long parse(CharSequence text) {
        Date date = text == null ? null : DateFormatter.parseHttpDate(text);
        return date == null ? -1 : date.getTime() / 1000;
    }

    private static Second second(long epochSecond) {
        return new Second(epochSecond, of(Instant.ofEpochSecond(epochSecond)));
    }

    private record Second(long epochSecond, AsciiString text) {}
}
