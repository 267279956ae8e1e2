package io.h2session.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proxy that stops waits for what runs, however that ends, and no longer. */
@Timeout(60)
class DrainTest {
    private static final Message GET = Message.of("GET /");

    private final CompletableFuture<Message> answer = new CompletableFuture<>();

    /** A server that answers when it is told to. */
    private Upstreaming server(Direction direction) throws Exception {
        if (!direction.http2Server) {
            return Upstreaming.http1(request -> {
                try {
                    return answer.get();
                } catch (InterruptedException | ExecutionException closed) {
                    throw new IllegalStateException(closed);
                }
            });
        }
        return Upstreaming.http2(
                0,
                (connection, stream) -> answer.thenAcceptAsync(
                        told -> Upstreaming.answer(connection, stream, told), connection.executor()));
    }

    /** A proxy that is closed by another thread. */
    private static final class Draining implements AutoCloseable {
        final Proxy proxy;
        private final Thread closing;

        Draining(Upstreaming server) throws Exception {
            proxy = Proxies.to(server);
            closing = new Thread(proxy::close);
        }

        /** Returns when no more clients are accepted. */
        void begin() throws InterruptedException {
            closing.start();
            proxy.awaitClosed();
        }

        /** It ends because nothing runs any more, not because its time is over. */
        void assertEnds() throws InterruptedException {
            closing.join(Proxy.SHUTDOWN_TIMEOUT.minusSeconds(5).toMillis());
            assertThat(closing.isAlive()).isFalse();
        }

        @Override
        public void close() {
            if (closing.getState() == Thread.State.NEW) {
                proxy.close();
                return;
            }
            try {
                closing.join();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    /** A client that has sent a request. */
    private interface Asking extends AutoCloseable {
        /** Waits until the client can know that the proxy stops. */
        void awaitNotice() throws Exception;

        /** Waits for the answer, and for the end of the connection where that is all there is to wait for. */
        Message answer() throws Exception;

        @Override
        void close() throws IOException;
    }

    private static Asking asking(Direction direction, Proxy proxy) throws Exception {
        return direction.http2Client ? new OverHttp2(proxy.port()) : new OverHttp1(proxy.port());
    }

    private static final class OverHttp1 implements Asking {
        private final Http1Peer client;

        OverHttp1(int port) throws Exception {
            client = Http1Peer.connect(port);
            client.send(Direction.http1(GET));
        }

        @Override
        public void awaitNotice() {
            // The answer says it: Connection: close.
        }

        @Override
        public Message answer() throws Exception {
            Message answer = client.answer(false);
            assertThat(client.isAtEnd()).isTrue();
            return answer;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static final class OverHttp2 implements Asking {
        private final Http2Peer client;
        private final Http2Peer.Asked asked;

        OverHttp2(int port) throws Exception {
            client = Http2Peer.connect(port);
            asked = client.ask(GET);
        }

        @Override
        public void awaitNotice() throws Exception {
            assertThat(client.goAways.poll(30, TimeUnit.SECONDS)).isNotNull();
        }

        @Override
        public Message answer() throws Exception {
            return asked.await();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** What the client is answered when something happens to a request while the proxy drains. */
    private Message answered(Direction direction, Consumer<Upstreaming> happens) throws Exception {
        try (Upstreaming server = server(direction);
                Draining draining = new Draining(server);
                Asking client = asking(direction, draining.proxy)) {
            server.request();
            draining.begin();
            client.awaitNotice();
            happens.accept(server);
            Message answered = client.answer();
            draining.assertEnds();
            return answered;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatRunsIsAnswered(Direction direction) throws Exception {
        Message ok = Message.of("200", "content-length: 2").body("ok");
        assertThat(answered(direction, server -> answer.complete(ok)).body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsLostIsNotWaitedFor(Direction direction) throws Exception {
        Message answered = answered(direction, Upstreaming::end);
        assertThat(answered.start()).as(answered.toString()).startsWith("50");
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatLeavesIsNotWaitedFor(Direction direction) throws Exception {
        try (Upstreaming server = server(direction);
                Draining draining = new Draining(server)) {
            try (Asking client = asking(direction, draining.proxy)) {
                server.request();
                draining.begin();
                client.awaitNotice();
            }
            draining.assertEnds();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatRunsWhenTheProxyEndsAtOnceIsCut(Direction direction) throws Exception {
        try (Upstreaming server = server(direction);
                Draining draining = new Draining(server)) {
            try (Asking client = asking(direction, draining.proxy)) {
                server.request();
                draining.begin();
                client.awaitNotice();
                draining.proxy.closeAtOnce();
                if (direction.http2Client) {
                    assertThat(client.answer().end()).isEqualTo("CANCEL");
                }
            }
            draining.assertEnds();
        }
    }
}
