package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2Timeouts;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ends a connection that has served long enough, gracefully: after {@link Http2Timeouts#maxAge()}, or after {@link
 * Http2Limits#maxRequests()}.
 */
final class Retirement {
    private static final int PERCENT = 100;

    private final Http2Session session;
    private final SessionClosing closing;
    private final EventPipeline events;
    private final Duration grace;
    private final int maxRequests;

    /** By the time of the session; {@link Long#MAX_VALUE} when it is reached or off. */
    private long ageDue;

    private boolean retired;

    Retirement(Http2Session session, HandlerSettings settings, SessionClosing closing, EventPipeline events) {
        this.session = session;
        this.closing = closing;
        this.events = events;
        Http2Timeouts timeouts = settings.options.timeouts();
        grace = timeouts.maxAgeGrace();
        maxRequests = settings.options.limits().maxRequests();
        ageDue = timeouts.maxAge().isZero()
                ? Long.MAX_VALUE
                : session.time() + jittered(timeouts.maxAge().toNanos(), timeouts.maxAgeJitter());
    }

    private static long jittered(long age, int percent) {
        long most = age / PERCENT * percent;
        return most == 0 ? age : age + ThreadLocalRandom.current().nextLong(-most, most + 1);
    }

    /** When {@link #check} has something to do; {@link Long#MAX_VALUE} if no time is awaited. */
    long nextDeadline() {
        return retired ? Long.MAX_VALUE : ageDue;
    }

    /** Shuts the connection down if a limit is reached. Outside calls of the session. */
    void check() {
        if (retired) {
            return;
        }
        if (maxRequests != Http2Limits.UNLIMITED && session.requests() >= maxRequests) {
            retire("max_requests");
        } else if (ageDue != Long.MAX_VALUE && ageDue <= session.time()) {
            retire("max_age");
        }
    }

    private void retire(String reason) {
        retired = true;
        if (closing.open()) {
            events.fireUser(new Http2SessionEvent.SessionError(reason));
            closing.retire(grace);
        }
    }
}
