package io.h2session.netty.http;

/**
 * How much may come out of compressed content. Immutable.
 *
 * @param maxBytes most bytes of one message, 1 to 2^63-1. 64 MiB by default
 * @param maxRatio most bytes for each byte received, 1 to 2^31-1, beyond the first {@link #freeBytes()}. 100 by default; text
 *     compresses to a tenth as a rule, and 1032 is the most that gzip can do
 * @param freeBytes how many bytes of a message are not measured by the ratio, 0 to 2^63-1. 1 MiB by default
 * @since 0.1
 */
public record DecompressionLimits(long maxBytes, int maxRatio, long freeBytes) {
    /** What is used if nothing is said. */
    public static final DecompressionLimits DEFAULT = new DecompressionLimits(64L << 20, 100, 1 << 20);

    /** Checks the ranges. */
    public DecompressionLimits {
        if (maxBytes < 1 || maxRatio < 1 || freeBytes < 0) {
            throw new IllegalArgumentException(
                    "maxBytes " + maxBytes + ", maxRatio " + maxRatio + ", freeBytes " + freeBytes);
        }
    }

    /** Whether {@code received} compressed bytes may have produced this number of bytes. */
    boolean allow(long produced, long received) {
        return produced <= maxBytes && (produced <= freeBytes || produced / maxRatio <= received);
    }
}
