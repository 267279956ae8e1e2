package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of writes that are refused, and of their streams. */
class RefusedWriteTest {
    private static final HeaderList MALFORMED = HeaderList.of("no", "status");
    private static final HeaderList MALFORMED_TRAILERS = HeaderList.of(":status", "200");

    /** A write that is refused, and was the only thing that could end the stream. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private enum Last {
        RESPONSE(false, (stream, content) -> Http2SessionWrite.response(stream, MALFORMED)),
        RESPONSE_WITH_CONTENT(false, (stream, content) -> Http2SessionWrite.response(stream, MALFORMED, content)),
        RESPONSE_HEAD(false, (stream, content) -> Http2SessionWrite.responseHead(stream, MALFORMED)),
        TRAILERS(true, (stream, content) -> Http2SessionWrite.trailers(stream, MALFORMED_TRAILERS)),
        END_OF_THE_BODY(true, (stream, content) -> Http2SessionWrite.data(stream, content, true)),
        A_PIECE_OF_THE_BODY(true, (stream, content) -> Http2SessionWrite.data(stream, content, false));

        private final boolean afterHead;
        private final BiFunction<Http2StreamHandle, ByteBuf, Http2SessionWrite> write;

        Last(boolean afterHead, BiFunction<Http2StreamHandle, ByteBuf, Http2SessionWrite> write) {
            this.afterHead = afterHead;
            this.write = write;
        }

        boolean takesContent() {
            return name().contains("CONTENT") || name().endsWith("BODY");
        }
    }

    private static SessionPair pair() {
        return new SessionPair(builder -> builder, builder -> builder.maxPendingBytesPerStream(1000));
    }

    private static Http2StreamHandle request(SessionPair pair) {
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
        return pair.serverEvents.one(Http2SessionEvent.Headers.class).stream();
    }

    private static void write(SessionPair pair, Http2SessionWrite write) {
        pair.server.writeAndFlush(write, pair.server.voidPromise());
        pair.exchange();
    }

    /** Writes what is refused, and sees that its content was released. */
    private static ChannelFuture refused(
            SessionPair pair, Http2StreamHandle stream, Last last, ChannelPromise promise) {
        if (last.afterHead) {
            write(pair, Http2SessionWrite.responseHead(stream, status(200)));
        }
        ByteBuf content = text("x".repeat(2000));
        if (!last.takesContent()) {
            content.release();
        }
        pair.server.writeAndFlush(last.write.apply(stream, content), promise);
        pair.exchange();
        assertThat(content.refCnt()).isZero();
        return promise;
    }

