package io.h2session.connection;

/**
 * Measures the time from a PING of ours to its acknowledgement; if several are under way, for the one that was sent first.
 */
public final class PingTimer {
    /** A new measurement counts for this part of the smoothed time (RFC 6298 section 2.3). */
    private static final int SMOOTHING = 8;

    private final Metrics metrics;
    private boolean waiting;
    private long opaqueData;
    private long sentAt;
    private long roundTrip = -1;
    private long smoothed = -1;

    PingTimer(Metrics metrics) {
        this.metrics = metrics;
    }

    /** A PING of ours was sent. PINGs sent among DATA are not measured: they wait in the transport behind the DATA. */
    public void sent(long data, long now) {
        if (!waiting && !SignsOfLife.own(data)) {
            waiting = true;
            opaqueData = data;
            sentAt = now;
        }
    }

    /** An acknowledgement has arrived. */
    public void acknowledged(long data, long now) {
        if (waiting && data == opaqueData) {
            waiting = false;
            roundTrip = now - sentAt;
            smoothed = smoothed < 0 ? roundTrip : smoothed + (roundTrip - smoothed) / SMOOTHING;
            metrics.roundTrip(roundTrip);
        }
    }

    /** The latest round-trip time in nanoseconds; -1 if no PING was acknowledged. */
    public long roundTrip() {
        return roundTrip;
    }

    /** The smoothed round-trip time in nanoseconds; -1 if no PING was acknowledged. */
    public long smoothed() {
        return smoothed;
    }
}
