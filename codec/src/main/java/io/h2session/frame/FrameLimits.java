package io.h2session.frame;

/**
 * What a {@link FrameReader} accepts at most.
 *
 * @param maxFrameSize bytes of payload of one frame, CONTINUATION included: our acknowledged SETTINGS_MAX_FRAME_SIZE, 16384
 *     to 2^24-1. A longer frame is FRAME_SIZE_ERROR as soon as its header is read
 * @param maxContinuations CONTINUATION frames of one header block, 0 or more. One more is ENHANCE_YOUR_CALM
 * @param maxEmptyContinuations CONTINUATION frames of one header block that are empty and do not end it, 0 or more. One
 *     more is ENHANCE_YOUR_CALM
 * @param maxSettings entries of one SETTINGS frame, 0 or more. One more is ENHANCE_YOUR_CALM as soon as the header is read
 * @param maxDebugData bytes of the debug data of GOAWAY that are kept, 0 or more. The rest is dropped
 * @since 0.1
 */
public record FrameLimits(
        int maxFrameSize, int maxContinuations, int maxEmptyContinuations, int maxSettings, int maxDebugData) {
    /** The limits of a connection on which nothing else was agreed: 16384, 8, 1, 32 and 256. */
    public static final FrameLimits DEFAULT = new FrameLimits(16384, 8, 1, 32, 256);

    /**
     * These limits with another {@link #maxFrameSize()}.
     *
     * @param bytes 16384 to 2^24-1
     * @return a new value
     */
    public FrameLimits withMaxFrameSize(int bytes) {
        return new FrameLimits(bytes, maxContinuations, maxEmptyContinuations, maxSettings, maxDebugData);
    }

    /**
     * These limits with another {@link #maxContinuations()}.
     *
     * @param frames 0 or more
     * @return a new value
     */
    public FrameLimits withMaxContinuations(int frames) {
        return new FrameLimits(maxFrameSize, frames, maxEmptyContinuations, maxSettings, maxDebugData);
    }

    /**
     * These limits with another {@link #maxEmptyContinuations()}.
     *
     * @param frames 0 or more
     * @return a new value
     */
    public FrameLimits withMaxEmptyContinuations(int frames) {
        return new FrameLimits(maxFrameSize, maxContinuations, frames, maxSettings, maxDebugData);
    }

    /**
     * These limits with another {@link #maxSettings()}.
     *
     * @param entries 0 or more
     * @return a new value
     */
    public FrameLimits withMaxSettings(int entries) {
        return new FrameLimits(maxFrameSize, maxContinuations, maxEmptyContinuations, entries, maxDebugData);
    }

    /**
     * These limits with another {@link #maxDebugData()}.
     *
     * @param bytes 0 or more
     * @return a new value
     */
    public FrameLimits withMaxDebugData(int bytes) {
        return new FrameLimits(maxFrameSize, maxContinuations, maxEmptyContinuations, maxSettings, bytes);
    }
}
