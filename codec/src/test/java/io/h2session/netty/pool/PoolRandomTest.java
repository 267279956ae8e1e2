package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten thousand requests over connections whose limits change, that drain, die, age, idle and cannot be made. The origin takes down what it
 * has processed, so that it is known what a client may be told.
 */
class PoolRandomTest {
    private static final int MAX_CONNECTIONS = 6;

    /** A request, in either of the two ways, and what became of it. */
    private abstract static class Ask {
        final String path;
        int answers;
        int ends;
        StreamEnd end;

        Ask(String path) {
            this.path = path;
        }

        abstract Future<?> future();

        void ended(StreamEnd why) {
            ends++;
            end = why;
        }

        boolean isOver() {
            return ends > 0 || (future().isDone() && !future().isSuccess());
        }
    }

    private static final class WithChannel extends Ask {
        private final Future<StreamChannel> future;

        WithChannel(Origin origin, String path) {
            super(path);
            future = origin.pool.open(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext context) {
                    StreamChannel stream = (StreamChannel) context.channel();
                    context.writeAndFlush(Http2SessionWrite.request(stream.stream(), Origin.get(path)));
                }

                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    if (message instanceof Http2SessionEvent.Headers) {
                        answers++;
                    }
                    ReferenceCountUtil.release(message);
                }

