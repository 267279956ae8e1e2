package io.h2session.examples.serve;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;

/** Numbers in the target of a request. */
final class Parameters {
    /** More could be too much for a long. */
    private static final int MAX_DIGITS = 18;

    private Parameters() {}

    /**
     * The value of a parameter, which must be a decimal number.
     *
     * @param absent the value if there is no such parameter
     * @return -1 if it is no number from 0 to {@code max}
     */
    static long number(Exchange exchange, String name, long absent, long max) {
        if (exchange.query().isEmpty()) {
            return absent;
        }
        List<String> values;
        try {
            values = new QueryStringDecoder(exchange.query()).parameters().get(name);
        } catch (IllegalArgumentException malformed) {
            return -1;
        }
        if (values == null) {
            return absent;
        }
        return number(values.get(0), max);
    }

    /** A decimal number from 0 to {@code max}; -1 if the text is none. */
    static long number(String digits, long max) {
        if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value > max ? -1 : value;
    }
}
