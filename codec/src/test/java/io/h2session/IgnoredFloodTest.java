package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.testing.Bench;
import io.h2session.testing.Frames;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Floods of what is ignored: beyond our GOAWAY, on a request that the application discards, in header lists we do not take. */
class IgnoredFloodTest {
    private static final byte[] NOTHING = {};

    private static Bench bench(Http2Role role, Consumer<Http2SessionOptions.Builder> options) {
        return new Bench(role, new Http2SessionListener() {}, options).greet();
    }

    /** How many times it is said until the connection ends for that reason. */
    private static int times(Bench bench, String reason, BiConsumer<Frames, Integer> said) {
        int times = 0;
        while (bench.session().terminationReason() == null && times < 20_000) {
            Frames frames = bench.peer();
            said.accept(frames, times++);
            bench.say(frames).listen();
        }
        assertThat(bench.session().terminationReason()).isEqualTo(reason);
        return times;
    }

    @Test
    void requestsBeyondOurGoAway() {
        try (Bench server = bench(Http2Role.SERVER, options -> {})) {
            server.say(server.peer().request(1, false, "/"));
            server.session().submitGoAway(1, ErrorCode.NO_ERROR.code(), NOTHING);
            server.listen();
            assertThat(times(server, "too_much_abuse", (peer, i) -> peer.request(3 + 2 * i, true, "/")))
                    .isBetween(5_000, 10_001);
        }
    }

    @Test
    void emptyDataOfARequestThatIsDiscarded() {
        try (Bench server = bench(Http2Role.SERVER, options -> {})) {
            server.say(server.peer().request(1, false, "/"));
            server.session().discardRequest(1);
            assertThat(times(server, "too_much_empty_data", (peer, i) -> peer.data(1, NOTHING, false)))
                    .isBetween(100, 103);
        }
    }

    @Test
    void requestsWhoseHeaderListsAreTooLarge() {
        try (Bench server = bench(Http2Role.SERVER, options -> options.maxHeaderListSize(1_000))) {
            String large = "x".repeat(1_000);
            assertThat(times(server, "too_much_abuse", (peer, i) -> peer.request(1 + 2 * i, false, "/", "a", large)))
                    .isBetween(400, 501);
        }
    }
}
