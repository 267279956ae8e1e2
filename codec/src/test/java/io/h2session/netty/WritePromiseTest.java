package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SubmitException;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the promise of a write completes, with what, and who owns what was written. */
class WritePromiseTest {
    @Test
    void aPromiseCompletesWhenTheTransportTookTheBytes() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client.shut();
            Http2StreamHandle stream = new Http2StreamHandle();
            ChannelFuture head = pair.client.writeAndFlush(Http2SessionWrite.requestHead(stream, post("/")));
            ChannelFuture data = pair.client.writeAndFlush(Http2SessionWrite.data(stream, text("body"), true));
            ChannelFuture ping = pair.client.writeAndFlush(Http2SessionWrite.ping(1));
            assertThat(List.of(head, data, ping)).noneMatch(ChannelFuture::isDone);

            pair.client.open();

            assertThat(List.of(head, data, ping)).allMatch(ChannelFuture::isSuccess);
        }
    }

    @Test
    void theBytesOfAWriteThatIsNotFlushedStay() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            ChannelFuture written = pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            assertThat(pair.client.outboundMessages()).isEmpty();
            assertThat(written.isDone()).isFalse();

            pair.client.flush();

            assertThat(written.isSuccess()).isTrue();
        }
    }

    @Test
    void aFailingTransportFailsThePromiseWithItsReason() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            IOException broken = new IOException("broken");
            pair.client.failWrites(broken);

            ChannelFuture one = pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            ChannelFuture two = pair.client.writeAndFlush(Http2SessionWrite.ping(1));

            assertThat(one.cause()).isInstanceOf(IOException.class);
            assertThat(two.cause()).isInstanceOf(IOException.class);
            assertThat(pair.clientEvents.exceptions).isEmpty();
            pair.client.runPendingTasks();
            assertThat(pair.client.isOpen()).isFalse();
            assertThat(pair.clientEvents.one(Http2SessionEvent.SessionEnded.class))
                    .isNotNull();
        }
    }

    @Test
    void aVoidPromiseIsNeverFailed() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client.write("not ours", pair.client.voidPromise());
            pair.client.write(
                    Http2SessionWrite.data(new Http2StreamHandle(), text("no head"), true), pair.client.voidPromise());
            pair.client.flush();

            pair.client.checkException();
            assertThat(pair.clientEvents.exceptions).isEmpty();
        }
    }

    @Test
    void foreignMessagesAreReleasedAndFail() {
        try (SessionPair pair = new SessionPair()) {
            ByteBuf foreign = text("raw");

            ChannelFuture written = pair.client.writeAndFlush(foreign);

            assertThat(written.cause()).isInstanceOf(UnsupportedMessageTypeException.class);
            assertThat(foreign.refCnt()).isZero();
        }
    }

    @Test
    void dataWithoutAHeadIsReleasedAndFails() {
        try (SessionPair pair = new SessionPair()) {
            ByteBuf content = text("body");
            ChannelFuture written =
                    pair.client.writeAndFlush(Http2SessionWrite.data(new Http2StreamHandle(), content, true));

            assertThat(written.cause()).isInstanceOf(IllegalStateException.class);
            assertThat(content.refCnt()).isZero();
        }
    }

    @Test
    void dataBehindTheEndIsReleasedAndFails() {
        try (SessionPair pair = new SessionPair()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));
            pair.client.write(Http2SessionWrite.data(stream, text("end"), true));
            ByteBuf content = text("too late");

            ChannelFuture written = pair.request(Http2SessionWrite.data(stream, content, true));

            assertThat(written.cause()).isInstanceOf(Http2SubmitException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(pair.serverEvents.body).hasToString("end");
        }
    }

    @Test
    void aHandleServesOneRequestOnOneChannel() {
        try (SessionPair pair = new SessionPair();
                SessionPair other = new SessionPair()) {
            Http2StreamHandle stream = new Http2StreamHandle();
            pair.request(Http2SessionWrite.requestHead(stream, post("/")));

            ByteBuf content = text("again");
            assertThat(pair.request(Http2SessionWrite.request(stream, get("/"), content))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(other.request(Http2SessionWrite.data(stream, text("astray"), true))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatWaitsOnAResetStreamFailsWithTheCodeAndIsReleased() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    ctx.writeAndFlush(Http2SessionWrite.reset(request.stream(), ErrorCode.ENHANCE_YOUR_CALM));
                }
            });
            Http2StreamHandle stream = new Http2StreamHandle();
            ByteBuf content = text("x".repeat(600_000));
            pair.client.writeAndFlush(Http2SessionWrite.requestHead(stream, post("/")));
            ChannelFuture waiting = pair.client.writeAndFlush(Http2SessionWrite.data(stream, content, true));
            pair.exchange();

            assertThat(waiting.cause()).isInstanceOf(Http2NotSentException.class);
            Http2NotSentException cause = (Http2NotSentException) waiting.cause();
            assertThat(cause.reason()).isEqualTo(NotSentReason.STREAM_CLOSED);
            assertThat(cause.errorCode()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
            pair.client.releaseOutbound();
            assertThat(content.refCnt()).isZero();

            ByteBuf late = text("late");
            assertThat(pair.client
                            .writeAndFlush(Http2SessionWrite.data(stream, late, true))
                            .cause())
                    .isInstanceOf(Http2NotSentException.class);
            assertThat(late.refCnt()).isZero();
            assertThat(pair.request(Http2SessionWrite.reset(stream, ErrorCode.CANCEL))
                            .isSuccess())
                    .isTrue();
        }
    }

    @Test
    void aRequestRefusedByGoAwayFailsItsPromise() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.server.writeAndFlush(Http2SessionWrite.goAway(0, new byte[0]));
            pair.exchange();

            ByteBuf content = text("body");
            ChannelFuture written =
                    pair.request(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), content));

            assertThat(written.isDone()).isTrue();
            assertThat(written.cause()).isNotNull();
            assertThat(content.refCnt()).isZero();
        }
    }

    @Test
    void whatIsWrittenToAClosedChannelFailsAndIsReleased() {
        SessionPair pair = new SessionPair();
        pair.exchange();
        Http2StreamHandle stream = new Http2StreamHandle();
        ByteBuf content = text("x".repeat(100_000));
        pair.client.shut();
        ChannelFuture waiting = pair.client.writeAndFlush(Http2SessionWrite.request(stream, post("/"), content));
        SessionPair.end(pair.client);

        assertThat(waiting.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(content.refCnt()).isZero();
        ByteBuf late = text("late");
        ChannelFuture tooLate =
                pair.client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), post("/"), late));
        assertThat(tooLate.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(late.refCnt()).isZero();
        pair.close();
    }

    @Test
    void aCancelledWriteIsNotSentAndTakesNothingElseWithIt() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            ByteBuf content = text("never");
            io.netty.channel.ChannelPromise cancelled = pair.client.newPromise();
            cancelled.cancel(false);
            ChannelFuture first = pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            assertThat(first.cancel(false)).isFalse();

            pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), post("/2"), content), cancelled);
            pair.client.flush();
            pair.exchange();

            assertThat(first.isSuccess()).isTrue();
            assertThat(content.refCnt()).isZero();
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(1);
        }
    }

    @Test
    void promisesOfOneFlushCompleteInTheOrderOfTheirWrites() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String name = "/" + i;
                pair.client
                        .write(Http2SessionWrite.request(new Http2StreamHandle(), get(name)))
                        .addListener(done -> order.add(name));
            }
            pair.client.flush();

            assertThat(order).containsExactly("/0", "/1", "/2", "/3", "/4");
        }
    }

    @Test
    void equalHeadersOfOneStreamCompleteOneByOne() {
        try (SessionPair pair = new SessionPair()) {
            List<ChannelFuture> futures = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    var early = status(103);
                    futures.add(ctx.write(Http2SessionWrite.informational(request.stream(), early)));
                    futures.add(ctx.write(Http2SessionWrite.informational(request.stream(), early)));
                    futures.add(ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), status(200))));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(futures).hasSize(3).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.clientEvents.statuses()).containsExactly("103", "103", "200");
        }
    }

    @Test
    void everyWriteTakesAVoidPromise() {
        Http2StreamHandle stream = new Http2StreamHandle();
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            List<Http2SessionWrite> fine = List.of(
                    Http2SessionWrite.requestHead(stream, post("/")),
                    Http2SessionWrite.data(stream, text("body"), false),
                    Http2SessionWrite.body(stream, io.h2session.api.DataSource.ofAscii("rest")),
                    Http2SessionWrite.trailers(stream, io.h2session.hpack.HeaderList.of("a", "b")),
                    Http2SessionWrite.request(new Http2StreamHandle(), get("/")),
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/"), text("body")),
                    Http2SessionWrite.request(
                            new Http2StreamHandle(), post("/"), io.h2session.api.DataSource.ofAscii("body")),
                    Http2SessionWrite.ping(1),
                    Http2SessionWrite.pingAck(2),
                    Http2SessionWrite.settings(List.of()),
                    Http2SessionWrite.windowUpdate(null, 1),
                    Http2SessionWrite.localWindow(null, 70_000),
                    Http2SessionWrite.consume(null, 0),
                    Http2SessionWrite.resume(stream),
                    Http2SessionWrite.resumeReceiving(),
                    Http2SessionWrite.changePriority(stream, new io.h2session.priority.Priority(1, false), false),
                    Http2SessionWrite.priorityUpdate(stream, io.netty.util.AsciiString.of("u=2")),
                    Http2SessionWrite.nextStreamId(1001),
                    Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
            List<Http2SessionWrite> refused = List.of(
                    Http2SessionWrite.shutdownNotice(),
                    Http2SessionWrite.origin(List.of()),
                    Http2SessionWrite.altSvc(
                            null, io.netty.util.AsciiString.of("a"), io.netty.util.AsciiString.of("b")),
                    Http2SessionWrite.response(new Http2StreamHandle(), status(200)),
                    Http2SessionWrite.response(new Http2StreamHandle(), status(200), text("body")),
                    Http2SessionWrite.response(
                            new Http2StreamHandle(), status(200), io.h2session.api.DataSource.ofAscii("body")),
                    Http2SessionWrite.extension(0x42, 0, null, text("payload")),
                    Http2SessionWrite.data(new Http2StreamHandle(), text("body"), true),
                    Http2SessionWrite.body(new Http2StreamHandle(), io.h2session.api.DataSource.ofAscii("body")),
                    Http2SessionWrite.informational(new Http2StreamHandle(), status(103)),
                    Http2SessionWrite.pushPromise(new Http2StreamHandle(), new Http2StreamHandle(), get("/")));
            List<Http2SessionWrite> last = List.of(
                    Http2SessionWrite.goAway(0, new byte[0]), Http2SessionWrite.terminate(ErrorCode.CANCEL.code()));

            for (List<Http2SessionWrite> writes : List.of(fine, refused, last)) {
                for (Http2SessionWrite write : writes) {
                    pair.client.write(write, pair.client.voidPromise());
                }
                pair.client.flush();
                pair.exchange();
            }

            assertThat(pair.clientEvents.exceptions).isEmpty();
            assertThat(pair.clientEvents.of(Http2SessionEvent.SessionEnded.class))
                    .hasSize(1);
        }
    }

    @Test
    void aResponseWithAHeadTooLongFailsItsPromiseAndResetsItsStream() {
        try (SessionPair pair = new SessionPair()) {
            List<ChannelFuture> written = new ArrayList<>();
            pair.serverEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.Headers request) {
                    written.add(ctx.writeAndFlush(Http2SessionWrite.response(
                            request.stream(),
                            io.h2session.hpack.HeaderList.of(":status", "200", "long", "x".repeat(70_000)),
                            text("body"))));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));

            assertThat(written.get(0).cause())
                    .isInstanceOfSatisfying(Http2NotSentException.class, notSent -> assertThat(notSent.reason())
                            .isEqualTo(NotSentReason.FRAME_SIZE_ERROR));
            assertThat(pair.clientEvents.one(Http2SessionEvent.Reset.class).errorCode())
                    .isEqualTo(ErrorCode.INTERNAL_ERROR.code());
        }
    }

    @Test
    void aHandlerServesOneChannel() {
        try (SessionPair pair = new SessionPair()) {
            io.netty.channel.embedded.EmbeddedChannel other = new io.netty.channel.embedded.EmbeddedChannel();
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> other.pipeline().addLast(pair.clientHandler))
                    .isInstanceOf(io.netty.channel.ChannelPipelineException.class);
            other.close();
        }
    }

    @Test
    void aPromiseDoesNotWaitForTheBytesOfLaterWrites() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.client.waterMark(200_000).shut();
            Http2StreamHandle stream = new Http2StreamHandle();
            List<ChannelFuture> written = new ArrayList<>();
            written.add(pair.client.write(Http2SessionWrite.requestHead(stream, post("/"))));
            for (int i = 0; i < 5; i++) {
                written.add(pair.client.write(Http2SessionWrite.data(stream, text("x".repeat(16_384)), i == 4)));
            }
            pair.client.flush();

            List<Long> done = new ArrayList<>();
            while (done.size() < 30 && written.stream().anyMatch(one -> !one.isDone())) {
                pair.client.letThrough(1);
                long count = written.stream().filter(ChannelFuture::isSuccess).count();
                if (!done.contains(count)) {
                    done.add(count);
                }
            }

            // The head shares a buffer with the header of the first DATA, and waits for that frame.
            assertThat(done).containsExactly(0L, 2L, 3L, 4L, 5L, 6L);
        }
    }
}
