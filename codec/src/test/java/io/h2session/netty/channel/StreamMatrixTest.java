package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.get;
import static io.h2session.netty.channel.StreamsEnd.post;
import static io.h2session.netty.channel.StreamsEnd.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.testing.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the handler of a stream does at whatever it is told, every channel is told its end once, every promise completes, and every
 * buffer is released.
 */
class StreamMatrixTest {
    /** What the handler of a stream does at the most unexpected moment. */
    enum Deed {
        CLOSE {
            @Override
            void done(Play play, StreamLog log) {
                play.await(log.channel.close());
            }
        },
        CLOSE_FORCIBLY {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.unsafe().closeForcibly();
            }
        },
        RESET {
            @Override
            void done(Play play, StreamLog log) {
                play.write(log, Http2SessionWrite.reset(log.channel.stream(), ErrorCode.CANCEL));
            }
        },
        DATA {
            @Override
            void done(Play play, StreamLog log) {
                play.write(log, Http2SessionWrite.data(log.channel.stream(), play.text("more"), false));
            }
        },
        DATA_ON_A_VOID_PROMISE {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.writeAndFlush(
                        Http2SessionWrite.data(log.channel.stream(), play.text("more"), false),
                        log.channel.voidPromise());
            }
        },
        RESPOND {
            @Override
            void done(Play play, StreamLog log) {
                play.write(log, Http2SessionWrite.response(log.channel.stream(), status(200), play.text("answer")));
            }
        },
        TRAILERS {
            @Override
            void done(Play play, StreamLog log) {
                play.write(log, Http2SessionWrite.trailers(log.channel.stream(), HeaderList.of("a", "b")));
            }
        },
        FLUSH {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.flush();
                log.channel.parent().flush();
            }
        },
        DEREGISTER {
            @Override
            void done(Play play, StreamLog log) {
                play.await(log.channel.deregister());
            }
        },
        REMOVE_ITSELF {
            @Override
            void done(Play play, StreamLog log) {
                if (log.channel.pipeline().context(log) != null) {
                    log.channel.pipeline().remove(log);
                }
            }
        },
        REPLACE_ITSELF {
            @Override
            void done(Play play, StreamLog log) {
                if (log.channel.pipeline().context(log) != null) {
                    log.channel.pipeline().replace(log, null, new ChannelInboundHandlerAdapter());
                }
            }
        },
        STOP_READING {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.config().setAutoRead(false);
            }
        },
        READ {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.config().setAutoRead(false);
                log.channel.read();
            }
        },
        THROW {
            @Override
            void done(Play play, StreamLog log) {
                throw new IllegalStateException("the application's");
            }
        },
        FIRE_AN_EXCEPTION {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.pipeline().fireExceptionCaught(new IllegalStateException("the application's"));
            }
        },
        CLOSE_ALL {
            @Override
            void done(Play play, StreamLog log) {
                play.end.streams.forEachChannel(Channel::close);
            }
        },
        CLOSE_THE_CONNECTION {
            @Override
            void done(Play play, StreamLog log) {
                play.await(log.channel.parent().close());
            }
        },
        CLOSE_THE_CONNECTION_TWICE {
            @Override
            void done(Play play, StreamLog log) {
                play.await(log.channel.parent().close());
                play.await(log.channel.parent().close());
            }
        },
        TERMINATE {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.parent().writeAndFlush(Http2SessionWrite.terminate(2));
            }
        },
        THE_TRANSPORT_IS_GONE {
            @Override
            void done(Play play, StreamLog log) {
                Channel connection = log.channel.parent();
                connection.unsafe().close(connection.voidPromise());
            }
        },
        THE_TRANSPORT_FAILS {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.parent().pipeline().fireExceptionCaught(new IOException("reset by peer"));
            }
        },
        THE_INPUT_ENDS {
            @Override
            void done(Play play, StreamLog log) {
                log.channel.parent().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            }
        },
        REMOVE_THE_STREAMS {
            @Override
            void done(Play play, StreamLog log) {
                if (log.channel.parent().pipeline().get(Http2StreamsHandler.class) != null) {
                    log.channel.parent().pipeline().remove(Http2StreamsHandler.class);
                }
            }
        },
        REMOVE_THE_SESSION {
            @Override
            void done(Play play, StreamLog log) {
                if (log.channel.parent().pipeline().get(Http2SessionHandler.class) != null) {
                    log.channel.parent().pipeline().remove(Http2SessionHandler.class);
                }
            }
        };

        /** Whether an exception of the application's comes of it, which is logged if no handler takes it. */
        private final boolean throwsItself =
                name().startsWith("THROW") || name().contains("VOID") || name().contains("EXCEPTION");

        /** Whether the handler is not told the end any more. */
        private final boolean leaves = name().endsWith("ITSELF") || name().equals("DEREGISTER");

        abstract void done(Play play, StreamLog log);
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void atAServer(Deed deed) {
        play(deed, true);
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void atAClient(Deed deed) {
        play(deed, false);
    }

    /** With the deed at every opportunity in turn. */
    private static void play(Deed deed, boolean server) {
        int opportunities = 1;
        for (int at = 0; at < opportunities; at++) {
            Play play = new Play(deed, at);
            try {
                play.play(server);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(deed + " at " + play.done + ": " + failure, failure);
            }
            opportunities = play.opportunities;
        }
        assertThat(opportunities).isGreaterThan(20);
    }

    private static final class Play {
        private final Deed deed;
        private final int at;
        private final List<ByteBuf> written = new ArrayList<>();
        private final List<ChannelFuture> futures = new ArrayList<>();
        private final Map<String, Integer> kinds = new HashMap<>();
        private StreamsEnd end;
        private boolean over;
        private String done = "nothing";
        private int opportunities;

        Play(Deed deed, int at) {
            this.deed = deed;
            this.at = at;
        }

        void await(ChannelFuture future) {
            futures.add(future);
        }

        ByteBuf text(String text) {
            ByteBuf bytes = StreamsEnd.text(text);
            written.add(bytes);
            return bytes;
        }

        void write(StreamLog log, Http2SessionWrite write) {
            ChannelFuture future = log.channel.writeAndFlush(write);
            futures.add(future);
            future.addListener(completed -> opportunity(log, write.getClass().getSimpleName()));
        }

        /** The first of a kind and the second are opportunities. */
        private void opportunity(StreamLog log, String kind) {
            if (!over && kinds.merge(kind, 1, Integer::sum) <= 2 && opportunities++ == at) {
                done = log.channel + " " + kind;
                deed.done(this, log);
            }
        }

        void play(boolean server) {
            try (CapturedLog log = new CapturedLog()) {
                end = server ? StreamsEnd.server() : StreamsEnd.client();
                end.reaction = (one, what, message) -> {
                    answer(one, message);
                    opportunity(one, what);
                };
                if (server) {
                    serve();
                } else {
                    ask();
                }
                end.sent();
                end.pass(61, TimeUnit.SECONDS);
                end.pass(61, TimeUnit.SECONDS);
                end.channel.close();
                end.pass(31, TimeUnit.SECONDS);
                end.pass(6, TimeUnit.SECONDS);
                over = deed != Deed.STOP_READING && deed != Deed.READ;
                end.close();
                check();
                assertThat(log.lines()).filteredOn(line -> !deed.throwsItself).isEmpty();
            }
        }

        private void answer(StreamLog log, Object message) {
            if (message instanceof Http2SessionEvent.Headers head && end.streams.server()) {
                if (head.endStream()) {
                    write(log, Http2SessionWrite.informational(head.stream(), status(103)));
                    write(log, Http2SessionWrite.responseHead(head.stream(), status(200)));
                    write(log, Http2SessionWrite.data(head.stream(), text("x".repeat(70_000)), false));
                    write(log, Http2SessionWrite.trailers(head.stream(), HeaderList.of("a", "b")));
                }
            } else if (message instanceof Http2SessionEvent.Data data && data.endStream() && end.streams.server()) {
                write(log, Http2SessionWrite.response(data.stream(), status(200), text("answer")));
            }
        }

        private void serve() {
            say(end.say().request(1, true, "/a").request(3, false, "/b").data(3, "some", false));
            say(end.say().data(3, "more", true).request(5, false, "/c").data(5, "x", false));
            say(end.say().windowUpdate(1, 100_000).windowUpdate(0, 1_000_000).priorityUpdate(5, "u=1"));
            say(end.say().reset(5, ErrorCode.CANCEL).request(7, true, "/d").request(9, false, "/e"));
            say(end.say().headers(9, true, "trailer", "x").windowUpdate(7, 100_000));
            say(end.say().request(11, false, "/f").data(11, "cut", false));
        }

        private void ask() {
            for (int i = 0; i < 3; i++) {
                if (end.channel.pipeline().get(Http2StreamsHandler.class) == null) {
                    return;
                }
                StreamChannel opened = end.open();
                if (opened == null) {
                    continue;
                }
                StreamLog log = end.logs.get(end.logs.size() - 1);
                if (i == 0) {
                    write(log, Http2SessionWrite.request(opened.stream(), get("/a")));
                } else {
                    write(log, Http2SessionWrite.requestHead(opened.stream(), post("/b")));
                    write(log, Http2SessionWrite.data(opened.stream(), text("y".repeat(i * 70_000)), i == 2));
                }
            }
            end.sent();
            if (end.logs.stream().allMatch(log -> log.channel.isOpen())) {
                say(end.say().response(1, false, 103).response(1, false, 200).data(1, "some", false));
                say(end.say()
                        .windowUpdate(3, 100_000)
                        .windowUpdate(0, 1_000_000)
                        .response(3, true, 200));
                if (end.logs.stream().allMatch(log -> log.channel.stream().id() > 0)) {
                    say(end.say().data(1, "more", false).headers(1, true, "a", "b"));
                    say(end.say().reset(5, ErrorCode.REFUSED_STREAM));
                }
            }
        }

        private void say(io.h2session.testing.Frames frames) {
            if (end.channel.isOpen() && end.channel.pipeline().get(Http2SessionHandler.class) != null) {
                end.receive(frames);
            }
            end.sent();
        }

        private void check() {
            assertThat(written).allMatch(bytes -> bytes.refCnt() == 0);
            assertThat(futures).allMatch(ChannelFuture::isDone);
            assertThat(end.channel.runScheduledPendingTasks()).isEqualTo(-1);
            for (StreamLog log : end.logs) {
                assertThat(log.channel.isOpen()).isFalse();
                assertThat(log.channel.isRegistered()).isFalse();
                assertThat(log.channel.closeFuture().isDone()).isTrue();
                if (log.told.contains("registered") && !deed.leaves) {
                    assertThat(log.told).containsOnlyOnce("unregistered").containsOnlyOnce("removed");
                    assertThat(log.told.contains("inactive")).isEqualTo(log.told.contains("active"));
                    assertThat(log.told).last().isEqualTo("removed");
                }
            }
        }
    }
}
