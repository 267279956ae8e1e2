package io.h2session.netty.negotiation;

import javax.net.ssl.SSLSession;

/**
 * What RFC 9113 section 9.2 asks of a TLS connection and a handshake can show. Compression cannot be seen, and neither
 * provider of Netty's has it; renegotiation is {@link RenegotiationGuard}'s business.
 */
final class TlsPolicy {
    private TlsPolicy() {}

    /** Why HTTP/2 may not be spoken over it, as a token; null if it may. */
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
     * The suites of appendix A are those of TLS 1.2 and earlier without an ephemeral key exchange or without an AEAD
     * cipher; so they are recognized by that, and those the list came too early for with them.
     */
    static boolean prohibited(String cipherSuite) {
        // Some providers say SSL_ where others say TLS_.
        String suite = cipherSuite.substring(cipherSuite.indexOf('_') + 1);
        boolean ephemeral = suite.startsWith("ECDHE_") || suite.startsWith("DHE_");
        boolean aead = suite.contains("_GCM_") || suite.contains("_CCM") || suite.contains("_CHACHA20_POLY1305");
        return !ephemeral || !aead;
    }
}
