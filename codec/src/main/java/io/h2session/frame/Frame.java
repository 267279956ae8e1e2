package io.h2session.frame;

/**
 * A frame as a value: what a callback is given of a frame that was received or sent, and what waits in the queue to be
 * sent. CONTINUATION has no value of its own: a header block is one {@link HeadersFrame} or {@link PushPromiseFrame},
 * whatever the number of frames that carry it. Values are immutable and may be kept and shared between threads; only the
 * payload of an {@link ExtensionFrame} is an object of the application.
 *
 * @since 0.1
 */
public sealed interface Frame
        permits DataFrame,
                HeadersFrame,
                PriorityFrame,
                ResetFrame,
                SettingsFrame,
                PushPromiseFrame,
                PingFrame,
                GoAwayFrame,
                WindowUpdateFrame,
                AltSvcFrame,
                OriginFrame,
                PriorityUpdateFrame,
                MisplacedFrame,
                ExtensionFrame {
    /**
     * The frame type.
     *
     * @return 0 to 255, see {@link FrameType}
     */
    int type();

    /**
     * The flags: those RFC 9113 defines for the type, all eight bits for an {@link ExtensionFrame}.
     *
     * @return 0 to 255, see {@link FrameFlags}
     */
    int flags();

    /**
     * The stream of the frame header.
     *
     * @return 0 for the connection, otherwise 1 to 2^31-1
     */
    int streamId();
}
