package io.h2session.netty.negotiation;

import javax.net.ssl.SSLSession;

/**
 * The requirements of RFC 9113 section 9.2 on a TLS connection that can be checked after the handshake. Compression is not
 * visible, and neither of Netty's providers has it. {@link RenegotiationGuard} prevents renegotiation.
 */
final class TlsPolicy {
    private TlsPolicy() {}

    /** The reason why HTTP/2 must not be used over the connection, as a token; null if it may be used. */
    static String violation(SSLSession session) {
        return violation(session.getProtocol(), session.getCipherSuite());
    }

    static String violation(String version, String cipherSuite) {
        return switch (version) {
            case "TLSv1.3" -> null;
            case "TLSv1.2" -> prohibited(cipherSuite) ? "prohibited_cipher_suite" : null;
            default -> "tls_version_too_low";
        };
    }

    /**
     * Appendix A lists the suites of TLS 1.2 and earlier that have no ephemeral key exchange or no AEAD cipher. They are
     * recognized by these properties, and so are suites that are newer than the list.
     */
    static boolean prohibited(String cipherSuite) {
        // Some providers use the prefix SSL_ instead of TLS_.
        String suite = cipherSuite.substring(cipherSuite.indexOf('_') + 1);
        boolean ephemeral = suite.startsWith("ECDHE_") || suite.startsWith("DHE_");
        boolean aead = suite.contains("_GCM_") || suite.contains("_CCM") || suite.contains("_CHACHA20_POLY1305");
        return !ephemeral || !aead;
    }
}
