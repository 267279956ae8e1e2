package io.h2session.connection;

/** Measures the time from a PING of ours to its answer; of several under way, the first that was sent. */
public final class PingTimer {
    private final Metrics metrics;
    private boolean waiting;
    private long opaqueData;
    private long sentAt;
    private long roundTrip = -1;

    PingTimer(Metrics metrics) {
        this.metrics = metrics;
    }

    /** A PING of ours was sent. Those among the DATA wait behind it, and would measure that. */
    public void sent(long data, long now) {
        if (!waiting && !SignsOfLife.own(data)) {
            waiting = true;
            opaqueData = data;
            sentAt = now;
        }
    }

    /** An answer has arrived. */
    public void acknowledged(long data, long now) {
        if (waiting && data == opaqueData) {
            waiting = false;
            roundTrip = now - sentAt;
            metrics.roundTrip(roundTrip);
        }
    }

    /** What the latest took, in nanoseconds; -1 if none was answered. */
    public long roundTrip() {
        return roundTrip;
    }
}
