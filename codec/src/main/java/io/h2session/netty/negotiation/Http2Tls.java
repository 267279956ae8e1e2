package io.h2session.netty.negotiation;

import io.h2session.netty.Http2AuthorityVerifier;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;

/**
 * TLS settings that meet the requirements of HTTP/2 (RFC 9113 section 9.2): TLS 1.3 or 1.2, key exchange with forward secrecy,
 * AEAD ciphers, and ALPN. For the provider of the JDK and for OpenSSL; neither compresses.
 *
 * <pre>{@code
 * SslContext tls = Http2Tls.withHttp1(SslContextBuilder.forServer(certificate, key)).build();
 * }</pre>
 *
 * @since 0.1
 */
public final class Http2Tls {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** First those of TLS 1.3, then those of TLS 1.2 that RFC 9113 appendix A does not prohibit and both providers support. */
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

    private Http2Tls() {}

    /** Sets versions, ciphers and ALPN for HTTP/2 only: other peers are refused. */
    public static SslContextBuilder only(SslContextBuilder builder) {
        return set(builder, ApplicationProtocolNames.HTTP_2);
    }

    /** Sets versions, ciphers and ALPN for HTTP/2, and for HTTP/1.1 with peers that do not speak HTTP/2. */
    public static SslContextBuilder withHttp1(SslContextBuilder builder) {
        return set(builder, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    }

    /**
     * Accepts the authorities that a client of a server may request over TLS ({@link
     * io.h2session.netty.Http2SessionHandlerBuilder#authorityVerifier}): the name that the client sent in the handshake (SNI),
     * and every name and address that the server's certificate covers. All authorities are accepted if the client sent no
     * name, which it cannot do if it knows only an address, and if there is no TLS. {@link Http2Negotiation#overTls} sets this
     * verifier; set it yourself in a pipeline that you assemble by hand. One verifier serves all channels.
     */
    public static Http2AuthorityVerifier authorityVerifier() {
        return CertifiedAuthority.INSTANCE;
    }

    private static SslContextBuilder set(SslContextBuilder builder, String... protocols) {
        // Both providers support only these two behaviours: the result is checked after the handshake.
        return builder.protocols(VERSIONS)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
    }
}
