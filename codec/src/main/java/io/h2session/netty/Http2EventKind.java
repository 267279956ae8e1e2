package io.h2session.netty;

/**
 * Events that fire only when asked for with {@link Http2SessionHandlerBuilder#events}: most applications do without.
 */
public enum Http2EventKind {
    /** {@link Http2SessionEvent.FrameBegin}: the header of a frame has arrived. */
    FRAME_BEGIN,
    /** {@link Http2SessionEvent.FrameReceived}: a whole frame has arrived, of whatever type. */
    FRAME_RECEIVED,
    /** {@link Http2SessionEvent.ExtensionChunk}: octets of an extension frame the options ask for have arrived. */
    EXTENSION_CHUNK,
    /** {@link Http2SessionEvent.BeforeFrameSend}: a frame is about to be sent. */
    BEFORE_FRAME_SEND,
    /** {@link Http2SessionEvent.FrameSent}: a frame was committed to the output. */
    FRAME_SENT,
    /** {@link Http2SessionEvent.FrameNotSent}: a submitted frame will not be sent. */
    FRAME_NOT_SENT
}
