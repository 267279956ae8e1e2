package io.h2session.connection;

import io.h2session.api.Http2Stall;
import java.util.Arrays;

/** For which reasons a connection cannot send, and since when. */
final class ConnectionStalls {
    private static final long NO = -1;

    private final long[] since = new long[Http2Stall.values().length];

    ConnectionStalls() {
        Arrays.fill(since, NO);
    }

    boolean is(Http2Stall cause) {
        return since[cause.ordinal()] != NO;
    }

    /** Begins or ends one; returns how long it lasted. */
    long set(Http2Stall cause, boolean stalled, long now) {
        long nanos = now - since[cause.ordinal()];
        since[cause.ordinal()] = stalled ? now : NO;
        return nanos;
    }
}
