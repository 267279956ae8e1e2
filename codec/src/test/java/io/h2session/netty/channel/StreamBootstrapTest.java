package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.get;
import static io.h2session.netty.channel.StreamsEnd.options;
import static io.h2session.netty.channel.StreamsEnd.post;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2NotSentException;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.priority.Priority;
import io.h2session.testing.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's streams: how they are opened, and what becomes of requests that the peer does not take. */
class StreamBootstrapTest {
    private static ChannelFuture request(StreamChannel child, String path) {
        return child.writeAndFlush(Http2SessionWrite.request(child.stream(), get(path)));
    }

    /** A stream whose request was refused or will not be sent. */
    private static void assertRefused(StreamChannel child, ChannelFuture request, StreamEnd.Kind kind) {
        assertThat(request.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(Http2NotSentException.retryIsSafe(request.cause())).isTrue();
        assertThat(child.isOpen()).isFalse();
        assertThat(child.end().kind()).isEqualTo(kind);
        assertThat(child.end().retryIsSafe()).isTrue();
    }

    @Test
    void aStreamIsOpenedWrittenReadAndClosed() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel child = end.open();
            assertThat(end.log(0).news()).containsExactly("added", "registered", "active");
            assertThat(child.stream().id()).isZero();
            assertThat(child.isActive()).isTrue();
            assertThat(end.sent()).isEmpty();

            ChannelFuture head = child.write(Http2SessionWrite.requestHead(child.stream(), post("/a")));
            assertThat(child.stream().id()).isEqualTo(1);
            ChannelFuture last = child.writeAndFlush(Http2SessionWrite.data(child.stream(), text("hello"), true));
            assertThat(end.sent()).hasSize(2).last().isEqualTo("DATA 1 END_STREAM hello");
            assertThat(head.isSuccess()).isTrue();
            assertThat(last.isSuccess()).isTrue();

            end.receive(
                    end.say().response(1, false, 103).response(1, false, 200).data(1, "body", true));
            assertThat(end.log(0).news())
                    .containsExactly(
                            "103",
                            "200",
                            "\"body\".",
                            "INPUT_ENDED",
                            "complete",
                            "inactive",
                            "unregistered",
                            "removed");
            assertThat(child.end()).isEqualTo(StreamEnd.COMPLETE);
        }
    }

    @Test
    void aStreamThatWasNeverUsedSendsNothingWhenItIsClosed() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel one = end.open();
            StreamChannel two = end.open();
            StreamChannel three = end.open();
            one.close();
            two.reset(ErrorCode.CANCEL);
            assertThat(three.writeAndFlush(Http2SessionWrite.reset(three.stream(), ErrorCode.CANCEL))
                            .isSuccess())
                    .isTrue();
            assertThat(end.sent()).isEmpty();
            assertThat(List.of(one.end(), two.end(), three.end())).containsOnly(StreamEnd.UNSENT);
            assertThat(end.log(0).told).endsWith("inactive", "unregistered", "removed");
        }
    }

    @Test
    void aStreamThatWasUsedSendsCancel() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel child = end.open();
            request(child, "/a");
            assertThat(end.sent()).hasSize(1);
            child.close();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aRequestThatCannotBeWrittenClosesItsStreamBeforeItsPromiseFails() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel child = end.open();
            List<Boolean> active = new ArrayList<>();
            ChannelFuture failed = child.newPromise().addListener(done -> active.add(child.isActive()));
            child.writeAndFlush(
                    Http2SessionWrite.request(child.stream(), get("/").plus("connection", "close")),
                    (io.netty.channel.ChannelPromise) failed);
            assertThat(failed.cause()).isInstanceOf(Http2SubmitException.class);
            assertThat(active).containsExactly(false);
            assertThat(end.sent()).isEmpty();
            assertThat(end.log(0).exceptions).isEmpty();
            assertThat(end.log(0).told).endsWith("inactive", "unregistered", "removed");
        }
    }

    @Test
    void theNumbersOfStreamsCanBeUsedUp() {
        try (StreamsEnd end = StreamsEnd.client()) {
            end.channel.write(Http2SessionWrite.nextStreamId(Integer.MAX_VALUE));
            StreamChannel last = end.open();
            request(last, "/last");
            assertThat(end.sent()).hasSize(1);
            StreamChannel none = end.open();
            ChannelFuture failed = request(none, "/none");
            assertThat(failed.cause())
                    .isInstanceOfSatisfying(Http2SubmitException.class, refused -> assertThat(refused.reason())
                            .isEqualTo(Http2SubmitException.Reason.STREAM_ID_NOT_AVAILABLE));
            assertThat(none.isOpen()).isFalse();
            assertThat(end.log(1).exceptions).isEmpty();
            assertThat(last.isOpen()).isTrue();
        }
    }

    // ---- the peer's limit

    @Test
    void requestsOverTheLimitWaitAndClosingOneThatWaitsSendsNothing() {
        try (StreamsEnd end = StreamsEnd.client()) {
            end.receive(end.say().settings(3, 1));
            end.sent();
            List<StreamChannel> children = List.of(end.open(), end.open(), end.open());
            List<ChannelFuture> requests = new ArrayList<>();
            for (StreamChannel child : children) {
                requests.add(request(child, "/"));
            }
            assertThat(end.sent()).hasSize(1);
            assertThat(children).allMatch(StreamChannel::isActive);
            assertThat(requests.get(1).isDone()).isFalse();

            children.get(1).close();
            assertThat(end.sent()).isEmpty();
            assertThat(requests.get(1).cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(Http2NotSentException.retryIsSafe(requests.get(1).cause()))
                    .isTrue();
            assertThat(children.get(1).end()).isEqualTo(StreamEnd.UNSENT);
            assertThat(requests.get(2).isDone()).isFalse();

            end.receive(end.say().response(1, true, 204));
            assertThat(end.sent()).singleElement().asString().startsWith("HEADERS 5 END_STREAM");
            assertThat(requests.get(2).isSuccess()).isTrue();
        }
    }

    @Test
    void requestsCanFailAtOnceInsteadOfWaiting() {
        try (StreamsEnd end = StreamsEnd.client(builder -> builder, builder -> builder.requestsWait(false))) {
            end.receive(end.say().settings(3, 1));
            end.sent();
            StreamChannel one = end.open();
            StreamChannel two = end.open();
            assertThat(request(one, "/").isDone()).isFalse();
            ChannelFuture refused = request(two, "/");
            assertThat(refused.cause())
                    .isInstanceOfSatisfying(Http2SubmitException.class, submit -> assertThat(submit.word())
                            .isEqualTo("stream_limit"));
            assertThat(two.isOpen()).isFalse();
            assertThat(Http2NotSentException.retryIsSafe(refused.cause())).isTrue();
            assertThat(end.sent()).hasSize(1);
        }
    }

    // ---- what the peer does not take

    @Test
    void aGoAwayRefusesTheStreamsBeyondItsLastOneAndNoOther() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel one = end.open();
            StreamChannel two = end.open();
            request(one, "/one");
            ChannelFuture second = request(two, "/two");
            end.sent();
            end.log(0).news();
            end.log(1).news();
            end.receive(end.say().goAway(1, ErrorCode.NO_ERROR, ""));
            assertThat(end.log(0).news()).isEmpty();
            assertThat(end.log(1).news()).containsExactly("REFUSED", "inactive", "unregistered", "removed");
            assertThat(two.end())
                    .isEqualTo(new StreamEnd(StreamEnd.Kind.REFUSED, ErrorCode.REFUSED_STREAM.code(), true));
            assertThat(second.isSuccess()).isTrue();
            end.receive(end.say().response(1, true, 200));
            assertThat(one.end()).isEqualTo(StreamEnd.COMPLETE);
        }
    }

    @Test
    void theNoticeOfAGoAwayEndsNoStream() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel one = end.open();
            request(one, "/one");
            end.sent();
            end.log(0).news();
            end.receive(end.say().goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, ""));
            assertThat(end.log(0).news()).isEmpty();
        }
    }

    @Test
    void aRequestThatWaitsOrComesAfterGoAwayIsRefused() {
        try (StreamsEnd end = StreamsEnd.client()) {
            end.receive(end.say().settings(3, 1));
            StreamChannel one = end.open();
            StreamChannel waits = end.open();
            StreamChannel comes = end.open();
            request(one, "/one");
            ChannelFuture second = request(waits, "/two");
            end.sent();
            end.receive(end.say().goAway(1, ErrorCode.NO_ERROR, ""));
            assertRefused(waits, second, StreamEnd.Kind.REFUSED);
            assertThat(end.log(1).told)
                    .containsSubsequence("REFUSED", "inactive")
                    .containsOnlyOnce("REFUSED");
            ChannelFuture third = request(comes, "/three");
            assertRefused(comes, third, StreamEnd.Kind.REFUSED);
            end.sent();
            assertThat(end.log(2).told)
                    .containsSubsequence("REFUSED", "inactive")
                    .containsOnlyOnce("REFUSED");
            assertThat(one.isOpen()).isTrue();
        }
    }

    @Test
    void refusedStreamIsSafeToRetryAndOtherCodesAreNot() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel one = end.open();
            StreamChannel two = end.open();
            request(one, "/one");
            request(two, "/two");
            end.sent();
            end.receive(end.say().reset(1, ErrorCode.REFUSED_STREAM).reset(3, ErrorCode.CANCEL));
            assertThat(one.end().kind()).isEqualTo(StreamEnd.Kind.REFUSED);
            assertThat(end.log(0).told).containsSubsequence("reset REFUSED_STREAM", "REFUSED", "inactive");
            assertThat(two.end())
                    .isEqualTo(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, ErrorCode.CANCEL.code(), false));
            assertThat(end.log(1).told).doesNotContain("REFUSED");
        }
    }

    @Test
    void theEndOfTheConnectionTellsWhichRequestsWereNeverSent() {
        try (StreamsEnd end = StreamsEnd.client()) {
            end.receive(end.say().settings(3, 1));
            StreamChannel one = end.open();
            StreamChannel waits = end.open();
            StreamChannel idle = end.open();
            request(one, "/one");
            ChannelFuture second = request(waits, "/two");
            end.sent();
            end.vanish();
            assertThat(one.end().kind()).isEqualTo(StreamEnd.Kind.CONNECTION_ENDED);
            assertThat(one.end().retryIsSafe()).isFalse();
            assertRefused(waits, second, StreamEnd.Kind.CONNECTION_ENDED);
            assertThat(idle.end()).isEqualTo(new StreamEnd(StreamEnd.Kind.CONNECTION_ENDED, 0, true));
            assertThat(end.logs).allMatch(log -> log.told.contains("inactive"));
        }
    }

    // ---- the bootstrap

    @Test
    @SuppressWarnings("deprecation") // two options that depend on each other
    void optionsComeBeforeRegistrationInTheirOrderAndUnknownOnesAreLogged() {
        AttributeKey<String> key = AttributeKey.valueOf("StreamBootstrapTest");
        try (CapturedLog log = new CapturedLog();
                StreamsEnd end = StreamsEnd.client()) {
            end.prepare = made -> assertThat(made.config().isAutoRead()).isFalse();
            // In the other order the low mark would be above the high one, which fails.
            StreamBootstrap bootstrap = new StreamBootstrap(end.channel)
                    .handler(end.initializer())
                    .option(ChannelOption.WRITE_BUFFER_HIGH_WATER_MARK, 100_000)
                    .option(ChannelOption.WRITE_BUFFER_LOW_WATER_MARK, 90_000)
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.AUTO_CLOSE, false)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(ChannelOption.AUTO_CLOSE, null)
                    .attr(key, "value");
            StreamChannel one = bootstrap.open().getNow();
            StreamChannel two = bootstrap.attr(key, null).open().getNow();
            assertThat(one.config().isAutoRead()).isFalse();
            assertThat(one.config().isAutoClose()).isTrue();
            assertThat(one.config().getWriteBufferLowWaterMark()).isEqualTo(90_000);
            assertThat(log.lines()).hasSize(2).allMatch(line -> line.contains("unknown option SO_KEEPALIVE"));
            assertThat(one.attr(key).get()).isEqualTo("value");
            assertThat(two.hasAttr(key)).isFalse();
            assertThat(end.streams.openChannels()).isEqualTo(2);
        }
    }

    @Test
    void openingFailsWithoutTheStreamsHandlerOrOnAServersOrAClosedConnection() {
        EmbeddedChannel plain = new EmbeddedChannel();
        assertThat(new StreamBootstrap(plain).open().cause()).isInstanceOf(IllegalStateException.class);
        plain.close();
        assertThat(new StreamBootstrap(plain).open().cause()).isInstanceOf(ClosedChannelException.class);
        try (StreamsEnd end = StreamsEnd.server()) {
            assertThat(new StreamBootstrap(end.channel).open().cause()).isInstanceOf(IllegalStateException.class);
        }
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamBootstrap bootstrap = new StreamBootstrap(end.channel);
            assertThat(bootstrap.open().isSuccess()).isTrue();
            end.vanish();
            assertThat(bootstrap.open().cause()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void aHandlerThatCannotServeASecondStreamFailsItsOpeningAndLeavesNothing() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamBootstrap bootstrap = new StreamBootstrap(end.channel).handler(new ChannelInboundHandlerAdapter());
            assertThat(bootstrap.open().isSuccess()).isTrue();
            assertThat(bootstrap.open().cause()).isInstanceOf(ChannelPipelineException.class);
            assertThat(end.streams.openChannels()).isEqualTo(1);
            assertThat(end.sent()).isEmpty();
        }
    }

    @Test
    void eachEndWritesItsOwnHeadAndOneOnly() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel child = end.open();
            assertThat(child.write(Http2SessionWrite.response(child.stream(), StreamsEnd.status(200)))
                            .cause())
                    .isInstanceOf(IllegalStateException.class);
            assertThat(child.isOpen()).isTrue();
            child.write(Http2SessionWrite.requestHead(child.stream(), post("/")));
            assertThat(request(child, "/").cause()).isInstanceOf(IllegalStateException.class);
            assertThat(child.isOpen()).isTrue();
        }
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().request(1, false, "/"));
            assertThat(request(end.child(0), "/").cause()).isInstanceOf(IllegalStateException.class);
            assertThat(end.child(0).isOpen()).isTrue();
        }
    }

    @Test
    void openingCanBeCancelledBeforeItIsDoneAndIsDoneOnTheLoop() throws InterruptedException {
        try (StreamsEnd end = StreamsEnd.client()) {
            List<Future<StreamChannel>> opened = new ArrayList<>();
            Thread other = new Thread(() -> {
                StreamBootstrap bootstrap = new StreamBootstrap(end.channel).handler(end.initializer());
                Promise<StreamChannel> promise = end.channel.eventLoop().newPromise();
                promise.cancel(false);
                opened.add(bootstrap.open(promise));
                opened.add(bootstrap.open());
            });
            other.start();
            other.join();
            end.channel.runPendingTasks();
            assertThat(opened.get(0).isCancelled()).isTrue();
            assertThat(opened.get(1).isSuccess()).isTrue();
            assertThat(end.logs).hasSize(1);
        }
    }

    // ---- priorities, pushes

    @Test
    void aPriorityIsToldWhenTheRequestIsWrittenAndWhenItChanges() {
        try (StreamsEnd end = StreamsEnd.client(builder -> builder, builder -> builder, 9, 1)) {
            StreamChannel child = end.open();
            child.config().setOption(StreamChannelOption.PRIORITY, Priority.of(1, true));
            assertThat(end.sent()).isEmpty();
            request(child, "/");
            assertThat(end.sent())
                    .hasSize(2)
                    .anyMatch(frame -> frame.startsWith("PRIORITY_UPDATE") && frame.contains("u=1, i"));
            child.config().setOption(StreamChannelOption.PRIORITY, Priority.of(6, false));
            assertThat(end.sent()).singleElement().asString().contains("u=6");
            assertThat(child.config().getOption(StreamChannelOption.PRIORITY)).isEqualTo(Priority.of(6, false));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPromisedResponseHasAChannelOrIsRefused(boolean wanted) {
        UnaryOperator<Http2StreamsHandlerBuilder> pushes = builder -> builder;
        List<StreamsEnd> later = new ArrayList<>();
        if (wanted) {
            pushes = builder -> builder.pushHandler(new io.netty.channel.ChannelInitializer<StreamChannel>() {
                @Override
                protected void initChannel(StreamChannel made) {
                    made.pipeline().addLast(later.get(0).initializer());
                }
            });
        }
        try (StreamsEnd end = StreamsEnd.client(options(builder -> builder.enablePush(true)), pushes)) {
            later.add(end);
            StreamChannel child = end.open();
            request(child, "/");
            end.sent();
            end.receive(end.say()
                    .pushPromise(1, 2, ":method", "GET", ":scheme", "http", ":authority", "test", ":path", "/pushed")
                    .response(1, true, 200));
            assertThat(child.end()).isEqualTo(StreamEnd.COMPLETE);
            if (!wanted) {
                assertThat(end.sent()).containsExactly("RST_STREAM 2 CANCEL");
                assertThat(end.logs).hasSize(1);
                return;
            }
            end.receive(end.say().response(2, false, 200).data(2, "pushed", true));
            assertThat(end.log(1).told)
                    .containsSubsequence("active", "PushPromise", "200", "\"pushed\".", "INPUT_ENDED", "inactive");
            ByteBuf content = text("x");
            assertThat(end.child(1).write(content).cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(content.refCnt()).isZero();
            assertThat(end.child(1).end()).isEqualTo(StreamEnd.COMPLETE);
            assertThat(end.sent()).isEmpty();
        }
    }

    @Test
    void aResponseWithTrailersIsOneMessage() {
        try (StreamsEnd end = StreamsEnd.client()) {
            StreamChannel child = end.open();
            child.write(Http2SessionWrite.requestHead(child.stream(), post("/")));
            child.writeAndFlush(Http2SessionWrite.trailers(child.stream(), HeaderList.of("a", "b")));
            assertThat(end.sent()).hasSize(2);
            end.receive(end.say().response(1, false, 200).headers(1, true, "grpc-status", "0"));
            assertThat(end.log(0).told).containsSubsequence("200", "trailers.", "INPUT_ENDED", "inactive");
        }
    }
}
