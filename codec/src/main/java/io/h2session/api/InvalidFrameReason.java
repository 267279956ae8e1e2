package io.h2session.api;

/** What was wrong with a received frame: the library error code nghttp2 passes to {@code on_invalid_frame_recv}. */
public enum InvalidFrameReason {
    /** It breaks a rule of the protocol. */
    PROTO,
    /** A header field is malformed. */
    HTTP_HEADER,
    /** The HTTP message is malformed: fields missing, content-length wrong, fields after the end. */
    HTTP_MESSAGING,
    /** The stream is closed, or the peer's side of it. */
    STREAM_CLOSED,
    /** More streams than allowed; the stream was refused. */
    REFUSED_STREAM,
    /** A window was overrun. */
    FLOW_CONTROL,
    /** The header list is larger than {@link Http2SessionOptions#maxHeaderListSize()}. */
    HEADER_LIST_TOO_LARGE
}
