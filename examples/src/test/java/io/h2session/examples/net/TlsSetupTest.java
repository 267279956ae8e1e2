package io.h2session.examples.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TlsSetupTest {
    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void onLinuxServersAndClientsOfManyRequestsUseBoringSsl() throws Exception {
        assertThat(OpenSsl.versionString()).isEqualTo("BoringSSL");
        assertThat(TlsSetup.selfSignedServer()).isNotInstanceOf(JdkSslContext.class);
        assertThat(TlsSetup.upstream(null, true, true)).isNotInstanceOf(JdkSslContext.class);
        assertThat(TlsSetup.insecureClient()).isNotInstanceOf(JdkSslContext.class);
    }

    @Test
    void aClientOfOneConnectionLoadsNoLibrary() throws Exception {
        SslContext client = TlsSetup.client(null, true, null, null);

        assertThat(client).isInstanceOf(JdkSslContext.class);
    }
}
