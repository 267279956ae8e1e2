package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.pool.ConnectionSetup;
import io.h2session.netty.pool.Http2ConnectionPool;
import io.h2session.netty.pool.PoolOptions;
import io.h2session.testing.CapturedLog;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However a client's exchange ends, each level at which an application may have asked says the same of it, once, and says rightly
 * whether a retry is safe. No buffer is left, and nothing is logged of what a peer can do.
 */
class EndsAtEachLevelTest {
    private static final String ENDED = "CONNECTION_ENDED[CANCEL]";
    private static final String NEVER_SENT = "CONNECTION_ENDED[REFUSED_STREAM, retry]";
    private static final String REFUSED = "REFUSED[REFUSED_STREAM, retry]";

    private static final String NO_OTHER = "CONNECT_FAILED[retry]";

    /** What ends a connection, or its streams; and what is told of the stream in each of the states. */
    private enum Way {
        THE_PEER_RESETS(reset("CANCEL"), reset("CANCEL"), reset("CANCEL"), reset("CANCEL")) {
            @Override
            void happen(Play play) {
                play.eachStream((peer, id) -> peer.reset(id, ErrorCode.CANCEL));
            }
        },
        THE_PEER_REFUSES(REFUSED, REFUSED, "RESET_BY_PEER[REFUSED_STREAM]", REFUSED) {
            @Override
            void happen(Play play) {
                play.eachStream((peer, id) -> peer.reset(id, ErrorCode.REFUSED_STREAM));
            }
        },
        THE_PEER_WANTS_HTTP_1_1(
                reset("HTTP_1_1_REQUIRED"),
                reset("HTTP_1_1_REQUIRED"),
                reset("HTTP_1_1_REQUIRED"),
                reset("HTTP_1_1_REQUIRED")) {
            @Override
            void happen(Play play) {
                play.eachStream((peer, id) -> peer.reset(id, ErrorCode.HTTP_1_1_REQUIRED));
            }
        },
        THE_PEER_SENDS_MALFORMED_RESPONSES(
                "RESET[PROTOCOL_ERROR]", "RESET[PROTOCOL_ERROR]", "RESET[PROTOCOL_ERROR]", "RESET[PROTOCOL_ERROR]") {
            @Override
            void happen(Play play) {
                play.eachStream((peer, id) -> peer.response(id, true, 200, "content-length", "5"));
            }
        },
        THE_PEER_GOES_AWAY_AND_CLOSES(ENDED, REFUSED, "RESET[REFUSED_STREAM]", REFUSED, NO_OTHER) {
            @Override
            void happen(Play play) {
                play.receive(play.peer.fork().goAway(1, ErrorCode.NO_ERROR, ""));
                play.vanish();
            }
        },
        THE_PEER_GOES_AWAY_FOR_HTTP_1_1(REFUSED, REFUSED, "RESET[REFUSED_STREAM]", REFUSED, NO_OTHER) {
            @Override
            void happen(Play play) {
                play.receive(play.peer.fork().goAway(0, ErrorCode.HTTP_1_1_REQUIRED, ""));
            }
        },
        THE_PEER_BREAKS_A_RULE(
                ended("FRAME_SIZE_ERROR"), ended("FRAME_SIZE_ERROR"), ended("FRAME_SIZE_ERROR"), NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.receive(play.peer.fork().frame(6, 0, 0, (byte) 1));
            }
        },
        THE_TRANSPORT_IS_CLOSED(ENDED, ENDED, ENDED, NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.vanish();
            }
        },
        THE_TRANSPORTS_INPUT_ENDS(ENDED, ENDED, ENDED, NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            }
        },
        A_READ_FAILS(ENDED, ENDED, ENDED, NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.channel.pipeline().fireExceptionCaught(new IOException("connection reset by peer"));
                play.vanish();
            }
        },
        A_WRITE_FAILS(ENDED, ENDED, ENDED, NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.channel.failWrites(new IOException("broken pipe"));
                play.receive(play.peer.fork().ping(1));
            }
        },
        TLS_FAILS(ENDED, ENDED, ENDED, NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.channel.pipeline().fireExceptionCaught(new SSLException("bad record MAC"));
            }
        },
        THE_APPLICATION_CLOSES_THE_CONNECTION_AT_ONCE(ENDED, ENDED, ENDED, REFUSED, NO_OTHER) {
            @Override
            void happen(Play play) {
                play.channel.close();
                play.channel.close();
                play.channel.close();
            }
        },
        THE_APPLICATION_CLOSES_THE_CONNECTION_AND_THE_PEER_DOES_NOT_ANSWER(ENDED, ENDED, ENDED, REFUSED, NO_OTHER) {
            @Override
            void happen(Play play) {
                // The embedded channel's own close() cancels what is scheduled.
                play.channel.pipeline().close();
                play.pass(30);
            }
        },
        THE_APPLICATION_TERMINATES_THE_SESSION(
                ended("INTERNAL_ERROR"), ended("INTERNAL_ERROR"), ended("INTERNAL_ERROR"), NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.channel.writeAndFlush(Http2SessionWrite.terminate(ErrorCode.INTERNAL_ERROR.code()));
            }
        },
        THE_STREAMS_TAKE_TOO_LONG(
                "RESET[CANCEL]", "RESET[CANCEL]", "RESET[CANCEL]", REFUSED, "ACQUIRE_TIMEOUT[retry]") {
            @Override
            Http2Timeouts timeouts() {
                Duration ten = Duration.ofSeconds(10);
                return Http2Timeouts.NONE.withStreamIdle(ten).withRequestWait(Duration.ofSeconds(5));
            }

            @Override
            void happen(Play play) {
                play.pass(30);
            }
        },
        THE_SESSIONS_HANDLER_IS_REMOVED(ENDED, ENDED, ENDED, NEVER_SENT) {
            @Override
            void happen(Play play) {
                play.channel.pipeline().remove("session");
            }
        },
        THE_HANDLER_OF_THE_STREAMS_IS_REMOVED(
                "RESET[CANCEL]", "RESET[CANCEL]", "RESET[CANCEL]", "CLOSED[NO_ERROR, retry]", NO_OTHER) {
            @Override
            void happen(Play play) {
                play.channel.pipeline().remove("streams");
                play.run();
                play.vanish();
            }
        };

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<String> ends;

        /**
         * @param sending what is told of the request whose body waits for the window
         * @param asked of the one that was sent whole
         * @param answering of the one whose response has begun
         * @param waiting of the one that the peer's limit does not allow yet
         */
        Way(String sending, String asked, String answering, String waiting) {
            this(sending, asked, answering, waiting, waiting.equals(NEVER_SENT) ? NO_OTHER : waiting);
        }

        /** @param pooled what is told of the last one if it waits in a pool, which can make no other connection */
        Way(String sending, String asked, String answering, String waiting, String pooled) {
            ends = List.of(sending, asked, answering, waiting, pooled);
        }

        private static String reset(String code) {
            return "RESET_BY_PEER[" + code + "]";
        }

        private static String ended(String code) {
            return "CONNECTION_ENDED[" + code + "]";
        }

        Http2Timeouts timeouts() {
            return Http2Timeouts.SAFE;
        }

        abstract void happen(Play play);
    }

    private interface Saying {
        Frames of(Frames peer, int streamId);
    }

    /** Four exchanges on a connection whose peer allows three, and no bodies yet; the peer is the test. */
    private static final class Play {
        private static final int MAX_CONCURRENT_STREAMS = 3;
        private static final int INITIAL_WINDOW_SIZE = 4;

        final GatedChannel channel = new GatedChannel();
        final Frames peer = Frames.script();
        final List<Exchanged> exchanges = new ArrayList<>();
        private final Exchanged.Level level;
        private final Http2Timeouts timeouts;
        private Http2ConnectionPool pool;
        private boolean connected;

        Play(Exchanged.Level level, Http2Timeouts timeouts) {
            this.level = level;
            this.timeouts = timeouts;
            if (level.pools()) {
                pool = Http2ConnectionPool.with(this::connect, channel.eventLoop())
                        .options(PoolOptions.builder()
                                .maxConnections(1)
                                .retries(0)
                                .maxIdle(Duration.ZERO)
                                .clock(channel::time)
                                .build())
                        .setup(ConnectionSetup.priorKnowledge(this::handlers))
                        .build();
            } else {
                handlers(channel.pipeline());
                greet();
            }
            for (boolean hasBody : new boolean[] {true, false, false, true}) {
                Exchanged exchange = new Exchanged(hasBody);
                exchanges.add(exchange);
                if (pool == null) {
                    level.ask(channel, exchange);
                } else {
                    level.ask(pool, exchange);
                    greet();
                }
            }
            run();
            receive(peer.fork().response(5, false, 200).data(5, "begun", false));
            assertThat(exchanges).allMatch(exchange -> exchange.ends.isEmpty());
        }

        private ChannelFuture connect(ChannelHandler initializer) {
            if (connected) {
                return channel.newFailedFuture(new IOException("the origin is down"));
            }
            channel.pipeline().addLast(initializer);
            return channel.newSucceededFuture();
        }

        private void handlers(ChannelPipeline pipeline) {
            pipeline.addLast(
                    "session",
                    Http2SessionHandler.forClient()
                            .options(Http2SessionOptions.builder()
                                    .clock(channel::time)
                                    .timeouts(all -> timeouts)
                                    .build())
                            .build());
            level.add(pipeline);
        }

        private void greet() {
            run();
            if (!connected) {
                connected = true;
                receive(peer.fork()
                        .settings(MAX_CONCURRENT_STREAMS, 3, INITIAL_WINDOW_SIZE, 0)
                        .settingsAck());
            }
        }

        void run() {
            channel.runPendingTasks();
        }

        void receive(Frames frames) {
            channel.writeInbound(frames.buf());
        }

        void eachStream(Saying saying) {
            for (int id = 1; id <= 7; id += 2) {
                receive(saying.of(peer.fork(), id));
            }
        }

        void pass(int seconds) {
            for (int i = 0; i < seconds; i++) {
                channel.advanceTimeBy(1, TimeUnit.SECONDS);
                channel.runScheduledPendingTasks();
                run();
            }
        }

        void vanish() {
            channel.unsafe().close(channel.voidPromise());
            run();
        }

        void end() {
            vanish();
            channel.releaseOutbound();
            channel.releaseInbound();
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(Way.values())
                .flatMap(way -> Stream.of(Exchanged.Level.values()).map(level -> Arguments.of(way, level)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachExchangeIsToldItsEndOnceAndTruthfully(Way way, Exchanged.Level level) {
        try (CapturedLog log = new CapturedLog()) {
            Play play = new Play(level, way.timeouts());
            way.happen(play);
            play.run();
            for (int i = 0; i < 4; i++) {
                Exchanged exchange = play.exchanges.get(i);
                assertThat(exchange.ends).as("stream %d", 2 * i + 1).hasSize(1);
                assertThat(exchange.ends.get(0))
                        .as("stream %d", 2 * i + 1)
                        .isEqualTo(way.ends.get(level.pools() && i == 3 ? 4 : i));
                assertThat(exchange.retries)
                        .doesNotContain(!exchange.ends.get(0).contains("retry"));
                assertThat(exchange.body == null || exchange.body.refCnt() == 0).isTrue();
            }
            if (play.pool != null) {
                assertThat(play.pool.facts().openStreams()).isZero();
                assertThat(play.pool.facts().waiters()).isZero();
            }
            play.end();
            play.channel.checkException();
            assertThat(log.lines()).isEmpty();
        }
    }
}
