package io.h2session.api;

import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.hpack.HeaderField;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks of a session, one method for each callback of nghttp2. Every method has a default that does nothing.
 *
 * <p>A server that receives a request with a body and sends a response gets these calls:
 *
 * <pre>
 *   onBeginFrame(HEADERS) onBeginHeaders onHeader* onFrameReceived(HEADERS)
 *   onBeginFrame(DATA) onDataChunk* onFrameReceived(DATA END_STREAM)
 *   beforeFrameSend(HEADERS) onFrameSent(HEADERS)
 *   onFrameSent(DATA END_STREAM) onStreamClosed(NO_ERROR)
 * </pre>
 *
 * <p>A callback may call any method of the context: submit, consume, resume, reset, terminate. If a callback calls {@code recv}
 * or {@code send}, the call is carried out after the running one has finished. Arguments are borrowed: a callback must retain a
 * {@link ByteBuf} to keep it. Frames and header fields are immutable and may be kept.
 *
 * <p>A callback that throws ends the session with {@link Http2SessionResult#CALLBACK_FAILURE}.
 *
 * <p>For every stream that was open, reserved, or requested by the application, {@link #onStreamClosed} is called exactly once,
 * however the stream ended. For every submitted frame, {@link #onFrameSent} or {@link #onFrameNotSent} is called.
 *
 * @since 0.1
 */
public interface Http2SessionListener {

    // ---- receiving -------------------------------------------------------------------------------------------------

    /**
     * Called when the header of a frame was received ({@code on_begin_frame}), unless the frame is ignored.
     *
     * @param type a {@link io.h2session.frame.FrameType}
     * @param flags the flags that are defined for the type; for extension types, all flags
     * @param length the length of the payload in bytes
     */
    default void onBeginFrame(Http2SessionContext session, int type, int flags, int streamId, int length)
            throws Exception {}

    /**
     * Called when a header block begins ({@code on_begin_headers}).
     *
     * @param frame a HeadersFrame or PushPromiseFrame without its fields
     * @return any answer except {@link ReceiveAnswer#PAUSE}
     */
    default ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /** Called for each header field in the order of the header block ({@code on_header}). */
    default ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /** Called for a header field whose name or value has bytes that RFC 9113 forbids ({@code on_invalid_header}). */
    default InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field)
            throws Exception {
        return InvalidHeaderAnswer.AS_CONFIGURED;
    }

    /**
     * Called for the bytes of a body as they arrive ({@code on_data_chunk_recv}). Without automatic window updates they reduce
     * the windows until the application {@linkplain Http2SessionContext#consume consumes} them.
     *
     * <p>The session does not store bodies. A chunk is a slice of the buffer that was passed to {@code recv}, as short as the
     * peer and the transport made it. An application that stores small chunks should copy them into a shared buffer: an object
     * for each byte takes a hundred times the memory of what the peer sends.
     *
     * @param data borrowed; its readable bytes are the chunk, at least one
     */
    default ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
            throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /**
     * Called when a frame was received completely and is well formed ({@code on_frame_recv}). Not called for CONTINUATION and
     * PRIORITY.
     */
    default void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {}

    /**
     * Called when a received frame breaks a rule, so that its stream is reset or the connection ends
     * ({@code on_invalid_frame_recv}).
     */
    default void onInvalidFrameReceived(Http2SessionContext session, Frame frame, InvalidFrameReason reason)
            throws Exception {}

    /**
     * Called for each piece of the payload of an extension frame ({@code on_extension_chunk_recv}), if the options ask for its
     * type.
     */
    default ReceiveAnswer onExtensionChunk(
            Http2SessionContext session, int type, int flags, int streamId, ByteBuf chunk) throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /**
     * Called when the payload of an extension frame is complete ({@code unpack_extension_callback}). The returned object becomes
     * the payload of the frame that is passed to {@link #onFrameReceived}. Null drops the frame.
     */
    default @Nullable Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length)
            throws Exception {
        return null;
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    /**
     * Called before a frame is sent ({@code before_frame_send}). Not called for DATA.
     *
     * @return {@link SendAnswer#CANCEL} cancels HEADERS, PUSH_PROMISE, extension frames and PING frames of the application; it is
     *     ignored for other frames, because the connection could not continue without them
     */
    default SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) throws Exception {
        return SendAnswer.PROCEED;
    }

    /**
     * Called when a frame was committed to the output ({@code on_frame_send}). The sink knows when the transport has accepted
     * it.
     */
    default void onFrameSent(Http2SessionContext session, Frame frame) throws Exception {}

    /** Called when a submitted frame is not sent ({@code on_frame_not_send}). Not called for DATA. */
    default void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) throws Exception {}

    /**
     * Chooses the length of the padded payload of a frame ({@code select_padding_callback}).
     *
     * @param length the length of the payload without padding
     * @param max the longest possible payload, at most {@code length + 256}
     * @return a length from {@code length} to {@code max}
     */
    default int selectPadding(Http2SessionContext session, Frame frame, int length, int max) throws Exception {
        return length;
    }

    /**
     * Chooses how many bytes of a body to send in one frame ({@code data_source_read_length_callback}).
     *
     * @return 1 or more; the windows and the peer's SETTINGS_MAX_FRAME_SIZE limit it further; 0 or less ends the session with
     *     {@link Http2SessionResult#CALLBACK_FAILURE}
     */
    default int dataReadLength(
            Http2SessionContext session, int streamId, int connectionWindow, int streamWindow, int peerMaxFrameSize)
            throws Exception {
        return 16 * 1024;
    }

    /**
     * Writes the payload of an extension frame that the application submitted ({@code pack_extension_callback2}). This method
     * must release a reference-counted payload. The session releases the payload of a frame for which it is not called.
     */
    default SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target)
            throws Exception {
        return SendAnswer.PROCEED;
    }

    /**
     * Whether {@link #packExtension} is implemented. Otherwise extension frames cannot be submitted. The default checks whether
     * a class overrides that method. A listener that delegates to another one should delegate this method, too.
     */
    default boolean packsExtensions() {
        try {
            return getClass()
                            .getMethod("packExtension", Http2SessionContext.class, ExtensionFrame.class, ByteBuf.class)
                            .getDeclaringClass()
                    != Http2SessionListener.class;
        } catch (NoSuchMethodException unknown) {
            // A native image may have no metadata of methods.
            return true;
        }
    }

    // ---- streams and the session -----------------------------------------------------------------------------------

    /**
     * Called when a stream is closed ({@code on_stream_close}). It is the last callback for the stream. The user data of the
     * stream is still available, and {@link Http2SessionContext#inboundComplete} tells whether the peer's message was received
     * completely.
     *
     * @param errorCode NO_ERROR if both ends have ended the stream, or if the response was complete and RST_STREAM with NO_ERROR
     *     stopped the rest of the request (RFC 9113 section 8.1). Otherwise the code of the RST_STREAM, of either end, or the code
     *     that the connection ended with. CANCEL where that code would be NO_ERROR, and if the transport was closed.
     *     REFUSED_STREAM if the peer's GOAWAY says that the stream was not processed, or if the request was never sent. With
     *     {@link Http2SessionOptions#followNghttp2()} a RST_STREAM with NO_ERROR is always reported as NO_ERROR
     */
    default void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {}

    /**
     * Called when the peer breaks a rule ({@code error_callback2}) or a limit is reached.
     *
     * @param reason a fixed snake_case token, never bytes that the peer sent
     */
    default void onError(Http2SessionContext session, String reason) throws Exception {}
}
