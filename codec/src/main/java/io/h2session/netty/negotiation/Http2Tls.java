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
 * TLS as HTTP/2 wants it (RFC 9113 section 9.2): TLS 1.3 or 1.2, key exchange with forward secrecy, AEAD ciphers, and
 * ALPN. For the JDK's provider and for OpenSSL's; neither compresses.
 *
 * <pre>{@code
 * SslContext tls = Http2Tls.withHttp1(SslContextBuilder.forServer(certificate, key)).build();
 * }</pre>
 */
public final class Http2Tls {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** TLS 1.3's first, then those of TLS 1.2 that RFC 9113 appendix A does not prohibit and both providers know. */
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

    /** Sets versions, ciphers and ALPN for peers that speak HTTP/2 or are not spoken to. */
    public static SslContextBuilder only(SslContextBuilder builder) {
        return set(builder, ApplicationProtocolNames.HTTP_2);
    }

    /** Sets versions, ciphers and ALPN: HTTP/2 with peers that speak it, HTTP/1.1 with others. */
    public static SslContextBuilder withHttp1(SslContextBuilder builder) {
        return set(builder, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    }

    /**
     * What a server's connection over TLS may be asked for ({@link
     * io.h2session.netty.Http2SessionHandlerBuilder#authorityVerifier}): the name the client gave in the handshake (SNI), and
     * every name and address the certificate it was shown covers. Everything, if the client gave none, which it cannot when it
     * knows only an address, and if there is no TLS. {@link Http2Negotiation#overTls} sets it; a pipeline that is put together
     * by hand has to be told. One for all channels.
     */
    public static Http2AuthorityVerifier authorityVerifier() {
        return CertifiedAuthority.INSTANCE;
    }

    private static SslContextBuilder set(SslContextBuilder builder, String... protocols) {
        // These two behaviours are the ones both providers have: what was negotiated is judged after the handshake.
        return builder.protocols(VERSIONS)
                .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
    }
}
