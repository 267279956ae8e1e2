package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.options;
import static io.h2session.netty.channel.StreamsEnd.status;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.testing.HeldThreads;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many exchanges are at work at a time, whatever becomes of their streams. */
class StreamExchangesTest {
    private static StreamsEnd end(int running) {
        return StreamsEnd.server(options(builder -> builder.maxRunningExchanges(running)), builder -> builder);
    }

    @Test
    void aFloodOfResetsKeepsAtMostTheAllowedNumberOfSlowHandlersAtWork() {
        try (StreamsEnd end = end(10)) {
            List<Runnable> working = new ArrayList<>();
            end.reaction = (log, what, message) -> {
                if (message instanceof Http2SessionEvent.Headers) {
                    working.add(log.channel.lease());
                }
            };
            for (int i = 0; i < 50; i++) {
                end.receive(end.say().request(2 * i + 1, true, "/").reset(2 * i + 1, ErrorCode.CANCEL));
            }
            assertThat(working).hasSize(10);
            assertThat(end.sent()).isNotEmpty().allMatch(frame -> frame.endsWith(" REFUSED_STREAM"));
            assertThat(end.streams.openChannels()).isZero();

            working.forEach(Runnable::run);
            working.forEach(Runnable::run);
            end.receive(end.say().request(201, true, "/"));
            assertThat(working).hasSize(11);
        }
    }

    private static void flood(StreamsEnd end, int requests) {
        for (int i = 0; i < requests; i++) {
            end.receive(end.say().request(2 * i + 1, true, "/").reset(2 * i + 1, ErrorCode.CANCEL));
        }
    }

    @Test
    void byDefaultAFloodOfResetsKeepsTwiceTheStreamsAtWorkAtMost() {
        int most = Http2SessionOptions.safe().maxRunningExchanges();
        assertThat(most).isEqualTo(2 * (int) Http2SessionOptions.safe().maxConcurrentStreams());
        try (StreamsEnd end = StreamsEnd.server()) {
            List<Runnable> working = new ArrayList<>();
            end.reaction = (log, what, message) -> {
                if (message instanceof Http2SessionEvent.Headers) {
                    working.add(log.channel.lease());
                }
            };
            flood(end, 3 * most);
            assertThat(working).hasSize(most);
            assertThat(end.sent()).isNotEmpty().allMatch(frame -> frame.endsWith(" REFUSED_STREAM"));

            working.get(0).run();
            end.receive(end.say().request(6 * most + 1, true, "/"));
            assertThat(working).hasSize(most + 1);
        }
    }

    /** A handler on a thread of its own. */
    private static final class Elsewhere extends ChannelInboundHandlerAdapter {
        private final AtomicInteger done;

        Elsewhere(AtomicInteger done) {
            this.done = done;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            done.incrementAndGet();
            ctx.fireChannelInactive();
        }
    }

    @Test
    @SuppressWarnings("deprecation") // 4.2 prefers handlers that choose their threads, and many have a group
    void handlersWithThreadsOfTheirOwnAreAtWorkUntilTheyHaveSeenTheEnd() {
        int most = Http2SessionOptions.safe().maxRunningExchanges();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        try (StreamsEnd end = StreamsEnd.server();
                HeldThreads threads = new HeldThreads(2);
                HeldThreads others = new HeldThreads(1)) {
            end.prepare = made -> {
                made.pipeline().addLast(threads.group(), new Elsewhere(first));
                made.pipeline().addLast(others.group(), new Elsewhere(second));
            };
            flood(end, 3 * most);
            assertThat(end.logs).hasSize(most);
            assertThat(end.sent()).isNotEmpty().allMatch(frame -> frame.endsWith(" REFUSED_STREAM"));

            threads.letGo();
            assertThat(first).hasValue(most);
            end.channel.runPendingTasks();
            end.receive(end.say().request(6 * most + 1, true, "/"));
            assertThat(end.logs).hasSize(most);

            others.letGo();
            assertThat(second).hasValue(most);
            end.channel.runPendingTasks();
            end.prepare = made -> {};
            end.receive(end.say().request(6 * most + 3, true, "/"));
            assertThat(end.logs).hasSize(most + 1);
        }
    }

    @Test
    void aFloodInOneReadIsBoundedWithoutLeasesToo() {
        try (StreamsEnd end = end(10)) {
            io.h2session.testing.Frames flood = end.say();
            for (int i = 0; i < 50; i++) {
                flood.request(2 * i + 1, true, "/").reset(2 * i + 1, ErrorCode.CANCEL);
            }
            end.receive(flood);
            assertThat(end.logs).hasSize(10);
            end.sent();
            end.receive(end.say().request(201, true, "/"));
            assertThat(end.logs).hasSize(11);
        }
    }

    @Test
    void aLeaseEndsOnAnyThreadAndNoneIsGivenAfterTheEnd() throws InterruptedException {
        try (StreamsEnd end = end(1)) {
            end.receive(end.say().request(1, true, "/"));
            StreamChannel child = end.child(0);
            Runnable lease = child.lease();
            end.receive(end.say().reset(1, ErrorCode.CANCEL));
            end.receive(end.say().request(3, true, "/"));
            assertThat(end.logs).hasSize(1);
            Thread other = new Thread(lease);
            other.start();
            other.join();
            end.channel.runPendingTasks();
            end.receive(end.say().request(5, true, "/"));
            assertThat(end.logs).hasSize(2);
            assertThatIllegalStateException().isThrownBy(child::lease);
        }
    }

    @Test
    void anAnsweredExchangeMakesRoomForTheNext() {
        try (StreamsEnd end = end(1)) {
            end.reaction = (log, what, message) -> {
                if (message instanceof Http2SessionEvent.Headers) {
                    log.ctx.writeAndFlush(Http2SessionWrite.response(log.channel.stream(), status(200), text("x")));
                }
            };
            for (int i = 0; i < 20; i++) {
                end.receive(end.say().request(2 * i + 1, true, "/"));
                assertThat(end.sent()).hasSize(2);
            }
        }
    }
}
