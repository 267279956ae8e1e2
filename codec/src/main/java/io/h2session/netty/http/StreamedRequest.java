package io.h2session.netty.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/** A request whose content follows, or none. */
final class StreamedRequest extends DefaultHttpRequest implements StreamRequest {
    private final String scheme;
    private final String protocol;
    private final ReceivedTarget received;

    /** A CONNECT. */
    StreamedRequest(
            HttpVersion version, HttpMethod method, String uri, FieldHeaders headers, String scheme, String protocol) {
        super(version, method, uri, headers, false);
        this.scheme = scheme;
        this.protocol = protocol;
        received = null;
    }

    /** Any other request that was received. */
    StreamedRequest(
            HttpVersion version, HttpMethod method, ReceivedTarget received, FieldHeaders headers, String scheme) {
        super(version, method, received.path().value().toString(), headers, false);
        this.scheme = scheme;
        protocol = null;
        this.received = received;
    }

    /** Null in a CONNECT. */
    ReceivedTarget received() {
        return received;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public String protocol() {
        return protocol;
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