                @Override
                public void channelInactive(ChannelHandlerContext context) {
                    ended(((StreamChannel) context.channel()).end());
                }
            });
        }

        @Override
        Future<?> future() {
            return future;
        }
    }

    private static final class WithoutChannel extends Ask implements PooledRequest {
        private final Future<Http2StreamHandle> future;

        WithoutChannel(Origin origin, String path) {
            super(path);
            future = origin.pool.open(this);
        }

        @Override
        Future<?> future() {
            return future;
        }

        @Override
        public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
            connection.writeAndFlush(Http2SessionWrite.request(stream, Origin.get(path)));
        }

        @Override
        public boolean sendAgain() {
            return true;
        }

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            answers++;
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd why) {
            ended(why);
        }
    }

    /** What happens to the pool and to its origin. */
    private static final class Run implements AutoCloseable {
        private final Random random;
        private final Origin origin;
        private final List<Ask> asks = new ArrayList<>();

        /** How often the origin has answered each path. */
        private final Map<String, Integer> answered = new HashMap<>();

        Run(long seed) {
            random = new Random(seed);
            origin = new Origin(
                    5,
                    options -> options.maxConnections(MAX_CONNECTIONS)
                            .minConnections(1)
                            .spareStreams(2)
                            .maxWaiters(60)
                            .acquireTimeout(Duration.ofSeconds(2))
                            .connectTimeout(Duration.ofSeconds(2))
                            .maxAge(Duration.ofSeconds(20))
                            .maxAgeJitter(0.5)
                            .maxIdle(Duration.ofSeconds(3))
                            .drainTimeout(Duration.ofSeconds(15))
                            .maxRequests(200)
                            .backOff(Duration.ofMillis(100))
                            .backOffJitter(0.5),
                    random::nextDouble);
        }

        void ask() {
            String path = "/" + asks.size();
            asks.add(random.nextBoolean() ? new WithChannel(origin, path) : new WithoutChannel(origin, path));
        }

        private void answer(OriginConnection connection, String path) {
            connection.answer(path);
            answered.merge(path, 1, Integer::sum);
        }

        /** One of the requests that a connection has; null if it has none. */
        private String one(OriginConnection connection) {
            List<String> paths = List.copyOf(connection.requests.keySet());
            return paths.isEmpty() ? null : paths.get(random.nextInt(paths.size()));
        }

        void step(int wanted) {
            for (int burst = random.nextInt(7); burst > 0 && asks.size() < wanted; burst--) {
                ask();
            }
            if (random.nextInt(origin.refusal == null ? 60 : 4) == 0) {
                origin.refusal = origin.refusal == null ? new IOException("refused") : null;
            }
            origin.limit = random.nextInt(12);
            for (OriginConnection one : origin.open()) {
                if (one.server.isOpen() && one.client.isOpen()) {
                    happen(one);
                }
            }
            if (random.nextInt(20) == 0) {
                giveUp(asks.get(random.nextInt(asks.size())));
            }
            if (random.nextBoolean()) {
                origin.exchange();
            }
            origin.passWithoutTheWire(Duration.ofMillis(random.nextInt(60)));
            check();
        }

        private void happen(OriginConnection connection) {
            for (int answers = random.nextInt(6); answers > 0; answers--) {
                String path = one(connection);
                if (path != null) {
                    answer(connection, path);
                }
            }
            String path = one(connection);
            switch (random.nextInt(120)) {
                case 0 -> connection.die();
                case 1 -> connection.drain();
                case 2, 3 -> connection.allow(random.nextInt(4) * 3L);
                case 4 -> connection.goAwayAfter(path, ErrorCode.NO_ERROR);
                case 5, 6, 7 -> {
                    if (path != null) {
                        connection.reset(path, ErrorCode.REFUSED_STREAM);
                    }
                }
                case 8 -> {
                    if (path != null) {
                        connection.reset(path, ErrorCode.INTERNAL_ERROR);
                    }
                }
                case 9 -> connection.server.shut();
                case 10 -> connection.client.shut();
                case 11, 12, 13 -> {
                    connection.server.open();
                    connection.client.open();
                }
                default -> connection.move();
            }
        }

        private void giveUp(Ask ask) {
            if (!ask.future().cancel(false) && ask instanceof WithChannel with && with.future.isSuccess()) {
                with.future.getNow().close();
            }
        }

        /** What is true at any moment. */
        private void check() {
            PoolFacts facts = origin.facts();
            assertThat(facts.connecting() + facts.connections()).isBetween(0, MAX_CONNECTIONS);
        }

        /** Lets all that is under way come to its end. */
        void settle() {
            origin.refusal = null;
            origin.limit = 10;
            for (int i = 0; i < 200 && asks.stream().anyMatch(one -> !one.isOver()); i++) {
                for (OriginConnection one : origin.open()) {
                    one.server.open();
                    one.client.open();
                    if (one.server.isOpen()) {
                        List.copyOf(one.requests.keySet()).forEach(path -> answer(one, path));
                    }
                }
                origin.exchange();
                origin.pass(Duration.ofMillis(100));
            }
        }

        @Override
        public void close() {
            origin.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 10000", "2, 1000"})
    void everyRequestIsAnsweredOnceOrFailsWithAReasonThatSaysWhetherItMayBeRetried(long seed, int requests) {
        try (Run run = new Run(seed)) {
            while (run.asks.size() < requests) {
                run.step(requests);
            }
            run.settle();

            Map<StreamEnd.Kind, Integer> kinds = new EnumMap<>(StreamEnd.Kind.class);
            for (Ask one : run.asks) {
                judge(one, run.answered.getOrDefault(one.path, 0));
                if (one.end != null) {
                    kinds.merge(one.end.kind(), 1, Integer::sum);
                }
            }
            assertThat(run.origin.connections).allMatch(one -> one.excess == 0);
            PoolFacts facts = run.origin.facts();
            assertThat(facts.openStreams()).isZero();
            assertThat(facts.waiters()).isZero();
            assertThat(kinds.get(StreamEnd.Kind.COMPLETE)).isGreaterThan(requests / 2);
            if (requests == 10_000) {
                // Everything that could happen did.
                assertThat(kinds.keySet()).containsAll(EnumSet.complementOf(EnumSet.of(StreamEnd.Kind.CLOSED)));
                assertThat(facts.retries()).isPositive();
                assertThat(facts.failures())
                        .containsKeys(
                                PoolFailure.TOO_MANY_WAITERS, PoolFailure.ACQUIRE_TIMEOUT, PoolFailure.CONNECT_FAILED);
            }

            Future<Void> closed = run.origin.pool.close(Duration.ofSeconds(1));
            for (int i = 0; i < 100 && !closed.isDone(); i++) {
                run.origin.pass(Duration.ofMillis(100));
            }
            assertThat(closed.isSuccess()).isTrue();
            run.origin.exchange();
            assertThat(run.origin.open()).isEmpty();
            facts = run.origin.facts();
            assertThat(facts.connecting() + facts.connections() + facts.draining())
                    .isZero();
        }
    }

    private static void judge(Ask ask, int answersOfTheOrigin) {
        assertThat(ask.isOver()).as(ask.path).isTrue();
        assertThat(ask.ends).as(ask.path).isLessThanOrEqualTo(1);
        assertThat(ask.answers).as(ask.path).isLessThanOrEqualTo(1);
        assertThat(answersOfTheOrigin).as(ask.path).isLessThanOrEqualTo(1);
        if (!ask.future().isSuccess()) {
            assertThat(ask.ends).as(ask.path).isZero();
            assertThat(answersOfTheOrigin).as(ask.path).isZero();
            if (!ask.future().isCancelled()) {
                assertThat(PoolException.retryIsSafe(ask.future().cause())).isTrue();
            }
        } else if (ask.end.kind() == StreamEnd.Kind.COMPLETE) {
            assertThat(ask.answers).as(ask.path).isOne();
            assertThat(answersOfTheOrigin).as(ask.path).isOne();
        } else if (ask.end.retryIsSafe()) {
            assertThat(ask.answers).as(ask.path).isZero();
            assertThat(answersOfTheOrigin).as(ask.path).isZero();
        }
    }
}
