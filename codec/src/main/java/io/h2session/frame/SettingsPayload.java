package io.h2session.frame;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload of a SETTINGS frame without the frame. The field {@code HTTP2-Settings} of an upgrade from HTTP/1.1 carries
 * it in base64url without padding (RFC 7540 section 3.2.1). Pure functions, safe on any thread.
 *
 * @since 0.1
 */
public final class SettingsPayload {
    private static final int SETTING_BYTES = Short.BYTES + Integer.BYTES;

    private SettingsPayload() {}

    /**
     * Writes settings ({@code nghttp2_pack_settings_payload2}).
     *
     * @param settings in their order, possibly none
     * @return six bytes for each
     * @throws IllegalArgumentException if a value is not one its setting may have
     */
    public static byte[] pack(List<Setting> settings) {
        ByteBuffer payload = ByteBuffer.allocate(settings.size() * SETTING_BYTES);
        for (Setting setting : settings) {
            if (!SettingId.allows(setting.id(), setting.value())) {
                throw new IllegalArgumentException("not a value of that setting: " + setting);
            }
            payload.putShort((short) setting.id()).putInt((int) setting.value());
        }
        return payload.array();
    }

    /**
     * Reads settings. Their values are not checked, as those of a frame are not.
     *
     * @param payload six bytes for each
     * @return the settings in their order, duplicates and unknown identifiers included
     * @throws IllegalArgumentException if the length is not a multiple of six
     */
    public static List<Setting> unpack(byte[] payload) {
        if (payload.length % SETTING_BYTES != 0) {
            throw new IllegalArgumentException("no settings have that length: " + payload.length);
        }
        ByteBuffer in = ByteBuffer.wrap(payload);
        List<Setting> settings = new ArrayList<>(payload.length / SETTING_BYTES);
        while (in.hasRemaining()) {
            settings.add(new Setting(Short.toUnsignedInt(in.getShort()), Integer.toUnsignedLong(in.getInt())));
        }
        return settings;
    }
}
