package io.h2session.netty.client;

import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;

/**
 * A whole response. It holds no buffer that has to be released.
 *
 * @param headers the final head; informational responses (1xx) before it are not kept
 * @param content the content, empty if there is none; the receiver owns it
 * @param trailers the trailers; empty if there are none
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent") // a response is read, not compared
public record Http2Response(HeaderList headers, byte[] content, HeaderList trailers) {
    /** The status, 200 to 999. */
    public int status() {
        return Integer.parseInt(headers.value(HeaderToken.STATUS).toString());
    }

    @Override
    public String toString() {
        return "Http2Response[" + status() + ", " + content.length + " bytes]";
    }
}