    @ParameterizedTest
    @EnumSource(Last.class)
    void onAVoidPromiseIsToldAndItsStreamReset(Last last) {
        try (SessionPair pair = pair()) {
            Http2StreamHandle stream = request(pair);
            refused(pair, stream, last, pair.server.voidPromise());

            Http2SessionEvent.WriteRefused refused = pair.serverEvents.one(Http2SessionEvent.WriteRefused.class);
            assertThat(refused.stream()).isSameAs(stream);
            assertThat(refused.streamReset()).isTrue();
            assertThat(refused.reason()).matches("[a-z0-9_]+");
            assertThat(refused.cause()).isNotNull();
            assertThat(pair.clientEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.INTERNAL_ERROR.code());
            assertThat(pair.serverEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isEqualTo(ErrorCode.INTERNAL_ERROR.code());
            assertThat(pair.serverEvents.exceptions).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isOneLineAtDebugWithAFixedWord(boolean voidPromise) {
        List<String> lines = new ArrayList<>();
        Logger logger = Logger.getLogger(Http2SessionHandler.class.getName());
        Level before = logger.getLevel();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getLevel() + " " + line.getMessage() + " " + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        try (SessionPair pair = pair()) {
            Http2StreamHandle stream = request(pair);
            pair.server.writeAndFlush(
                    Http2SessionWrite.trailers(stream, HeaderList.of("secret", "peer's")),
                    voidPromise ? pair.server.voidPromise() : pair.server.newPromise());
            assertThat(lines).singleElement().asString().matches("FINE .*Trailers refused: trailers_before_head null");

            pair.server.writeAndFlush(Http2SessionWrite.response(stream, status(204)));
            assertThat(lines).hasSize(1);
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "abcdefgh"})
    void aBodyOnVoidPromisesThatIsNotAsLongAsItsContentLengthIsToldBeforeItsStreamCloses(String body) {
        try (SessionPair pair = pair()) {
            Http2StreamHandle stream = request(pair);
            write(pair, Http2SessionWrite.responseHead(stream, status(200).plus("content-length", "5")));
            write(pair, Http2SessionWrite.data(stream, text(body.substring(0, 2)), false));
            write(pair, Http2SessionWrite.data(stream, text(body.substring(2)), true));

            Http2SessionEvent.WriteRefused refused = pair.serverEvents.one(Http2SessionEvent.WriteRefused.class);
            assertThat(refused.stream()).isSameAs(stream);
            assertThat(refused.reason())
                    .isEqualTo(body.length() < 5 ? "less_than_content_length" : "more_than_content_length");
            assertThat(refused.streamReset()).isTrue();
            assertThat(pair.serverEvents.all.indexOf(refused))
                    .isLessThan(
                            pair.serverEvents.all.indexOf(pair.serverEvents.one(Http2SessionEvent.StreamClosed.class)));
        }
    }

    @ParameterizedTest
    @EnumSource(Last.class)
    void onARealPromiseFailsItAndNothingElse(Last last) {
        try (SessionPair pair = pair()) {
            Http2StreamHandle stream = request(pair);
            ChannelFuture refused = refused(pair, stream, last, pair.server.newPromise());

            assertThat(refused.cause()).isNotNull();
            assertThat(pair.serverEvents.of(Http2SessionEvent.WriteRefused.class))
                    .isEmpty();
            assertThat(pair.clientEvents.of(Http2SessionEvent.Reset.class)).isEmpty();

            // It can be mended.
            pair.server.writeAndFlush(
                    last.afterHead
                            ? Http2SessionWrite.data(stream, text("mended"), true)
                            : Http2SessionWrite.response(stream, status(500), text("mended")));
            pair.exchange();
            assertThat(pair.clientEvents.body).hasToString("mended");
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isZero();
        }
    }

    @Test
    void aSecondResponseLeavesTheFirstAlone() {
        try (SessionPair pair = pair()) {
            Http2StreamHandle stream = request(pair);
            pair.server.write(
                    Http2SessionWrite.response(stream, status(200), text("first")), pair.server.voidPromise());
            write(pair, Http2SessionWrite.response(stream, status(500), text("second")));

            Http2SessionEvent.WriteRefused refused = pair.serverEvents.one(Http2SessionEvent.WriteRefused.class);
            assertThat(refused.streamReset()).isFalse();
            assertThat(pair.clientEvents.body).hasToString("first");
            assertThat(pair.clientEvents
                            .one(Http2SessionEvent.StreamClosed.class)
                            .errorCode())
                    .isZero();
        }
    }

    @Test
    void whatComesAfterTheEndLeavesTheMessageAlone() {
        try (SessionPair pair = pair()) {
            Http2StreamHandle stream = request(pair);
            for (Http2SessionWrite one : List.of(
                    Http2SessionWrite.responseHead(stream, status(200)),
                    Http2SessionWrite.data(stream, text("all"), true),
                    Http2SessionWrite.data(stream, text("more"), true),
                    Http2SessionWrite.trailers(stream, HeaderList.of("a", "b")))) {
                pair.server.write(one, pair.server.voidPromise());
            }
            pair.server.flush();
            pair.exchange();

            assertThat(pair.serverEvents.of(Http2SessionEvent.WriteRefused.class))
                    .isNotEmpty()
                    .noneMatch(Http2SessionEvent.WriteRefused::streamReset);
            assertThat(pair.clientEvents.body).hasToString("all");
            assertThat(pair.clientEvents.of(Http2SessionEvent.Reset.class)).isEmpty();
        }
    }

    @Test
    void whatIsWrittenAfterTheStreamIsClosedIsNoEvent() {
        try (SessionPair pair = pair()) {
            Http2StreamHandle stream = request(pair);
            write(pair, Http2SessionWrite.response(stream, status(204)));
            ByteBuf late = text("late");
            write(pair, Http2SessionWrite.data(stream, late, true));

            assertThat(late.refCnt()).isZero();
            assertThat(pair.serverEvents.of(Http2SessionEvent.WriteRefused.class))
                    .isEmpty();
        }
    }

    @Test
    void aRequestThatComesTooLateIsToldAsSafeToRetry() {
        try (SessionPair pair = new SessionPair()) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            pair.client.pipeline().close();
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.client.write(Http2SessionWrite.request(stream, post("/")), pair.client.voidPromise());

            Http2SessionEvent.WriteRefused refused = pair.clientEvents.one(Http2SessionEvent.WriteRefused.class);
            assertThat(refused.stream()).isSameAs(stream);
            assertThat(Http2NotSentException.retryIsSafe(refused.cause())).isTrue();
        }
    }

    @Test
    void aForeignMessageIsToldAndReleased() {
        try (SessionPair pair = new SessionPair()) {
            ByteBuf foreign = text("foreign");
            pair.client.write(foreign, pair.client.voidPromise());

            Http2SessionEvent.WriteRefused refused = pair.clientEvents.one(Http2SessionEvent.WriteRefused.class);
            assertThat(refused.stream()).isNull();
            assertThat(refused.reason()).isEqualTo("unsupported_message");
            assertThat(foreign.refCnt()).isZero();
        }
    }
}
