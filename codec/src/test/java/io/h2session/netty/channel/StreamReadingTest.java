package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.testing.Frames;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import java.util.Collections;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** autoRead, {@code read()} and what comes of them. */
@SuppressWarnings("deprecation") // users still set MAX_MESSAGES_PER_READ
class StreamReadingTest {
    private static final UnaryOperator<Http2StreamsHandlerBuilder> PAUSED =
            builder -> builder.childOption(ChannelOption.AUTO_READ, false);

    private static StreamsEnd paused() {
        return StreamsEnd.server(builder -> builder, PAUSED);
    }

    /** Two pieces of a body that are two messages: another stream's comes between. */
    private static Frames pieces(StreamsEnd end, String... texts) {
        Frames frames = end.say();
        for (String text : texts) {
            frames.data(1, text, false).data(3, "-", false);
        }
        return frames;
    }

    private static StreamsEnd opened(StreamsEnd end) {
        return end.receive(end.say().request(1, false, "/a").request(3, false, "/other"));
    }

    @Test
    void withoutAutoReadNothingIsReadUntilAskedFor() {
        try (StreamsEnd end = opened(paused())) {
            StreamLog log = end.log(0);
            end.receive(pieces(end, "one", "two"));
            assertThat(log.news()).containsExactly("added", "registered", "active");
            log.channel.read();
            assertThat(log.news()).containsExactly("/a", "complete");
            log.channel.read();
            assertThat(log.news()).containsExactly("\"one\"", "complete");
            log.channel.read();
            assertThat(log.news()).containsExactly("\"two\"", "complete");
            log.channel.read();
            assertThat(log.news()).isEmpty();
            end.receive(pieces(end, "three", "four"));
            assertThat(log.news()).containsExactly("\"three\"", "complete");
        }
    }

    @Test
    void switchingAutoReadOffLetsOneMoreMessageComeAndOnAllThatWait() {
        try (StreamsEnd end = opened(StreamsEnd.server())) {
            StreamLog log = end.log(0);
            log.channel.config().setAutoRead(false);
            log.news();
            end.receive(pieces(end, "one", "two", "three"));
            assertThat(log.news()).containsExactly("\"one\"", "complete");
            log.channel.config().setAutoRead(true);
            assertThat(log.news()).containsExactly("\"two\"", "\"three\"", "complete");
        }
    }

