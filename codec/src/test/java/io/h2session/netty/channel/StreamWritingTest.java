package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.bytes;
import static io.h2session.netty.channel.StreamsEnd.status;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SubmitException;
import io.h2session.api.SendAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.testing.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written to a stream, when its promise completes, and when the stream is writable. */
class StreamWritingTest {
    private static StreamChannel requested(StreamsEnd end) {
        end.receive(end.say().request(1, false, "/a"));
        end.log(0).news();
        return end.child(0);
    }

    private static ChannelFuture writeHead(StreamChannel child) {
        return child.write(Http2SessionWrite.responseHead(child.stream(), status(200)));
    }

    @Test
    void aBufferIsData() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            writeHead(child);
            child.writeAndFlush(text("hello"));
            ChannelFuture ended = child.shutdownOutput();
            assertThat(end.sent()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM hello");
            assertThat(ended.isSuccess()).isTrue();
        }
    }

    @Test
    void aForeignMessageIsReleasedAndFails() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            Http2SessionEvent.Data foreign = new Http2SessionEvent.Data(child.stream(), text("x"), true);
            assertThat(child.write(foreign).cause()).isInstanceOf(UnsupportedMessageTypeException.class);
            assertThat(foreign.refCnt()).isZero();
        }
    }

    @Test
    void aWriteOfAnotherStreamOrOfTheConnectionIsReleasedAndFails() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            ByteBuf content = text("x");
            assertThat(child.write(Http2SessionWrite.data(new Http2StreamHandle(), content, true))
                            .cause())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(child.write(Http2SessionWrite.ping(1)).cause()).isInstanceOf(IllegalArgumentException.class);
            assertThat(end.sent()).isEmpty();
        }
    }

    @Test
    void whatComesBeforeTheHeadIsReleasedAndFails() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            ByteBuf content = text("x");
            assertThat(child.write(content).cause()).isInstanceOf(IllegalStateException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(child.write(Http2SessionWrite.trailers(child.stream(), HeaderList.of("a", "b")))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
            assertThat(child.isOpen()).isTrue();
        }
    }

    @Test
    void whatComesAfterTheEndIsReleasedAndFailsAsClosed() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            child.writeAndFlush(Http2SessionWrite.response(child.stream(), status(200), text("all")));
            ByteBuf content = text("x");
            Throwable cause = child.write(content).cause();
            assertThat(cause)
                    .isInstanceOf(ClosedChannelException.class)
                    .hasCauseInstanceOf(Http2NotSentException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(end.sent()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM all");
            assertThat(end.log(0).exceptions).isEmpty();
        }
    }

    @Test
    void whatIsWrittenToAClosedChannelIsReleasedAndFailsAsClosed() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            child.close();
            ByteBuf content = text("x");
            assertThat(child.write(content).cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(Http2NotSentException.retryIsSafe(child.write(text("y")).cause()))
                    .isFalse();
        }
    }

    @Test
    void aResponseThatIsRefusedLeavesRoomForABetterOne() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            HeaderList malformed = HeaderList.of(":status", "200", "connection", "close");
            assertThat(child.write(Http2SessionWrite.response(child.stream(), malformed))
                            .cause())
                    .isInstanceOf(Http2SubmitException.class);
            assertThat(child.isOpen()).isTrue();
            child.writeAndFlush(Http2SessionWrite.response(child.stream(), status(500)));
            assertThat(end.sent()).containsExactly("HEADERS 1 END_STREAM [:status: 500]");
        }
    }

    /** Knows the frames of an extension. */
    private static final class Unpacking implements Http2SessionListener {
        @Override
        public Object unpackExtension(Http2SessionContext session, int type, int flags, int streamId, int length) {
            return "unpacked";
        }

        @Override
        public boolean packsExtensions() {
            return true;
        }

        @Override
        public SendAnswer packExtension(Http2SessionContext session, ExtensionFrame frame, ByteBuf target) {
            target.writeByte('y');
            return SendAnswer.PROCEED;
        }
    }

    @Test
    void unknownFramesPassBothWays() {
        try (StreamsEnd end = StreamsEnd.server(
                builder -> StreamsEnd.options(own -> own.receiveExtension(0xfa))
                        .apply(builder)
                        .listener(Unpacking::new),
                builder -> builder)) {
            StreamChannel child = requested(end);
            end.receive(end.say().frame(0xfa, 0, 1, (byte) 'x'));
            assertThat(end.log(0).news()).containsExactly("Extension", "complete");
            child.writeAndFlush(Http2SessionWrite.extension(0xfa, 0, child.stream(), "packed"));
            assertThat(end.sent()).singleElement().asString().endsWith(" 1 y");
            child.close();
            end.sent();
            end.receive(end.say().frame(0xfa, 0, 1, (byte) 'x'))
                    .receive(end.say().ping(1));
            assertThat(end.sent()).containsExactly("PING ACK 1");
        }
    }

    @Test
    void whatIsNoPartOfAMessagePassesAlsoAfterTheEnd() {
        try (StreamsEnd end = StreamsEnd.server(
                builder -> StreamsEnd.options(own -> own.receiveExtension(0xfa))
                        .apply(builder)
                        .listener(Unpacking::new),
                builder -> builder)) {
            StreamChannel child = requested(end);
            child.writeAndFlush(Http2SessionWrite.response(child.stream(), status(204)));
            ChannelFuture extension =
                    child.writeAndFlush(Http2SessionWrite.extension(0xfa, 0, child.stream(), "packed"));
            assertThat(end.sent()).hasSize(2).last().asString().endsWith(" 1 y");
            ChannelFuture reset = child.writeAndFlush(Http2SessionWrite.reset(child.stream(), ErrorCode.NO_ERROR));
            assertThat(end.sent()).containsExactly("RST_STREAM 1 NO_ERROR");
            assertThat(extension.isSuccess()).isTrue();
            assertThat(reset.isSuccess()).isTrue();
        }
    }

    // ---- promises

    @Test
    void promisesCompleteInOrderWhenTheTransportHasTakenTheWrites() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            List<Integer> order = new ArrayList<>();
            end.channel.shut();
            List<ChannelFuture> all = new ArrayList<>();
            all.add(writeHead(child));
            all.add(child.write(text("one")));
            all.add(child.write(text("two")));
            all.add(child.writeAndFlush(Http2SessionWrite.trailers(child.stream(), HeaderList.of("a", "b"))));
            for (int i = 0; i < all.size(); i++) {
                int number = i;
                all.get(i).addListener(done -> order.add(number));
            }
            end.channel.runPendingTasks();
            assertThat(order).isEmpty();
            end.channel.open();
            assertThat(order).containsExactly(0, 1, 2, 3);
            assertThat(all).allMatch(ChannelFuture::isSuccess);
        }
    }

    @Test
    void theChannelIsInactiveAfterTheLastPromise() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.channel.shut();
            end.receive(end.say().request(1, true, "/a"));
            StreamChannel child = end.child(0);
            List<String> order = new ArrayList<>();
            end.reaction = (log, what, message) -> {
                if (what.equals("inactive")) {
                    order.add("inactive");
                }
            };
            writeHead(child).addListener(done -> order.add("head"));
            child.writeAndFlush(Http2SessionWrite.data(child.stream(), text("x"), true))
                    .addListener(done -> order.add("end"));
            end.channel.runPendingTasks();
            assertThat(order).isEmpty();
            assertThat(child.isActive()).isTrue();
            end.channel.open();
            assertThat(order).containsExactly("head", "end", "inactive");
        }
    }

    @Test
    void whatWaitsWhenTheStreamIsResetFailsAsClosedWithTheCodeAndNoException() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().settings(4, 0));
            StreamChannel child = requested(end);
            writeHead(child);
            ChannelFuture waits = child.writeAndFlush(text("x"));
            end.sent();
            assertThat(waits.isDone()).isFalse();
            end.receive(end.say().reset(1, ErrorCode.ENHANCE_YOUR_CALM));
            assertThat(waits.cause())
                    .isInstanceOf(ClosedChannelException.class)
                    .cause()
                    .isInstanceOfSatisfying(Http2NotSentException.class, notSent -> assertThat(notSent.errorCode())
                            .isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code()));
            assertThat(end.log(0).exceptions).isEmpty();
            assertThat(end.log(0).told).containsSubsequence("reset ENHANCE_YOUR_CALM", "inactive");
        }
    }

    /** How a peer leaves. */
    private enum Leaving {
        RESETS_THE_STREAM,
        CLOSES_THE_CONNECTION,
        MAKES_WRITES_FAIL
    }

    @ParameterizedTest
    @EnumSource
    void whatAPeerThatLeavesMakesOfVoidPromisesIsNotLogged(Leaving way) {
        try (CapturedLog log = new CapturedLog();
                StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().settings(4, 0));
            StreamChannel child = requested(end);
            end.log(0).passesExceptions = true;
            child.write(Http2SessionWrite.responseHead(child.stream(), status(200)), child.voidPromise());
            child.writeAndFlush(text("x"), child.voidPromise());
            child.writeAndFlush(text("y"), child.voidPromise());
            end.sent();
            switch (way) {
                case RESETS_THE_STREAM -> end.receive(end.say().reset(1, ErrorCode.CANCEL));
                case CLOSES_THE_CONNECTION -> {
                    end.channel.unsafe().close(end.channel.voidPromise());
                    end.channel.runPendingTasks();
                    end.channel.pipeline().fireChannelInactive();
                }
                case MAKES_WRITES_FAIL -> {
                    end.channel.failWrites(new IOException("connection reset by peer"));
                    end.receive(end.say().windowUpdate(1, 10));
                }
            }
            end.channel.runPendingTasks();
            assertThat(child.isActive()).isFalse();
            assertThat(end.log(0).exceptions).hasSize(2).allMatch(cause -> cause instanceof IOException);
            assertThat(log.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailedWriteClosesTheChannelAtOnceOnlyIfItClosesByItself(boolean autoClose) {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            child.config().setAutoClose(autoClose);
            child.config().setAutoRead(false);
            end.receive(end.say().data(1, "skipped", false));
            end.receive(end.say().data(1, "unread", false));
            end.log(0).news();
            end.channel.failWrites(new IOException("on purpose"));
            ChannelFuture head = writeHead(child);
            child.flush();
            end.channel.runPendingTasks();
            assertThat(head.cause()).isInstanceOf(IOException.class);
            assertThat(child.isOpen()).isEqualTo(!autoClose);
            assertThat(child.write(text("more")).cause()).isInstanceOf(ClosedChannelException.class);
            child.read();
            end.channel.runPendingTasks();
            assertThat(end.log(0).told.contains("\"unread\"")).isEqualTo(!autoClose);
            assertThat(end.log(0).told).containsOnlyOnce("inactive");
            assertThat(child.end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
        }
    }

    @Test
    void aVoidPromiseOfARefusedWriteIsAnException() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            child.write(text("x"), child.voidPromise());
            assertThat(end.log(0).exceptions).hasSize(1).first().isInstanceOf(IllegalStateException.class);
            HeaderList malformed = HeaderList.of(":status", "200", "connection", "close");
            child.writeAndFlush(Http2SessionWrite.response(child.stream(), malformed), child.voidPromise());
            assertThat(end.log(0).exceptions).hasSize(2).last().isInstanceOf(Http2SubmitException.class);
            assertThat(end.sent()).containsExactly("RST_STREAM 1 INTERNAL_ERROR");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void voidPromisesWriteWholeMessagesAndPieces(boolean pieces) {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            if (pieces) {
                child.write(Http2SessionWrite.responseHead(child.stream(), status(200)), child.voidPromise());
                child.write(text("he"), child.voidPromise());
                child.writeAndFlush(Http2SessionWrite.data(child.stream(), text("llo"), true), child.voidPromise());
            } else {
                child.writeAndFlush(
                        Http2SessionWrite.response(child.stream(), status(200), text("hello")), child.voidPromise());
            }
            assertThat(String.join(" ", end.sent())
                            .replace("DATA 1 he DATA 1 END_STREAM llo", "DATA 1 END_STREAM hello"))
                    .isEqualTo("HEADERS 1 [:status: 200] DATA 1 END_STREAM hello");
        }
    }

    @Test
    void aCancelledWriteIsReleasedAndNotSent() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            writeHead(child);
            ByteBuf content = text("x");
            ChannelPromise cancelled = child.newPromise();
            cancelled.cancel(false);
            child.writeAndFlush(content, cancelled);
            assertThat(content.refCnt()).isZero();
            assertThat(end.sent()).isEmpty();
        }
    }

    // ---- writability

    @Test
    void aChannelIsWritableAtBirthAlsoWithAWindowOfZero() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().settings(4, 0));
            StreamChannel child = requested(end);
            assertThat(child.isWritable()).isTrue();
            assertThat(child.bytesBeforeUnwritable()).isEqualTo(64 * 1024 + 1);
        }
    }

    @Test
    void moreThanTheHighMarkMakesItUnwritableAndTheWindowMakesItWritableAgain() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().settings(4, 0));
            StreamChannel child = requested(end);
            writeHead(child);
            ChannelFuture written = child.writeAndFlush(bytes(70_000));
            assertThat(child.isWritable()).isFalse();
            assertThat(child.bytesBeforeUnwritable()).isZero();
            assertThat(child.bytesBeforeWritable()).isPositive();
            assertThat(end.log(0).news()).containsExactly("unwritable");
            end.channel.runPendingTasks();
            assertThat(child.isWritable()).isFalse();
            end.receive(end.say().windowUpdate(1, 100_000).windowUpdate(0, 100_000));
            assertThat(written.isSuccess()).isTrue();
            assertThat(child.isWritable()).isTrue();
            assertThat(child.bytesBeforeUnwritable()).isEqualTo(64 * 1024 + 1);
            assertThat(end.log(0).news()).contains("writable").doesNotContain("WindowUpdate");
        }
    }

    @Test
    void whatTheTransportHasNotTakenCounts() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            child.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1000, 2000));
            end.channel.shut();
            writeHead(child);
            child.writeAndFlush(bytes(3000));
            end.channel.runPendingTasks();
            assertThat(child.isWritable()).isFalse();
            end.channel.open();
            end.channel.runPendingTasks();
            assertThat(end.log(0).news()).containsExactly("unwritable", "writable");
        }
    }

    @Test
    void marksThatAreChangedHoldAtOnce() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().settings(4, 0));
            StreamChannel child = requested(end);
            writeHead(child);
            child.writeAndFlush(bytes(10_000));
            end.channel.runPendingTasks();
            child.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1000, 2000));
            end.channel.runPendingTasks();
            assertThat(child.isWritable()).isFalse();
            child.config().setWriteBufferWaterMark(new WriteBufferWaterMark(20_000, 30_000));
            end.channel.runPendingTasks();
            assertThat(end.log(0).news()).containsExactly("unwritable", "writable");
        }
    }

    @Test
    void theConnectionsWritabilityIsNotTheStreams() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().settings(4, 200_000).windowUpdate(0, 200_000));
            StreamChannel child = requested(end);
            end.receive(end.say().request(3, false, "/b"));
            StreamChannel other = end.child(1);
            end.channel.waterMark(10).shut();
            writeHead(other);
            other.writeAndFlush(bytes(100_000));
            end.channel.runPendingTasks();
            assertThat(end.channel.isWritable()).isFalse();
            assertThat(other.isWritable()).isFalse();
            assertThat(child.isWritable()).isTrue();
            assertThat(child.bytesBeforeUnwritable()).isEqualTo(64 * 1024 + 1);
            end.channel.open();
            end.channel.runPendingTasks();
            assertThat(List.of(child, other)).allMatch(StreamChannel::isWritable);
        }
    }

    /** What waits in tasks of other threads counts, too, before the loop has seen it. */
    @Test
    void writesOfOtherThreadsCountBeforeTheyAreDone() throws InterruptedException {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().settings(4, 100_000).windowUpdate(0, 100_000));
            StreamChannel child = requested(end);
            writeHead(child);
            Thread other = new Thread(() -> child.writeAndFlush(bytes(70_000)));
            other.start();
            other.join();
            assertThat(child.isWritable()).isFalse();
            end.channel.runPendingTasks();
            assertThat(child.isWritable()).isTrue();
            assertThat(end.sent()).contains("HEADERS 1 [:status: 200]");
        }
    }

    // ---- flushing

    /** Counts what goes to the transport. */
    private static final class Flushes extends ChannelOutboundHandlerAdapter {
        int flushes;
        int writes;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            writes++;
            ctx.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes++;
            ctx.flush();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHundredStreamsThatFlushInOneTurnAreOneWriteToTheTransport(boolean inTasks) {
        try (StreamsEnd end = StreamsEnd.server()) {
            Flushes flushes = new Flushes();
            end.channel.pipeline().addFirst(flushes);
            for (int i = 0; i < 100; i++) {
                end.receive(end.say().request(2 * i + 1, false, "/"));
            }
            end.sent();
            flushes.writes = 0;
            flushes.flushes = 0;
            for (int i = 0; i < 100; i++) {
                StreamChannel child = end.child(i);
                Runnable answer = () ->
                        child.writeAndFlush(Http2SessionWrite.response(child.stream(), status(200), text("hello")));
                if (inTasks) {
                    child.eventLoop().execute(answer);
                } else {
                    answer.run();
                }
            }
            assertThat(end.sent()).hasSize(200);
            assertThat(flushes.writes).isEqualTo(1);
            assertThat(flushes.flushes).isEqualTo(1);
        }
    }

    @Test
    void whatIsFlushedWhileTheConnectionIsReadLeavesWhenThatIsDone() {
        try (StreamsEnd end = StreamsEnd.server()) {
            Flushes flushes = new Flushes();
            end.channel.pipeline().addFirst(flushes);
            end.reaction = (log, what, message) -> {
                if (message instanceof Http2SessionEvent.Headers) {
                    log.ctx.writeAndFlush(Http2SessionWrite.response(log.channel.stream(), status(200), text("hello")));
                    assertThat(flushes.writes).isZero();
                }
            };
            end.receive(end.say().request(1, true, "/").request(3, true, "/").request(5, true, "/"));
            assertThat(end.sent()).hasSize(6);
            assertThat(flushes.writes).isEqualTo(1);
        }
    }

    @Test
    void aFlushWithoutAWriteIsNone() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            end.sent();
            Flushes flushes = new Flushes();
            end.channel.pipeline().addFirst(flushes);
            child.flush();
            end.channel.runPendingTasks();
            assertThat(flushes.flushes).isZero();
        }
    }

    @Test
    void aWriteOfAnotherThreadIsFlushedLaterInATask() throws InterruptedException {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            Thread other = new Thread(() -> child.write(Http2SessionWrite.response(child.stream(), status(204))));
            other.start();
            other.join();
            child.eventLoop().execute(child::flush);
            assertThat(end.sent()).containsExactly("HEADERS 1 END_STREAM [:status: 204]");
        }
    }

    @Test
    void aHandlerThatClosesAfterTheResponseSendsNoReset() {
        for (String mode : new String[] {"head", "data", "trailers"}) {
            try (StreamsEnd end = StreamsEnd.server()) {
                end.reaction = (log, what, message) -> {
                    if (what.equals("INPUT_ENDED")) {
                        log.ctx
                                .writeAndFlush(Http2SessionWrite.response(log.channel.stream(), status(200), text("x")))
                                .addListener(ChannelFutureListener.CLOSE);
                    }
                };
                switch (mode) {
                    case "head" -> end.receive(end.say().request(1, true, "/"));
                    case "data" -> end.receive(end.say().request(1, false, "/").data(1, "x", true));
                    default -> end.receive(end.say().request(1, false, "/").headers(1, true, "a", "b"));
                }
                assertThat(end.sent()).as(mode).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM x");
                assertThat(end.child(0).end()).isEqualTo(StreamEnd.COMPLETE);
            }
        }
    }

    @Test
    void estimatesAreFixed() {
        try (StreamsEnd end = StreamsEnd.server()) {
            StreamChannel child = requested(end);
            assertThat(child.config().getMessageSizeEstimator().newHandle().size(Http2SessionWrite.ping(1)))
                    .isEqualTo(9);
            assertThatThrownBy(() -> child.config()
                            .setMessageSizeEstimator(child.config().getMessageSizeEstimator()))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
