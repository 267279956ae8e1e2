package io.h2session.api;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A value for each option of an {@link OptionSet}. Immutable. */
final class OptionValues {
    private final List<Option> options;
    private final long[] values;

    OptionValues(List<Option> options, long[] values) {
        this.options = options;
        this.values = values;
    }

    boolean flag(Option option) {
        return values[option.index()] != 0;
    }

    /** For options whose range is within that of {@code int}. */
    int number(Option option) {
        return (int) values[option.index()];
    }

    long longNumber(Option option) {
        return values[option.index()];
    }

    Duration time(Option option) {
        return Duration.ofNanos(values[option.index()]);
    }

    /** A copy with another value for one option. */
    OptionValues with(Option option, long value) {
        long[] changed = values.clone();
        changed[option.index()] = option.checked(value);
        return new OptionValues(options, changed);
    }

    OptionValues with(Option option, Duration value) {
        Duration min = Duration.ofNanos(option.min());
        Duration max = Duration.ofNanos(option.max());
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(option.name() + " must be from " + min + " to " + max + ": " + value);
        }
        return with(option, value.toNanos());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OptionValues those
                && Arrays.equals(values, those.values)
                && options.equals(those.options);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Name and value of each, separated by commas. */
    @Override
    public String toString() {
        return options.stream().map(this::text).collect(Collectors.joining(", "));
    }

    private String text(Option option) {
        Object value =
                switch (option.unit()) {
                    case Option.FLAG -> flag(option);
                    case Option.NANOSECONDS -> time(option);
                    default -> longNumber(option) < option.min() ? "not set" : longNumber(option);
                };
        return option.name() + "=" + value;
    }
}
