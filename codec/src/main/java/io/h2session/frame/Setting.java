package io.h2session.frame;

/**
 * One entry of a SETTINGS frame, RFC 9113 section 6.5.1. Whether the value is allowed for the identifier is checked
 * elsewhere: unknown identifiers are legal, and any value can arrive.
 *
 * @param id identifier, 0 to 65535; {@link SettingId} names the known ones
 * @param value 0 to 2^32-1
 * @since 0.1
 */
public record Setting(int id, long value) {
    /**
     * Checks that both fit their fields on the wire.
     *
     * @param id 0 to 65535
     * @param value 0 to 2^32-1
     * @throws IllegalArgumentException if either is out of range
     */
    public Setting {
        if ((id & ~0xffff) != 0) {
            throw new IllegalArgumentException("setting identifier " + id + " is not in 0..65535");
        }
        if ((value & ~0xffff_ffffL) != 0) {
            throw new IllegalArgumentException("setting value " + value + " is not in 0..4294967295");
        }
    }

    @Override
    public String toString() {
        return SettingId.name(id) + "=" + value;
    }
}
