package io.h2session.netty;

import static io.h2session.netty.Events.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.CharsetUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of what was read, each turn of the event loop processes no more than its share. */
class TurnsTest {
    /** A server whose loop turns by hand. */
    private static final class Server implements AutoCloseable {
        final Events events = new Events();
        final Http2SessionHandler handler;
        final GatedChannel channel;
        final Frames peer = Frames.script();
        final ByteBuf sent = Unpooled.buffer();
        int frames;

        Server(UnaryOperator<Http2SessionHandlerBuilder> settings) {
            Http2SessionHandlerBuilder builder = settings.apply(Http2SessionHandler.forServer()
                            .options(Http2SessionOptions.builder()
                                    .maxConcurrentStreams(10_000)
                                    .clock(() -> 0)
                                    .build()))
                    .metrics(new Http2SessionMetrics() {
                        @Override
                        public void frameReceived(
                                Http2SessionContext session, int type, int flags, int streamId, int length) {
                            frames++;
                        }
                    });
            handler = builder.build();
            channel = new GatedChannel(handler, events);
            // The next turn is a task without delay: if the clock stood still, it would run in the turn that made it.
            channel.unfreezeTime();
        }

        byte[] bytes(Consumer<Frames> script) {
            Frames said = peer.fork();
            script.accept(said);
            return said.bytes();
        }

