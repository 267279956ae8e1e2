package io.h2session.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a submit method that cannot do what the caller asked for. Nothing was queued, and the session did not take
 * ownership of the arguments, except that it released the reference-counted payload of an extension frame.
 *
 * @since 0.1
 */
public final class Http2SubmitException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** What was wrong: the error that {@code nghttp2_submit_*} would have returned. */
    public enum Reason {
        /** An argument is outside its range. */
        INVALID_ARGUMENT,
        /** This role may not submit it. */
        PROTO,
        /** The session or the stream is not in a state that allows it. */
        INVALID_STATE,
        /** There is no such stream. */
        STREAM_CLOSED,
        /** The stream already has a body. */
        DATA_EXIST,
        /** No more requests may be sent, because GOAWAY was received, or a client submitted it. Safe to retry elsewhere. */
        START_STREAM_NOT_ALLOWED,
        /** All stream ids are used. */
        STREAM_ID_NOT_AVAILABLE,
        /** A window would grow past 2^31-1. */
        FLOW_CONTROL,
        /** There are more settings than one SETTINGS frame may have ({@link Http2Limits#maxSettingsEntries()}). */
        TOO_MANY_SETTINGS,
        /** Too many SETTINGS frames wait to be acknowledged ({@link Http2Limits#maxSettingsInFlight()}). */
        TOO_MANY_INFLIGHT_SETTINGS,
        /** Too many replies to the peer's PING and SETTINGS wait to be sent ({@link Http2Limits#maxOwedReplies()}). */
        FLOODED,
        /** Too many requests wait to be opened ({@link Http2Limits#maxPendingRequests()}). */
        TOO_MANY_PENDING,
        /** The header fields are malformed (RFC 9113 section 8). {@link #word()} names the rule. */
        HTTP_HEADER
    }

    private final Reason reason;
    private final String word;

    /** Creates an exception with a reason and a message. */
    public Http2SubmitException(Reason reason, String message) {
        this(reason, null, message);
    }

    /**
     * Creates an exception with a reason, the rule that was broken, and a message.
     *
     * @param word see {@link #word()}; null for the name of the reason
     */
    public Http2SubmitException(Reason reason, @Nullable String word, String message) {
        super(message);
        this.reason = reason;
        this.word = word;
    }

    /** What was wrong. */
    public Reason reason() {
        return reason;
    }

    /**
     * What was wrong, as a fixed snake_case token: the rule of RFC 9113 section 8 that the fields broke, or the rule that their
     * place in the message broke, such as {@code second_final_response}. Otherwise the name of the reason in lower case.
     */
    public String word() {
        return word == null ? reason.name().toLowerCase(Locale.ROOT) : word;
    }
}
