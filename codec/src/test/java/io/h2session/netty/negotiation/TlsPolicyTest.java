package io.h2session.netty.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over which TLS HTTP/2 may be spoken. */
class TlsPolicyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_NULL_WITH_NULL_NULL",
                "TLS_RSA_WITH_AES_128_CBC_SHA",
                "TLS_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_DH_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
                "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
                "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
                "TLS_RSA_WITH_AES_128_CCM_8",
                "TLS_PSK_WITH_AES_128_GCM_SHA256",
                "TLS_RSA_PSK_WITH_ARIA_128_GCM_SHA256",
                "TLS_KRB5_WITH_3DES_EDE_CBC_SHA",
                "SSL_RSA_WITH_3DES_EDE_CBC_SHA"
            })
    void suitesOfTheAppendixAreProhibited(String suite) {
        assertThat(TlsPolicy.violation("TLSv1.2", suite)).isEqualTo("prohibited_cipher_suite");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
                "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_DHE_PSK_WITH_AES_128_CCM",
                "SSL_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
            })
    void suitesWithForwardSecrecyAndAeadAreNot(String suite) {
        assertThat(TlsPolicy.violation("TLSv1.2", suite)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"})
    void everySuiteOfTls13IsGood(String suite) {
        assertThat(TlsPolicy.violation("TLSv1.3", suite)).isNull();
    }

    @Test
    void olderVersionsAreNot() {
        assertThat(TlsPolicy.violation("TLSv1.1", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
                .isEqualTo("tls_version_too_low");
        assertThat(TlsPolicy.violation("TLSv1", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
                .isEqualTo("tls_version_too_low");
        assertThat(TlsPolicy.violation("SSLv3", "SSL_RSA_WITH_3DES_EDE_CBC_SHA"))
                .isEqualTo("tls_version_too_low");
    }
}
