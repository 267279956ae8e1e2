package io.h2session.examples.get;

import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What a TLS handshake has led to.
 *
 * @param protocol for example TLSv1.3
 * @param alpn the protocol that was chosen; empty for none
 * @param certificates the server's, its own first
 */
record TlsFacts(String protocol, String cipher, String alpn, List<X509Certificate> certificates) {
    static TlsFacts of(SslHandler handler) {
        SSLSession session = handler.engine().getSession();
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException anonymous) {
            // Then there is none to show.
        }
        String alpn = handler.applicationProtocol();
        return new TlsFacts(session.getProtocol(), session.getCipherSuite(), alpn == null ? "" : alpn, certificates);
    }

    /** One line about the connection. */
    String summary() {
        return "TLS: " + protocol + ", " + cipher + ", ALPN " + (alpn.isEmpty() ? "chose nothing" : alpn);
    }

    /** A line about each certificate. */
    List<String> describeCertificates() {
        List<String> lines = new ArrayList<>();
        for (X509Certificate certificate : certificates) {
            lines.add("certificate: " + certificate.getSubjectX500Principal() + ", issued by "
                    + certificate.getIssuerX500Principal() + ", valid from "
                    + certificate.getNotBefore().toInstant() + " until "
                    + certificate.getNotAfter().toInstant());
        }
        return lines;
    }
}
