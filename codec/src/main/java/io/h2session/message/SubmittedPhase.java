package io.h2session.message;

/**
 * How much of the message that we send on a stream has been submitted (RFC 9113 section 8.1): the counterpart of {@link
 * MessagePhase}.
 *
 * <pre>
 *  NOTHING ── 1xx ─► INFORMATIONAL ── head ─┬─► CONTENT    ── trailers ─┬─► ENDED
 *     └────────────── head ─────────────────┼─► NO_CONTENT ── trailers ─┤
 *                                           ├─► TUNNEL                  │
 *                                           └────────── END_STREAM ─────┘
 * </pre>
 *
 * <p>An attached body leaves the phase at CONTENT, since trailers or another body may follow it; the state of the stream
 * shows whether the body has ended it.
 */
public enum SubmittedPhase {
    /** No header block. */
    NOTHING(null, null, "data_before_head", "trailers_before_head"),

    /** One or more 1xx responses; the final one is still to come. */
    INFORMATIONAL(null, null, "data_before_head", "trailers_before_head"),

    /** The request or final response; DATA or trailers may follow. */
    CONTENT("informational_after_final_response", "second_final_response", null, null),

    /**
     * A response without content even if it was given a body, which ends the stream with its head: to HEAD, or with status
     * 204, 205 or 304. DATA and trailers are dropped.
     */
    NO_CONTENT("informational_after_final_response", "second_final_response", null, null),

    /** A 2xx response to CONNECT: DATA may follow, and nothing else (RFC 9113 section 8.5). */
    TUNNEL("informational_after_final_response", "second_final_response", null, "trailers_on_tunnel"),

    /** Something that ends the stream, though a body may still wait before it. */
    ENDED("informational_after_final_response", "second_final_response", "data_after_end", "trailers_after_end");

    private final String informational;
    private final String head;
    private final String data;
    private final String trailers;

    SubmittedPhase(String informational, String head, String data, String trailers) {
        this.informational = informational;
        this.head = head;
        this.data = data;
        this.trailers = trailers;
    }

    /**
     * What is wrong with a response that comes now.
     *
     * @param isInformational whether it is 1xx
     * @return a fixed snake_case token, null if nothing is wrong
     */
    public String responseProblem(boolean isInformational) {
        return isInformational ? informational : head;
    }

    /** {@return what is wrong with DATA that come now: a fixed snake_case token, null if nothing is} */
    public String dataProblem() {
        return data;
    }

    /** {@return what is wrong with trailers that come now: a fixed snake_case token, null if nothing is} */
    public String trailersProblem() {
        return trailers;
    }
}
