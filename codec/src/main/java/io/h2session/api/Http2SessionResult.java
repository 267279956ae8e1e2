package io.h2session.api;

/**
 * What {@code recv} and {@code send} return. After a {@linkplain #fatal() fatal} one the session is terminal: it has told
 * its listener the end of every stream and holds nothing; a last {@code send} emits the GOAWAY.
 */
public enum Http2SessionResult {
    /** All done; for {@code send}: nothing is left to send now. */
    OK(false),
    /** A callback paused {@code recv}; call it again, with the rest of the input, to go on. */
    PAUSED(false),
    /**
     * {@code recv} stopped because too many replies to the peer's PING and SETTINGS are unsent; call {@code send}, then
     * {@code recv} again with the rest of the input.
     */
    REPLIES_OWED(false),
    /**
     * {@code recv} has taken as many frames or new streams as the turn allows ({@code Http2Session.turn}); call it again, with
     * the rest of the input, when others have had their turn.
     */
    TURN_OVER(false),
    /** The sink takes no more ({@code send}), or the source has no more now ({@code recv}). */
    WOULDBLOCK(false),
    /** The source is at its end. */
    EOF(false),
    /** The allocator failed. */
    NOMEM(true),
    /** A callback threw; the cause is {@link Http2SessionContext#failureCause()}. */
    CALLBACK_FAILURE(true),
    /**
     * The peer broke a rule, or did too much of what costs us: a connection error (RFC 9113 section 5.4.1). In nghttp2's way
     * ({@link Http2SessionOptions#followNghttp2()}) {@code recv} answers OK then, as {@code nghttp2_session_mem_recv2} does.
     */
    PEER_FAULT(true),
    /** A timeout ended the session ({@link Http2Timeouts}). */
    TIMED_OUT(true),
    /** The client's preface is not HTTP/2's (RFC 9113 section 3.4). */
    BAD_CLIENT_MAGIC(true),
    /** More replies or frames are queued than allowed, because the peer does not read. */
    FLOODED(true),
    /** A header block came in too many CONTINUATION frames. */
    TOO_MANY_CONTINUATIONS(true);

    private final boolean fatal;

    Http2SessionResult(boolean fatal) {
        this.fatal = fatal;
    }

    /** Whether the session is over ({@code nghttp2_is_fatal}). */
    public boolean fatal() {
        return fatal;
    }
}
