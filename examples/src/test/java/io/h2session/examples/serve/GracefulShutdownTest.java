package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataResult;
import io.h2session.examples.net.Watch;
import io.h2session.examples.testing.TestClient;
import io.h2session.examples.testing.TestClient.Response;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.Http2SessionEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is stopped while clients keep it busy: each request is answered, or its client knows that it may ask again. */
@Timeout(180)
class GracefulShutdownTest {
    private static final int CLIENTS = 4;
    private static final int AT_ONCE = 30;
    private static final int BEFORE_THE_END = 1000;
    private static final int LENGTH = 20_000;
    private static final int MAX_STREAM_ID = Integer.MAX_VALUE;

    private final CountDownLatch busy = new CountDownLatch(BEFORE_THE_END);

    /** A client that asks for a page as soon as it has one, as long as it is let. */
    private final class Load implements AutoCloseable {
        final TestClient client;
        final Queue<Response> responses = new ConcurrentLinkedQueue<>();
        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Void> done = new CompletableFuture<>();
        private final AtomicInteger running = new AtomicInteger(AT_ONCE);

        Load(int port) throws InterruptedException {
            client = TestClient.connect(port);
            for (int i = 0; i < AT_ONCE; i++) {
                ask();
            }
        }

        private void ask() {
            client.begin(TestClient.request("GET", "/bytes/" + LENGTH)).whenComplete((response, failure) -> {
                if (failure == null) {
                    responses.add(response);
                    busy.countDown();
                } else {
                    failures.add(failure);
                }
                if (failure == null && response.errorCode() == ErrorCode.NO_ERROR.code()) {
                    ask();
                } else if (running.decrementAndGet() == 0) {
                    done.complete(null);
                }
            });
        }

        /** How many of its requests were answered, after checking what became of each. */
        int check() throws Exception {
            done.get(60, TimeUnit.SECONDS);
            assertThat(client.awaitClosed()).isTrue();
            List<Http2SessionEvent.GoAway> goAways = client.goAways();
            // A client whose streams have ended when the notice comes leaves without waiting for the rest.
            Http2SessionEvent.GoAway last = goAways.get(goAways.size() - 1);
            assertThat(goAways.get(0).lastStreamId()).isEqualTo(MAX_STREAM_ID);
            assertThat(goAways).hasSizeBetween(1, 2).allMatch(goAway -> goAway.errorCode() == 0);
            int answered = 0;
            int highest = 0;
            for (Response response : responses) {
                if (response.streamId() <= last.lastStreamId()) {
                    assertThat(response.errorCode()).isZero();
                    assertThat(response.status()).isEqualTo("200");
                    assertThat(response.body()).hasSize(LENGTH);
                    answered++;
                    highest = Math.max(highest, response.streamId());
                } else {
                    assertThat(response.errorCode()).isEqualTo(ErrorCode.REFUSED_STREAM.code());
                    assertThat(response.headers()).isNull();
                }
            }
            assertThat(last.lastStreamId()).isIn(highest, MAX_STREAM_ID);
            assertThat(failures).allMatch(Http2NotSentException::retryIsSafe);
            return answered;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @Test
    void whatIsStillRunningWhenTheServerEndsAtOnceIsReset() throws Exception {
        Server server = Server.start(new Server.Settings(
                "127.0.0.1", 0, Pages.builtIn(), null, false, 2, 100, Watch.NONE, System.err, false));
        try (TestClient client = TestClient.connect(server.port())) {
            CompletableFuture<Response> upload =
                    client.begin(TestClient.request("POST", "/echo"), (id, most, sink) -> DataResult.DEFERRED);
            client.get("/hello");

            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            client.awaitGoAway();
            server.closeAtOnce();

            assertThat(TestClient.await(upload).errorCode()).isEqualTo(ErrorCode.CANCEL.code());
            assertThat(client.awaitClosed()).isTrue();
            closing.get(60, TimeUnit.SECONDS);
            assertThat(server.requests()).hasToString("2 requests: 1 answered, 0 given up by clients, 1 lost");
        } finally {
            server.close();
        }
    }

    @Test
    void nothingThatWasBegunIsLostAndTheRestMayBeAskedAgain() throws Exception {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(messages, true, UTF_8);
        Server server = Server.start(
                new Server.Settings("127.0.0.1", 0, Pages.builtIn(), null, false, 2, 100, Watch.NONE, out, false));
        List<Load> loads = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                loads.add(new Load(server.port()));
            }
            assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            int answered = 0;
            for (Load load : loads) {
                answered += load.check();
            }
            closing.get(60, TimeUnit.SECONDS);

            assertThat(server.requests().begun()).isEqualTo(answered);
            assertThat(server.requests().answered()).isEqualTo(answered);
            assertThat(messages.toString(UTF_8)).isEmpty();
        } finally {
            loads.forEach(Load::close);
            server.close();
        }
    }
}
