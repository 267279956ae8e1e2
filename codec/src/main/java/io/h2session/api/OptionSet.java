package io.h2session.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options of one type in the order of their declaration. Complete when the initializer of that type has run. */
final class OptionSet {
    private final List<Option> options = new ArrayList<>();

    Declaration flag(String name) {
        return new Declaration(name, Option.FLAG).range(0, 1);
    }

    Declaration number(String name, String unit) {
        return new Declaration(name, unit);
    }

    Declaration time(String name) {
        return new Declaration(name, Option.NANOSECONDS);
    }

    List<Option> all() {
        return List.copyOf(options);
    }

    /** The default values. */
    OptionValues safe() {
        return new OptionValues(all(), options.stream().mapToLong(Option::safe).toArray());
    }

    /** The values of libnghttp2. */
    OptionValues nghttp2() {
        return new OptionValues(
                all(), options.stream().mapToLong(Option::nghttp2).toArray());
    }

    /** A declaration up to its last word, the value in nghttp2's preset. */
    final class Declaration {
        private final String name;
        private final String unit;
        private long min;
        private long max;
        private long safe;

        private Declaration(String name, String unit) {
            this.name = name;
            this.unit = unit;
        }

        Declaration range(long from, long to) {
            min = from;
            max = to;
            return this;
        }

        Declaration range(Duration from, Duration to) {
            return range(from.toNanos(), to.toNanos());
        }

        Declaration safe(long value) {
            safe = value;
            return this;
        }

        Declaration safe(boolean value) {
            return safe(value ? 1 : 0);
        }

        Declaration safe(Duration value) {
            return safe(value.toNanos());
        }

        Option nghttp2(long value) {
            Option option = new Option(name, unit, options.size(), min, max, safe, value);
            options.add(option);
            return option;
        }

        Option nghttp2(boolean value) {
            return nghttp2(value ? 1 : 0);
        }

        Option nghttp2(Duration value) {
            return nghttp2(value.toNanos());
        }
    }
}
