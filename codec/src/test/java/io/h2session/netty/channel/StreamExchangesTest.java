package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.options;
import static io.h2session.netty.channel.StreamsEnd.status;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import java.util.ArrayList;
import java.util.List;
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
