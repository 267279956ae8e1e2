package io.h2session.frame;

/**
 * What the 9 bytes of a frame header alone can break, and the ways in which nghttp2 reads differently. Where a header
 * breaks two rules the length is judged first, as nghttp2 does; RFC 9113 leaves the order open.
 *
 * @since 0.1
 */
public enum FrameRules {
    /** As RFC 9113 section 6 has them. */
    RFC9113(false),

    /**
     * As nghttp2 has them: the rows {@code no-stream-depends-on-itself} and {@code violations-have-results} of
     * {@code codec/DEPARTURES.md}.
     *
     * <ul>
     *   <li>The sink judges which frames may come on a stream and which only on one, except for DATA and PRIORITY:
     *       {@link FrameSink#onMisplaced} tells it of frames whose values have no stream.
     *   <li>The sink judges a stream that depends on itself.
     *   <li>The sink is told of all flags of CONTINUATION, including those that are not defined.
     *   <li>Padding that has arrived with the last bytes of data is read with them even if the sink pauses.
     *   <li>A padded frame that is too short for its other fields is refused when its Pad Length has been read.
     * </ul>
     */
    NGHTTP2(true);

    private static final int SETTING_BYTES = 6;

    private final boolean sinkJudgesStreams;
    private final boolean padLengthFirst;
    final boolean refuseSelfDependency;
    final boolean tellUndefinedContinuationFlags;
    final boolean paddingComesWithLastData;

    FrameRules(boolean nghttp2) {
        sinkJudgesStreams = nghttp2;
        padLengthFirst = nghttp2;
        refuseSelfDependency = !nghttp2;
        tellUndefinedContinuationFlags = nghttp2;
        paddingComesWithLastData = nghttp2;
    }

    /**
     * The rules for one type; an extension type has none here (RFC 9113 section 5.5).
     *
     * @param flags masked to those defined for the type
     */
    void check(int type, int flags, int streamId, int length, int maxSettings) throws ConnectionError {
        switch (type) {
            case FrameType.DATA -> {
                hasPadLength(flags, length);
                onStream(streamId);
            }
            case FrameType.HEADERS -> {
                hasPadLength(flags, length);
                length(length >= fixedBytes(type, flags), "headers_length");
                onStreamUnlessSinkJudges(streamId);
            }
            case FrameType.PUSH_PROMISE -> {
                hasPadLength(flags, length);
                length(length >= fixedBytes(type, flags), "push_promise_length");
                onStreamUnlessSinkJudges(streamId);
            }
            case FrameType.PRIORITY -> {
                length(length == 5, "priority_length");
                onStream(streamId);
            }
            case FrameType.RST_STREAM -> {
                length(length == 4, "rst_stream_length");
                onStreamUnlessSinkJudges(streamId);
            }
            case FrameType.SETTINGS -> checkSettings(flags, streamId, length, maxSettings);
            case FrameType.PING -> {
                length(length == 8, "ping_length");
                onConnection(streamId);
            }
            case FrameType.GOAWAY -> {
                length(length >= 8, "goaway_length");
                onConnection(streamId);
            }
            case FrameType.WINDOW_UPDATE -> length(length == 4, "window_update_length");
            default -> {}
        }
    }

    private void checkSettings(int flags, int streamId, int length, int maxSettings) throws ConnectionError {
        length((flags & FrameFlags.ACK) == 0 || length == 0, "settings_ack_length");
        length(length % SETTING_BYTES == 0, "settings_length");
        onConnection(streamId);
        if (length / SETTING_BYTES > maxSettings) {
            throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too_many_settings");
        }
    }

    /** The rules for an extension frame that the sink wants parsed; one that is not wanted has none. */
    void checkParsed(int type, int streamId, int length) throws ConnectionError {
        checkParsedLength(type, length);
        if (type == FrameType.PRIORITY_UPDATE) {
            onConnection(streamId);
        }
    }

    static void checkParsedLength(int type, int length) throws ConnectionError {
        if (type == FrameType.ALTSVC) {
            length(length >= 2, "altsvc_length");
        } else if (type == FrameType.PRIORITY_UPDATE) {
            length(length >= 4, "priority_update_length");
        }
    }

    private int fixedBytes(int type, int flags) {
        return padLengthFirst && (flags & FrameFlags.PADDED) != 0 ? 1 : prefixBytes(type, flags);
    }

    /** Bytes of fixed fields at the beginning of the payload, before data, fragment or debug data; at most 8. */
    static int prefixBytes(int type, int flags) {
        int padLength = (flags & FrameFlags.PADDED) != 0 ? 1 : 0;
        return switch (type) {
            case FrameType.DATA -> padLength;
            case FrameType.HEADERS -> padLength + ((flags & FrameFlags.PRIORITY) != 0 ? 5 : 0);
            case FrameType.PUSH_PROMISE -> padLength + 4;
            case FrameType.PRIORITY -> 5;
            case FrameType.RST_STREAM, FrameType.WINDOW_UPDATE -> 4;
            case FrameType.PING, FrameType.GOAWAY -> 8;
            default -> 0;
        };
    }

    private static void hasPadLength(int flags, int length) throws ConnectionError {
        if ((flags & FrameFlags.PADDED) != 0 && length == 0) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "padded_without_pad_length");
        }
    }

    private static void length(boolean right, String reason) throws ConnectionError {
        if (!right) {
            throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, reason);
        }
    }

    private static void onStream(int streamId) throws ConnectionError {
        if (streamId == 0) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "frame_needs_a_stream");
        }
    }

    private void onStreamUnlessSinkJudges(int streamId) throws ConnectionError {
        if (!sinkJudgesStreams) {
            onStream(streamId);
        }
    }

    private void onConnection(int streamId) throws ConnectionError {
        if (streamId != 0 && !sinkJudgesStreams) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "frame_not_for_a_stream");
        }
    }
}
