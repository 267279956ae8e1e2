package io.h2session.netty.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/** A request whose content follows, or none. */
final class StreamedRequest extends DefaultHttpRequest implements StreamRequest {
    private final String scheme;
    private final String protocol;

    StreamedRequest(
            HttpVersion version, HttpMethod method, String uri, FieldHeaders headers, String scheme, String protocol) {
        super(version, method, uri, headers, false);
        this.scheme = scheme;
        this.protocol = protocol;
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
