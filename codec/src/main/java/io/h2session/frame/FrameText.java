package io.h2session.frame;

/** How frames are printed: in one line, the type first, then {@code stream=} and {@code flags=} unless they are 0. */
final class FrameText {
    private FrameText() {}

    static StringBuilder of(Frame frame) {
        StringBuilder text = new StringBuilder(64).append(FrameType.name(frame.type()));
        text.append(" stream=").append(frame.streamId());
        if (frame.flags() != FrameFlags.NONE) {
            text.append(" flags=").append(FrameFlags.describe(frame.type(), frame.flags()));
        }
        return text;
    }

    static StringBuilder padding(StringBuilder text, int padding) {
        return padding == 0 ? text : text.append(" padding=").append(padding);
    }
}
