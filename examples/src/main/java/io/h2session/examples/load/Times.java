package io.h2session.examples.load;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them. */
final class Times {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(us|ms|s|m|h)?");
    private static final long LONGEST = TimeUnit.DAYS.toNanos(366);

    /** From here on three digits make a thousand. */
    private static final double LIMIT = 999.5;

    private Times() {}

    /**
     * Parses a number of seconds, or a number with a unit: us, ms, s, m or h.
     *
     * @param option whose value it is
     * @return nanoseconds
     * @throws IllegalArgumentException with a message for the user
     */
    static long parse(String option, String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(option + " wants a time like 10s, 500ms or 2m, not: " + text);
        }
        BigDecimal nanos = new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(nanosOf(parts.group(2))));
        if (nanos.compareTo(BigDecimal.valueOf(LONGEST)) > 0) {
            throw new IllegalArgumentException(option + " must be at most a year: " + text);
        }
        return nanos.longValue();
    }

    private static long nanosOf(String unit) {
        return switch (unit == null ? "s" : unit) {
            case "us" -> TimeUnit.MICROSECONDS.toNanos(1);
            case "ms" -> TimeUnit.MILLISECONDS.toNanos(1);
            case "m" -> TimeUnit.MINUTES.toNanos(1);
            case "h" -> TimeUnit.HOURS.toNanos(1);
            default -> TimeUnit.SECONDS.toNanos(1);
        };
    }

    /** A time with three digits and the unit that suits it. */
    static String text(double nanos) {
        double micros = nanos / TimeUnit.MICROSECONDS.toNanos(1);
        if (micros < LIMIT) {
            return digits(micros) + " us";
        }
        double millis = micros / 1000;
        return millis < LIMIT ? digits(millis) + " ms" : digits(millis / 1000) + " s";
    }

    private static String digits(double value) {
        String format = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value);
    }
}
