package io.h2session.examples.net;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;

/** TLS as RFC 9113 section 9.2 wants it: 1.3 or 1.2, forward secrecy, AEAD ciphers, and {@code h2} chosen by ALPN. */
public final class TlsSetup {
    private static final List<String> CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private TlsSetup() {}

    /**
     * For a server with a certificate of its own.
     *
     * @param certificate a chain in PEM
     * @param key its private key in PEM, PKCS #8, not encrypted
     */
    public static SslContext server(Path certificate, Path key) throws SSLException {
        return h2Only(SslContextBuilder.forServer(certificate.toFile(), key.toFile()));
    }

    /** For a server nobody has reason to trust: the certificate is made here and now, for {@code localhost}. */
    public static SslContext selfSignedServer() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return h2Only(SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath()));
    }

    /** For a client that verifies certificate and host name against the authorities Java knows. */
    public static SslContext client() throws SSLException {
        return h2Only(SslContextBuilder.forClient());
    }

    /** For a client that trusts this one authority and verifies the host name. */
    public static SslContext clientTrusting(Path authority) throws SSLException {
        return h2Only(SslContextBuilder.forClient().trustManager(authority.toFile()));
    }

    /** For a client that believes whatever it is shown. */
    public static SslContext insecureClient() throws SSLException {
        return h2Only(SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null));
    }

    private static SslContext h2Only(SslContextBuilder builder) throws SSLException {
        return builder.protocols("TLSv1.3", "TLSv1.2")
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
    }
}
