package io.h2session.api;

import java.util.Locale;

/**
 * The caller asked for something the session cannot do; nothing was queued, and nothing given was kept. (The payload of an
 * extension frame, if it is reference-counted, was released.)
 */
public final class Http2SubmitException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** What was wrong: the error nghttp2's {@code nghttp2_submit_*} would have returned. */
    public enum Reason {
        /** An argument is out of its range. */
        INVALID_ARGUMENT,
        /** This role may not do it. */
        PROTO,
        /** The session or the stream is not in a state for it. */
        INVALID_STATE,
        /** There is no such stream. */
        STREAM_CLOSED,
        /** The stream has a body already. */
        DATA_EXIST,
        /** GOAWAY was received, or submitted by a client: there are no more requests. Safe to retry elsewhere. */
        START_STREAM_NOT_ALLOWED,
        /** All stream numbers are used. */
        STREAM_ID_NOT_AVAILABLE,
        /** A window would grow past 2^31-1. */
        FLOW_CONTROL,
        /** More settings than one SETTINGS frame may have ({@link Http2Limits#maxSettingsEntries()}). */
        TOO_MANY_SETTINGS,
        /** Too many SETTINGS are not acknowledged yet ({@link Http2Limits#maxSettingsInFlight()}). */
        TOO_MANY_INFLIGHT_SETTINGS,
        /** Too many answers to the peer's PING and SETTINGS wait already ({@link Http2Limits#maxOwedReplies()}). */
        FLOODED,
        /** Too many requests wait already ({@link Http2Limits#maxPendingRequests()}). */
        TOO_MANY_PENDING,
        /** The header fields are malformed (RFC 9113 section 8); {@link #word()} says how. */
        HTTP_HEADER
    }

    private final Reason reason;
    private final String word;

    /** A refusal with its reason and a sentence for people. */
    public Http2SubmitException(Reason reason, String message) {
        this(reason, null, message);
    }

    /**
     * A refusal with its reason, the rule that was broken, and a sentence for people.
     *
     * @param word see {@link #word()}; null for the reason's own name
     */
    public Http2SubmitException(Reason reason, String word, String message) {
        super(message);
        this.reason = reason;
        this.word = word;
    }

    /** What was wrong. */
    public Reason reason() {
        return reason;
    }

    /**
     * What was wrong, in one fixed snake_case word: the rule of RFC 9113 section 8 that the fields broke, or their place in the
     * message, such as {@code second_final_response}; otherwise the reason's name in lower case.
     */
    public String word() {
        return word == null ? reason.name().toLowerCase(Locale.ROOT) : word;
    }
}
