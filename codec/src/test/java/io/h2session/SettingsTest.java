package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SETTINGS of both ends: when they are sent, acknowledged and in force (RFC 9113 section 6.5). */
class SettingsTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final long NO_LIMIT = Http2SessionOptions.NO_LIMIT;

    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private void submit(long... idsAndValues) {
        session().submitSettings(settings(idsAndValues));
    }

    private static List<Setting> settings(long... idsAndValues) {
        Setting[] settings = new Setting[idsAndValues.length / 2];
        for (int i = 0; i < settings.length; i++) {
            settings[i] = new Setting((int) idsAndValues[2 * i], idsAndValues[2 * i + 1]);
        }
        return List.of(settings);
    }

    // ---- the first

    @Test
    void aServerBeginsWithItsSettings() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> {});
        assertThat(talk.says()).containsExactly("SETTINGS 3=100 4=262144 6=16384 9=1", "WINDOW_UPDATE 0 +983041");
    }

    @Test
    void aClientBeginsWithThePrefaceAndItsSettings() {
        talk = Talk.strange(Http2Role.CLIENT, new Recorder(), options -> {});
        assertThat(session().wantWrite()).isTrue();
        assertThat(talk.says()).containsExactly("SETTINGS 2=0 3=100 4=262144 6=16384 9=1", "WINDOW_UPDATE 0 +983041");
    }

    @Test
    void theFirstSettingsSayWhatTheOptionsSay() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> options.maxConcurrentStreams(7)
                .initialWindowSize(8)
                .maxFrameSize(20_000)
                .maxHeaderListSize(9000)
                .headerTableSize(100)
                .enableConnectProtocol(true)
                .noRfc7540Priorities(false)
                .connectionWindowSize(65_535));
        assertThat(talk.says()).containsExactly("SETTINGS 1=100 3=7 4=8 5=20000 6=9000 8=1");
    }

    @Test
    void theApplicationMaySubmitTheFirstSettingsItself() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> options.automaticSettings(false)
                .connectionWindowSize(65_535));
        assertThat(talk.says()).isEmpty();
        session().submitPing(1);
        submit(SettingId.MAX_CONCURRENT_STREAMS, 5);
        // The first on the wire, whatever was submitted before.
        assertThat(talk.says()).containsExactly("SETTINGS 3=5", "PING 1");
    }

    @Test
    void thePeersSettingsAreAcknowledgedAfterOurFirst() {
        talk = Talk.strange(Http2Role.SERVER, new Recorder(), options -> {});
        talk.hears(peer -> peer.preface().settings().ping(1));
        assertThat(talk.says())
                .containsExactly(
                        "SETTINGS 3=100 4=262144 6=16384 9=1", "SETTINGS ACK", "PING ACK 1", "WINDOW_UPDATE 0 +983041");
    }

    // ---- the peer's

    @Test
    void thePeersValuesAreInForceAtOnce() {
        talk = Talk.client(new Recorder());
        assertThat(session().remoteSetting(SettingId.MAX_CONCURRENT_STREAMS)).isEqualTo(NO_LIMIT);
        talk.hears(peer -> peer.settings(1, 100, 3, 5, 4, 6, 5, 17_000, 6, 700, 8, 1, 0xff, 3));

        assertThat(session().remoteSetting(SettingId.HEADER_TABLE_SIZE)).isEqualTo(100);
        assertThat(session().remoteSetting(SettingId.MAX_CONCURRENT_STREAMS)).isEqualTo(5);
        assertThat(session().remoteSetting(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(6);
        assertThat(session().remoteSetting(SettingId.MAX_FRAME_SIZE)).isEqualTo(17_000);
        assertThat(session().remoteSetting(SettingId.MAX_HEADER_LIST_SIZE)).isEqualTo(700);
        assertThat(session().remoteSetting(SettingId.ENABLE_CONNECT_PROTOCOL)).isEqualTo(1);
        assertThat(session().remoteSetting(0xff)).isZero();
        assertThat(talk.says()).containsExactly("SETTINGS ACK");
        session().submitRequest(GET, Body.script(), null);
        talk.says();
        assertThat(session().remoteWindow(1)).isEqualTo(6);
        assertThat(session().remoteWindow(0)).isEqualTo(65_535);
    }

    @Test
    void beforeTheFirstSettingsAPeersLimitIsAssumed() {
        talk = Talk.strange(Http2Role.CLIENT, new Recorder(), options -> options.assumedPeerMaxConcurrentStreams(1));
        session().submitRequest(GET, null, null);
        session().submitRequest(GET, null, null);
        assertThat(talk.says().stream().filter(frame -> frame.startsWith("HEADERS")))
                .hasSize(1);
        assertThat(session().remoteSetting(SettingId.NO_RFC7540_PRIORITIES)).isEqualTo(NO_LIMIT);

        talk.hears(peer -> peer.settings());
        assertThat(talk.says().stream().filter(frame -> frame.startsWith("HEADERS")))
                .hasSize(1);
        assertThat(session().remoteSetting(SettingId.NO_RFC7540_PRIORITIES)).isZero();
    }

    @Test
    void aSettingGivenTwiceIsShownOnceWithItsLastValue() {
        talk = Talk.server(new Recorder());
        assertThat(talk.hears(peer -> peer.settings(4, 1, 3, 9, 4, 2, 77, 1, 77, 2)))
                .contains(
                        "received SETTINGS stream=0 [INITIAL_WINDOW_SIZE=2, MAX_CONCURRENT_STREAMS=9, 0x4d=1, 0x4d=2]");
    }

    @Test
    void theSmallestTableSizeOfAFrameIsHeeded() {
        talk = Talk.client(new Recorder());
        HeaderList request =
                HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/", "name", "value");
        session().submitRequest(request, null, null);
        talk.says();
        assertThat(talk.hears(peer -> peer.settings(1, 4096, 1, 0, 1, 4096)))
                .anyMatch(line -> line.contains("HEADER_TABLE_SIZE=0, HEADER_TABLE_SIZE=4096"));
        session().submitRequest(request, null, null);

        // The view of the peer would fail if its table had not been emptied by the block's size updates.
        assertThat(talk.says())
                .endsWith("HEADERS 3 END_STREAM [:method: GET, :scheme: https, :authority: a, :path: /, name: value]");
    }

    // ---- ours

    @Test
    void ourValuesCountFromTheirAcknowledgement() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        submit(SettingId.INITIAL_WINDOW_SIZE, 1000, SettingId.MAX_FRAME_SIZE, 30_000);
        submit(SettingId.INITIAL_WINDOW_SIZE, 2000);
        talk.says();
        assertThat(session().localSetting(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(262_144);
        assertThat(session().localWindow(1)).isEqualTo(262_144);

        talk.hears(peer -> peer.settingsAck());
        assertThat(session().localSetting(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(1000);
        assertThat(session().localWindow(1)).isEqualTo(1000);
        talk.hears(peer -> peer.settingsAck().header(30_000, 0xbb, 0, 0).raw(new byte[30_000]));
        assertThat(session().localSetting(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(2000);
        talk.hears(peer -> peer.header(30_001, 0xbb, 0, 0));
        assertThat(talk.says()).containsExactly("GOAWAY 1 FRAME_SIZE_ERROR frame_too_large");
    }

    @Test
    void aSmallerWindowThatIsHalfUsedIsCreditedAtOnce() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/").data(1, new byte[5000], false));
        submit(SettingId.INITIAL_WINDOW_SIZE, 6000);
        talk.says();
        talk.hears(peer -> peer.settingsAck());
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +5000");
    }

    @Test
    void aLowerStreamLimitRefusesAtOnce() {
        talk = Talk.server(new Recorder());
        talk.hears(peer -> peer.request(1, false, "/"));
        submit(SettingId.MAX_CONCURRENT_STREAMS, 1);
        talk.hears(peer -> peer.request(3, false, "/"));
        assertThat(talk.says()).containsExactly("SETTINGS 3=1", "RST_STREAM 3 REFUSED_STREAM");

        talk.hears(peer -> peer.settingsAck().request(5, false, "/"));
        assertThat(talk.says()).containsExactly("RST_STREAM 5 REFUSED_STREAM");
    }

    @Test
    void anAcknowledgedStreamLimitEndsTheConnectionIfToldTo() {
        talk = Talk.server(
                new Recorder(), options -> options.refuseExcessStreams(false).maxConcurrentStreams(1));
        talk.hears(peer -> peer.request(1, false, "/").request(3, false, "/"));
        assertThat(talk.says()).containsExactly("GOAWAY 1 PROTOCOL_ERROR too_many_streams");
    }

    @Test
    void pushIsRefusedBeforeItsEndIsAcknowledgedAndAnErrorAfter() {
        talk = Talk.client(new Recorder(), options -> options.enablePush(true));
        session().submitRequest(GET, null, null);
        submit(SettingId.ENABLE_PUSH, 0);
        talk.says();
        talk.hears(peer -> peer.pushPromise(1, 2, Fault.hex(Fault.GET_BLOCK)));
        assertThat(talk.says()).containsExactly("RST_STREAM 2 CANCEL");
        talk.hears(peer -> peer.settingsAck().pushPromise(1, 4, Fault.hex(Fault.GET_BLOCK)));
        assertThat(talk.says()).containsExactly("GOAWAY 0 PROTOCOL_ERROR push_not_allowed");
    }

    @Test
    void ourTableSizeCountsFromItsAcknowledgement() {
        talk = Talk.server(new Answering(), options -> options.headerTableSize(0));
        // Acknowledged: the peer has to say that its table is empty.
        talk.hears(peer -> peer.headers(1, true, Fault.hex("20" + Fault.GET_BLOCK)));
        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]");
        talk.hears(peer -> peer.headers(3, true, Fault.hex("21" + Fault.GET_BLOCK)));
        assertThat(talk.says()).containsExactly("GOAWAY 3 COMPRESSION_ERROR size_update_too_large");
    }

    @Test
    void extendedConnectIsAllowedFromTheSubmitOn() {
        talk = Talk.server(new Recorder());
        submit(SettingId.ENABLE_CONNECT_PROTOCOL, 1);
        assertThat(talk.hears(peer -> peer.headers(
                        1,
                        false,
                        ":method",
                        "CONNECT",
                        ":protocol",
                        "websocket",
                        ":scheme",
                        "https",
                        ":path",
                        "/",
                        ":authority",
                        "a")))
                .last()
                .asString()
                .startsWith("received HEADERS stream=1");
    }

    @Test
    void extendedConnectIsSentToServersThatSayTheyTakeIt() {
        talk = Talk.client(new Recorder());
        HeaderList connect = HeaderList.of(
                ":method", "CONNECT", ":protocol", "websocket", ":scheme", "https", ":path", "/", ":authority", "a");
        assertThatThrownBy(() -> session().submitRequestHeaders(connect, false, null))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused)
                        .hasMessageContaining("extended_connect_not_enabled"));
        talk.hears(peer -> peer.settings(SettingId.ENABLE_CONNECT_PROTOCOL, 1));
        talk.says();
        session().submitRequestHeaders(connect, false, null);
        assertThat(talk.says()).hasSize(1).first().asString().startsWith("HEADERS 1 [:method: CONNECT, :protocol");
        talk.hears(peer -> peer.response(1, false, 200).data(1, "frame", false));
        session().submitData(1, DataSource.ofAscii("answer"), true);
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM answer");
        assertThat(talk.hears(peer -> peer.data(1, "", true))).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        talk = Talk.server(new Recorder());
        for (long[] bad : new long[][] {
            {SettingId.INITIAL_WINDOW_SIZE, 1L << 31},
            {SettingId.MAX_FRAME_SIZE, 16_383},
            {SettingId.MAX_FRAME_SIZE, 1 << 24},
            {SettingId.ENABLE_PUSH, 2},
            {SettingId.ENABLE_CONNECT_PROTOCOL, 2},
            {SettingId.NO_RFC7540_PRIORITIES, 0}
        }) {
            assertThatThrownBy(() -> submit(bad)).isInstanceOf(Http2SubmitException.class);
        }
        assertThat(talk.says()).isEmpty();
    }

    // ---- an initial window that does not fit on top of a stream's

    private static final long LARGEST = Integer.MAX_VALUE;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeersInitialWindowThatOverflowsAStreamsIsNotItsSetting(boolean nghttp2) {
        talk = Talk.either(nghttp2, Http2Role.SERVER, new Recorder(), options -> {});
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 1000).request(1, true, "/"));
        talk.hears(peer -> peer.windowUpdate(1, (int) LARGEST - 1000));
        talk.says();

        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 1001));

        assertThat(session().remoteSetting(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(1000);
        assertThat(talk.says()).last().asString().startsWith("GOAWAY 1 FLOW_CONTROL_ERROR");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInitialWindowOfOursThatOverflowsAStreamsIsNotOurSetting(boolean nghttp2) {
        talk = Talk.either(nghttp2, Http2Role.SERVER, new Recorder(), options -> options.initialWindowSize(1000));
        talk.hears(peer -> peer.request(1, false, "/"));
        session().submitWindowUpdate(1, (int) LARGEST - 1000);
        submit(SettingId.INITIAL_WINDOW_SIZE, 1001);
        talk.says();

        talk.hears(peer -> peer.settingsAck());

        assertThat(session().localSetting(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(1000);
        assertThat(talk.says()).last().asString().startsWith("GOAWAY 1 FLOW_CONTROL_ERROR");
    }
}
