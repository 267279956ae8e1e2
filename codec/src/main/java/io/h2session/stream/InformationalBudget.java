package io.h2session.stream;

/** How many 1xx responses the peer may send on one stream: a burst, and more as time passes. */
public final class InformationalBudget {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private long counted;
    private long forgivenAt;

    /** A full budget. */
    public InformationalBudget(long now) {
        forgivenAt = now;
    }

    /**
     * Another 1xx response was received.
     *
     * @param burst how many may be sent at once
     * @param perSecond how many more may be sent each second, in the long run
     * @param now the time in nanoseconds
     * @return false if that is one too many
     */
    public boolean take(int burst, int perSecond, long now) {
        long seconds = (now - forgivenAt) / NANOS_PER_SECOND;
        if (counted == 0) {
            forgivenAt = now;
        } else if (seconds > 0) {
            forgivenAt += seconds * NANOS_PER_SECOND;
            counted = Math.max(0, counted - seconds * perSecond);
        }
        counted++;
        return counted <= burst;
    }
}
