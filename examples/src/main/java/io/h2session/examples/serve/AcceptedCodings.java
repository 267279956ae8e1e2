package io.h2session.examples.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The content codings that a client accepts (RFC 9110 section 12.5.3). */
final class AcceptedCodings {
    private static final AcceptedCodings NONE = new AcceptedCodings();
    private static final String ANY = "*";
    private static final String IDENTITY = "identity";

    private final Map<Coding, Double> weights = new EnumMap<>(Coding.class);
    private double identity;
    private double any;

    /** The codings of files, best first. */
    enum Coding {
        /** Brotli (RFC 7932). */
        BROTLI("br", ".br"),
        /** Zstandard (RFC 8878). */
        ZSTANDARD("zstd", ".zst"),
        /** RFC 1952. */
        GZIP("gzip", ".gz");

        private final String token;
        private final String extension;

        Coding(String token, String extension) {
            this.token = token;
            this.extension = extension;
        }

        String token() {
            return token;
        }

        /** Of the names of files in this coding, with the dot. */
        String extension() {
            return extension;
        }
    }

    private AcceptedCodings() {}

    static AcceptedCodings of(HttpRequest request) {
        List<String> fields = request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING);
        if (fields.isEmpty()) {
            return NONE;
        }
        AcceptedCodings accepted = new AcceptedCodings();
        for (String field : fields) {
            for (String element : field.split(",", -1)) {
                accepted.add(element.trim().toLowerCase(Locale.ROOT));
            }
        }
        return accepted;
    }

    private void add(String element) {
        int parameters = element.indexOf(';');
        String name =
                parameters < 0 ? element : element.substring(0, parameters).trim();
        double weight =
                parameters < 0 ? 1 : weight(element.substring(parameters + 1).trim());
        if (name.equals(ANY)) {
            any = weight;
        } else if (name.equals(IDENTITY)) {
            identity = weight;
        } else {
            for (Coding coding : Coding.values()) {
                if (coding.token().equals(name.equals("x-gzip") ? "gzip" : name)) {
                    weights.put(coding, weight);
                }
            }
        }
    }

    /** A weight (RFC 9110 section 12.4.2); what is none counts as refused. */
    private static double weight(String parameter) {
        if (!parameter.matches("q=[01](\\.[0-9]{0,3})?")) {
            return 0;
        }
        return Math.min(1, Double.parseDouble(parameter.substring(2)));
    }

    private double weightOf(Coding coding) {
        return weights.getOrDefault(coding, any);
    }

    /** The codings that the client accepts and does not like less than none, best first. */
    List<Coding> best() {
        if (this == NONE) {
            return List.of();
        }
        List<Coding> best = new ArrayList<>(List.of(Coding.values()));
        best.removeIf(coding -> weightOf(coding) == 0 || weightOf(coding) < identity);
        best.sort(Comparator.comparingDouble(this::weightOf).reversed());
        return best;
    }

    /** Whether what is sent may be compressed on its way out. */
    boolean anyCompression() {
        return best().contains(Coding.GZIP);
    }
}
