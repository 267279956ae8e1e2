package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Limits;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may not do for ever, however well it behaves otherwise, and what pays for it. */
class BoundsTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList OK = HeaderList.of(":status", "200");

    private final Recorder recorder = new Recorder();

    /** The peer says it again and again, until the session ends or a stream is reset; answers how often. */
    private static int repeat(Talk talk, int most, Consumer<Frames> again) {
        for (int times = 1; times <= most; times++) {
            Frames frames = talk.peer();
            again.accept(frames);
            talk.session().recv(frames.buf());
            List<String> said = talk.says();
            if (talk.session().terminated() || said.stream().anyMatch(frame -> frame.startsWith("RST_STREAM"))) {
                return times;
            }
        }
        return Integer.MAX_VALUE;
    }

    // ---- 1xx responses ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103})
    void aFloodOfInformationalResponsesEnds(int status) {
        try (Talk talk = Talk.client(recorder)) {
            talk.session().submitRequest(GET, null, null);
            talk.says();
            assertThat(repeat(talk, 10_000, peer -> peer.response(1, false, status)))
                    .isBetween(16, 1000);
        }
    }

    @Test
    void aFloodOfInformationalResponsesToEveryRequestEnds() {
        try (Talk talk = Talk.client(recorder)) {
            for (int i = 0; i < 50; i++) {
                talk.session().submitRequest(GET, null, null);
            }
            talk.says();
            assertThat(repeat(talk, 10_000, peer -> {
                        for (int id = 1; id < 100; id += 2) {
                            peer.response(id, false, 103);
                        }
                    }))
                    .isBetween(16, 1000);
        }
    }

    // ---- answers that are owed -------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void nothingIsReadFromAPeerThatReadsNoSettingsAcknowledgements(Http2Role role) {
        try (Talk talk = role.isServer() ? Talk.server(recorder) : Talk.client(recorder)) {
            ByteBuf in = talk.peer().times(100, Frames.script().settings()).buf();
            assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.REPLIES_OWED);
            assertThat(in.readableBytes()).isEqualTo((100 - 64) * 9);
            assertThat(talk.session().outboundQueueSize()).isEqualTo(64);

            assertThat(talk.says()).hasSize(64).containsOnly("SETTINGS ACK");
            assertThat(talk.session().recv(in)).isEqualTo(Http2SessionResult.OK);
            assertThat(talk.says()).hasSize(36).containsOnly("SETTINGS ACK");
        }
    }

    @ParameterizedTest
    @EnumSource(Http2Role.class)
    void settingsAcknowledgementsThatAreOwedAreBoundedWhereReadingGoesOn(Http2Role role) {
        Consumer<Http2SessionOptions.Builder> options = builder -> builder.limits(
                limits -> limits.withMaxOwedReplies(10).withOwedRepliesBeforeSuspend(Http2Limits.UNLIMITED));
        try (Talk talk = role.isServer() ? Talk.server(recorder, options) : Talk.client(recorder, options)) {
            ByteBuf allowed = talk.peer().times(10, Frames.script().settings()).buf();
            assertThat(talk.session().recv(allowed)).isEqualTo(Http2SessionResult.OK);
            assertThat(talk.session().recv(talk.peer().settings().buf())).isEqualTo(Http2SessionResult.FLOODED);
            assertThat(talk.session().terminationReason()).isEqualTo("too_many_replies_owed");
        }
    }

    // ---- frames on streams that were reset -------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void headersOnAStreamThatWeResetAreFreeForAWindowAndNotForEver(boolean sent) {
        try (Talk talk = onResetStream(sent, options -> options.limits(
                        limits -> limits.withAbuseBurst(50).withAbuseRate(0))
                .initialWindowSize(6400))) {
            assertThat(headersUntilTheEnd(talk, sent)).isBetween(50, 6400 / 64 + 52);
            assertThat(talk.session().terminationReason()).isEqualTo("too_much_abuse");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataOnAStreamThatWeResetAreFreeForAWindowAndNotForEver(boolean sent) {
        try (Talk talk = onResetStream(sent, options -> options.limits(
                        limits -> limits.withAbuseBurst(50).withAbuseRate(0))
                .initialWindowSize(100_000))) {
            int frames = 0;
            while (talk.session().terminationReason() == null && frames < 10_000) {
                talk.session().recv(talk.peer().data(1, new byte[1000], false).buf());
                if (sent) {
                    talk.says();
                }
                frames++;
            }
            assertThat(talk.session().terminationReason()).isEqualTo("too_much_abuse");
            // What was on its way when the stream was reset is a window at most.
            assertThat(frames).isBetween(90, 100_000 / 1000 + 51);
        }
    }

    /** A stream that the application reset; the peer may have been told. */
    private Talk onResetStream(boolean sent, Consumer<Http2SessionOptions.Builder> options) {
        Talk talk = Talk.server(recorder, options);
        talk.hears(peer -> peer.request(1, false, "/"));
        talk.session().submitReset(1, ErrorCode.CANCEL.code());
        if (sent) {
            assertThat(talk.says()).containsExactly("RST_STREAM 1 CANCEL");
        }
        return talk;
    }

    private static int headersUntilTheEnd(Talk talk, boolean sent) {
        int frames = 0;
        while (talk.session().terminationReason() == null && frames < 1000) {
            talk.session().recv(talk.peer().headers(1, false, "a", "b").buf());
            if (sent) {
                talk.says();
            }
            frames++;
        }
        return frames;
    }

    // ---- exchanges the application still works for -----------------------------------------------------------------

    /** An application that works for each exchange twice over. */
    private static final class TwiceBusy extends Recorder {
        private final List<Runnable> holds = new ArrayList<>();

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
            if (frame instanceof HeadersFrame) {
                holds.add(session.holdExchange(frame.streamId()));
                holds.add(session.holdExchange(frame.streamId()));
            }
        }
    }

    @Test
    void anExchangeIsOverWhenTheLastWorkForItIsDone() {
        TwiceBusy busy = new TwiceBusy();
        try (Talk talk = Talk.server(busy, options -> options.maxRunningExchanges(1))) {
            talk.hears(peer -> peer.request(1, true, "/").reset(1, ErrorCode.CANCEL));
            busy.holds.get(0).run();
            talk.hears(peer -> peer.request(3, true, "/"));
            assertThat(talk.says()).containsExactly("RST_STREAM 3 REFUSED_STREAM");

            busy.holds.get(1).run();
            talk.hears(peer -> peer.request(5, true, "/").reset(5, ErrorCode.CANCEL));
            assertThat(busy.holds).hasSize(4);
            talk.hears(peer -> peer.request(7, true, "/"));
            assertThat(talk.says()).containsExactly("RST_STREAM 7 REFUSED_STREAM");
        }
    }

    // ---- windows ---------------------------------------------------------------------------------------------------

    /** Under manual credit the application cannot consume what it is never shown. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataBeyondContentLengthGoesBackToTheConnection(boolean nghttp2) {
        try (Talk talk =
                Talk.either(nghttp2, Http2Role.SERVER, recorder, options -> options.automaticWindowUpdate(false)
                        .limits(limits -> limits.withAbuseBurst(1_000_000)))) {
            for (int i = 0; i < 1000; i++) {
                int id = 2 * i + 1;
                talk.hears(peer ->
                        peer.request(id, false, "/", "content-length", "10").data(id, new byte[11_000], false));
                talk.says();
                assertThat(talk.session().localWindow(0))
                        .isGreaterThan(talk.session().effectiveLocalWindow(0) / 2);
                assertThat(talk.session().terminationReason()).isNull();
            }
        }
    }

    @Test
    void completedExchangesPayForAsManyResets() {
        try (Talk talk = Talk.server(
                recorder,
                options ->
                        options.limits(limits -> limits.withStreamResetBurst(10).withStreamResetRate(0)))) {
            for (int id = 1; id < 4000; id += 4) {
                int streamId = id;
                talk.hears(peer -> peer.request(streamId, true, "/"));
                talk.session().submitResponse(streamId, OK, null);
                talk.says();
                talk.hears(peer -> peer.request(streamId + 2, true, "/").reset(streamId + 2, ErrorCode.CANCEL));
            }
            assertThat(talk.session().terminationReason()).isNull();
        }
    }
}
