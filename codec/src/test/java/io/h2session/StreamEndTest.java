package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every end of a stream is told as it was: with what code, and whether the peer's message was whole. */
class StreamEndTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    /** What the listener and the metrics were told of the ends: {@code stream code whole|cut}. */
    private final List<String> ends = new ArrayList<>();

    private final List<String> counted = new ArrayList<>();
    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
        assertThat(counted).isEqualTo(ends);
    }

    private Http2SessionContext session() {
        return talk.session();
    }

    private final class Ends extends Recorder {
        @Override
        public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) throws Exception {
            super.onStreamClosed(session, streamId, errorCode);
            ends.add(described(streamId, errorCode, session.inboundComplete(streamId)));
        }
    }

    private final class Counted implements Http2SessionMetrics {
        @Override
        public void streamClosed(
                Http2SessionContext session,
                int streamId,
                boolean local,
                long errorCode,
                boolean inboundComplete,
                long firstByteNanos,
                long nanos) {
            counted.add(described(streamId, errorCode, inboundComplete));
        }
    }

    private static String described(int streamId, long errorCode, boolean whole) {
        return streamId + " " + ErrorCode.name(errorCode) + (whole ? " whole" : " cut");
    }

    private Talk talk(Http2Role role, Consumer<Http2SessionOptions.Builder> settings) {
        Consumer<Http2SessionOptions.Builder> all = options -> {
            settings.accept(options);
            options.metrics(new Counted());
        };
        talk = role.isServer() ? Talk.server(new Ends(), all) : Talk.client(new Ends(), all);
        return talk;
    }

    /** What cuts an upload to a server. */
    private enum Cut {
        RESET_BY_PEER("CANCEL"),
        RESET_BY_PEER_WITH_NO_ERROR("CANCEL"),
        RESET_BY_US("INTERNAL_ERROR"),
        RESET_BY_US_WITH_NO_ERROR("CANCEL"),
        MALFORMED("PROTOCOL_ERROR"),
        CONNECTION_ERROR("PROTOCOL_ERROR"),
        TERMINATED("CANCEL"),
        TERMINATED_WITH_AN_ERROR("ENHANCE_YOUR_CALM"),
        TERMINATED_AND_TRANSPORT_GONE("CANCEL"),
        TRANSPORT_GONE("CANCEL");

        private final String code;

        Cut(String code) {
            this.code = code;
        }

        void happensTo(Talk talk) {
            Http2Session session = talk.session();
            switch (this) {
                case RESET_BY_PEER -> talk.hears(peer -> peer.reset(1, ErrorCode.CANCEL));
                case RESET_BY_PEER_WITH_NO_ERROR -> talk.hears(peer -> peer.reset(1, ErrorCode.NO_ERROR));
                case RESET_BY_US -> session.submitReset(1, ErrorCode.INTERNAL_ERROR.code());
                case RESET_BY_US_WITH_NO_ERROR -> session.submitReset(1, ErrorCode.NO_ERROR.code());
                case MALFORMED -> talk.hears(peer -> peer.headers(1, true, ":path", "/"));
                case CONNECTION_ERROR -> talk.hears(peer -> peer.windowUpdate(0, 0));
                case TERMINATED, TERMINATED_AND_TRANSPORT_GONE -> session.terminate(ErrorCode.NO_ERROR.code());
                case TERMINATED_WITH_AN_ERROR -> session.terminate(ErrorCode.ENHANCE_YOUR_CALM.code());
                case TRANSPORT_GONE -> {}
            }
            if (this == TRANSPORT_GONE || this == TERMINATED_AND_TRANSPORT_GONE) {
                session.close();
            }
            talk.says();
        }
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void anUploadThatWasCutIsToldAsCut(Cut cut) {
        talk(Http2Role.SERVER, options -> {})
                .hears(peer -> peer.request(1, false, "/").data(1, "abc", false));
        session().submitResponse(1, OK, Body.script().then("abc", DataResult.DEFERRED));
        talk.says();

        cut.happensTo(talk);

        assertThat(ends).containsExactly("1 " + cut.code + " cut");
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void aDownloadThatWasCutIsToldAsCutThoughItsRequestWasWhole(Cut cut) {
        talk(Http2Role.SERVER, options -> {}).hears(peer -> peer.request(1, true, "/"));
        session().submitResponse(1, OK, Body.script().then("abc", DataResult.DEFERRED));
        talk.says();

        if (cut != Cut.MALFORMED) {
            cut.happensTo(talk);
            assertThat(ends).containsExactly("1 " + cut.code + " whole");
        }
    }

    @Test
    void aStreamThatBothSidesEndedIsToldWithNoErrorWhole() {
        talk(Http2Role.SERVER, options -> {})
                .hears(peer -> peer.request(1, false, "/").data(1, "abc", true));
        session().submitResponse(1, OK, DataSource.of(new byte[10]));
        talk.says();

        assertThat(ends).containsExactly("1 NO_ERROR whole");
    }

    @Test
    void aRequestThatTheServerNeedsNoMoreOfIsToldWithNoErrorCut() {
        talk(Http2Role.SERVER, options -> {})
                .hears(peer -> peer.request(1, false, "/").data(1, "abc", false));
        session().discardRequest(1);
        session().submitResponse(1, OK, null);

        assertThat(talk.says()).containsExactly("HEADERS 1 END_STREAM [:status: 200]", "RST_STREAM 1 NO_ERROR");
        assertThat(ends).containsExactly("1 NO_ERROR cut");
    }

    @Test
    void theServersResetWithNoErrorAfterAWholeResponseIsNoFailure() {
        talk(Http2Role.CLIENT, options -> {});
        session().submitRequest(POST, Body.script().then("abc", DataResult.DEFERRED), null);
        session().submitRequest(POST, Body.script().then("abc", DataResult.DEFERRED), null);
        talk.says();

        talk.hears(peer -> peer.response(1, true, 200).reset(1, ErrorCode.NO_ERROR));
        talk.hears(peer -> peer.response(3, false, 200).data(3, "half", false).reset(3, ErrorCode.NO_ERROR));

        assertThat(ends).containsExactly("1 NO_ERROR whole", "3 CANCEL cut");
    }

    @Test
    void inNghttp2sWayTheCodeIsThePeersAndTheFlagTellsTheRest() {
        talk(Http2Role.SERVER, options -> options.followNghttp2(true))
                .hears(peer -> peer.request(1, false, "/").reset(1, ErrorCode.NO_ERROR));

        assertThat(ends).containsExactly("1 NO_ERROR cut");
    }

    @Test
    void theEndOfTheMessageCountsThoughTheApplicationTerminatesWhenItHearsOfIt() {
        talk = Talk.server(
                new Recorder() {
                    @Override
                    public void onFrameReceived(Http2SessionContext session, io.h2session.frame.Frame frame) {
                        if (frame.streamId() != 0) {
                            session.terminate(ErrorCode.NO_ERROR.code());
                        }
                    }

                    @Override
                    public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) {
                        ends.add(described(streamId, errorCode, session.inboundComplete(streamId)));
                    }
                },
                options -> options.metrics(new Counted()).automaticSettings(false));
        talk.hears(peer -> peer.request(1, true, "/"));
        talk.says();

        assertThat(ends).containsExactly("1 CANCEL whole");
    }

    @Test
    void terminationResetsOpenStreamsBeforeTheLastGoAway() {
        talk(Http2Role.SERVER, options -> {})
                .hears(peer -> peer.request(1, false, "/").request(3, true, "/").request(5, true, "/"));
        session().submitResponse(3, OK, Body.script().then("abc", DataResult.DEFERRED));
        session().submitReset(5, ErrorCode.INTERNAL_ERROR.code());
        session().terminate(ErrorCode.NO_ERROR.code());

        assertThat(talk.says())
                .containsExactly(
                        "RST_STREAM 5 INTERNAL_ERROR",
                        "RST_STREAM 1 CANCEL",
                        "RST_STREAM 3 CANCEL",
                        "GOAWAY 5 NO_ERROR");
        assertThat(ends).containsExactly("5 INTERNAL_ERROR whole", "1 CANCEL cut", "3 CANCEL whole");
    }

    @Test
    void terminationWithAnErrorSendsGoAwayAlone() {
        talk(Http2Role.SERVER, options -> {}).hears(peer -> peer.request(1, false, "/"));
        session().terminate(ErrorCode.INTERNAL_ERROR.code());

        assertThat(talk.says()).containsExactly("GOAWAY 1 INTERNAL_ERROR terminated");
        assertThat(ends).containsExactly("1 INTERNAL_ERROR cut");
    }

    @Test
    void requestsBeyondTheLastGoAwayAreRefusedByItAndNotReset() {
        talk(Http2Role.SERVER, options -> {})
                .hears(peer -> peer.request(1, false, "/").request(3, false, "/"));
        session().terminate(1, ErrorCode.NO_ERROR.code());

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "GOAWAY 1 NO_ERROR");
        assertThat(ends).containsExactly("1 CANCEL cut", "3 REFUSED_STREAM cut");
    }

    @Test
    void aClientThatTerminatesResetsItsRequests() {
        talk(Http2Role.CLIENT, options -> {}).hears(peer -> peer.settings(SettingId.MAX_CONCURRENT_STREAMS, 1));
        session().submitRequest(POST, Body.script().then("abc", DataResult.DEFERRED), null);
        talk.says();
        session().terminate(ErrorCode.NO_ERROR.code());

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "GOAWAY 0 NO_ERROR");
        assertThat(ends).containsExactly("1 CANCEL cut");
    }

    @Test
    void aListenerThatThrowsAtOneEndKeepsNoStreamFromItsReset() {
        talk = Talk.server(new Recorder() {
            @Override
            public void onStreamClosed(Http2SessionContext session, int streamId, long errorCode) {
                throw new IllegalStateException("stream " + streamId);
            }
        });
        talk.hears(peer -> peer.request(1, false, "/").request(3, false, "/"));
        session().terminate(ErrorCode.NO_ERROR.code());

        assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL", "RST_STREAM 3 CANCEL", "GOAWAY 3 NO_ERROR");
        assertThat(session().failureCause()).hasMessage("stream 1");
    }

    @Test
    void aStreamThatWasUpgradedHasAWholeRequest() {
        talk = Talk.strange(Http2Role.SERVER, new Ends(), options -> options.metrics(new Counted()));
        talk.session().upgrade(new byte[0], false, null);
        session().submitResponse(1, OK, Body.script().then("abc", DataResult.DEFERRED));
        talk.says();
        session().terminate(ErrorCode.NO_ERROR.code());
        talk.says();

        assertThat(ends).containsExactly("1 CANCEL whole");
    }
}
