package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.bytes;
import static io.h2session.netty.channel.StreamsEnd.options;
import static io.h2session.netty.channel.StreamsEnd.status;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.testing.Frames;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Many streams on one connection, of which some stand still. */
class ManyStreamsTest {
    /** With 900 bytes in each, more than a window. */
    private static final int ROUNDS = 100;

    private static UnaryOperator<Http2SessionHandlerBuilder> allowing(int streams) {
        return options(builder -> builder.maxConcurrentStreams(streams).initialWindowSize(1000));
    }

    /** That many requests, which have not ended. */
    private static StreamsEnd requested(int streams) {
        UnaryOperator<Http2SessionHandlerBuilder> settings = allowing(streams);
        StreamsEnd end = StreamsEnd.server(
                builder ->
                        settings.apply(builder).automaticConnectionWindow(true).maxPerTurn(100_000, 100_000),
                builder -> builder);
        for (int from = 0; from < streams; from += 100) {
            Frames frames = end.say();
            for (int i = from; i < Math.min(streams, from + 100); i++) {
                frames.request(2 * i + 1, false, "/");
            }
            end.receive(frames);
        }
        end.sent();
        return end;
    }

    @Test
    void whenTheTransportTakesAgainOnlyTheStreamsThatWereBlockedAreTold() {
        int streams = 1000;
        try (StreamsEnd end = requested(streams)) {
            end.receive(end.say().settings(4, 1_000_000).windowUpdate(0, 1_000_000));
            end.sent();
            end.channel.waterMark(1000).shut();
            end.logs.forEach(StreamLog::news);
            StreamChannel blocked = end.child(500);
            blocked.write(Http2SessionWrite.responseHead(blocked.stream(), status(200)));
            blocked.writeAndFlush(bytes(100_000));
            end.channel.runPendingTasks();
            assertThat(end.channel.isWritable()).isFalse();
            assertThat(end.logs).filteredOn(log -> !log.channel.isWritable()).hasSize(1);
            end.channel.open();
            end.channel.runPendingTasks();
            assertThat(end.log(500).news()).containsExactly("unwritable", "writable");
            assertThat(end.logs).allMatch(log -> log.told.isEmpty());
        }
    }

    @Test
    void oneStreamOfAHundredThatIsNotReadHoldsItsOwnWindowAlone() {
        try (StreamsEnd end = requested(100)) {
            end.child(50).config().setAutoRead(false);
            for (int round = 0; round < ROUNDS; round++) {
                Frames frames = end.say();
                for (int i = 0; i < 100; i++) {
                    if (i != 50 || round == 0) {
                        frames.data(2 * i + 1, new byte[900], false);
                    }
                }
                end.receive(frames);
            }
            assertThat(end.sent())
                    .noneMatch(frame -> frame.startsWith("WINDOW_UPDATE 101 ") || frame.startsWith("GOAWAY"));
            assertThat(end.log(50).bytes).isEqualTo(900);
            assertThat(end.logs).filteredOn(log -> log.bytes == ROUNDS * 900).hasSize(99);
        }
    }

    @Test
    void tenThousandStreamsAreAnsweredOnOneConnection() {
        int streams = 10_000;
        try (StreamsEnd end = requested(streams)) {
            assertThat(end.streams.openChannels()).isEqualTo(streams);
            end.reaction = (log, what, message) -> {
                if (message instanceof Http2SessionEvent.Data data && data.endStream()) {
                    log.ctx.writeAndFlush(Http2SessionWrite.response(log.channel.stream(), status(200), text("x")));
                }
            };
            int answered = 0;
            for (int from = 0; from < streams; from += 100) {
                Frames frames = end.say();
                for (int i = from; i < from + 100; i++) {
                    frames.data(2 * i + 1, "", true);
                }
                answered += (int) end.receive(frames).sent().stream()
                        .filter(frame -> frame.startsWith("DATA "))
                        .count();
            }
            assertThat(answered).isEqualTo(streams);
            assertThat(end.streams.openChannels()).isZero();
            assertThat(end.logs).allMatch(log -> log.channel.end() == StreamEnd.COMPLETE);
        }
    }
}
