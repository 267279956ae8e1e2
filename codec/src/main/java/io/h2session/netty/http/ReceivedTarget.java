package io.h2session.netty.http;

import io.h2session.FieldRules;
import io.h2session.hpack.HeaderField;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;

/**
 * Where a request went that was received: it goes there when it is sent on, unless it was changed meanwhile.
 *
 * @param authority null if it had none
 */
record ReceivedTarget(HeaderField authority, HeaderField path) {
    /** Whether the request still has that path, and it is one that can be sent without being judged again. */
    boolean isPathOf(HttpRequest request) {
        return FieldRules.checkStrictly(path)
                && path.value().byteAt(0) == '/'
                && path.value().toString().equals(request.uri())
                && !HttpMethod.CONNECT.equals(request.method());
    }

    /** Whether the request still has that Host. */
    boolean isAuthority(AsciiString host) {
        return authority != null && authority.value() == host;
    }
}
