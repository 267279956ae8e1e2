package io.h2session.api;

/** Why a submitted frame was not sent: the library error code nghttp2 passes to {@code on_frame_not_send}. */
public enum NotSentReason {
    /** The stream is gone. */
    STREAM_CLOSED,
    /** A RST_STREAM waits to be sent on the stream. */
    STREAM_CLOSING,
    /** Our side of the stream has ended already. */
    STREAM_SHUT_WR,
    /** The stream is not in a state in which this frame may be sent. */
    INVALID_STREAM_STATE,
    /** The stream number is not one this frame may go to. */
    INVALID_STREAM_ID,
    /** This role may not send this frame. */
    PROTO,
    /** No new stream may be opened: GOAWAY was received, or the session is closing. Safe to retry elsewhere. */
    START_STREAM_NOT_ALLOWED,
    /** All stream numbers are used. */
    STREAM_ID_NOT_AVAILABLE,
    /** The peer has disabled server push. */
    PUSH_DISABLED,
    /** The session is closing. */
    SESSION_CLOSING,
    /** The header block would be larger than {@link Http2Limits#maxSendHeaderBlockLength()}. */
    FRAME_SIZE_ERROR,
    /** The header list is larger than the peer's SETTINGS_MAX_HEADER_LIST_SIZE. */
    HEADER_LIST_TOO_LARGE,
    /**
     * DATA beyond what {@code content-length} said. Its body is given up, and the stream reset with INTERNAL_ERROR. (Not
     * nghttp2's.)
     */
    MORE_THAN_CONTENT_LENGTH,
    /**
     * The end of a body that is shorter than {@code content-length} said: the last DATA, or trailers. The stream is reset with
     * INTERNAL_ERROR. (Not nghttp2's.)
     */
    LESS_THAN_CONTENT_LENGTH,
    /** {@link Http2SessionListener#beforeFrameSend} said so, or the request was reset before it was sent. */
    CANCEL
}
