package io.h2session.connection;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import java.time.Duration;

/**
 * How often a client may send PING: {@link Http2Timeouts#minPingInterval()}. The rules are those of gRPC (proposal A8), whose clients
 * double their interval when they are sent away with {@code too_many_pings}.
 */
public final class PingPolicy {
    private static final long WITHOUT_STREAMS = Duration.ofHours(2).toNanos();
    private static final long NEVER = Long.MIN_VALUE;

    private final long interval;
    private final long intervalWithoutStreams;
    private final int maxStrikes;
    private long latest = NEVER;
    private int strikes;

    PingPolicy(Http2SessionOptions options, boolean server) {
        interval = server ? options.timeouts().minPingInterval().toNanos() : 0;
        boolean allowed = options.limits().pingWithoutStreams();
        intervalWithoutStreams = allowed ? interval : Math.max(interval, WITHOUT_STREAMS);
        maxStrikes = options.limits().maxPingStrikes();
    }

    /** HEADERS or DATA were sent: whatever PING comes next is not early. */
    public void messageSent() {
        latest = NEVER;
        strikes = 0;
    }

    /** PING of the peer was received. */
    public void pingReceived(boolean streamsOpen, long now) throws ConnectionError {
        if (interval == 0) {
            return;
        }
        long wanted = streamsOpen ? interval : intervalWithoutStreams;
        if (latest == NEVER || now - latest >= wanted) {
            latest = now;
        } else if (++strikes > maxStrikes) {
            throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings");
        }
    }
}
