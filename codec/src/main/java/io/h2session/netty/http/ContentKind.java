package io.h2session.netty.http;

import io.netty.handler.codec.http.HttpMethod;

/** What can follow the head of a message (RFC 9110 section 6.4.1). */
enum ContentKind {
    /** Content, perhaps none. */
    CONTENT,

    /** Nothing, whatever the head says of its length. */
    NOTHING,

    /** Bytes of another protocol (RFC 9113 section 8.5). */
    TUNNEL;

    private static final int NO_CONTENT = 204;
    private static final int RESET_CONTENT = 205;
    private static final int NOT_MODIFIED = 304;

    /**
     * What can follow a final response that is read. As HTTP/1.1 delimits it, 205 is not among those without content.
     *
     * @param method of the request; null if that is not known
     */
    static ContentKind ofReceived(HttpMethod method, int status) {
        return status == RESET_CONTENT && !HttpMethod.HEAD.equals(method) ? CONTENT : ofResponse(method, status);
    }

    /**
     * What can follow a final response that is written.
     *
     * @param method of the request; null if that is not known
     */
    static ContentKind ofResponse(HttpMethod method, int status) {
        if (HttpMethod.CONNECT.equals(method) && status / 100 == 2) {
            return TUNNEL;
        }
        boolean nothing = status == NO_CONTENT
                || status == RESET_CONTENT
                || status == NOT_MODIFIED
                || HttpMethod.HEAD.equals(method);
        return nothing ? NOTHING : CONTENT;
    }
}
