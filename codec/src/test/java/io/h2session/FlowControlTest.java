package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Windows, ours and the peer's (RFC 9113 section 6.9). */
class FlowControlTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private void serverWithUpload(Consumer<Http2SessionOptions.Builder> options) {
        talk = Talk.server(new Recorder(), options);
        talk.hears(peer -> peer.request(1, false, "/"));
    }

    /** A client with windows of 100 bytes to send, on the stream of the one request it made. */
    private void clientWithUpload(DataSource body) {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 100));
        session().submitRequest(POST, body, null);
    }

    // ---- what we receive

    @Test
    void creditIsGivenWhenHalfOfAWindowWasUsed() {
        serverWithUpload(options -> options.initialWindowSize(1000));
        talk.hears(peer -> peer.data(1, new byte[499], false));
        assertThat(session().localWindow(1)).isEqualTo(501);
        assertThat(session().effectiveReceived(1)).isEqualTo(499);
        assertThat(talk.says()).isEmpty();

        talk.hears(peer -> peer.data(1, new byte[1], false));
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +500");
        assertThat(session().localWindow(1)).isEqualTo(1000);
        assertThat(session().effectiveReceived(1)).isZero();
    }

    @Test
    void dataBeyondContentLengthIsCreditedThoughTheApplicationNeverSawIt() {
        talk = Talk.server(
                new Recorder(), options -> options.automaticWindowUpdate(false).connectionWindowSize(65_535));
        talk.hears(peer -> peer.request(1, false, "/", "content-length", "5"));
        talk.hears(peer -> peer.data(1, new byte[16_000], false));
        assertThat(talk.says()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
        assertThat(session().effectiveReceived(0))
                .as("taken, and to be credited")
                .isEqualTo(16_000);
        talk.hears(peer -> peer.request(3, false, "/", "content-length", "5").data(3, new byte[16_000], true));
        talk.hears(peer -> peer.request(5, false, "/", "content-length", "5").data(5, new byte[1_000], true));
        assertThat(talk.says())
                .as("nobody can consume it, so that it is credited when half of the window was used")
                .contains("WINDOW_UPDATE 0 +33000");
        assertThat(session().effectiveReceived(0)).isZero();
    }

    @Test
    void oneUpdateWaitsAtATimeAndTheNextFollowsIt() {
        serverWithUpload(options -> options.initialWindowSize(1000));
        talk.hears(peer -> peer.data(1, new byte[600], false));
        talk.hears(peer -> peer.data(1, new byte[700], false));

        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +600", "WINDOW_UPDATE 1 +700");
    }

    @Test
    void theConnectionsWindowCountsAllStreams() {
        serverWithUpload(options -> options.connectionWindowSize(65_535));
        talk.hears(peer -> peer.request(3, false, "/"));
        talk.hears(peer -> peer.data(1, new byte[16_384], false).data(3, new byte[16_382], false));
        assertThat(talk.says()).isEmpty();

        talk.hears(peer -> peer.data(1, new byte[1], false));
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 0 +32767");
    }

    @Test
    void aStreamThatEndsGetsNoCredit() {
        serverWithUpload(options -> options.initialWindowSize(1000));
        talk.hears(peer -> peer.data(1, new byte[900], true));
        assertThat(talk.says()).isEmpty();
    }

    @Test
    void unwantedDataIsCreditedToTheConnection() {
        serverWithUpload(options -> options.connectionWindowSize(65_535).automaticWindowUpdate(false));
        session().submitReset(1, ErrorCode.CANCEL.code());
        talk.says();
        talk.hears(peer -> peer.data(1, new byte[16_384], false).data(1, new byte[16_384], false));

        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 0 +32768");
    }

    @Test
    void paddingIsCreditedAtOnce() {
        serverWithUpload(options -> options.initialWindowSize(200).automaticWindowUpdate(false));
        talk.hears(peer -> peer.data(1, new byte[10], false, 100));

        assertThat(session().effectiveReceived(1)).isEqualTo(10);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +100");
    }

    @Test
    void withoutAutomaticCreditOnlyWhatIsConsumedIsCredited() {
        serverWithUpload(options -> options.initialWindowSize(1000).automaticWindowUpdate(false));
        talk.hears(peer -> peer.data(1, new byte[800], false));
        assertThat(talk.says()).isEmpty();

        session().consume(1, 499);
        assertThat(talk.says()).isEmpty();
        session().consume(1, 1);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +500");
        assertThat(session().effectiveReceived(1)).isEqualTo(300);
        assertThat(session().effectiveReceived(0)).isEqualTo(800);
    }

    @Test
    void streamAndConnectionCanBeConsumedApart() {
        serverWithUpload(options ->
                options.initialWindowSize(1000).connectionWindowSize(65_535).automaticWindowUpdate(false));
        for (int i = 0; i < 40; i++) {
            talk.hears(peer -> peer.data(1, new byte[1000], false));
            session().consumeStream(1, 1000);
            assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +1000");
        }
        session().consumeConnection(40_000);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 0 +40000");
    }

    @Test
    void whatIsConsumedAfterItsStreamClosedIsCreditedToTheConnection() {
        serverWithUpload(options -> options.connectionWindowSize(65_535).automaticWindowUpdate(false));
        talk.hears(peer -> peer.data(1, new byte[16_384], false).data(1, new byte[16_384], true));
        session().submitResponse(1, OK, null);
        talk.says();
        session().consume(1, 32_768);

        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 0 +32768");
    }

    @Test
    void noMoreThanWasReceivedIsCredited() {
        serverWithUpload(options -> options.initialWindowSize(100).automaticWindowUpdate(false));
        talk.hears(peer -> peer.data(1, new byte[60], false));
        session().consumeStream(1, 90);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +60");
        assertThat(session().localWindow(1)).isEqualTo(100);
    }

    @Test
    void consumingMoreThanAnyWindowIsRefused() {
        serverWithUpload(options -> options.automaticWindowUpdate(false));
        session().consumeStream(1, Integer.MAX_VALUE);
        assertThatThrownBy(() -> session().consumeStream(1, 1))
                .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Http2SubmitException.Reason.FLOW_CONTROL));
        assertThat(talk.says()).isEmpty();
    }

    @Test
    void consumingMoreThanAnyWindowTerminatesInNghttp2() {
        talk = Talk.either(true, Http2Role.SERVER, new Recorder(), options -> options.automaticWindowUpdate(false));
        talk.hears(peer -> peer.request(1, false, "/"));
        session().consumeStream(1, Integer.MAX_VALUE);
        session().consumeStream(1, 1);
        assertThat(talk.says()).containsExactly("GOAWAY 1 FLOW_CONTROL_ERROR more_consumed_than_received");
        assertThat(talk.session().endedBy()).isEqualTo(Http2EndedBy.LOCAL);
    }

    @Test
    void consumingIsRefusedWhereItHasNoMeaning() {
        serverWithUpload(options -> {});
        assertThatThrownBy(() -> session().consume(1, 1)).isInstanceOf(Http2SubmitException.class);
        talk.close();
        serverWithUpload(options -> options.automaticWindowUpdate(false));
        assertThatThrownBy(() -> session().consume(0, 1)).isInstanceOf(Http2SubmitException.class);
        assertThatThrownBy(() -> session().consume(1, -1)).isInstanceOf(Http2SubmitException.class);
    }

    @Test
    void theApplicationMayGiveCreditByHand() {
        serverWithUpload(options -> options.initialWindowSize(1000));
        talk.hears(peer -> peer.data(1, new byte[300], false));
        session().submitWindowUpdate(1, 400);

        // 300 pay what was received, 100 enlarge the window.
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +400");
        assertThat(session().effectiveReceived(1)).isZero();
        assertThat(session().effectiveLocalWindow(1)).isEqualTo(1100);
        assertThat(session().localWindow(1)).isEqualTo(1100);
    }

    @Test
    void aWindowIsShrunkWithoutAFrameAndRepaidFirst() {
        serverWithUpload(options -> options.initialWindowSize(1000));
        session().submitWindowUpdate(1, -400);
        assertThat(talk.says()).isEmpty();
        assertThat(session().effectiveLocalWindow(1)).isEqualTo(600);

        // The peer does not know: it may send what it was allowed to before.
        talk.hears(peer -> peer.data(1, new byte[250], false));
        assertThat(talk.says()).isEmpty();
        session().submitWindowUpdate(1, 500);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +100");
        assertThat(session().effectiveLocalWindow(1)).isEqualTo(1100);
    }

    @Test
    void aWindowIsSetToASize() {
        serverWithUpload(options -> options.initialWindowSize(1000));
        session().setLocalWindowSize(1, 5000);
        session().setLocalWindowSize(0, 2 * 1024 * 1024);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +4000", "WINDOW_UPDATE 0 +1048576");
        session().setLocalWindowSize(1, 100);
        assertThat(talk.says()).isEmpty();
        assertThat(session().effectiveLocalWindow(1)).isEqualTo(100);
    }

    @Test
    void aWindowFarBelowNothingIsSetToASize() {
        serverWithUpload(options -> options.initialWindowSize(Integer.MAX_VALUE));
        session().setLocalWindowSize(1, 0);
        session().submitSettings(List.of(new Setting(SettingId.INITIAL_WINDOW_SIZE, 0)));
        talk.hears(peer -> peer.settingsAck());
        talk.says();
        assertThat(session().effectiveLocalWindow(1)).isEqualTo(-Integer.MAX_VALUE);
        session().setLocalWindowSize(1, 100);
        assertThat(talk.says()).containsExactly("WINDOW_UPDATE 1 +100");
        assertThat(session().effectiveLocalWindow(1)).isEqualTo(100);
        assertThat(session().localWindow(1)).isEqualTo(100);
    }

    @Test
    void windowsStayInRange() {
        serverWithUpload(options -> {});
        for (Runnable submit : List.<Runnable>of(
                () -> session().submitWindowUpdate(1, Integer.MAX_VALUE),
                () -> session().submitWindowUpdate(0, Integer.MAX_VALUE),
                () -> session().submitWindowUpdate(1, -300_000),
                () -> session().submitWindowUpdate(1, Integer.MIN_VALUE),
                () -> session().submitWindowUpdate(-1, 1),
                () -> session().setLocalWindowSize(1, -1))) {
            assertThatThrownBy(submit::run).isInstanceOf(Http2SubmitException.class);
        }
        session().submitWindowUpdate(77, 5);
        session().setLocalWindowSize(77, 5);
        session().submitWindowUpdate(1, 0);
        assertThat(talk.says()).isEmpty();
        assertThat(session().localWindow(77)).isEqualTo(-1);
        assertThat(session().effectiveLocalWindow(77)).isEqualTo(-1);
        assertThat(session().effectiveReceived(77)).isEqualTo(-1);
        assertThat(session().remoteWindow(77)).isEqualTo(-1);
    }

    // ---- what we send

    @Test
    void aBodyStopsAtTheStreamsWindowAndGoesOnWithCredit() {
        clientWithUpload(DataSource.of(new byte[250]));
        assertThat(talk.says()).endsWith("DATA 1 100 bytes");
        assertThat(session().remoteWindow(1)).isZero();
        assertThat(session().wantWrite()).isFalse();

        talk.hears(peer -> peer.windowUpdate(1, 40));
        assertThat(talk.says()).hasSize(1).first().asString().startsWith("DATA 1 ");
        talk.hears(peer -> peer.windowUpdate(1, 1000));
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM 110 bytes");
        assertThat(talk.dataLengths()).containsExactly(100, 40, 110);
    }

    @Test
    void aBodyStopsAtTheConnectionsWindow() {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 100_000));
        session().submitRequest(POST, DataSource.of(new byte[70_000]), null);
        session().submitRequest(POST, DataSource.of(new byte[10]), null);
        talk.says();
        assertThat(session().remoteWindow(0)).isZero();
        assertThat(session().wantWrite()).isFalse();

        talk.hears(peer -> peer.windowUpdate(0, 10_000));
        assertThat(talk.says())
                .containsExactly("DATA 1 END_STREAM 4465 bytes", "DATA 3 END_STREAM \0\0\0\0\0\0\0\0\0\0");
    }

    @Test
    void aStreamWithoutWindowDoesNotHoldUpOthers() {
        clientWithUpload(DataSource.of(new byte[1000]));
        session().submitRequest(POST, DataSource.ofAscii("short"), null);

        assertThat(talk.says()).endsWith("DATA 1 100 bytes", "DATA 3 END_STREAM short");
    }

    @Test
    void aWindowMayBecomeNegative() {
        clientWithUpload(DataSource.of(new byte[250]));
        talk.says();
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 20));
        assertThat(session().remoteWindow(1)).isZero();
        talk.hears(peer -> peer.windowUpdate(1, 80));
        assertThat(talk.says()).containsExactly("SETTINGS ACK");

        talk.hears(peer -> peer.windowUpdate(1, 7));
        assertThat(talk.says()).hasSize(1);
        assertThat(talk.dataLengths()).containsExactly(100, 7);
    }

    @Test
    void aLargerInitialWindowLetsBodiesGoOn() {
        clientWithUpload(DataSource.of(new byte[250]));
        talk.says();
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 300));
        assertThat(talk.says()).containsExactly("SETTINGS ACK", "DATA 1 END_STREAM 150 bytes");
        assertThat(session().remoteWindow(1)).isEqualTo(50);
    }

    @Test
    void theEndAloneNeedsNoWindow() {
        clientWithUpload(Body.script().then("x".repeat(100), DataResult.MORE).then(DataResult.END));
        assertThat(talk.says()).endsWith("DATA 1 100 bytes", "DATA 1 END_STREAM");
    }

    @Test
    void theEndAloneWaitsForAWindowIfToldTo() {
        talk = Talk.client(new Recorder(), options -> options.emptyEndIgnoresWindow(false));
        talk.hears(peer -> peer.settings(SettingId.INITIAL_WINDOW_SIZE, 100));
        session()
                .submitRequest(
                        POST,
                        Body.script().then("x".repeat(100), DataResult.MORE).then(DataResult.END),
                        null);
        assertThat(talk.says()).endsWith("DATA 1 100 bytes");
        talk.hears(peer -> peer.windowUpdate(1, 1));
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM");
    }

    @Test
    void aBodyWithMoreIsAskedAgainWhenThereIsWindow() {
        Body body = Body.script().then("x".repeat(101), DataResult.END);
        clientWithUpload(body);
        talk.says();
        talk.says();
        talk.hears(peer -> peer.windowUpdate(1, 1));
        assertThat(talk.says()).containsExactly("DATA 1 END_STREAM x");
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void framesAreAsLongAsThePeerTakes() {
        talk = Talk.client(new Recorder() {
            @Override
            public int dataReadLength(
                    Http2SessionContext session, int streamId, int connectionWindow, int streamWindow, int max) {
                return Integer.MAX_VALUE;
            }
        });
        talk.hears(peer -> peer.settings(SettingId.MAX_FRAME_SIZE, 20_000));
        session().submitRequest(POST, DataSource.of(new byte[50_000]), null);
        talk.says();
        assertThat(talk.dataLengths()).containsExactly(20_000, 20_000, 10_000);
    }

    @Test
    void framesHave16KibiBytesUnlessAskedOtherwise() {
        talk = Talk.client(new Recorder());
        talk.hears(peer -> peer.settings(SettingId.MAX_FRAME_SIZE, 1_000_000));
        session().submitRequest(POST, DataSource.of(new byte[50_000]), null);
        talk.says();
        assertThat(talk.dataLengths()).containsExactly(16_384, 16_384, 16_384, 848);
    }
}