        /** One read loop of the channel, and nothing of what the loop does afterwards. */
        void read(byte[] bytes) {
            channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes));
            channel.pipeline().fireChannelReadComplete();
        }

        void read(Consumer<Frames> script) {
            read(bytes(script));
        }

        /** Turns of the loop until nothing waits any more; how many. */
        int turns() {
            int turns = 0;
            for (; handler.channel.receiver.turnOver(); turns++) {
                channel.runPendingTasks();
            }
            return turns;
        }

        int requests() {
            return events.of(Http2SessionEvent.Headers.class).size();
        }

        List<String> says() {
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                sent.writeBytes(bytes);
                bytes.release();
            }
            return PeerView.ofServer().read(sent.copy());
        }

        @Override
        public void close() {
            SessionPair.end(channel);
        }
    }

    private static void hello(Frames peer) {
        peer.preface().settings().settingsAck();
    }

    @ParameterizedTest
    @CsvSource({"1000, 256", "1000, 10", "257, 256"})
    void aTurnTakesNoMoreFramesThanItsQuota(int count, int quota) {
        try (Server server = new Server(builder -> builder.maxPerTurn(quota, 128))) {
            server.read(TurnsTest::hello);
            server.turns();
            int before = server.frames;
            server.read(peer -> peer.times(count, Frames.script().priority(1, 0, 16, false)));
            // The header of the next one was read.
            assertThat(server.frames).isEqualTo(before + quota + 1);
            assertThat(server.channel.config().isAutoRead()).isFalse();
            while (server.handler.channel.receiver.turnOver()) {
                int taken = server.frames;
                server.channel.runPendingTasks();
                assertThat(server.frames - taken).isLessThanOrEqualTo(quota);
            }
            assertThat(server.frames).isEqualTo(before + count);
            assertThat(server.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void whatIsWithinTheQuotaIsDoneAtOnce() {
        try (Server server = new Server(builder -> builder)) {
            server.read(TurnsTest::hello);
            server.read(peer -> {
                for (int id = 1; id < 200; id += 2) {
                    peer.request(id, true, "/");
                }
            });
            assertThat(server.requests()).isEqualTo(100);
            assertThat(server.handler.channel.receiver.turnOver()).isFalse();
            assertThat(server.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void aTurnBeginsNoMoreStreamsThanItsQuota() {
        try (Server server = new Server(builder -> builder.maxPerTurn(256, 32))) {
            server.read(TurnsTest::hello);
            server.read(peer -> {
                for (int id = 1; id < 400; id += 2) {
                    peer.request(id, true, "/");
                }
            });
            assertThat(server.requests()).isEqualTo(32);
            int before = 32;
            while (server.handler.channel.receiver.turnOver()) {
                server.channel.runPendingTasks();
                assertThat(server.requests() - before).isLessThanOrEqualTo(32);
                before = server.requests();
            }
            assertThat(before).isEqualTo(200);
        }
    }

    @Test
    void whatIsReadMeanwhileComesAfterwards() {
        try (Server server = new Server(builder -> builder.maxPerTurn(4, 2))) {
            server.read(TurnsTest::hello);
            server.turns();
            byte[] bytes = server.bytes(peer -> {
                for (int id = 1; id < 100; id += 2) {
                    peer.request(id, true, "/" + id);
                }
            });
            for (int at = 0; at < bytes.length; at += 10) {
                server.read(Arrays.copyOfRange(bytes, at, Math.min(at + 10, bytes.length)));
            }
            server.turns();
            assertThat(server.events.of(Http2SessionEvent.Headers.class))
                    .extracting(request -> request.stream().id())
                    .hasSize(50)
                    .isSorted();
        }
    }

    // ---- the same comes of it --------------------------------------------------------------------------------------

    private static void answer(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2SessionEvent.Headers request && request.endStream()) {
            ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200), Events.text("body")));
        } else if (event instanceof Http2SessionEvent.Data data && data.endStream()) {
            ctx.writeAndFlush(Http2SessionWrite.response(data.stream(), status(200), Events.text("body")));
        }
    }

    /** What the application saw, stream by stream, the pieces of bodies joined. */
    private static List<String> seen(Server server, int streams) {
        List<String> seen = new ArrayList<>();
        for (int id = 1; id < 2 * streams; id += 2) {
            StringBuilder text = new StringBuilder();
            for (Object event : server.events.all) {
                if (event instanceof Http2SessionEvent.Headers headers
                        && headers.stream().id() == id) {
                    text.append(headers.headers()).append(headers.endStream());
                } else if (event instanceof Http2SessionEvent.Reset reset
                        && reset.stream().id() == id) {
                    text.append("reset");
                } else if (event instanceof Http2SessionEvent.StreamClosed closed
                        && closed.stream().id() == id) {
                    text.append("closed").append(closed.errorCode());
                } else if (event instanceof String piece && piece.startsWith(id + ":")) {
                    text.append(piece.substring(piece.indexOf(':') + 1));
                }
            }
            seen.add(text.toString());
        }
        return seen;
    }

    private static void script(Frames peer) {
        for (int id = 1; id < 60; id += 2) {
            peer.request(id, false, "/" + id).data(id, "one", false);
            if (id % 3 == 0) {
                peer.reset(id, ErrorCode.CANCEL).ping(id);
            } else if (id % 3 == 1) {
                peer.data(id, "two", true).windowUpdate(0, 1000);
            } else {
                peer.data(id, new byte[0], false)
                        .headers(id, true, "trailer", "x")
                        .settings(4, 70_000 + id);
            }
        }
    }

    @Test
    void theSameComesOfTheInputWhateverTheQuotaAndTheSplit() {
        List<String> expected = null;
        List<String> expectedEnd = null;
        Random random = new Random(37);
        for (int quota : new int[] {1_000_000, 256, 7, 1}) {
            for (int most : new int[] {1_000_000, 100, 7, 1}) {
                try (Server server = new Server(builder -> builder.maxPerTurn(quota, Math.max(1, quota / 2)))) {
                    server.events.on((ctx, event) -> {
                        if (event instanceof Http2SessionEvent.Data data) {
                            server.events.all.add(data.stream().id() + ":"
                                    + data.content().toString(CharsetUtil.US_ASCII)
                                    + (data.endStream() ? "|" : ""));
                        }
                        answer(ctx, event);
                    });
                    byte[] bytes = server.bytes(
                            peer -> script(peer.preface().settings().settingsAck()));
                    for (int at = 0; at < bytes.length; ) {
                        int end = Math.min(bytes.length, at + 1 + random.nextInt(most));
                        server.read(Arrays.copyOfRange(bytes, at, end));
                        at = end;
                        if (random.nextInt(10) == 0) {
                            server.channel.runPendingTasks();
                        }
                    }
                    server.turns();
                    List<String> seen = seen(server, 30);
                    List<String> says = new ArrayList<>(server.says());
                    says.sort(null);
                    if (expected == null) {
                        expected = seen;
                        expectedEnd = says;
                        assertThat(seen).allMatch(one -> one.contains("closed"));
                    }
                    assertThat(seen).isEqualTo(expected);
                    assertThat(says).isEqualTo(expectedEnd);
                }
            }
        }
    }

    // ---- ends ------------------------------------------------------------------------------------------------------

    /** Fires what is asked for as soon as something is read. */
    private static Server waiting() {
        Server server = new Server(builder -> builder.maxPerTurn(3, 3));
        server.read(TurnsTest::hello);
        server.turns();
        server.read(peer -> {
            for (int id = 1; id < 100; id += 2) {
                peer.request(id, true, "/");
            }
        });
        assertThat(server.requests()).isEqualTo(3);
        return server;
    }

    @Test
    void whatWasReadIsToldBeforeTheChannelIsInactive() {
        List<Integer> requestsWhenInactive = new ArrayList<>();
        try (Server server = waiting()) {
            server.channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelInactive(ChannelHandlerContext ctx) {
                    requestsWhenInactive.add(server.requests());
                }
            });
            SessionPair.end(server.channel);
            assertThat(requestsWhenInactive).containsExactly(50);
            assertThat(server.events.of(Http2SessionEvent.StreamClosed.class)).hasSize(50);
            assertThat(server.events.all).last().isInstanceOf(Http2SessionEvent.SessionEnded.class);
        }
    }

    @Test
    void whatWasReadIsToldBeforeTheEndOfTheInput() {
        try (Server server = waiting()) {
            server.channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            assertThat(server.events.of(Http2SessionEvent.SessionEnded.class)).isEmpty();
            server.turns();
            assertThat(server.requests()).isEqualTo(50);
            assertThat(server.events.one(Http2SessionEvent.SessionEnded.class)).isNotNull();
        }
    }

    @Test
    void whatWasReadIsToldBeforeTheHandlerIsRemoved() {
        try (Server server = waiting()) {
            server.channel.pipeline().remove(server.handler);
            assertThat(server.requests()).isEqualTo(50);
            assertThat(server.events.all).last().isInstanceOf(Http2SessionEvent.SessionEnded.class);
            assertThat(server.channel.config().isAutoRead()).isTrue();
            server.channel.runPendingTasks();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWaitsIsProcessedWhenTheSessionDrainsAndThrownAwayWhenItIsClosed(boolean twice) {
        try (Server server = waiting()) {
            server.channel.pipeline().close();
            if (twice) {
                server.channel.pipeline().close();
            }
            server.turns();
            if (twice) {
                assertThat(server.requests()).isLessThan(50);
                assertThat(server.events.one(Http2SessionEvent.SessionEnded.class))
                        .isNotNull();
            } else {
                assertThat(server.requests()).isEqualTo(50);
            }
        }
    }

    @Test
    void anApplicationThatReadsByHandIsGivenAllOfARead() {
        try (Server server = new Server(builder -> builder.maxPerTurn(3, 3))) {
            server.channel.config().setAutoRead(false);
            server.read(TurnsTest::hello);
            server.turns();
            server.channel.read();
            server.read(peer -> {
                for (int id = 1; id < 100; id += 2) {
                    peer.request(id, true, "/");
                }
            });
            server.turns();
            assertThat(server.requests()).isEqualTo(50);
            assertThat(server.channel.config().isAutoRead()).isFalse();
        }
    }
}
