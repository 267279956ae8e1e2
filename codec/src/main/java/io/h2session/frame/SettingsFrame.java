package io.h2session.frame;

import java.util.List;

/**
 * SETTINGS, RFC 9113 section 6.5.
 *
 * @param ack whether it acknowledges our SETTINGS; then there are no entries
 * @param settings the entries in their order, duplicates and unknown identifiers included
 * @since 0.1
 */
public record SettingsFrame(boolean ack, List<Setting> settings) implements Frame {
    /** The acknowledgement. */
    public static final SettingsFrame ACK = new SettingsFrame(true, List.of());

    /**
     * Copies the entries.
     *
     * @param ack whether it acknowledges our SETTINGS
     * @param settings the entries; none in an acknowledgement
     * @throws IllegalArgumentException if an acknowledgement has entries
     */
    public SettingsFrame {
        settings = List.copyOf(settings);
        if (ack && !settings.isEmpty()) {
            throw new IllegalArgumentException("an acknowledgement has no entries");
        }
    }

    @Override
    public int type() {
        return FrameType.SETTINGS;
    }

    @Override
    public int flags() {
        return ack ? FrameFlags.ACK : FrameFlags.NONE;
    }

    @Override
    public int streamId() {
        return 0;
    }

    @Override
    public String toString() {
        StringBuilder text = FrameText.of(this);
        return ack ? text.toString() : text.append(' ').append(settings).toString();
    }
}
