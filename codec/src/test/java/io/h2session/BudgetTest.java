package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.testing.Bench;
import io.h2session.testing.Frames;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What costs a peer its budget when it does nothing else, and what is free because it answers or follows something useful. */
class BudgetTest {
    private static final byte[] NOTHING = {};
    private static final int POINTS = 10_000;
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");

    private static Bench server(Consumer<Http2SessionOptions.Builder> options) {
        return new Bench(Http2Role.SERVER, new Http2SessionListener() {}, options).greet();
    }

    /** In requests that are welcome; none of them is finished, which would earn something. */
    @Test
    void smallContinuationsAloneEndTheConnection() {
        try (Bench server = server(options -> options.maxConcurrentStreams(POINTS))) {
            int continuations = 0;
            for (int id = 1; server.session().terminationReason() == null && id < 2 * POINTS; id += 2) {
                Frames frames = server.peer();
                byte[] block = frames.block(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a");
                frames.headersBegin(id, false, Arrays.copyOf(block, 1));
                for (int at = 1; at < block.length - 1; at++) {
                    frames.continuation(id, false, Arrays.copyOfRange(block, at, at + 1));
                    continuations++;
                }
                frames.continuation(id, true, Arrays.copyOfRange(block, block.length - 1, block.length));
                server.say(frames).listen();
            }
            assertThat(server.session().terminationReason()).isEqualTo("too_much_abuse");
            assertThat(continuations).isBetween(POINTS, POINTS + 10);
        }
    }

    @Test
    void requestsThatAreNeverFinishedEndTheConnection() {
        try (Bench server = server(options -> options.limits(limits -> limits.withAbuseRate(0)))) {
            int requests = 0;
            while (server.session().terminationReason() == null && requests < 1000) {
                for (int i = 0; i < 100; i++) {
                    server.say(server.peer().request(1 + 2 * requests++, false, "/", "content-length", "5"));
                }
                server.listen().pass(61_000);
            }
            assertThat(server.session().terminationReason()).isEqualTo("too_much_abuse");
            assertThat(requests).isEqualTo(600);
        }
    }

    @Test
    void answersToOurPingsAreFree() {
        try (Bench server = server(
                options -> options.limits(limits -> limits.withAbuseBurst(0).withAbuseRate(0)))) {
            for (int i = 0; i < 100; i++) {
                server.session().submitPing(7);
                server.listen().say(server.peer().pingAck(7)).listen();
            }
            assertThat(server.session().terminationReason()).isNull();
            server.say(server.peer().pingAck(7));
            assertThat(server.session().terminationReason()).isEqualTo("too_much_abuse");
        }
    }

    /** A message may begin and end with empty frames. */
    @Test
    void twoEmptyDataFramesForEachHeaderBlockAreFree() {
        try (Bench client = new Bench(
                        Http2Role.CLIENT,
                        new Http2SessionListener() {},
                        options -> options.limits(limits -> limits.withMaxEmptyData(2)))
                .greet()) {
            for (int i = 0; i < 100; i++) {
                int id = 2 * i + 1;
                client.session().submitRequest(GET, null, null);
                client.listen()
                        .say(client.peer()
                                .response(id, false, 200)
                                .data(id, NOTHING, false)
                                .data(id, NOTHING, false)
                                .data(id, NOTHING, true));
            }
            assertThat(client.session().terminationReason()).isNull();
        }
    }
}
