package io.h2session.frame;

/**
 * The five bytes of deprecated priority, RFC 7540 section 6.3. They are parsed and reported, and have no effect (RFC 9113
 * section 5.3.2).
 *
 * @param dependency the stream that this one depends on, 0 to 2^31-1
 * @param weight 1 to 256, one more than the byte on the wire
 * @param exclusive the E bit
 * @since 0.1
 */
public record PrioritySpec(int dependency, int weight, boolean exclusive) {
    /**
     * Checks that the values fit their fields on the wire.
     *
     * @param dependency 0 to 2^31-1
     * @param weight 1 to 256
     * @param exclusive the E bit
     * @throws IllegalArgumentException if one is out of range
     */
    public PrioritySpec {
        if (dependency < 0) {
            throw new IllegalArgumentException("dependency " + dependency + " is negative");
        }
        if (weight < 1 || weight > 256) {
            throw new IllegalArgumentException("weight " + weight + " is not in 1..256");
        }
    }
}
