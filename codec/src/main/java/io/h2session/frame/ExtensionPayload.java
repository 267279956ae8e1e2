package io.h2session.frame;

/** What a {@link FrameSink} wants done with the payload of a frame of an extension type. */
public enum ExtensionPayload {
    /** Not wanted: the octets are read, counted and dropped. */
    SKIP,
    /**
     * Collected whole and parsed by the reader, for {@link FrameType#ALTSVC}, {@link FrameType#ORIGIN} and
     * {@link FrameType#PRIORITY_UPDATE}. For any other type it means the same as {@link #RAW}.
     */
    PARSE,
    /** Handed on in pieces as it arrives. */
    RAW;

    /**
     * Judges the length of a frame that is to be parsed, by its header alone.
     *
     * @param type {@link FrameType#ALTSVC}, {@link FrameType#ORIGIN} or {@link FrameType#PRIORITY_UPDATE}
     * @param length octets of payload
     * @throws ConnectionError FRAME_SIZE_ERROR
     */
    public static void checkLength(int type, int length) throws ConnectionError {
        FrameRules.checkParsedLength(type, length);
    }
}
