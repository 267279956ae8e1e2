package io.h2session.netty.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the Accept-Encoding fields of a request allow (RFC 9110 section 12.5.3). */
final class AcceptedCodings {
    private static final int MAX_WEIGHT = 1000;

    private AcceptedCodings() {}

    /**
     * The coding that the client likes best, the first in {@code offered} of those it likes equally; null for none. A client that
     * sends no such field gets none, for many that send none understand none.
     */
    static @Nullable ContentCoding best(List<String> fields, List<ContentCoding> offered) {
        ContentCoding best = null;
        // What is as good as no coding is not worth the work.
        int bestWeight = 0;
        for (ContentCoding one : offered) {
            int weight = one.isAvailable() ? weight(fields, one) : 0;
            if (weight > bestWeight) {
                best = one;
                bestWeight = weight;
            }
        }
        return best != null && bestWeight >= weightOfNone(fields) ? best : null;
    }

    private static int weight(List<String> fields, ContentCoding coding) {
        int any = 0;
        for (String field : fields) {
            for (String item : field.split(",", -1)) {
                String name = name(item);
                if (ContentCoding.of(name) == coding) {
                    return weightOf(item);
                } else if (name.equals("*")) {
                    any = weightOf(item);
                }
            }
        }
        return any;
    }

    /** What the client says of content without coding; it need not say anything, and then any coding is welcome. */
    private static int weightOfNone(List<String> fields) {
        for (String field : fields) {
            for (String item : field.split(",", -1)) {
                if (name(item).equalsIgnoreCase("identity")) {
                    return weightOf(item);
                }
            }
        }
        return 0;
    }

    private static String name(String item) {
        int semicolon = item.indexOf(';');
        return (semicolon < 0 ? item : item.substring(0, semicolon)).trim();
    }

    /** In thousandths; one that is malformed is 0. */
    private static int weightOf(String item) {
        int weight = MAX_WEIGHT;
        String[] parts = item.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].trim();
            if (part.regionMatches(true, 0, "q=", 0, 2)) {
                weight = thousandths(part.substring(2).trim());
            }
        }
        return weight;
    }

    private static int thousandths(String text) {
        if (!text.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?")) {
            return 0;
        }
        return (int) Math.round(Double.parseDouble(text) * MAX_WEIGHT);
    }
}
