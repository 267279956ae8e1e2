package io.h2session.connection;

import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.queue.OutboundQueue;

/**
 * The limits for replies to the peer's PING and SETTINGS that wait to be sent. Their number grows if a peer sends PING and
 * SETTINGS and does not read the replies.
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

    /** Whether no more replies may be queued ({@link Http2Limits#maxOwedReplies()}). */
    public boolean full() {
        return queue.owedReplies() >= limit;
    }

    /** Whether nothing is to be received until replies were sent ({@link Http2Limits#owedRepliesBeforeSuspend()}). */
    public boolean suspendReceiving() {
        return queue.owedReplies() >= suspendFrom;
    }

    /** Ends the session if no more replies may be queued. */
    public void requireRoom() {
        if (full()) {
            throw new FatalFault(Http2SessionResult.FLOODED, ErrorCode.ENHANCE_YOUR_CALM, "too_many_replies_owed");
        }
    }
}
