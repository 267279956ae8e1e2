package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Where a {@link FrameReader} brings what it finds. One frame is one {@link #onFrameHeader} and then, of the methods
 * below, those of its type:
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
 * <p>How the input was cut shows only in how many calls hand on octets; their sum, and every other call, is the same.
 *
 * <p>A buffer handed over is borrowed for the call: {@code octets} of it begin at {@code index}, the reader has already
 * moved its reader index past them, and the sink must leave the index alone. The reader's own state moved before the
 * call: a sink may throw, {@linkplain FrameReader#pause() pause} or {@linkplain FrameReader#close() close} the reader.
 * {@code streamId} has been judged only as far as it must or must not be 0.
 */
public interface FrameSink {
    /**
     * The nine octets of a frame header, accepted: the length is within the maximum and right for the type, and
     * CONTINUATION comes where it must. Called for CONTINUATION too.
     *
     * @param type 0 to 255
     * @param flags those defined for the type; all bits for an extension type
     * @param streamId 0 to 2^31-1
     * @param length octets of payload
     * @return what to do with the payload of an extension type (null is {@link ExtensionPayload#SKIP}); ignored for the
     *     types of RFC 9113
     * @throws ConnectionError to end the connection
     */
    ExtensionPayload onFrameHeader(int type, int flags, int streamId, int length) throws ConnectionError;

    /**
     * The Pad Length octet or some octets of padding of DATA arrived; flow control counts them.
     *
     * @param streamId the stream, not 0
     * @param octets 1 or more
     * @throws ConnectionError to end the connection
     */
    void onDataPadding(int streamId, int octets) throws ConnectionError;

    /**
     * Some octets of data arrived.
     *
     * @param streamId the stream, not 0
     * @param flags the frame's
     * @param in borrowed
     * @param index where they begin in {@code in}
     * @param octets 1 or more
     * @throws ConnectionError to end the connection
     */
    void onData(int streamId, int flags, ByteBuf in, int index, int octets) throws ConnectionError;

    /**
     * A DATA frame arrived whole.
     *
     * @param streamId the stream, not 0
     * @param flags the frame's
     * @param length octets of payload, padding included
     * @param padding octets of padding with the Pad Length octet, 0 to 256
     * @throws ConnectionError to end the connection
     */
    void onDataEnd(int streamId, int flags, int length, int padding) throws ConnectionError;

    /**
     * HEADERS began: what precedes the header block fragment arrived.
     *
     * @param streamId the stream, not 0
     * @param flags the frame's
     * @param length octets of payload of this frame alone
     * @param padding octets of padding with the Pad Length octet, 0 to 256
     * @param priority the deprecated priority, never on itself; or null
     * @throws ConnectionError to end the connection
     */
    void onHeaders(int streamId, int flags, int length, int padding, PrioritySpec priority) throws ConnectionError;

    /**
     * PUSH_PROMISE began: what precedes the header block fragment arrived.
     *
     * @param streamId the stream, not 0
     * @param flags the frame's
     * @param length octets of payload of this frame alone
     * @param padding octets of padding with the Pad Length octet, 0 to 256
     * @param promisedStreamId 0 to 2^31-1, not judged
     * @throws ConnectionError to end the connection
     */
    void onPushPromise(int streamId, int flags, int length, int padding, int promisedStreamId) throws ConnectionError;

    /**
     * Some octets of the open header block arrived.
     *
     * @param in borrowed
     * @param index where they begin in {@code in}
     * @param octets how many; 0 only when an empty fragment ends the block
     * @param lastOfBlock whether the block ends with them
     * @return how many were taken: all, or fewer after {@link FrameReader#pause()}, in which case the rest is left in
     *     {@code in} and offered again first
     * @throws ConnectionError to end the connection
     */
    int onHeaderFragment(ByteBuf in, int index, int octets, boolean lastOfBlock) throws ConnectionError;

    /**
     * The frame that ends the header block arrived whole, its padding included.
     *
     * @param blockLength octets of payload of the HEADERS or PUSH_PROMISE and all its CONTINUATIONs
     * @param continuations how many CONTINUATIONs there were
     * @throws ConnectionError to end the connection
     */
    void onHeaderBlockEnd(int blockLength, int continuations) throws ConnectionError;

    /**
     * PRIORITY arrived.
     *
     * @param streamId the stream, not 0
     * @param dependency another stream or 0
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
     * SETTINGS arrived. The values are not judged.
     *
     * @param ack whether it acknowledges ours
     * @param count how many entries, 0 if it does
     * @param ids identifiers in their order; the reader's own array, possibly longer, valid during the call
     * @param values values in the same order; the reader's own array, possibly longer, valid during the call
     * @throws ConnectionError to end the connection
     */
    void onSettings(boolean ack, int count, int[] ids, long[] values) throws ConnectionError;

    /**
     * PING arrived.
     *
     * @param ack whether it answers ours
     * @param opaqueData its eight octets, first octet in the highest bits
     * @throws ConnectionError to end the connection
     */
    void onPing(boolean ack, long opaqueData) throws ConnectionError;

    /**
     * GOAWAY arrived.
     *
     * @param lastStreamId 0 to 2^31-1
     * @param errorCode 0 to 2^32-1
     * @param debugData the beginning of the debug data, see {@link FrameLimits#maxDebugData()}; the sink's to keep
     * @throws ConnectionError to end the connection
     */
    void onGoAway(int lastStreamId, long errorCode, byte[] debugData) throws ConnectionError;

    /**
     * WINDOW_UPDATE arrived.
     *
     * @param streamId 0 for the connection
     * @param increment 0 to 2^31-1; 0 is an error the sink judges
     * @throws ConnectionError to end the connection
     */
    void onWindowUpdate(int streamId, int increment) throws ConnectionError;

    /**
     * ALTSVC arrived. Whether stream and origin go together is not judged.
     *
     * @param streamId 0 to 2^31-1
     * @param origin possibly empty
     * @param value possibly empty
     * @throws ConnectionError to end the connection
     */
    void onAltSvc(int streamId, AsciiString origin, AsciiString value) throws ConnectionError;

    /**
     * ORIGIN arrived. Whether its stream and flags are those of RFC 8336 is not judged.
     *
     * @param streamId 0 to 2^31-1
     * @param flags all bits
     * @param origins those that are not empty, in their order; null if the payload does not parse
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
     * @param frame what arrived where
     * @throws ConnectionError to end the connection, as has to be
     */
    default void onMisplaced(MisplacedFrame frame) throws ConnectionError {
        throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "frame_not_for_a_stream");
    }

    /**
     * Some octets of an extension frame arrived that was wanted {@linkplain ExtensionPayload#RAW raw}.
     *
     * @param type 10 to 255
     * @param flags all bits
     * @param streamId 0 to 2^31-1
     * @param in borrowed
     * @param index where they begin in {@code in}
     * @param octets 1 or more
     * @throws ConnectionError to end the connection
     */
    void onExtension(int type, int flags, int streamId, ByteBuf in, int index, int octets) throws ConnectionError;

    /**
     * An extension frame wanted {@linkplain ExtensionPayload#RAW raw} arrived whole.
     *
     * @param type 10 to 255
     * @param flags all bits
     * @param streamId 0 to 2^31-1
     * @param length octets of payload
     * @throws ConnectionError to end the connection
     */
    void onExtensionEnd(int type, int flags, int streamId, int length) throws ConnectionError;

    /**
     * Some octets of an extension frame that is not wanted were dropped.
     *
     * @param octets 1 or more
     * @throws ConnectionError to end the connection
     */
    void onSkipped(int octets) throws ConnectionError;
}
