package io.h2session.frame;

import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;

/**
 * What a HEADERS frame is to its stream. {@code nghttp2_headers_category} has one value for the last two: HEADERS.
 *
 * @since 0.1
 */
public enum HeadersCategory {
    /** It opened the stream. */
    REQUEST,

    /** The first one that answers a request, possibly informational (1xx). */
    RESPONSE,

    /** The first one on a promised stream, possibly informational (1xx). */
    PUSH_RESPONSE,

    /**
     * A response after an informational one: the final response, or another informational one. With
     * {@code Http2SessionOptions.nghttp2()} also every response that has been submitted and is not being sent yet.
     */
    LATER_RESPONSE,

    /**
     * Trailers: what follows the content of a request or of a final response. If the session does not enforce the rules for
     * messages, it does not look at the status, and a received final response after an informational one counts as
     * trailers.
     */
    TRAILERS;

    /**
     * The category of a block to be sent that is not the first on its stream.
     *
     * @param headers its fields
     * @return {@link #LATER_RESPONSE} if there is a {@code :status} among them, otherwise {@link #TRAILERS}
     */
    public static HeadersCategory later(HeaderList headers) {
        return headers.value(HeaderToken.STATUS) == null ? TRAILERS : LATER_RESPONSE;
    }
}
