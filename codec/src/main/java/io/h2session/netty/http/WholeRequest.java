package io.h2session.netty.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/** A request without content. It holds no buffer and need not be released. */
final class WholeRequest extends DefaultFullHttpRequest implements StreamRequest {
    private final String scheme;
    private final ReceivedTarget received;

    WholeRequest(HttpVersion version, HttpMethod method, ReceivedTarget received, FieldHeaders headers, String scheme) {
        super(
                version,
                method,
                received.path().value().toString(),
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE,
                false);
        this.scheme = scheme;
        this.received = received;
    }

    ReceivedTarget received() {
        return received;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public String protocol() {
        return null;
    }

    // Equality is that of requests; where one came from is no part of it.
    @Override
    public boolean equals(Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
