package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.Http2SubmitException.Reason;
import io.h2session.api.StreamState;
import io.h2session.frame.Frame;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.frame.SettingsPayload;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.h2session.testing.Wire;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From HTTP/1.1 to HTTP/2 by its Upgrade field (RFC 7540 section 3.2). */
class UpgradeTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/");
    private static final byte[] SETTINGS =
            payload(SettingId.MAX_CONCURRENT_STREAMS, 1, SettingId.INITIAL_WINDOW_SIZE, 5);

    private final Recorder recorder = new Recorder();
    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2Session session() {
        return talk.session();
    }

    private static byte[] payload(int... idsAndValues) {
        Setting[] settings = new Setting[idsAndValues.length / 2];
        for (int i = 0; i < settings.length; i++) {
            settings[i] = new Setting(idsAndValues[2 * i], idsAndValues[2 * i + 1]);
        }
        return SettingsPayload.pack(List.of(settings));
    }

    private void server() {
        talk = Talk.strange(Http2Role.SERVER, recorder, options -> options.automaticSettings(false));
    }

    private void client() {
        talk = Talk.strange(Http2Role.CLIENT, recorder, options -> options.automaticSettings(false));
    }

    private void refused(Reason reason, byte[] payload) {
        assertThatThrownBy(() -> session().upgrade(payload, false, null))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason));
    }

    @Test
    void aServerTakesTheSettingsAndHasTheWholeRequest() {
        server();
        assertThat(session().upgrade(SETTINGS, false, "request")).isEqualTo(Http2SessionResult.OK);
        assertThat(talk.callbacks())
                .containsExactly("received SETTINGS stream=0 [MAX_CONCURRENT_STREAMS=1, INITIAL_WINDOW_SIZE=5]");
        assertThat(session().remoteSetting(SettingId.INITIAL_WINDOW_SIZE)).isEqualTo(5);
        assertThat(session().streamState(1)).isEqualTo(StreamState.HALF_CLOSED_REMOTE);
        assertThat(session().userData(1)).isEqualTo("request");
        assertThat(session().lastProcessedStreamId()).isEqualTo(1);
        assertThat(session().remoteWindow(1)).isEqualTo(5);
        assertThat(session().wantWrite()).as("nothing is acknowledged").isFalse();

        talk.hears(peer -> peer.preface().settings(SettingId.INITIAL_WINDOW_SIZE, 7));
        session().submitSettings(List.of());
        session().submitResponse(1, OK, DataSource.ofAscii("hello, you"));
        assertThat(talk.says())
                .containsExactly("SETTINGS", "SETTINGS ACK", "HEADERS 1 [:status: 200]", "DATA 1 hello, ");
        talk.hears(peer -> peer.windowUpdate(1, 10));
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM you");
        assertThat(talk.callbacks()).endsWith("closed stream=1 NO_ERROR");
    }

    @Test
    void theBodyOfTheResponseWaitsForTheClientsPreface() {
        talk = Talk.strange(Http2Role.SERVER, recorder, options -> options.automaticSettings(false));
        session().upgrade(new byte[0], false, null);
        session().submitResponse(1, OK, DataSource.ofAscii("hello"));
        assertThat(talk.says()).containsExactly("HEADERS 1 [:status: 200]");
        assertThat(session().wantWrite()).isFalse();

        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < preface.length; i++) {
            assertThat(session().wantWrite()).isFalse();
            byte b = preface[i];
            talk.hears(peer -> peer.raw(b));
        }
        assertThat(session().wantWrite()).isTrue();
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM hello");
    }

    @Test
    void theBodyOfTheResponseGoesAtOnceInNghttp2sWayOrIfNoPrefaceIsExpected() {
        for (Http2SessionOptions options : List.of(
                Http2SessionOptions.nghttp2(),
                Http2SessionOptions.builder().expectClientPreface(false).build())) {
            Http2Session server = new Http2Session(Http2Role.SERVER, options, new Http2SessionListener() {});
            server.upgrade(new byte[0], false, null);
            server.submitResponse(1, OK, DataSource.ofAscii("hello"));
            Wire wire = new Wire();
            server.send(wire.limit(Long.MAX_VALUE));
            ByteBuf sent = wire.take();
            assertThat(sent.toString(StandardCharsets.US_ASCII)).endsWith("hello");
            sent.release();
            server.close();
        }
        server();
    }

    @Test
    void theUpgradedStreamIsNoOtherRequests() {
        server();
        session().upgrade(new byte[0], false, null);
        talk.hears(peer -> peer.preface().settings().request(1, true, "/"));
        assertThat(talk.says()).last().asString().startsWith("GOAWAY 1 STREAM_CLOSED");
    }

    @Test
    void aServerGoesOnWithOtherStreams() {
        talk = Talk.strange(Http2Role.SERVER, recorder, options -> {});
        session().upgrade(SETTINGS, false, null);
        talk.hears(peer -> peer.preface().settings().settingsAck().request(3, true, "/"));
        session().submitResponse(3, OK, null);
        session().submitResponse(1, OK, null);
        assertThat(talk.says())
                .hasSize(5)
                .startsWith("SETTINGS 3=100 4=262144 6=16384 9=1")
                .endsWith("HEADERS 3 END_STREAM [:status: 200]", "HEADERS 1 END_STREAM [:status: 200]");
    }

    @Test
    void settingsThatAreWrongEndTheConnection() {
        server();
        byte[] settings = {0, 2, 0, 0, 0, 2};
        assertThat(session().upgrade(settings, false, null)).isEqualTo(Http2SessionResult.PEER_FAULT);
        assertThat(talk.callbacks()).containsExactly("invalid SETTINGS stream=0 PROTO");
        assertThat(talk.says()).containsExactly("GOAWAY 0 PROTOCOL_ERROR bad_enable_push");
        assertThat(talk.callbacks()).contains("closed stream=1 PROTOCOL_ERROR");
        assertThat(session().terminated()).isTrue();
    }

    @Test
    void whatTheListenerThrowsFailsTheSession() {
        talk = Talk.strange(
                Http2Role.SERVER,
                new Recorder() {
                    @Override
                    public void onFrameReceived(Http2SessionContext session, Frame frame) {
                        throw new IllegalStateException("no");
                    }
                },
                options -> {});
        assertThat(session().upgrade(SETTINGS, false, null)).isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
        assertThat(session().failureCause()).hasMessage("no");
        assertThat(talk.says()).last().asString().startsWith("GOAWAY 0 INTERNAL_ERROR");
    }

    @Test
    void aListenerMayCloseTheSessionMeanwhile() {
        talk = Talk.strange(
                Http2Role.SERVER,
                new Recorder() {
                    @Override
                    public void onFrameReceived(Http2SessionContext session, Frame frame) {
                        ((Http2Session) session).close();
                        assertThatThrownBy(() -> ((Http2Session) session).upgrade(SETTINGS, false, null))
                                .isInstanceOf(Http2SubmitException.class);
                    }
                },
                options -> {});
        session().upgrade(SETTINGS, false, null);
        assertThat(session().terminated()).isTrue();
        assertThat(session().streamState(1)).isEqualTo(StreamState.CLOSED);
    }

    @Test
    void aClientSaysItsSettingsAgainAndAwaitsTheResponse() {
        client();
        assertThat(session().upgrade(SETTINGS, false, "request")).isEqualTo(Http2SessionResult.OK);
        assertThat(session().streamState(1)).isEqualTo(StreamState.HALF_CLOSED_LOCAL);
        assertThat(session().userData(1)).isEqualTo("request");
        assertThat(session().nextStreamId()).isEqualTo(3);
        assertThat(talk.says()).containsExactly("SETTINGS 3=1 4=5");

        assertThat(talk.hears(peer ->
                        peer.settings().settingsAck().response(1, false, 200).data(1, "hello", true)))
                .contains("data stream=1 hello")
                .endsWith("closed stream=1 NO_ERROR");
        assertThat(session().submitRequest(GET, null, null)).isEqualTo(3);
    }

    @Test
    void aClientsOwnFirstSettingsAreSaidOnce() {
        talk = Talk.strange(Http2Role.CLIENT, recorder, options -> options.initialWindowSize(100_000));
        Http2SessionOptions options =
                Http2SessionOptions.builder().initialWindowSize(100_000).build();
        session().upgrade(SettingsPayload.pack(Http2Session.upgradeSettings(options)), false, null);
        assertThat(talk.says()).hasSize(2).first().isEqualTo("SETTINGS 2=0 3=100 4=100000 6=16384 9=1");
    }

    @Test
    void aResponseToHeadHasNoBody() {
        client();
        session().upgrade(new byte[0], true, null);
        talk.says();
        assertThat(talk.hears(peer -> peer.settings().settingsAck().response(1, true, 200, "content-length", "5")))
                .endsWith("closed stream=1 NO_ERROR");
        talk.close();

        client();
        session().upgrade(new byte[0], false, null);
        talk.says();
        assertThat(talk.hears(peer -> peer.settings().settingsAck().response(1, true, 200, "content-length", "5")))
                .contains("invalid HEADERS stream=1 HTTP_MESSAGING");
    }

    @Test
    void anUpgradeComesFirst() {
        client();
        refused(Reason.INVALID_ARGUMENT, new byte[5]);
        refused(Reason.INVALID_ARGUMENT, new byte[] {0, 2, 0, 0, 0, 2});
        refused(Reason.TOO_MANY_SETTINGS, new byte[33 * 6]);
        session().upgrade(SETTINGS, false, null);
        refused(Reason.PROTO, SETTINGS);
        talk.close();

        server();
        talk.hears(peer -> peer.preface().settings().request(1, true, "/"));
        refused(Reason.PROTO, SETTINGS);
        session().close();
        refused(Reason.INVALID_STATE, SETTINGS);
    }
}
