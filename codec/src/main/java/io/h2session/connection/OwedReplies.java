package io.h2session.connection;

import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.queue.OutboundQueue;

/**
 * How many answers to the peer's PING and SETTINGS may wait to be sent. Their number grows if a peer sends what has to be
 * answered and does not read the answers.
 */
public final class OwedReplies {
    private final OutboundQueue queue;
    private final int limit;
    private final int suspendFrom;

    OwedReplies(OutboundQueue queue, Http2SessionOptions options) {
        this.queue = queue;
        limit = options.limits().maxOwedReplies();
        suspendFrom = options.limits().owedRepliesBeforeSuspend();
    }

    /** Whether no more answers may be queued ({@link Http2Limits#maxOwedReplies()}). */
    public boolean full() {
        return queue.owedReplies() >= limit;
    }

    /** Whether nothing is to be received until answers were sent ({@link Http2Limits#owedRepliesBeforeSuspend()}). */
    public boolean suspendReceiving() {
        return queue.owedReplies() >= suspendFrom;
    }

    /** Ends the session if no more answers may be queued. */
    public void requireRoom() {
        if (full()) {
            throw new FatalFault(Http2SessionResult.FLOODED, ErrorCode.ENHANCE_YOUR_CALM, "too_many_replies_owed");
        }
    }
}
