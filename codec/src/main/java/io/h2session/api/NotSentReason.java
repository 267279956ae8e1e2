package io.h2session.api;

/**
 * Why a submitted frame was not sent: the library error code that nghttp2 passes to {@code on_frame_not_send}.
 *
 * @since 0.1
 */
public enum NotSentReason {
    /** The stream does not exist any more. */
    STREAM_CLOSED,
    /** RST_STREAM waits to be sent on the stream. */
    STREAM_CLOSING,
    /** This end has already ended its side of the stream. */
    STREAM_SHUT_WR,
    /** The state of the stream does not allow the frame. */
    INVALID_STREAM_STATE,
    /** The frame may not be sent on a stream with this id. */
    INVALID_STREAM_ID,
    /** This role may not send the frame. */
    PROTO,
    /** No new stream may be opened: GOAWAY was received, or the session is closing. Safe to retry elsewhere. */
    START_STREAM_NOT_ALLOWED,
    /** All stream ids are used. */
    STREAM_ID_NOT_AVAILABLE,
    /** The peer has disabled server push. */
    PUSH_DISABLED,
    /** The session is closing. */
    SESSION_CLOSING,
    /**
     * The header block would be larger than {@link Http2Limits#maxSendHeaderBlockLength()}, or the payload of an extension frame than
     * the peer's SETTINGS_MAX_FRAME_SIZE.
     */
    FRAME_SIZE_ERROR,
    /** The header list is larger than the peer's SETTINGS_MAX_HEADER_LIST_SIZE. */
    HEADER_LIST_TOO_LARGE,
    /**
     * The body is longer than its {@code content-length}. The rest is not read, and the stream is reset with INTERNAL_ERROR. Not
     * known to nghttp2.
     */
    MORE_THAN_CONTENT_LENGTH,
    /**
     * The body is shorter than its {@code content-length}. The frame that would end it, DATA or trailers, is not sent, and the
     * stream is reset with INTERNAL_ERROR. Not known to nghttp2.
     */
    LESS_THAN_CONTENT_LENGTH,
    /**
     * The request waited for a free stream for longer than {@link Http2Timeouts#requestWait()}. Safe to retry. Not known to nghttp2.
     */
    WAITED_TOO_LONG,
    /** {@link Http2SessionListener#beforeFrameSend} cancelled it, or the request was reset before it was sent. */
    CANCEL
}
