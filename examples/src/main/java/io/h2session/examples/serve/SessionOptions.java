package io.h2session.examples.serve;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.net.SessionSizes;
import picocli.CommandLine.Option;

/** The options of {@code serve} about sessions of HTTP/2 and what is shown of them, with the letters of nghttpd. */
final class SessionOptions {
    @Option(
            names = {"-w", "--window-bits"},
            paramLabel = "BITS",
            description = "Window of each stream: 2^BITS-1 bytes, BITS from 0 to 30.")
    private Integer windowBits;

    @Option(
            names = {"-W", "--connection-window-bits"},
            paramLabel = "BITS",
            description = "Window of each connection: 2^BITS-1 bytes, BITS from 16 to 30.")
    private Integer connectionWindowBits;

    @Option(
            names = {"-m", "--max-concurrent-streams"},
            paramLabel = "N",
            description = "How many requests a connection may have open (100).")
    private Integer maxConcurrentStreams;

    @Option(
            names = {"-c", "--header-table-size"},
            paramLabel = "BYTES",
            description = "Largest header table of the client's encoder (4096).")
    private Integer headerTableSize;

    @Option(
            names = "--encoder-header-table-size",
            paramLabel = "BYTES",
            description = "Largest header table of our encoder; the client may allow less.")
    private Integer encoderHeaderTableSize;

    @Option(names = "--hexdump", description = "Write what is received to stderr, in hexadecimal, without its TLS.")
    private boolean hexDump;

    @Option(
            names = "--color",
            description =
                    "Colours in -v even if stderr is not a terminal. On a terminal they are there unless NO_COLOR is set.")
    private boolean colour;

    boolean hexDump() {
        return hexDump;
    }

    boolean colour() {
        return colour;
    }

    /** Sets what the user has asked for. */
    Http2SessionOptions applied(Http2SessionOptions defaults) {
        Http2SessionOptions.Builder session = sizes().applyTo(defaults.toBuilder());
        if (maxConcurrentStreams != null) {
            session.maxConcurrentStreams(maxConcurrentStreams);
        }
        return session.build();
    }

    /** @return what is wrong; null for nothing */
    String complaint() {
        if (!sizes().windowFits()) {
            return "-w must be from 0 to " + SessionSizes.MAX_BITS;
        }
        if (!sizes().connectionWindowFits()) {
            return "-W must be from " + SessionSizes.MIN_CONNECTION_BITS + " to " + SessionSizes.MAX_BITS;
        }
        if (!SessionSizes.isIn(maxConcurrentStreams, 1, Integer.MAX_VALUE)) {
            return "-m must be positive";
        }
        boolean tables = SessionSizes.isIn(headerTableSize, 0, Integer.MAX_VALUE)
                && SessionSizes.isIn(encoderHeaderTableSize, 0, Integer.MAX_VALUE);
        return tables ? null : "header table sizes must not be negative";
    }

    private SessionSizes sizes() {
        return new SessionSizes(windowBits, connectionWindowBits, headerTableSize, encoderHeaderTableSize);
    }
}
