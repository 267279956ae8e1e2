package io.h2session.connection;

/**
 * Measures the time from a PING of ours to its acknowledgement; if several are under way, for the one that was sent first.
 */
public final class PingTimer {
    private final Metrics metrics;
    private boolean waiting;
    private long opaqueData;
    private long sentAt;
    private long roundTrip = -1;

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
            metrics.roundTrip(roundTrip);
        }
    }

    /** The latest round-trip time in nanoseconds; -1 if no PING was acknowledged. */
    public long roundTrip() {
        return roundTrip;
    }
}
