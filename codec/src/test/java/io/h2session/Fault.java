package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Frames;
import io.h2session.testing.Replay;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One row of the tables of malformed input: what a peer sends, and how the session has to react. Written like this:
 *
 * <pre>
 * Fault.atServer("PING of 7 bytes").input(peer -> peer.frame(PING, 0, 0, new byte[7])).endsWith(FRAME_SIZE_ERROR, "ping_length")
 * </pre>
 *
 * <p>At a server the peer has sent its preface, SETTINGS and the acknowledgement of the server's before. At a client, stream 1
 * is a GET and stream 3 a POST whose body does not end.
 */
final class Fault {
    /** A complete GET of few bytes that leaves HPACK's tables alone. */
    static final String GET_BLOCK = "82 87 84 01 01 61";

    /** That of /reset, see {@link Answering}; no row expects it of the session. */
    private static final String APPLICATION_RESET = " CONNECT_ERROR";

    private static final int NEXT_AT_SERVER = 1001;
    private static final int NEXT_AT_CLIENT = 5;
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/");

    private final String name;
    private final Http2Role role;
    private final Frames peer = Frames.script();
    private Http2SessionOptions options = Http2SessionOptions.safe();
    private HeaderList firstRequest = GET;
    private boolean fromTheStart;
    private Frames before = Frames.script();
    private Frames input;

    private ErrorCode goAway;
    private final List<String> resets = new ArrayList<>();
    private String reason;

    private Fault(String name, Http2Role role) {
        this.name = name;
        this.role = role;
    }

    static Fault atServer(String name) {
        return new Fault("server: " + name, Http2Role.SERVER);
    }

    static Fault atClient(String name) {
        return new Fault("client: " + name, Http2Role.CLIENT);
    }

    Fault options(Consumer<Http2SessionOptions.Builder> change) {
        Http2SessionOptions.Builder builder = Http2SessionOptions.builder();
        change.accept(builder);
        options = builder.build();
        return this;
    }

    /** The request on stream 1 of a client is this instead of GET. */
    Fault firstRequest(String... namesAndValues) {
        firstRequest = HeaderList.of((CharSequence[]) namesAndValues);
        return this;
    }

    /** The peer has sent nothing at all before. */
    Fault fromTheStart() {
        fromTheStart = true;
        return this;
    }

    /** What the peer sends before, to which the session had time to react. */
    Fault before(Consumer<Frames> script) {
        before = peer.fork();
        script.accept(before);
        return this;
    }

    Fault input(Consumer<Frames> script) {
        input = peer.fork();
        script.accept(input);
        return this;
    }

    /** A connection error. */
    Fault endsWith(ErrorCode code, String token) {
        goAway = code;
        reason = token;
        return this;
    }

    /** A stream error. */
    Fault resets(int streamId, ErrorCode code) {
        resets.add("RST_STREAM " + streamId + " " + code);
        return this;
    }

    /** A stream error of a malformed message, of which the application is told a reason. */
    Fault resets(int streamId, ErrorCode code, String token) {
        reason = token;
        return resets(streamId, code);
    }

    /** No error. */
    Fault isTolerated() {
        return this;
    }

    @Override
    public String toString() {
        return name;
    }

    void check() {
        Replay replay = new Replay(role, options, Answering::new);
        if (!role.isServer()) {
            replay.before(session -> {
                session.submitRequest(firstRequest, null, null);
                session.submitRequest(POST, (id, max, sink) -> DataResult.DEFERRED, null);
            });
        }
        if (!fromTheStart) {
            replay.before(
                    role.isServer()
                            ? peer.fork().preface().settings().settingsAck()
                            : peer.fork().settings().settingsAck());
        }
        replay.before(before);
        carryOn(replay);
        Replay.Outcome outcome = replay.play(input.bytes());

        List<String> frames = outcome.frames(role);
        assertThat(outcome.trace().stream()
                        .filter(line -> line.startsWith("closed"))
                        .map(line -> line.substring(0, line.lastIndexOf(' '))))
                .as("each stream is closed once")
                .doesNotHaveDuplicates();
        if (goAway != null) {
            checkEnd(outcome, frames);
        } else {
            checkLife(outcome, frames);
        }
    }

    private void checkEnd(Replay.Outcome outcome, List<String> frames) {
        assertThat(frames.get(frames.size() - 1)).matches("GOAWAY \\d+ " + goAway + " " + reason);
        assertThat(frames).filteredOn(frame -> frame.startsWith("GOAWAY")).hasSize(1);
        assertThat(frames.get(0)).startsWith("SETTINGS ");
        assertThat(outcome.terminated()).isTrue();
        List<String> trace = outcome.trace();
        assertThat(trace.get(trace.size() - 1)).isEqualTo("sent GOAWAY stream=0");
    }

    private void checkLife(Replay.Outcome outcome, List<String> frames) {
        assertThat(frames).noneMatch(frame -> frame.startsWith("GOAWAY"));
        assertThat(frames)
                .filteredOn(frame -> frame.startsWith("RST_STREAM") && !frame.endsWith(APPLICATION_RESET))
                .hasSameElementsAs(resets);
        if (reason != null) {
            assertThat(outcome.trace()).contains("error " + reason);
        }
        assertThat(outcome.fatal()).isNull();
        int next = role.isServer() ? NEXT_AT_SERVER : NEXT_AT_CLIENT;
        assertThat(outcome.trace()).contains("closed stream=" + next + " NO_ERROR");
    }

    // The connection is alive if a further request is answered; if it is not, this has no effect at all.
    private void carryOn(Replay replay) {
        if (role.isServer()) {
            replay.after(Frames.script().headers(NEXT_AT_SERVER, true, hex(GET_BLOCK)));
        } else {
            replay.after(session -> {
                if (!session.terminated()) {
                    session.submitRequest(GET, null, null);
                }
            });
            replay.after(Frames.script().headers(NEXT_AT_CLIENT, true, hex("88")));
        }
    }

    static byte[] hex(String digits) {
        return Frames.script().hex(digits).bytes();
    }
}
