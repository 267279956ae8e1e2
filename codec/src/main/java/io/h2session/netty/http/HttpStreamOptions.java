package io.h2session.netty.http;

import org.jspecify.annotations.Nullable;

/**
 * How {@link HttpStreamCodec} maps messages. Immutable; one may serve any number of codecs.
 *
 * @param scheme the {@code :scheme} of requests that are written in another form than the absolute one. Null, the default: {@code
 *     https} if the connection's pipeline has an {@code SslHandler}, otherwise {@code http}. To be set where TLS ends elsewhere
 * @param http2Version whether messages that are read say HTTP/2.0. False, the default: HTTP/1.1, which Netty's handlers are written for
 * @param http1Framing whether messages that are read say how long they are as HTTP/1.1 has to: {@code transfer-encoding: chunked} where
 *     content may follow and its length is not known, {@code content-length: 0} in a response that ended with its head and is not known
 *     to be without content by its kind. True by default; a proxy that forwards them as HTTP/1.1 needs it
 * @param extensionFields whether requests that are read have {@code x-http2-stream-id}, {@code x-http2-scheme} and, in an extended
 *     CONNECT, {@code x-http2-protocol}, as Netty's codec has them. False by default. Fields of these names that the peer sends are
 *     dropped in any case, and none are ever sent
 * @since 0.1
 */
public record HttpStreamOptions(
        @Nullable String scheme, boolean http2Version, boolean http1Framing, boolean extensionFields) {
    /** What is used if nothing is said. */
    public static final HttpStreamOptions DEFAULT = new HttpStreamOptions(null, false, true, false);

    /** These options with another {@link #scheme()}. */
    public HttpStreamOptions withScheme(@Nullable String scheme) {
        return new HttpStreamOptions(scheme, http2Version, http1Framing, extensionFields);
    }

    /** These options with another {@link #http2Version()}. */
    public HttpStreamOptions withHttp2Version(boolean http2Version) {
        return new HttpStreamOptions(scheme, http2Version, http1Framing, extensionFields);
    }

    /** These options with another {@link #http1Framing()}. */
    public HttpStreamOptions withHttp1Framing(boolean http1Framing) {
        return new HttpStreamOptions(scheme, http2Version, http1Framing, extensionFields);
    }

    /** These options with another {@link #extensionFields()}. */
    public HttpStreamOptions withExtensionFields(boolean extensionFields) {
        return new HttpStreamOptions(scheme, http2Version, http1Framing, extensionFields);
    }
}
