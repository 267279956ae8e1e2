package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives what a {@link FrameReader} finds. For each frame {@link #onFrameHeader} is called once, and then the methods of
 * its type:
 *
 * <pre>
 * DATA                    (onDataPadding | onData)* onDataEnd
 * HEADERS, PUSH_PROMISE   (onHeaders | onPushPromise) onHeaderFragment*  [onHeaderBlockEnd if END_HEADERS]
 * CONTINUATION            onHeaderFragment*  [onHeaderBlockEnd if END_HEADERS]
 * extension types         PARSE: onAltSvc | onOrigin | onPriorityUpdate
 *                         RAW:   onExtension* onExtensionEnd
 *                         SKIP:  onSkipped*
 * any other               one call: onPriority, onReset, onSettings, onPing, onGoAway, onWindowUpdate
 * </pre>
 *
 * <p>How the input is split affects only the number of the calls that hand on bytes. Their sum, and all other calls, do not
 * depend on it.
 *
 * <p>A buffer is borrowed for the call: its {@code bytes} begin at {@code index}. The reader has already moved the reader
 * index past them, and the sink must not move it. The reader has changed its own state before the call, so a sink may
 * throw, {@linkplain FrameReader#pause() pause} or {@linkplain FrameReader#close() close} the reader. Of {@code streamId}
 * the reader has checked only whether it may be 0.
 *
 * @since 0.1
 */
public interface FrameSink {
    /**
     * A frame header was read and accepted: the length is within the maximum and right for the type, and CONTINUATION comes
     * where it has to. Called for CONTINUATION, too.
     *
     * @param type 0 to 255
     * @param flags those defined for the type; all bits for an extension type
     * @param streamId 0 to 2^31-1
     * @param length bytes of payload
     * @return what to do with the payload of an extension type (null means {@link ExtensionPayload#SKIP}); ignored for the
     *     types of RFC 9113
     * @throws ConnectionError to end the connection
     */
    ExtensionPayload onFrameHeader(int type, int flags, int streamId, int length) throws ConnectionError;

    /**
     * The Pad Length byte of DATA or some of its padding arrived; flow control counts them.
     *
     * @param streamId the stream, not 0
     * @param bytes 1 or more
     * @throws ConnectionError to end the connection
     */
    void onDataPadding(int streamId, int bytes) throws ConnectionError;

    /**
     * Some of the data of DATA arrived.
     *
     * @param streamId the stream, not 0
     * @param flags those of the frame
     * @param in borrowed
     * @param index where the bytes begin in {@code in}
     * @param bytes 1 or more
     * @throws ConnectionError to end the connection
     */
    void onData(int streamId, int flags, ByteBuf in, int index, int bytes) throws ConnectionError;

    /**
     * A DATA frame is complete.
     *
     * @param streamId the stream, not 0
     * @param flags those of the frame
     * @param length bytes of payload, padding included
     * @param padding bytes of padding with the Pad Length byte, 0 to 256
     * @throws ConnectionError to end the connection
     */
    void onDataEnd(int streamId, int flags, int length, int padding) throws ConnectionError;

    /**
     * HEADERS began: the fields before the header block fragment arrived.
     *
     * @param streamId the stream, not 0
     * @param flags those of the frame
     * @param length bytes of payload of this frame alone
     * @param padding bytes of padding with the Pad Length byte, 0 to 256
     * @param priority the deprecated priority, or null
     * @throws ConnectionError to end the connection
     */
    void onHeaders(int streamId, int flags, int length, int padding, @Nullable PrioritySpec priority)
            throws ConnectionError;

    /**
     * PUSH_PROMISE began: the fields before the header block fragment arrived.
     *
     * @param streamId the stream, not 0
     * @param flags those of the frame
     * @param length bytes of payload of this frame alone
     * @param padding bytes of padding with the Pad Length byte, 0 to 256
     * @param promisedStreamId 0 to 2^31-1, not checked
     * @throws ConnectionError to end the connection
     */
    void onPushPromise(int streamId, int flags, int length, int padding, int promisedStreamId) throws ConnectionError;

    /**
     * A part of the open header block arrived.
     *
     * @param in borrowed
     * @param index where the bytes begin in {@code in}
     * @param bytes 0 or more; 0 only if an empty fragment ends the block
     * @param lastOfBlock whether the block ends with this part
     * @return how many bytes were taken: all, or fewer after {@link FrameReader#pause()}, in which case the rest is left in
     *     {@code in} and has to be offered again first
     * @throws ConnectionError to end the connection
     */
    int onHeaderFragment(ByteBuf in, int index, int bytes, boolean lastOfBlock) throws ConnectionError;

    /**
     * The frame that ends the header block is complete, its padding included.
     *
     * @param blockLength bytes of payload of the HEADERS or PUSH_PROMISE and all its CONTINUATIONs
     * @param continuations the number of CONTINUATIONs
     * @throws ConnectionError to end the connection
     */
    void onHeaderBlockEnd(int blockLength, int continuations) throws ConnectionError;

    /**
     * PRIORITY arrived.
     *
     * @param streamId the stream, not 0
     * @param dependency the stream depended on, or 0
     * @param weight 1 to 256
     * @param exclusive the E bit
     * @throws ConnectionError to end the connection
     */
    void onPriority(int streamId, int dependency, int weight, boolean exclusive) throws ConnectionError;

    /**
     * RST_STREAM arrived.
     *
     * @param streamId the stream, not 0
     * @param errorCode 0 to 2^32-1
     * @throws ConnectionError to end the connection
     */
    void onReset(int streamId, long errorCode) throws ConnectionError;

    /**
     * SETTINGS arrived. The values are not checked.
     *
     * @param ack whether it acknowledges our SETTINGS
     * @param count the number of entries; 0 in an acknowledgement
     * @param ids identifiers in their order, in an array of the reader that is valid during the call and may be longer
     * @param values values in the same order, in an array of the reader that is valid during the call and may be longer
     * @throws ConnectionError to end the connection
     */
    void onSettings(boolean ack, int count, int[] ids, long[] values) throws ConnectionError;

    /**
     * PING arrived.
     *
     * @param ack whether it answers a PING of ours
     * @param opaqueData its eight bytes, first byte in the highest bits
     * @throws ConnectionError to end the connection
     */
    void onPing(boolean ack, long opaqueData) throws ConnectionError;

    /**
     * GOAWAY arrived.
     *
     * @param lastStreamId 0 to 2^31-1
     * @param errorCode 0 to 2^32-1
     * @param debugData the beginning of the debug data, see {@link FrameLimits#maxDebugData()}; the sink owns it
     * @throws ConnectionError to end the connection
     */
    void onGoAway(int lastStreamId, long errorCode, byte[] debugData) throws ConnectionError;

    /**
     * WINDOW_UPDATE arrived.
     *
     * @param streamId 0 for the connection
     * @param increment 0 to 2^31-1; 0 is an error, which the sink reports
     * @throws ConnectionError to end the connection
     */
    void onWindowUpdate(int streamId, int increment) throws ConnectionError;

    /**
     * ALTSVC arrived. Whether stream and origin fit together is not checked.
     *
     * @param streamId 0 to 2^31-1
     * @param origin possibly empty
     * @param value possibly empty
     * @throws ConnectionError to end the connection
     */
    void onAltSvc(int streamId, AsciiString origin, AsciiString value) throws ConnectionError;

    /**
     * ORIGIN arrived. Whether its stream and flags are those of RFC 8336 is not checked.
     *
     * @param streamId 0 to 2^31-1
     * @param flags all bits
     * @param origins those that are not empty, in their order; null if the payload cannot be parsed
     * @throws ConnectionError to end the connection
     */
    void onOrigin(int streamId, int flags, List<AsciiString> origins) throws ConnectionError;

    /**
     * PRIORITY_UPDATE arrived on stream 0.
     *
     * @param prioritizedStreamId 1 to 2^31-1
     * @param fieldValue not parsed, possibly empty
     * @throws ConnectionError to end the connection
     */
    void onPriorityUpdate(int prioritizedStreamId, AsciiString fieldValue) throws ConnectionError;

    /**
     * SETTINGS, PING, GOAWAY or PRIORITY_UPDATE arrived on a stream. Only called with {@link FrameRules#NGHTTP2}.
     *
     * @param frame the frame and its stream
     * @throws ConnectionError always: the frame ends the connection
     */
    default void onMisplaced(MisplacedFrame frame) throws ConnectionError {
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "frame_not_for_a_stream");
    }

    /**
     * A part of an extension frame arrived for which {@link ExtensionPayload#RAW} was returned.
     *
     * @param type 10 to 255
     * @param flags all bits
     * @param streamId 0 to 2^31-1
     * @param in borrowed
     * @param index where the bytes begin in {@code in}
     * @param bytes 1 or more
     * @throws ConnectionError to end the connection
     */
    void onExtension(int type, int flags, int streamId, ByteBuf in, int index, int bytes) throws ConnectionError;

    /**
     * An extension frame for which {@link ExtensionPayload#RAW} was returned is complete.
     *
     * @param type 10 to 255
     * @param flags all bits
     * @param streamId 0 to 2^31-1
     * @param length bytes of payload
     * @throws ConnectionError to end the connection
     */
    void onExtensionEnd(int type, int flags, int streamId, int length) throws ConnectionError;

    /**
     * Some bytes of an extension frame were dropped, because {@link ExtensionPayload#SKIP} was returned.
     *
     * @param bytes 1 or more
     * @throws ConnectionError to end the connection
     */
    void onSkipped(int bytes) throws ConnectionError;
}