    @Test
    void closingInsideChannelReadWithMoreWaitingReleasesIt() {
        try (StreamsEnd end = opened(paused())) {
            StreamLog log = end.log(0);
            end.receive(pieces(end, "one", "two", "three"));
            end.reaction = (told, what, message) -> {
                if (what.equals("\"one\"")) {
                    told.channel.close();
                }
            };
            log.channel.config().setAutoRead(true);
            end.sent();
            assertThat(log.told)
                    .containsSubsequence("\"one\"", "complete", "inactive")
                    .doesNotContain("\"two\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "complete"})
    void tenThousandMessagesReadOneByOneFromTheCallbacksDoNotOverflowTheStack(String place) {
        int count = 10_000;
        int length = 256;
        try (StreamsEnd end = StreamsEnd.server(
                builder -> options(own -> own.initialWindowSize(count * length * 2))
                        .apply(builder)
                        .automaticConnectionWindow(true),
                PAUSED)) {
            end.receive(end.say().request(1, false, "/a"));
            for (int i = 0; i < count; i++) {
                end.receive(end.say().data(1, new byte[length], i == count - 1));
            }
            int[] depth = new int[2];
            end.reaction = (log, what, message) -> {
                boolean reads = place.equals("read")
                        ? message instanceof Http2SessionEvent.Data || what.equals("/a")
                        : what.equals("complete");
                if (reads) {
                    depth[1] = Math.max(depth[1], ++depth[0]);
                    log.channel.read();
                    depth[0]--;
                }
            };
            end.child(0).read();
            assertThat(end.log(0).bytes).isEqualTo((long) count * length);
            assertThat(end.log(0).told).contains("INPUT_ENDED");
            assertThat(Collections.frequency(end.log(0).told, "complete")).isEqualTo(count + 1);
            assertThat(depth[1]).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "complete", "twice"})
    void aReadAskedForInACallbackIsAnsweredByWhatComesFresh(String place) {
        try (StreamsEnd end = opened(paused())) {
            StreamLog log = end.log(0);
            end.reaction = (told, what, message) -> {
                boolean at = place.equals("read") ? message != null : what.equals("complete");
                if (told == log && at) {
                    told.channel.read();
                    if (place.equals("twice")) {
                        told.channel.read();
                    }
                }
            };
            log.channel.read();
            for (String text : new String[] {"one", "two", "three"}) {
                end.receive(pieces(end, text));
            }
            end.receive(pieces(end, "four", "five"));
            assertThat(log.told).containsSubsequence("/a", "\"one\"", "\"two\"", "\"three\"", "\"four\"", "\"five\"");
        }
    }

    @Test
    void whatWaitsComesBeforeWhatIsFreshAndReadCompleteComesOnceAtTheConnections() {
        try (StreamsEnd end = opened(StreamsEnd.server())) {
            StreamLog log = end.log(0);
            log.channel.config().setAutoRead(false);
            end.receive(pieces(end, "skipped", "one"));
            log.news();
            boolean[] reads = {true};
            end.reaction = (told, what, message) -> {
                if (told != log && reads[0]) {
                    reads[0] = false;
                    log.channel.config().setAutoRead(true);
                }
            };
            end.receive(end.say()
                    .data(3, "now", false)
                    .data(1, "two", false)
                    .data(3, "-", false)
                    .data(1, "three", false));
            assertThat(log.news()).containsExactly("\"one\"", "\"two\"", "\"three\"", "complete");
        }
    }

    @Test
    void aReadTakesAsManyMessagesAsTheConfigurationAllows() {
        try (StreamsEnd end = opened(paused())) {
            StreamLog log = end.log(0);
            log.channel.config().setOption(ChannelOption.MAX_MESSAGES_PER_READ, 2);
            end.receive(pieces(end, "one", "two", "three", "four"));
            log.news();
            log.channel.config().setAutoRead(true);
            assertThat(log.news())
                    .containsExactly(
                            "/a", "\"one\"", "complete", "\"two\"", "\"three\"", "complete", "\"four\"", "complete");
        }
    }

    @Test
    void anAllocatorThatIsSetDecidesHowMuchARead() {
        try (StreamsEnd end = opened(paused())) {
            StreamLog log = end.log(0);
            MaxMessagesRecvByteBufAllocator allocator = new FixedRecvByteBufAllocator(1024).maxMessagesPerRead(3);
            log.channel.config().setRecvByteBufAllocator(allocator);
            end.receive(pieces(end, "one", "two", "three", "four"));
            log.news();
            log.channel.config().setAutoRead(true);
            assertThat(log.news())
                    .containsExactly("/a", "\"one\"", "\"two\"", "complete", "\"three\"", "\"four\"", "complete");
        }
    }

    @Test
    void aStreamThatEndsUnreadIsReadWholeAndThenEnds() {
        try (StreamsEnd end = opened(StreamsEnd.server(
                builder -> builder,
                PAUSED.andThen(builder -> builder.childOption(ChannelOption.MAX_MESSAGES_PER_READ, 1))::apply))) {
            StreamLog log = end.log(0);
            end.receive(pieces(end, "one", "two").reset(1, ErrorCode.CANCEL));
            assertThat(log.news()).containsExactly("added", "registered", "active", "reset CANCEL");
            assertThat(log.channel.isActive()).isTrue();
            log.channel.read();
            end.channel.runPendingTasks();
            assertThat(log.news())
                    .containsExactly("/a", "\"one\"", "\"two\"", "complete", "inactive", "unregistered", "removed");
            assertThat(end.sent()).noneMatch(frame -> frame.startsWith("RST_STREAM"));
        }
    }

    @Test
    void theEndNeedsNoRead() {
        try (StreamsEnd end = opened(paused())) {
            StreamLog log = end.log(0);
            log.channel.read();
            log.news();
            end.receive(end.say().reset(1, ErrorCode.NO_ERROR));
            assertThat(log.news()).containsExactly("reset NO_ERROR", "inactive", "unregistered", "removed");
        }
    }

    @Test
    void whatWaitsIsReadAlsoWhenTheConnectionIsGone() {
        try (StreamsEnd end = opened(paused())) {
            StreamLog log = end.log(0);
            end.receive(pieces(end, "one"));
            end.vanish();
            assertThat(end.channel.isOpen()).isFalse();
            assertThat(log.channel.isActive()).isTrue();
            log.channel.config().setAutoRead(true);
            end.channel.runPendingTasks();
            assertThat(log.told).containsSubsequence("/a", "\"one\"", "complete", "inactive");
            assertThat(log.channel.end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
        }
    }

    @Test
    void handlersBehindSeeTheConnectionInactiveBeforeTheStreams() {
        try (StreamsEnd end = opened(StreamsEnd.server())) {
            end.vanish();
            assertThat(end.log(0).told).containsSubsequence("(connection inactive)", "inactive");
            assertThat(end.log(1).told).containsSubsequence("(connection inactive)", "inactive");
        }
    }

    @Test
    void resetsAndPrioritiesDoNotWaitForARead() {
        try (StreamsEnd end = opened(paused())) {
            end.receive(end.say().priorityUpdate(1, "u=1, i"));
            assertThat(end.log(0).news()).last().asString().contains("u=1, i");
        }
    }

    @Test
    void onePausedStreamHoldsItsOwnWindowAndNoOther() {
        try (StreamsEnd end = opened(StreamsEnd.server(
                builder -> builder.automaticConnectionWindow(true)
                        .options(io.h2session.api.Http2SessionOptions.builder()
                                .initialWindowSize(1000)
                                .build()),
                builder -> builder))) {
            StreamLog slow = end.log(0);
            slow.channel.config().setAutoRead(false);
            for (int i = 0; i < 100; i++) {
                end.receive(end.say().data(3, new byte[500], false));
            }
            end.receive(end.say().data(1, new byte[400], false))
                    .receive(end.say().data(1, new byte[400], false));
            end.receive(end.say().data(1, new byte[200], false))
                    .receive(end.say().ping(1));
            assertThat(end.sent()).contains("PING ACK 1").noneMatch(frame -> frame.startsWith("WINDOW_UPDATE 1 "));
            assertThat(slow.bytes).isEqualTo(400);
            assertThat(end.log(1).bytes).isEqualTo(50_000);
        }
    }
}
