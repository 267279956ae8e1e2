package io.h2session.netty.http;

import static java.util.Objects.requireNonNull;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * A request with what HTTP/2 says of it and HTTP/1.1 has no place for (RFC 9113 section 8.3.1, RFC 8441). Each request that
 * {@link HttpStreamCodec} reads is one. Written, it sends an extended CONNECT if it has a protocol.
 *
 * <p>An aggregator makes a request of its own; {@link HttpStreamCodec#scheme()} and {@link HttpStreamCodec#protocol()} still answer.
 *
 * @since 0.1
 */
public interface StreamRequest extends HttpRequest {
    /** The {@code :scheme}; null in a plain CONNECT. */
    @Nullable
    String scheme();

    /** The {@code :protocol} of an extended CONNECT, whose {@link #uri()} is its path; otherwise null. */
    @Nullable
    String protocol();

    /**
     * An extended CONNECT (RFC 8441 section 4): asks for another protocol on the stream. The session refuses it unless the server has
     * announced SETTINGS_ENABLE_CONNECT_PROTOCOL. What is exchanged after a 2xx answer is the protocol's.
     *
     * @param protocol such as {@code websocket}
     * @param scheme {@code https} or {@code http}; null for what {@link HttpStreamOptions#scheme()} or TLS says
     * @param authority host and perhaps port, as in a Host field
     * @param path path and query, beginning with a slash
     */
    static StreamRequest connect(String protocol, @Nullable String scheme, String authority, String path) {
        FieldHeaders headers = new FieldHeaders(8);
        headers.set(HttpHeaderNames.HOST, authority);
        return new StreamedRequest(
                HttpVersion.HTTP_1_1, HttpMethod.CONNECT, path, headers, scheme, requireNonNull(protocol, "protocol"));
    }
}
