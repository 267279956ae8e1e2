package io.h2session.examples.net;

import io.h2session.netty.negotiation.Http2Tls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/**
 * Creates TLS contexts. A server offers HTTP/2 and HTTP/1.1, a client only HTTP/2. TLS is BoringSSL's where Netty can load it, and the
 * JDK's elsewhere.
 */
public final class TlsSetup {
    private TlsSetup() {}

    /**
     * The context of a server with a certificate.
     *
     * @param certificate a chain in PEM
     * @param key its private key in PEM, PKCS #8, not encrypted
     * @throws UnusableFileException if one of the files cannot be read or has another format, or if the files do not belong together
     */
    public static SslContext server(Path certificate, Path key) throws IOException {
        requireReadable("certificate", certificate);
        requireReadable("key", key);
        SslContextBuilder builder;
        try {
            builder = SslContextBuilder.forServer(certificate.toFile(), key.toFile());
        } catch (IllegalArgumentException unusable) {
            throw unusable(unusable, certificate, key);
        }
        SslContext context;
        try {
            context = Http2Tls.withHttp1(builder).build();
        } catch (SSLException unusable) {
            throw unusablePair(certificate, key);
        }
        if (!TrialHandshake.succeeds(context, insecureClient())) {
            throw unusablePair(certificate, key);
        }
        return context;
    }

    private static UnusableFileException unusablePair(Path certificate, Path key) {
        return new UnusableFileException(
                "the key does not belong to the certificate, or TLS cannot use them: " + certificate + " and " + key);
    }

    /** The context of a server with a new self-signed certificate for {@code localhost}. */
    public static SslContext selfSignedServer() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return Http2Tls.withHttp1(
                        SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificatePath()))
                .build();
    }

    /**
     * The context of a client that makes one connection: it is there sooner with the JDK's TLS, whose classes need no library.
     *
     * @param authority the only one that is trusted, in PEM; null for those that Java trusts
     * @param insecure whether every certificate is accepted
     * @param certificate the client's chain in PEM; null for none
     * @param key its private key in PEM, PKCS #8, not encrypted
     * @throws UnusableFileException if one of the files cannot be read or has another format
     */
    public static SslContext client(Path authority, boolean insecure, Path certificate, Path key) throws IOException {
        SslContextBuilder builder = client(authority, insecure).sslProvider(SslProvider.JDK);
        if (certificate != null) {
            requireReadable("certificate", certificate);
            requireReadable("key", key);
            try {
                builder.keyManager(certificate.toFile(), key.toFile());
            } catch (IllegalArgumentException unusable) {
                throw unusable(unusable, certificate, key);
            }
        }
        return Http2Tls.only(builder).build();
    }

    private static SslContextBuilder client(Path authority, boolean insecure) throws UnusableFileException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (authority != null) {
            trust(builder, authority);
        }
        if (insecure) {
            trustAnybody(builder);
        }
        return builder;
    }

    private static void trust(SslContextBuilder builder, Path authority) throws UnusableFileException {
        requireReadable("certificate", authority);
        try {
            builder.trustManager(authority.toFile());
        } catch (IllegalArgumentException unusable) {
            throw new UnusableFileException("no certificate in PEM: " + authority);
        }
    }

    private static void trustAnybody(SslContextBuilder builder) {
        builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
    }

    private static UnusableFileException unusable(Throwable failure, Path certificate, Path key) {
        return new UnusableFileException(
                isCertificate(failure)
                        ? "no certificate in PEM: " + certificate
                        : "no private key in PEM (PKCS #8, not encrypted): " + key);
    }

    /**
     * The context of a proxy's side that asks other servers.
     *
     * @param authority the only one that is trusted, in PEM; null for those that Java trusts
     * @param insecure whether every certificate is accepted
     * @param http2 whether HTTP/2 is offered beside HTTP/1.1
     * @throws UnusableFileException if the file cannot be read or has another format
     */
    public static SslContext upstream(Path authority, boolean insecure, boolean http2) throws IOException {
        SslContextBuilder builder = client(authority, insecure);
        return http2 ? Http2Tls.withHttp1(builder).build() : builder.build();
    }

    /** The context of a client that verifies the host name, and the certificate with the authorities that Java trusts. */
    public static SslContext client() throws IOException {
        return Http2Tls.only(client(null, false)).build();
    }

    /**
     * The context of a client that trusts only this authority and verifies the host name.
     *
     * @throws UnusableFileException if the file cannot be read or has another format
     */
    public static SslContext clientTrusting(Path authority) throws IOException {
        return Http2Tls.only(client(authority, false)).build();
    }

    /** The context of a client that accepts every certificate. */
    public static SslContext insecureClient() throws IOException {
        return Http2Tls.only(client(null, true)).build();
    }

    private static void requireReadable(String what, Path file) throws UnusableFileException {
        try (InputStream in = Files.newInputStream(file)) {
            in.read();
        } catch (IOException unreadable) {
            throw new UnusableFileException("cannot read the " + what + ": " + Reason.ofFile(file, unreadable));
        }
    }

    private static boolean isCertificate(Throwable unusable) {
        for (Throwable cause = unusable; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }
}
