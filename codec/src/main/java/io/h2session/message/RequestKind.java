package io.h2session.message;

import io.netty.util.AsciiString;

/** The property of a request on which the form of its response depends (RFC 9110 section 6.4.1). */
public enum RequestKind {
    /** Any other method. */
    NORMAL,

    /** HEAD: the response has no content, regardless of its fields. */
    HEAD,

    /** CONNECT, extended (RFC 8441) or not: after a 2xx response the stream is a tunnel. */
    CONNECT,

    /** Sent over HTTP/1.1 before the connection was upgraded; its method is not known, so content is not measured. */
    UPGRADED;

    private static final AsciiString HEAD_METHOD = AsciiString.cached("HEAD");
    private static final AsciiString CONNECT_METHOD = AsciiString.cached("CONNECT");

    /**
     * The kind of a request with a method.
     *
     * @param method the value of {@code :method}; case-sensitive (RFC 9110 section 9.1)
     * @return never {@link #UPGRADED}
     */
    public static RequestKind of(AsciiString method) {
        return switch (method.length()) {
            case 4 -> HEAD_METHOD.contentEquals(method) ? HEAD : NORMAL;
            case 7 -> CONNECT_METHOD.contentEquals(method) ? CONNECT : NORMAL;
            default -> NORMAL;
        };
    }
}
