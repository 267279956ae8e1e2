package io.h2session.frame;

/**
 * A frame as a value: what a callback is told of a frame that arrived or left, and what waits in the queue to be sent.
 * CONTINUATION has no value of its own: a header block is one {@link HeadersFrame} or {@link PushPromiseFrame} however
 * many frames carried it. Values never change and may be kept and shared between threads, except that the payload of an
 * {@link ExtensionFrame} is whatever the application made it.
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
