package io.h2session.netty.negotiation;

import io.h2session.netty.Http2AuthorityVerifier;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;

/**
 * Compares the authority that a client requests with the name that it sent in the TLS handshake. Another name is accepted if
 * the server's certificate covers it: then browsers may use one connection for both.
 */
final class CertifiedAuthority implements Http2AuthorityVerifier {
    static final CertifiedAuthority INSTANCE = new CertifiedAuthority();

    private static final AttributeKey<Connection> CONNECTION =
            AttributeKey.valueOf(CertifiedAuthority.class, "connection");

    private CertifiedAuthority() {}

    @Override
    public boolean accepts(Channel channel, AsciiString authority) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return true;
        }
        Attribute<Connection> attribute = channel.attr(CONNECTION);
        Connection connection = attribute.get();
        if (connection == null) {
            connection = new Connection(tls.engine().getSession());
            attribute.set(connection);
        }
        return connection.accepts(authority);
    }

    /** The state of one connection. */
    private static final class Connection {
        private final SSLSession session;

        /** Null if the client sent no name. */
        private final String serverName;

        private CertificateNames names;

        /** The latest accepted authority: most requests of a connection are for the same one. */
        private AsciiString accepted;

        Connection(SSLSession session) {
            this.session = session;
            serverName = serverName(session);
        }

        boolean accepts(AsciiString authority) {
            if (serverName == null || authority.equals(accepted)) {
                return true;
            }
            String host = host(authority);
            boolean accepts = host.equals(serverName) || names().cover(host);
            if (accepts) {
                accepted = authority;
            }
            return accepts;
        }

        private CertificateNames names() {
            if (names == null) {
                Certificate[] shown = session.getLocalCertificates();
                names = shown != null && shown.length > 0 && shown[0] instanceof X509Certificate certificate
                        ? CertificateNames.of(certificate)
                        : CertificateNames.NONE;
            }
            return names;
        }
    }

    private static String serverName(SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            List<SNIServerName> names = extended.getRequestedServerNames();
            for (SNIServerName name : names) {
                if (name.getType() == StandardConstants.SNI_HOST_NAME) {
                    return normal(new String(name.getEncoded(), StandardCharsets.US_ASCII));
                }
            }
        }
        return null;
    }

    /** The host of an authority, without user information, port, and the brackets of an address. */
    static String host(AsciiString authority) {
        String host = authority.toString();
        host = host.substring(host.lastIndexOf('@') + 1);
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return normal(end < 0 ? host : host.substring(1, end));
        }
        int colon = host.lastIndexOf(':');
        return normal(colon < 0 ? host : host.substring(0, colon));
    }

    /** Case, and the dot of the root at the end, make no difference between names. */
    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
