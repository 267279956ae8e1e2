package io.h2session.api;

import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Frame;
import io.h2session.hpack.HeaderField;
import io.netty.buffer.ByteBuf;

/**
 * Everything a session tells and asks its application: nghttp2's callbacks, one method each.
 *
 * <p>A request with a body, as a server sees it, and its answer:
 *
 * <pre>
 *   onBeginFrame(HEADERS) onBeginHeaders onHeader* onFrameReceived(HEADERS)
 *   onBeginFrame(DATA) onDataChunk* onFrameReceived(DATA END_STREAM)
 *   beforeFrameSend(HEADERS) onFrameSent(HEADERS)
 *   onFrameSent(DATA END_STREAM) onStreamClosed(NO_ERROR)
 * </pre>
 *
 * <p>Any callback may call any method of the context: submit, consume, resume, reset, terminate. Calls of {@code recv} and
 * {@code send} from inside a callback are carried out when the running one is done. What a callback is given is borrowed:
 * a {@link ByteBuf} must be retained to be kept, frames and header fields are immutable and may be kept.
 *
 * <p>A callback that throws ends the session with {@link Http2SessionResult#CALLBACK_FAILURE}.
 *
 * <p>Every stream that was ever open, reserved, or requested by the application gets exactly one {@link #onStreamClosed}, whatever
 * ended it; every submitted frame gets {@link #onFrameSent} or {@link #onFrameNotSent}.
 */
public interface Http2SessionListener {

    // ---- receiving -------------------------------------------------------------------------------------------------

    /**
     * A frame's first nine octets have arrived ({@code on_begin_frame}). Not told of frames that are ignored.
     *
     * @param type a {@link io.h2session.frame.FrameType}
     * @param flags those defined for the type; all, for extension types
     * @param length of the payload, in octets
     */
    default void onBeginFrame(Http2SessionContext session, int type, int flags, int streamId, int length)
            throws Exception {}

    /**
     * A header block begins ({@code on_begin_headers}).
     *
     * @param frame a HeadersFrame or PushPromiseFrame without its fields
     * @return not {@link ReceiveAnswer#PAUSE}
     */
    default ReceiveAnswer onBeginHeaders(Http2SessionContext session, Frame frame) throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /** A header field, in the peer's order ({@code on_header}). */
    default ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /** A header field whose name or value has octets RFC 9113 forbids ({@code on_invalid_header}). */
    default InvalidHeaderAnswer onInvalidHeader(Http2SessionContext session, Frame frame, HeaderField field)
            throws Exception {
        return InvalidHeaderAnswer.AS_CONFIGURED;
    }

    /**
     * Octets of a body, as they arrive ({@code on_data_chunk_recv}). Without automatic window updates they stay counted
     * against the windows until they are {@linkplain Http2SessionContext#consume consumed}.
     *
     * <p>The session keeps nothing of a body: a chunk is a view of the buffer given to {@code recv}, of 1 byte or more, as the
     * peer and the transport have cut it. An application that keeps small chunks should copy them into a buffer that they
     * share; an object for each byte would cost a hundred times as much memory as the peer sends.
     *
     * @param data borrowed; its readable octets are the chunk, never none
     */
    default ReceiveAnswer onDataChunk(Http2SessionContext session, int streamId, int flags, ByteBuf data)
            throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /** A whole frame was received and is well formed ({@code on_frame_recv}). Not told of CONTINUATION and PRIORITY. */
    default void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {}

    /** A frame broke a rule; its stream is being reset or the connection ends ({@code on_invalid_frame_recv}). */
    default void onInvalidFrameReceived(Http2SessionContext session, Frame frame, InvalidFrameReason reason)
            throws Exception {}

    /** A piece of the payload of an extension frame whose type was asked for ({@code on_extension_chunk_recv}). */
    default ReceiveAnswer onExtensionChunk(
            Http2SessionContext session, int type, int flags, int streamId, ByteBuf chunk) throws Exception {
        return ReceiveAnswer.CONTINUE;
    }

