package io.h2session.frame;

/**
 * What the nine octets of a frame header alone can break. Where two rules are broken the length is judged first, as
 * nghttp2 does; RFC 9113 leaves the order open.
 */
final class FrameRules {
    private static final int SETTING_OCTETS = 6;

    private FrameRules() {}

    /**
     * The rules of RFC 9113 section 6 for one type; an extension type has none here (section 5.5).
     *
     * @param flags masked to those defined for the type
     * @param anyStream whether the sink judges the stream, but of DATA and PRIORITY
     */
    static void check(int type, int flags, int streamId, int length, int maxSettings, boolean anyStream)
            throws ConnectionError {
        switch (type) {
            case FrameType.DATA -> {
                hasPadLength(flags, length);
                onStream(streamId);
            }
            case FrameType.HEADERS -> {
                hasPadLength(flags, length);
                length(length >= fixedOctets(type, flags, anyStream), "headers_length");
                onStream(anyStream ? 1 : streamId);
            }
            case FrameType.PUSH_PROMISE -> {
                hasPadLength(flags, length);
                length(length >= fixedOctets(type, flags, anyStream), "push_promise_length");
                onStream(anyStream ? 1 : streamId);
            }
            case FrameType.PRIORITY -> {
                length(length == 5, "priority_length");
                onStream(streamId);
            }
            case FrameType.RST_STREAM -> {
                length(length == 4, "rst_stream_length");
                onStream(anyStream ? 1 : streamId);
            }
            case FrameType.SETTINGS -> checkSettings(flags, anyStream ? 0 : streamId, length, maxSettings);
            case FrameType.PING -> {
                length(length == 8, "ping_length");
                onConnection(anyStream ? 0 : streamId);
            }
            case FrameType.GOAWAY -> {
                length(length >= 8, "goaway_length");
                onConnection(anyStream ? 0 : streamId);
            }
            case FrameType.WINDOW_UPDATE -> length(length == 4, "window_update_length");
            default -> {}
        }
    }

    private static void checkSettings(int flags, int streamId, int length, int maxSettings) throws ConnectionError {
        length((flags & FrameFlags.ACK) == 0 || length == 0, "settings_ack_length");
        length(length % SETTING_OCTETS == 0, "settings_length");
        onConnection(streamId);
        if (length / SETTING_OCTETS > maxSettings) {
            throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too_many_settings");
        }
    }

    /** The rules for an extension frame the sink wants parsed; one that is not wanted has none. */
    static void checkParsed(int type, int streamId, int length) throws ConnectionError {
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

    // In nghttp2 a padded frame is too short for its padding, which is found when the length of that was read.
    private static int fixedOctets(int type, int flags, boolean padLengthFirst) {
        return padLengthFirst && (flags & FrameFlags.PADDED) != 0 ? 1 : prefixOctets(type, flags);
    }

    /** Octets of payload with a meaning of their own that precede data, fragment or debug data; at most 8. */
    static int prefixOctets(int type, int flags) {
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

    private static void onConnection(int streamId) throws ConnectionError {
        if (streamId != 0) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "frame_not_for_a_stream");
        }
    }
}
