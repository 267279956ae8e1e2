package io.h2session.netty;

/**
 * The events that are fired only if {@link Http2SessionHandlerBuilder#events} requests them. Most applications do not need
 * them.
 *
 * @since 0.1
 */
public enum Http2EventKind {
    /** {@link Http2SessionEvent.FrameBegin}: the header of a frame has arrived. */
    FRAME_BEGIN,
    /** {@link Http2SessionEvent.FrameReceived}: a complete frame of any type has arrived. */
    FRAME_RECEIVED,
    /** {@link Http2SessionEvent.ExtensionChunk}: bytes of an extension frame that the options request have arrived. */
    EXTENSION_CHUNK,
    /** {@link Http2SessionEvent.BeforeFrameSend}: a frame is about to be sent. */
    BEFORE_FRAME_SEND,
    /** {@link Http2SessionEvent.FrameSent}: a frame was committed to the output. */
    FRAME_SENT,
    /** {@link Http2SessionEvent.FrameNotSent}: a submitted frame will not be sent. */
    FRAME_NOT_SENT
}
