package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalSettingsTest {
    private final LocalSettings settings = new LocalSettings();

    @Test
    void theyBeginWithTheInitialValuesOfTheRfc() {
        assertThat(settings.acknowledged(SettingId.HEADER_TABLE_SIZE)).isEqualTo(4096);
        assertThat(settings.acknowledged(SettingId.ENABLE_PUSH)).isOne();
        assertThat(settings.acknowledged(SettingId.MAX_CONCURRENT_STREAMS)).isEqualTo(Http2SessionOptions.NO_LIMIT);
        assertThat(settings.acknowledged(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(65_535);
        assertThat(settings.acknowledged(SettingId.MAX_FRAME_SIZE)).isEqualTo(16_384);
        assertThat(settings.acknowledged(SettingId.MAX_HEADER_LIST_SIZE)).isEqualTo(Http2SessionOptions.NO_LIMIT);
        assertThat(settings.acknowledged(SettingId.ENABLE_CONNECT_PROTOCOL)).isZero();
        assertThat(settings.acknowledged(SettingId.NO_RFC7540_PRIORITIES)).isEqualTo(RemoteSettings.UNKNOWN);
        assertThat(settings.pendingMaxConcurrentStreams()).isEqualTo(Http2SessionOptions.NO_LIMIT);
        assertThat(settings.pendingEnablePush()).isTrue();
        assertThat(settings.connectProtocol()).isFalse();
        assertThat(settings.noRfc7540Priorities()).isFalse();
    }

    @Test
    void whatIsGentleHoldsWhenSubmittedTheRestWhenAcknowledged() {
        settings.submit(List.of(
                new Setting(SettingId.MAX_CONCURRENT_STREAMS, 7),
                new Setting(SettingId.ENABLE_PUSH, 0),
                new Setting(SettingId.ENABLE_CONNECT_PROTOCOL, 1),
                new Setting(SettingId.INITIAL_WINDOW_SIZE, 10)));

        assertThat(settings.pendingMaxConcurrentStreams()).isEqualTo(7);
        assertThat(settings.pendingEnablePush()).isFalse();
        assertThat(settings.connectProtocol()).isTrue();
        assertThat(settings.maxConcurrentStreams()).isEqualTo(Http2SessionOptions.NO_LIMIT);
        assertThat(settings.enablePush()).isTrue();
        assertThat(settings.initialWindowSize()).isEqualTo(65_535);

        for (Setting setting : settings.acknowledge()) {
            settings.acknowledged(setting.id(), setting.value());
        }
        assertThat(settings.maxConcurrentStreams()).isEqualTo(7);
        assertThat(settings.enablePush()).isFalse();
        assertThat(settings.initialWindowSize()).isEqualTo(10);
    }

    @Test
    void acknowledgementsBelongToTheOldestInFlight() {
        List<Setting> first = List.of(new Setting(SettingId.MAX_FRAME_SIZE, 20_000));
        List<Setting> second = List.of();
        settings.submit(first);
        settings.submit(second);

        assertThat(settings.acknowledge()).isSameAs(first);
        assertThat(settings.acknowledge()).isSameAs(second);
        assertThat(settings.acknowledge()).isNull();
    }

    @Test
    void ofTwoValuesForOneSettingTheLastHolds() {
        settings.submit(List.of(
                new Setting(SettingId.MAX_CONCURRENT_STREAMS, 7), new Setting(SettingId.MAX_CONCURRENT_STREAMS, 9)));
        assertThat(settings.pendingMaxConcurrentStreams()).isEqualTo(9);
    }

    @Test
    void unknownSettingsAreSentAndNotRemembered() {
        settings.submit(List.of(new Setting(0xabcd, 0xffff_ffffL)));
        settings.acknowledged(0xabcd, 5);
        assertThat(settings.acknowledged(0xabcd)).isZero();
        assertThat(settings.acknowledged(-1)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        SettingId.INITIAL_WINDOW_SIZE + ",2147483648",
        SettingId.MAX_FRAME_SIZE + ",16383",
        SettingId.MAX_FRAME_SIZE + ",16777216",
        SettingId.ENABLE_PUSH + ",2",
        SettingId.ENABLE_CONNECT_PROTOCOL + ",2",
        SettingId.NO_RFC7540_PRIORITIES + ",2",
    })
    void aValueOutOfRangeIsRefusedAndNothingIsTaken(int id, long value) {
        assertRefused(new Setting(SettingId.MAX_CONCURRENT_STREAMS, 7), new Setting(id, value));
        assertThat(settings.pendingMaxConcurrentStreams()).isEqualTo(Http2SessionOptions.NO_LIMIT);
        assertThat(settings.acknowledge()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        SettingId.INITIAL_WINDOW_SIZE + ",2147483647",
        SettingId.INITIAL_WINDOW_SIZE + ",0",
        SettingId.MAX_FRAME_SIZE + ",16384",
        SettingId.MAX_FRAME_SIZE + ",16777215",
        SettingId.HEADER_TABLE_SIZE + ",4294967295",
        SettingId.MAX_HEADER_LIST_SIZE + ",4294967295",
        SettingId.MAX_CONCURRENT_STREAMS + ",0",
    })
    void valuesAtTheEndsOfTheirRangesAreTaken(int id, long value) {
        settings.submit(List.of(new Setting(id, value)));
        assertThat(settings.acknowledge()).containsExactly(new Setting(id, value));
    }

    @Test
    void whetherRfc7540PrioritiesAreUsedIsSaidOnce() {
        Setting unused = new Setting(SettingId.NO_RFC7540_PRIORITIES, 1);
        settings.submit(List.of(unused));
        settings.submit(List.of());
        settings.submit(List.of(unused));
        assertThat(settings.noRfc7540Priorities()).isTrue();
        assertRefused(new Setting(SettingId.NO_RFC7540_PRIORITIES, 0));
    }

    @Test
    void notToSayWhetherTheyAreUsedIsToSayTheyAre() {
        settings.submit(List.of());
        assertThat(settings.noRfc7540Priorities()).isFalse();
        assertRefused(new Setting(SettingId.NO_RFC7540_PRIORITIES, 1));
        settings.submit(List.of(new Setting(SettingId.NO_RFC7540_PRIORITIES, 0)));
    }

    @Test
    void oneFrameDoesNotSayBoth() {
        assertRefused(new Setting(SettingId.NO_RFC7540_PRIORITIES, 1), new Setting(SettingId.NO_RFC7540_PRIORITIES, 0));
    }

    private void assertRefused(Setting... refused) {
        Http2SubmitException exception =
                catchThrowableOfType(Http2SubmitException.class, () -> settings.submit(List.of(refused)));
        assertThat(exception.reason()).isEqualTo(Http2SubmitException.Reason.INVALID_ARGUMENT);
        assertThat(exception).hasMessageContaining(SettingId.name(refused[refused.length - 1].id()));
    }
}
