package io.h2session.examples.net;

import io.h2session.api.Http2SessionOptions;

/**
 * Sizes of sessions of HTTP/2 that a command's options set, each null for the default.
 *
 * @param windowBits windows of streams have 2^BITS-1 bytes
 * @param connectionWindowBits the same of the connection
 * @param headerTableSize the largest table of the peer's encoder, in bytes
 * @param encoderHeaderTableSize the largest table of our encoder, in bytes
 */
public record SessionSizes(
        Integer windowBits, Integer connectionWindowBits, Integer headerTableSize, Integer encoderHeaderTableSize) {
    /** As in nghttp. */
    public static final int MAX_BITS = 30;

    /** A connection begins with a window of 65,535 bytes, which SETTINGS cannot change (RFC 9113 section 6.9.2). */
    public static final int MIN_CONNECTION_BITS = 16;

    /** Whether {@link #windowBits} can be set. */
    public boolean windowFits() {
        return isIn(windowBits, 0, MAX_BITS);
    }

    /** Whether {@link #connectionWindowBits} can be set. */
    public boolean connectionWindowFits() {
        return isIn(connectionWindowBits, MIN_CONNECTION_BITS, MAX_BITS);
    }

    /** Sets those that are not null. */
    public Http2SessionOptions.Builder applyTo(Http2SessionOptions.Builder session) {
        if (windowBits != null) {
            session.initialWindowSize((1 << windowBits) - 1);
        }
        if (connectionWindowBits != null) {
            session.connectionWindowSize((1 << connectionWindowBits) - 1);
        }
        if (headerTableSize != null) {
            session.headerTableSize(headerTableSize);
        }
        if (encoderHeaderTableSize != null) {
            session.limits(limits -> limits.withMaxEncoderTableSize(encoderHeaderTableSize));
        }
        return session;
    }

    /** Whether the number of an option is null, or in a range. */
    public static boolean isIn(Integer number, int least, int most) {
        return number == null || (number >= least && number <= most);
    }
}
