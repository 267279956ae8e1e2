package io.h2session.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsPayloadTest {
    @Test
    void sixBytesForEachSettingInTheirOrder() {
        List<Setting> settings = List.of(
                new Setting(SettingId.INITIAL_WINDOW_SIZE, 65_535),
                new Setting(0xabcd, 0xffff_ffffL),
                new Setting(SettingId.INITIAL_WINDOW_SIZE, 1));
        byte[] payload = SettingsPayload.pack(settings);
        assertThat(payload).containsExactly(0, 4, 0, 0, 255, 255, 0xab, 0xcd, 255, 255, 255, 255, 0, 4, 0, 0, 0, 1);
        assertThat(SettingsPayload.unpack(payload)).isEqualTo(settings);
    }

    @Test
    void noSettingsAreNoBytes() {
        assertThat(SettingsPayload.pack(List.of())).isEmpty();
        assertThat(SettingsPayload.unpack(new byte[0])).isEmpty();
    }

    @Test
    void otherLengthsAreNoSettings() {
        for (int length = 1; length < 6; length++) {
            byte[] payload = new byte[6 + length];
            assertThatIllegalArgumentException().isThrownBy(() -> SettingsPayload.unpack(payload));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4294967295, true",
        "2, 0, true",
        "2, 1, true",
        "2, 2, false",
        "3, 4294967295, true",
        "4, 2147483647, true",
        "4, 2147483648, false",
        "5, 16383, false",
        "5, 16384, true",
        "5, 16777215, true",
        "5, 16777216, false",
        "6, 4294967295, true",
        "7, 4294967295, true",
        "8, 1, true",
        "8, 2, false",
        "9, 1, true",
        "9, 2, false",
        "65535, 4294967295, true",
    })
    void valuesAreThoseTheirSettingMayHave(int id, long value, boolean allowed) {
        assertThat(SettingId.allows(id, value)).isEqualTo(allowed);
        List<Setting> settings = List.of(new Setting(id, value));
        if (allowed) {
            assertThat(SettingsPayload.unpack(SettingsPayload.pack(settings))).isEqualTo(settings);
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> SettingsPayload.pack(settings));
        }
    }
}
