package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Applications that go on working for streams that are closed. */
class RunningExchangesTest {
    /** A server that begins to work for every request, and the streams of those. */
    private final List<Http2StreamHandle> begun = new ArrayList<>();

    private SessionPair pair(boolean holds, int running) {
        SessionPair pair = new SessionPair(builder -> builder, builder -> builder.holdExchanges(holds)
                .options(Http2SessionOptions.builder()
                        .maxRunningExchanges(running)
                        .build()));
        pair.serverEvents.on((ctx, event) -> {
            if (event instanceof Http2SessionEvent.Headers request) {
                begun.add(request.stream());
            }
        });
        return pair;
    }

    private static Http2StreamHandle cancelled(SessionPair pair) {
        Http2StreamHandle stream = new Http2StreamHandle();
        pair.request(Http2SessionWrite.request(stream, get("/")));
        pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        return stream;
    }

    @Test
    void requestsThatAreResetHoldTheirPlaceUntilTheApplicationIsDone() {
        try (SessionPair pair = pair(true, 10)) {
            for (int i = 0; i < 100; i++) {
                cancelled(pair);
            }
            assertThat(begun).hasSize(10);
            assertThat(pair.clientEvents.of(Http2SessionEvent.Reset.class))
                    .isNotEmpty()
                    .allMatch(reset -> reset.errorCode() == ErrorCode.REFUSED_STREAM.code());
            assertThat(pair.clientEvents.of(Http2SessionEvent.StreamClosed.class))
                    .anyMatch(Http2SessionEvent.StreamClosed::retryIsSafe);
        }
    }

    @Test
    void byDefaultAnExchangeEndsWithItsStream() {
        try (SessionPair pair = pair(false, 10)) {
            for (int i = 0; i < 100; i++) {
                cancelled(pair);
            }
            assertThat(begun).hasSize(100);
        }
    }

    /** What an application does when it has found out that nobody waits any more, or does not care. */
    @SuppressWarnings("ImmutableEnumChecker")
    enum Done {
        WHOLE_RESPONSE((ctx, stream) -> ctx.writeAndFlush(Http2SessionWrite.response(stream, status(200), text("x")))),
        HEAD_ALONE((ctx, stream) -> ctx.writeAndFlush(Http2SessionWrite.response(stream, status(204)))),
        LAST_DATA((ctx, stream) -> {
            ctx.write(Http2SessionWrite.responseHead(stream, status(200)));
            ctx.write(Http2SessionWrite.data(stream, text("x"), false));
            ctx.writeAndFlush(Http2SessionWrite.data(stream, text("y"), true));
        }),
        TRAILERS((ctx, stream) -> {
            ctx.write(Http2SessionWrite.responseHead(stream, status(200)));
            ctx.writeAndFlush(Http2SessionWrite.trailers(stream, HeaderList.of("a", "b")), ctx.voidPromise());
        }),
        RESET((ctx, stream) -> ctx.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL))),
        LET_GO((ctx, stream) -> stream.releaseExchange()),
        LET_GO_BY_ANOTHER_THREAD((ctx, stream) -> {
            Thread other = new Thread(stream::releaseExchange);
            other.start();
            try {
                other.join();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });

        private final BiConsumer<ChannelHandlerContext, Http2StreamHandle> what;

        Done(BiConsumer<ChannelHandlerContext, Http2StreamHandle> what) {
            this.what = what;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExchangeRunsUntilItIsAnsweredResetOrLetGo(Done done) {
        try (SessionPair pair = pair(true, 1)) {
            cancelled(pair);
            cancelled(pair);
            assertThat(begun).hasSize(1);
            for (int i = 0; i < 2; i++) {
                done.what.accept(pair.serverEvents.ctx, begun.get(0));
                pair.exchange();
            }
            cancelled(pair);
            cancelled(pair);
            assertThat(begun).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExchangeThatIsAnsweredInTimeRunsNoLongerThanItsStream(Done done) {
        try (SessionPair pair = pair(true, 2)) {
            for (int i = 0; i < 50; i++) {
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
                Http2StreamHandle latest = begun.get(begun.size() - 1);
                done.what.accept(pair.serverEvents.ctx, latest);
                pair.exchange();
                if (done.ordinal() >= Done.LET_GO.ordinal()) {
                    // It is not answered, but no more work either when its stream is closed.
                    pair.server.writeAndFlush(Http2SessionWrite.reset(latest, ErrorCode.CANCEL));
                    pair.exchange();
                }
            }
            assertThat(begun).hasSize(50);
        }
    }

    /** The beginning of an answer is none. */
    @Test
    void anAnswerThatWasBegunHoldsItsPlace() {
        try (SessionPair pair = pair(true, 1)) {
            Http2StreamHandle request = new Http2StreamHandle();
            pair.request(Http2SessionWrite.request(request, get("/")));
            pair.server.write(Http2SessionWrite.responseHead(begun.get(0), status(200)));
            pair.server.writeAndFlush(Http2SessionWrite.data(begun.get(0), text("x"), false));
            pair.exchange();
            pair.request(Http2SessionWrite.reset(request, ErrorCode.CANCEL));
            cancelled(pair);
            assertThat(begun).hasSize(1);
        }
    }

    @Test
    void aClientThatCancelsAThirdOfItsRequestsIsNotRefused() {
        try (SessionPair pair = pair(true, 200)) {
            pair.exchange();
            for (int i = 0; i < 600; i++) {
                Http2StreamHandle stream = new Http2StreamHandle();
                pair.request(Http2SessionWrite.request(stream, get("/")));
                if (i % 3 == 0) {
                    pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
                }
                pair.server.writeAndFlush(Http2SessionWrite.response(begun.get(i), status(200), text("x")));
                pair.exchange();
            }
            assertThat(begun).hasSize(600);
        }
    }
}
