package io.h2session;

import java.util.List;

/** Which protocol a TLS handshake agrees on (RFC 7301, RFC 9113 section 3.2). Pure functions, safe on any thread. */
public final class Http2Alpn {
    /** HTTP/2 over TLS. */
    public static final String H2 = "h2";

    /** What is spoken with those who don't speak HTTP/2. */
    public static final String HTTP_1_1 = "http/1.1";

    private Http2Alpn() {}

    /**
     * A server's choice ({@code nghttp2_select_alpn}): HTTP/2 if the client speaks it, wherever in its list that stands, else
     * HTTP/1.1. Fits {@link javax.net.ssl.SSLEngine#setHandshakeApplicationProtocolSelector}.
     *
     * @param offered what the client speaks, in its order of preference
     * @return {@link #H2}, {@link #HTTP_1_1}, or null if neither was offered
     */
    public static String select(List<String> offered) {
        if (offered.contains(H2)) {
            return H2;
        }
        return offered.contains(HTTP_1_1) ? HTTP_1_1 : null;
    }
}
