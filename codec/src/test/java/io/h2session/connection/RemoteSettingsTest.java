package io.h2session.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.SettingId;
import org.junit.jupiter.api.Test;

class RemoteSettingsTest {
    private final RemoteSettings settings = new RemoteSettings(100);

    @Test
    void theyBeginWithTheInitialValuesOfTheRfcAndAnAssumedStreamLimit() {
        assertThat(settings.received()).isFalse();
        assertThat(settings.value(SettingId.HEADER_TABLE_SIZE)).isEqualTo(4096);
        assertThat(settings.value(SettingId.ENABLE_PUSH)).isOne();
        assertThat(settings.value(SettingId.MAX_CONCURRENT_STREAMS)).isEqualTo(100);
        assertThat(settings.value(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(65_535);
        assertThat(settings.value(SettingId.MAX_FRAME_SIZE)).isEqualTo(16_384);
        assertThat(settings.value(SettingId.MAX_HEADER_LIST_SIZE)).isEqualTo(Http2SessionOptions.NO_LIMIT);
        assertThat(settings.value(SettingId.ENABLE_CONNECT_PROTOCOL)).isZero();
        assertThat(settings.value(SettingId.NO_RFC7540_PRIORITIES)).isEqualTo(RemoteSettings.UNKNOWN);
    }

    @Test
    void theFirstSettingsEndTheAssumption() {
        settings.firstReceived();
        assertThat(settings.received()).isTrue();
        assertThat(settings.maxConcurrentStreams()).isEqualTo(Http2SessionOptions.NO_LIMIT);
    }

    @Test
    void eachIsReportedUnderItsNumber() {
        settings.headerTableSize(0xffff_ffffL);
        settings.enablePush(false);
        settings.maxConcurrentStreams(11);
        settings.initialWindowSize(Integer.MAX_VALUE);
        settings.maxFrameSize(16_777_215);
        settings.maxHeaderListSize(12);
        settings.enableConnectProtocol(true);
        settings.noRfc7540Priorities(1);

        assertThat(settings.value(SettingId.HEADER_TABLE_SIZE)).isEqualTo(0xffff_ffffL);
        assertThat(settings.value(SettingId.ENABLE_PUSH)).isZero();
        assertThat(settings.value(SettingId.MAX_CONCURRENT_STREAMS)).isEqualTo(11);
        assertThat(settings.value(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(settings.value(SettingId.MAX_FRAME_SIZE)).isEqualTo(16_777_215);
        assertThat(settings.value(SettingId.MAX_HEADER_LIST_SIZE)).isEqualTo(12);
        assertThat(settings.value(SettingId.ENABLE_CONNECT_PROTOCOL)).isOne();
        assertThat(settings.value(SettingId.NO_RFC7540_PRIORITIES)).isOne();
        assertThat(settings.value(7)).isZero();
        assertThat(settings.value(-1)).isZero();

        assertThat(settings.enablePush()).isFalse();
        assertThat(settings.maxConcurrentStreams()).isEqualTo(11);
        assertThat(settings.initialWindowSize()).isEqualTo(Integer.MAX_VALUE);
        assertThat(settings.maxFrameSize()).isEqualTo(16_777_215);
        assertThat(settings.maxHeaderListSize()).isEqualTo(12);
        assertThat(settings.enableConnectProtocol()).isTrue();
        assertThat(settings.noRfc7540Priorities()).isOne();
    }
}
