package io.h2session.frame;

/**
 * What a {@link FrameSink} wants of the payload of a frame of an extension type.
 *
 * @since 0.1
 */
public enum ExtensionPayload {
    /** The bytes are read, counted and dropped. */
    SKIP,
    /**
     * The reader collects the payload and parses it, for {@link FrameType#ALTSVC}, {@link FrameType#ORIGIN} and
     * {@link FrameType#PRIORITY_UPDATE}. For any other type it means the same as {@link #RAW}.
     */
    PARSE,
    /** The bytes are handed on as they arrive. */
    RAW;

    /**
     * Judges the length of a frame that is to be parsed, by its header alone.
     *
     * @param type {@link FrameType#ALTSVC}, {@link FrameType#ORIGIN} or {@link FrameType#PRIORITY_UPDATE}
     * @param length bytes of payload
     * @throws ConnectionError FRAME_SIZE_ERROR
     */
    public static void checkLength(int type, int length) throws ConnectionError {
        FrameRules.checkParsedLength(type, length);
    }
}
