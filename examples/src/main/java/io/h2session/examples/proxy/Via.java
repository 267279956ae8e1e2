package io.h2session.examples.proxy;

import io.netty.util.AsciiString;

/**
 * This proxy as a hop in Via (RFC 9110 section 7.6.3).
 *
 * @param name by which it knows itself again
 * @param http2 the hop of a message that came in HTTP/2
 * @param http1 in HTTP/1.1
 */
record Via(String name, AsciiString http2, AsciiString http1) {
    static Via of(String name) {
        return new Via(name, new AsciiString("2 " + name), new AsciiString("1.1 " + name));
    }

    /** The hop of a message that came in either version. */
    AsciiString hop(boolean overHttp2) {
        return overHttp2 ? http2 : http1;
    }
}
