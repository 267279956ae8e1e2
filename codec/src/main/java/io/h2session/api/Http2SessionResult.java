package io.h2session.api;

/**
 * The result of {@code recv} and {@code send}. After a {@linkplain #fatal() fatal} result the session has ended: it has
 * reported every stream as closed and holds no resources. A last {@code send} sends the GOAWAY.
 *
 * @since 0.1
 */
public enum Http2SessionResult {
    /** {@code recv} has processed its input, or {@code send} has nothing left to send now. */
    OK(false),
    /** A callback paused {@code recv}. To continue, call {@code recv} again with the rest of the input. */
    PAUSED(false),
    /**
     * {@code recv} stopped because too many replies to the peer's PING and SETTINGS wait to be sent ({@link
     * Http2Limits#owedRepliesBeforeSuspend()}). Call {@code send}, then {@code recv} again with the rest of the input.
     */
    REPLIES_OWED(false),
    /**
     * {@code recv} has processed as many frames or new streams as the turn allows ({@code Http2Session.turn}). Call {@code recv}
     * again with the rest of the input when other connections have had their turn.
     */
    TURN_OVER(false),
    /** The sink of {@code send} accepts nothing more now, or the source of {@code recv} has no input now. */
    WOULDBLOCK(false),
    /** The source of {@code recv} is at its end. */
    EOF(false),
    /** Memory could not be allocated. */
    NOMEM(true),
    /** A callback threw. {@link Http2SessionContext#failureCause()} is what it threw. */
    CALLBACK_FAILURE(true),
    /**
     * The peer broke a rule or exceeded a limit, a connection error (RFC 9113 section 5.4.1). With {@link
     * Http2SessionOptions#followNghttp2()} {@code recv} returns OK instead, as {@code nghttp2_session_mem_recv2} does.
     */
    PEER_FAULT(true),
    /** A timeout ended the session ({@link Http2Timeouts}). */
    TIMED_OUT(true),
    /** The client did not send the HTTP/2 preface (RFC 9113 section 3.4). */
    BAD_CLIENT_MAGIC(true),
    /** More replies or frames wait to be sent than allowed, because the peer does not read. */
    FLOODED(true),
    /** A header block had too many CONTINUATION frames. */
    TOO_MANY_CONTINUATIONS(true);

    private final boolean fatal;

    Http2SessionResult(boolean fatal) {
        this.fatal = fatal;
    }

    /** Whether the session has ended ({@code nghttp2_is_fatal}). */
    public boolean fatal() {
        return fatal;
    }
}
