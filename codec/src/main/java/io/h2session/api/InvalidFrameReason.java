package io.h2session.api;

/**
 * What was wrong with a received frame: the library error code that nghttp2 passes to {@code on_invalid_frame_recv}.
 *
 * @since 0.1
 */
public enum InvalidFrameReason {
    /** The frame breaks a rule of the protocol. */
    PROTO,
    /** A header field is malformed. */
    HTTP_HEADER,
    /** The message is malformed: a field is missing, content-length is wrong, or fields follow the end. */
    HTTP_MESSAGING,
    /** The stream is closed, or the peer has ended its side. */
    STREAM_CLOSED,
    /** The stream was refused because there are more streams than allowed. */
    REFUSED_STREAM,
    /** The peer sent more than a window allows, or a window would exceed 2^31-1. */
    FLOW_CONTROL,
    /** The header list is larger than {@link Http2SessionOptions#maxHeaderListSize()}. */
    HEADER_LIST_TOO_LARGE
}