    /**
     * The payload of an extension frame is complete; what is answered is the payload of the frame that {@link
     * #onFrameReceived} is told of ({@code unpack_extension_callback}). Null drops the frame.
     */
    default Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length)
            throws Exception {
        return null;
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    /**
     * A frame is about to be sent ({@code before_frame_send}). Not asked for DATA.
     *
     * @return {@link SendAnswer#CANCEL} holds back HEADERS, PUSH_PROMISE, the application's PING and extension frames; of
     *     others it is not heeded, since the connection could not go on without them
     */
    default SendAnswer beforeFrameSend(Http2SessionContext session, Frame frame) throws Exception {
        return SendAnswer.PROCEED;
    }

    /**
     * A frame is committed to the output ({@code on_frame_send}); that the transport took it is the sink's business.
     */
    default void onFrameSent(Http2SessionContext session, Frame frame) throws Exception {}

    /** A submitted frame will not be sent ({@code on_frame_not_send}). Not told of DATA. */
    default void onFrameNotSent(Http2SessionContext session, Frame frame, NotSentReason reason) throws Exception {}

    /**
     * How long the padded payload shall be ({@code select_padding_callback}).
     *
     * @param length of the payload without padding
     * @param max at most {@code length + 256}
     * @return from {@code length} to {@code max}
     */
    default int selectPadding(Http2SessionContext session, Frame frame, int length, int max) throws Exception {
        return length;
    }

    /**
     * How many octets of a body to send in one frame ({@code data_source_read_length_callback}).
     *
     * @return 1 or more; what exceeds the windows or the peer's SETTINGS_MAX_FRAME_SIZE is cut; 0 or less is a failure
     */
    default int dataReadLength(
            Http2SessionContext session, int streamId, int connectionWindow, int streamWindow, int peerMaxFrameSize)
            throws Exception {
        return 16 * 1024;
    }

    /**
     * Writes the payload of an extension frame the application submitted ({@code pack_extension_callback2}). A payload that is
     * reference-counted is this method's to release; the session releases one that never gets here.
     */
    default SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target)
            throws Exception {
        return SendAnswer.PROCEED;
    }

    /**
     * Whether {@link #packExtension} writes payloads, without which no extension frame can be submitted. The default says
     * whether a class overrides that method; a listener that passes calls on to another one asks that one.
     */
    default boolean packsExtensions() {
        try {
            return getClass()
                            .getMethod("packExtension", Http2SessionContext.class, ExtensionFrame.class, ByteBuf.class)
                            .getDeclaringClass()
                    != Http2SessionListener.class;
        } catch (NoSuchMethodException unknown) {
            // A native image may not know its methods.
            return true;
        }
    }

    // ---- streams and the session -----------------------------------------------------------------------------------

    /**
     * A stream is over ({@code on_stream_close}); the last that is told of it. Its user data can be read once more, and
     * {@link Http2SessionContext#inboundComplete} tells whether the peer's message was received whole.
     *
     * @param errorCode NO_ERROR when both sides ended it, or when the response was complete and RST_STREAM with NO_ERROR stopped
     *     the rest of the request (RFC 9113 section 8.1). Otherwise the code it was reset with, by either end; the code the
     *     connection ended with; CANCEL where that would be NO_ERROR, and when the transport is gone; REFUSED_STREAM when the
     *     peer's GOAWAY says it was not processed, or the request was never sent. In nghttp2's way ({@link
     *     Http2SessionOptions#followNghttp2()}) RST_STREAM with NO_ERROR is told as NO_ERROR, whenever it came
     */
    default void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {}

    /**
     * The peer did something wrong ({@code error_callback2}), or a limit was reached.
     *
     * @param reason a fixed snake_case token, never octets of the peer's
     */
    default void onError(Http2SessionContext session, String reason) throws Exception {}
}
