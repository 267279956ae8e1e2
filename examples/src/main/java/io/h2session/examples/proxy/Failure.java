package io.h2session.examples.proxy;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.channel.StreamEnd;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * What can go wrong with an exchange, what the client is told and whether another try is made before: the table of {@code proxy
 * --help} and {@code docs/proxy.md} is this one. The flags are those of Envoy's access log.
 */
@SuppressWarnings("ImmutableEnumChecker") // Netty's statuses never change
enum Failure {
    // ---- the upstream server ---------------------------------------------------------------------------------------
    CONNECT_FAILED("UF", "cannot connect, or TLS fails", Retry.ANY, 502),
    CONNECT_TIMEOUT("UF", "connecting takes too long", Retry.ANY, 504),
    NO_UPSTREAM("UH", "every server is left alone for a while", Retry.NEVER, 503),
    OVERFLOW("UO", "too many requests wait for a connection", Retry.NEVER, 503),
    REFUSED("UR", "REFUSED_STREAM, or GOAWAY leaves the request out", Retry.ANY, 503, ErrorCode.REFUSED_STREAM),
    LOST("UC", "the connection ends before the answer does", Retry.IDEMPOTENT, 502),
    RESET("UR", "reset with CANCEL, INTERNAL_ERROR or NO_ERROR", Retry.IDEMPOTENT, 502),
    CALM("UR", "reset with ENHANCE_YOUR_CALM", Retry.NEVER, 503, ErrorCode.ENHANCE_YOUR_CALM),
    WANTS_HTTP1("UR", "reset with HTTP_1_1_REQUIRED", Retry.OVER_HTTP1, 502),
    MALFORMED_ANSWER("UPE", "any other reset, or a malformed answer", Retry.NEVER, 502),
    ANSWER_TIMEOUT("UT", "no answer in time, or it stops half way", Retry.NEVER, 504),
    NO_WEBSOCKET("UPE", "the HTTP/2 server takes no WebSocket", Retry.NEVER, 501),

    // ---- the client ------------------------------------------------------------------------------------------------
    CANCELLED("DC", "the client resets its request or is gone", Retry.NEVER, 499, ErrorCode.CANCEL),
    CLIENT_TIMEOUT("DT", "the client's body stops half way", Retry.NEVER, 408),
    MALFORMED("DPE", "a malformed or ambiguous request", Retry.NEVER, 400),
    NO_TUNNEL("NR", "CONNECT", Retry.NEVER, 405),
    TARGET_TOO_LONG("DPE", "a target that is too long", Retry.NEVER, 414),
    EXPECTATION("DPE", "an Expect other than 100-continue", Retry.NEVER, 417),
    HEAD_TOO_LARGE("DPE", "header fields that are too large", Retry.NEVER, 431),
    NOT_IMPLEMENTED("DPE", "another transfer coding or extended CONNECT", Retry.NEVER, 501),
    VERSION("DPE", "another version of HTTP", Retry.NEVER, 505),
    LOOP("NR", "the request was here before (Via)", Retry.NEVER, 508);

    /** When a request may be sent again (RFC 9113 section 8.7, RFC 9110 section 9.2.2). */
    enum Retry {
        /** The server has certainly not begun to process it. */
        ANY("any method"),
        /** Only methods of which a second one does no harm: GET, HEAD, OPTIONS, TRACE, PUT, DELETE. */
        IDEMPOTENT("idempotent"),
        /** On a connection of HTTP/1.1. */
        OVER_HTTP1("over HTTP/1.1"),
        /** Not at all. */
        NEVER("-");

        private final String text;

        Retry(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final String flag;
    private final String event;
    private final Retry retry;
    private final HttpResponseStatus status;
    private final ErrorCode reset;

    Failure(String flag, String event, Retry retry, int status) {
        this(flag, event, retry, status, ErrorCode.INTERNAL_ERROR);
    }

    Failure(String flag, String event, Retry retry, int status, ErrorCode reset) {
        this.flag = flag;
        this.event = event;
        this.retry = retry;
        this.status = status == 508
                ? new HttpResponseStatus(508, "Loop Detected")
                : status == 499
                        ? new HttpResponseStatus(499, "Client Closed Request")
                        : HttpResponseStatus.valueOf(status);
        this.reset = reset;
    }

    /** What a stream's reset by the upstream server means. */
    static Failure ofReset(long errorCode) {
        if (errorCode == ErrorCode.REFUSED_STREAM.code()) {
            return REFUSED;
        } else if (errorCode == ErrorCode.ENHANCE_YOUR_CALM.code()) {
            return CALM;
        } else if (errorCode == ErrorCode.HTTP_1_1_REQUIRED.code()) {
            return WANTS_HTTP1;
        } else if (errorCode == ErrorCode.CANCEL.code()
                || errorCode == ErrorCode.INTERNAL_ERROR.code()
                || errorCode == ErrorCode.NO_ERROR.code()) {
            return RESET;
        }
        return MALFORMED_ANSWER;
    }

    /** What the end of a stream means that was not answered whole. */
    static Failure of(StreamEnd end) {
        return switch (end.kind()) {
            case REFUSED -> REFUSED;
            case RESET_BY_PEER -> ofReset(end.errorCode());
            case RESET -> end.errorCode() == ErrorCode.CANCEL.code() ? ANSWER_TIMEOUT : MALFORMED_ANSWER;
            case CONNECTION_ENDED, CLOSED, COMPLETE -> end.retryIsSafe() ? REFUSED : LOST;
        };
    }

    /** For the access log. */
    String flag() {
        return flag;
    }

    /** When a request may be sent again after it. */
    Retry retry() {
        return retry;
    }

    /** What a client is answered that was not answered yet. */
    HttpResponseStatus status() {
        return status;
    }

    /** The code a client's stream is reset with when its answer has begun; a connection of HTTP/1.1 is closed. */
    ErrorCode reset() {
        return reset;
    }

    /** Whether a client of HTTP/2 is rather told by a reset than by a response, so that it can try again itself. */
    boolean resetsUnanswered() {
        return this == REFUSED;
    }

    /** Whether the client is at fault, so that what follows on its connection of HTTP/1.1 may be anything. */
    boolean isClients() {
        return flag.equals("DPE") || this == CLIENT_TIMEOUT;
    }

    /** Whether it says that the client may come again, and when. */
    boolean isTemporary() {
        return status.code() == HttpResponseStatus.SERVICE_UNAVAILABLE.code();
    }

    /** The table, a line for each. */
    static String[] table() {
        Failure[] all = values();
        String[] lines = new String[all.length + 1];
        lines[0] = "flag  answer  sent again     event";
        for (int i = 0; i < all.length; i++) {
            Failure one = all[i];
            String answer = one == CANCELLED ? "-" : Integer.toString(one.status.code());
            lines[i + 1] = String.format("%-4s  %-6s  %-13s  %s", one.flag, answer, one.retry, one.event);
        }
        return lines;
    }

    String event() {
        return event;
    }
}
