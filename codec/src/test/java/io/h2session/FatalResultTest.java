package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.Frame;
import io.h2session.frame.PingFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Body;
import io.h2session.testing.Frames;
import io.h2session.testing.Recorder;
import io.h2session.testing.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The results that end a session, by their names, and what is left of it then. */
class FatalResultTest {
    private static final HeaderList OK = HeaderList.of(":status", "200");

    private final Body body = Body.script().then("x", DataResult.DEFERRED);
    private Talk talk;

    @AfterEach
    void close() {
        talk.close();
    }

    private Http2Session session() {
        return talk.session();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theQueueIsNotJudgedAfterAConnectionError(boolean nghttp2) {
        talk = Talk.either(
                nghttp2,
                Http2Role.SERVER,
                new Recorder(),
                options -> options.limits(limits -> limits.withMaxOutboundQueue(3)));
        Frames input = talk.peer().ping(1).ping(2).ping(3).ping(4).windowUpdate(0, 0);
        Http2SessionResult fault = nghttp2 ? Http2SessionResult.OK : Http2SessionResult.PEER_FAULT;
        assertThat(session().recv(input.buf())).isEqualTo(fault);
        assertThat(session().terminationReason()).isEqualTo("zero_window_update");
        assertThat(session().recv(talk.peer().ping(5).buf())).isEqualTo(fault);
        assertThat(talk.says()).last().asString().startsWith("GOAWAY 0 PROTOCOL_ERROR");
    }

    /** What a peer, or the application, does for which nghttp2 has an error of its own. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Cause {
        A_PREFACE_OF_ANOTHER_PROTOCOL(
                Http2SessionResult.BAD_CLIENT_MAGIC,
                "GOAWAY 0 PROTOCOL_ERROR bad_client_preface",
                options -> {},
                frames -> frames.raw("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII))),
        TOO_MANY_PINGS(
                Http2SessionResult.FLOODED,
                "GOAWAY 0 ENHANCE_YOUR_CALM too_many_replies_owed",
                options -> options.limits(
                        limits -> limits.withMaxOwedReplies(3).withOwedRepliesBeforeSuspend(Http2Limits.UNLIMITED)),
                frames -> frames.preface().settings().ping(1).ping(2).ping(3)),
        TOO_MANY_SETTINGS(
                Http2SessionResult.FLOODED,
                "GOAWAY 0 ENHANCE_YOUR_CALM too_many_replies_owed",
                options -> options.limits(
                        limits -> limits.withMaxOwedReplies(3).withOwedRepliesBeforeSuspend(Http2Limits.UNLIMITED)),
                frames -> frames.preface().settings().settings().settings().settings()),
        TOO_MANY_FRAMES_QUEUED(
                Http2SessionResult.FLOODED,
                "GOAWAY 3 ENHANCE_YOUR_CALM too_many_frames_queued",
                options -> options.limits(limits -> limits.withMaxOutboundQueue(5)),
                frames -> frames.preface().settings().ping(1).ping(2).ping(3).ping(4)),
        TOO_MANY_CONTINUATIONS(
                Http2SessionResult.TOO_MANY_CONTINUATIONS,
                "GOAWAY 1 ENHANCE_YOUR_CALM too_many_continuations",
                options -> options.limits(limits -> limits.withMaxContinuations(1)),
                frames -> frames.preface()
                        .settings()
                        .headersBegin(1, true, new byte[0])
                        .continuation(1, false, new byte[0])
                        .continuation(1, true, new byte[0])),
        A_CALLBACK_THROWS(
                Http2SessionResult.CALLBACK_FAILURE,
                "GOAWAY 0 INTERNAL_ERROR callback_failure",
                options -> {},
                frames -> frames.preface().settings().ping(666));

        private final Http2SessionResult result;
        private final String goodbye;
        private final Consumer<Http2SessionOptions.Builder> options;
        private final Consumer<Frames> script;

        Cause(
                Http2SessionResult result,
                String goodbye,
                Consumer<Http2SessionOptions.Builder> options,
                Consumer<Frames> script) {
            this.result = result;
            this.goodbye = goodbye;
            this.options = options;
            this.script = script;
        }
    }

    private static final class Application extends Recorder {
        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) throws Exception {
            super.onFrameReceived(session, frame);
            if (frame instanceof PingFrame ping && ping.opaqueData() == 666) {
                throw new IllegalStateException("no");
            }
        }
    }

    private ByteBuf script(Cause cause) {
        Frames frames = talk.peer();
        cause.script.accept(frames);
        // What follows is not looked at, but for the queue, which is judged in the end.
        return frames.ping(7).request(3, true, "/").buf();
    }

    @ParameterizedTest
    @EnumSource
    void theResultSaysWhyAndThePeerIsTold(Cause cause) {
        talk = Talk.strange(Http2Role.SERVER, new Application(), cause.options);
        ByteBuf in = script(cause);
        assertThat(session().recv(in)).isEqualTo(cause.result);
        assertThat(cause.result.fatal()).isTrue();
        assertThat(in.isReadable()).isFalse();
        talk.callbacks();

        assertThat(session().recv(Frames.script().ping(8).buf()))
                .isIn(Http2SessionResult.OK, Http2SessionResult.CALLBACK_FAILURE);
        assertThat(talk.callbacks()).isEmpty();
        assertThat(session().wantRead()).isFalse();
        assertThat(session().wantWrite()).isTrue();
        assertThat(talk.says()).first().asString().startsWith("SETTINGS");
        assertThat(session().terminated()).isTrue();
        assertThat(session().wantWrite()).isFalse();
        assertThat(talk.says()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theLastFrameSaysWhyAsWell(Cause cause) {
        talk = Talk.strange(Http2Role.SERVER, new Application(), cause.options);
        session().recv(script(cause));
        assertThat(talk.says()).hasSize(2).last().isEqualTo(cause.goodbye);
    }

    @ParameterizedTest
    @EnumSource
    void withoutGoodbyeOnlyThrowingIsSaid(Cause cause) {
        talk = Talk.strange(Http2Role.SERVER, new Application(), options -> {
            cause.options.accept(options);
            options.goodbyeOnFlood(false);
        });
        assertThat(session().recv(script(cause))).isEqualTo(cause.result);
        assertThat(talk.says().isEmpty()).isEqualTo(cause != Cause.A_CALLBACK_THROWS);
        assertThat(session().terminated()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Cause.class,
            names = {"A_PREFACE_OF_ANOTHER_PROTOCOL", "TOO_MANY_CONTINUATIONS"},
            mode = EnumSource.Mode.EXCLUDE)
    void streamsAndBodiesHaveTheirEnd(Cause cause) {
        talk = Talk.server(new Application(), options -> {
            cause.options.accept(options);
            options.maxConcurrentStreams(10);
        });
        talk.hears(peer -> peer.request(1, false, "/").request(3, true, "/"));
        session().submitResponse(1, OK, body);
        talk.says();
        talk.callbacks();
        Frames frames = Frames.script();
        cause.script.accept(frames);
        ByteBuf in = frames.ping(5).ping(6).buf().skipBytes(Frames.PREFACE.length());
        assertThat(session().recv(in)).isEqualTo(cause.result);
        talk.says();
        assertThat(talk.callbacks().stream().filter(line -> line.startsWith("closed")))
                .hasSize(2);
        assertThat(body.closed()).isEqualTo(1);
    }

    @Test
    void theEndOfASourceIsItsEndAndNoFailure() {
        talk = Talk.server(new Recorder());
        assertThat(session().recv(target -> -1)).isEqualTo(Http2SessionResult.EOF);
        assertThat(Http2SessionResult.EOF.fatal()).isFalse();
        assertThat(session().recv(target -> 0)).isEqualTo(Http2SessionResult.WOULDBLOCK);
        assertThat(session().wantRead()).isTrue();
    }

    @Test
    void aSourceThatThrowsAnErrorFailsTheSession() {
        talk = Talk.server(new Recorder());
        assertThat(session().recv(target -> {
                    throw new AssertionError("no");
                }))
                .isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
        assertThat(session().failureCause()).hasMessage("no");
        assertThat(session().recv(Unpooled.EMPTY_BUFFER)).isEqualTo(Http2SessionResult.CALLBACK_FAILURE);
    }
}
