package io.h2session.netty.channel;

import static io.h2session.netty.channel.StreamsEnd.status;
import static io.h2session.netty.channel.StreamsEnd.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the channel of a stream comes to be, what it is, and what its handlers are told, in order. */
class StreamLifecycleTest {
    private static void answerWholly(StreamLog log, String what, Object message) {
        if (message instanceof Http2SessionEvent.Headers head && head.endStream()) {
            log.ctx.writeAndFlush(Http2SessionWrite.response(log.channel.stream(), status(200), text("hello")));
        }
    }

    @Test
    void handlersSeeRegisteredActiveTheHeadAndInactiveInThatOrder() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.reaction = StreamLifecycleTest::answerWholly;
            end.receive(end.say().request(1, true, "/a"));
            assertThat(end.sent()).containsExactly("HEADERS 1 [:status: 200]", "DATA 1 END_STREAM hello");
            assertThat(end.log(0).told)
                    .containsExactly(
                            "added",
                            "registered",
                            "active",
                            "/a.",
                            "INPUT_ENDED",
                            "complete",
                            "inactive",
                            "unregistered",
                            "removed");
            assertThat(end.child(0).end()).isEqualTo(StreamEnd.COMPLETE);
            assertThat(end.streams.openChannels()).isZero();
        }
    }

    @Test
    void framesReachTheChannelOfTheirStreamInOrder() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say()
                    .request(1, false, "/a")
                    .request(3, false, "/b")
                    .data(1, "one", false)
                    .data(3, "two", false)
                    .data(1, "three", true)
                    .data(3, "four", false)
                    .headers(3, true, "a", "b"));
            assertThat(end.log(0).told)
                    .containsSubsequence("/a", "\"one\"", "\"three\".", "INPUT_ENDED", "complete")
                    .doesNotContain("\"two\"");
            assertThat(end.log(1).told)
                    .containsSubsequence("/b", "\"two\"", "\"four\"", "trailers.", "INPUT_ENDED", "complete")
                    .doesNotContain("\"one\"");
        }
    }

    @Test
    void whatIsAboutTheConnectionGoesOnInItsPipelineAndEventsOfStreamsDoNot() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.behind.clear();
            end.receive(end.say()
                    .settings(4, 70_000)
                    .request(1, false, "/")
                    .request(3, false, "/")
                    .ping(7)
                    .windowUpdate(1, 10)
                    .windowUpdate(0, 10)
                    .reset(1, ErrorCode.CANCEL)
                    .goAway(0, ErrorCode.NO_ERROR, ""));
            assertThat(end.behind)
                    .hasExactlyElementsOfTypes(
                            Http2SessionEvent.Settings.class,
                            Http2SessionEvent.Ping.class,
                            Http2SessionEvent.WindowUpdate.class,
                            Http2SessionEvent.GoAway.class,
                            Http2SessionEvent.FactChanged.class);
            assertThat(((Http2SessionEvent.WindowUpdate) end.behind.get(2)).stream())
                    .isNull();
        }
    }

    @Test
    void withoutAHandlerForThemStreamsOfThePeerStayEventsOfTheConnection() {
        try (StreamsEnd end = StreamsEnd.server(builder -> builder, builder -> Http2StreamsHandler.builder())) {
            end.behind.clear();
            end.receive(end.say().request(1, false, "/").reset(1, ErrorCode.CANCEL));
            assertThat(end.behind)
                    .hasExactlyElementsOfTypes(
                            Http2SessionEvent.Headers.class,
                            Http2SessionEvent.Reset.class,
                            Http2SessionEvent.StreamClosed.class);
        }
    }

    @Test
    void aChannelHasItsConnectionsLoopAddressesAndAllocatorAndAnIdOfItsOwn() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().request(1, false, "/a").request(3, false, "/b"));
            StreamChannel one = end.child(0);
            StreamChannel two = end.child(1);
            assertThat(one.parent()).isSameAs(end.channel);
            assertThat(one.eventLoop()).isSameAs(end.channel.eventLoop());
            assertThat(one.localAddress()).isEqualTo(end.channel.localAddress());
            assertThat(one.remoteAddress()).isEqualTo(end.channel.remoteAddress());
            assertThat(one.alloc()).isSameAs(end.channel.alloc());
            assertThat(one.stream().id()).isEqualTo(1);
            assertThat(one.metadata().hasDisconnect()).isFalse();
            assertThat(one.metadata().defaultMaxMessagesPerRead()).isEqualTo(16);
            assertThat(one.unsafe().outboundBuffer()).isNull();
            assertThat(one.id().asShortText()).isEqualTo(end.channel.id().asShortText() + "/1");
            assertThat(one.id()).isNotEqualTo(two.id()).isEqualTo(one.id()).isLessThan(two.id());
            assertThat(one.compareTo(two)).isNegative();
            assertThat(one).isNotEqualTo(two).hasToString("[stream 1 of " + end.channel + "]");
        }
    }

    @Test
    void optionsAndAttributesAreTheChannelsOwn() {
        AttributeKey<String> key = AttributeKey.valueOf("StreamLifecycleTest");
        try (StreamsEnd end = StreamsEnd.server(builder -> builder, builder -> builder.childAttr(key, "all")
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.SO_KEEPALIVE, true))) {
            end.receive(end.say().request(1, false, "/a").request(3, false, "/b"));
            StreamChannel one = end.child(0);
            StreamChannel two = end.child(1);
            one.config().setAutoRead(true);
            one.attr(key).set("one");
            assertThat(two.config().isAutoRead()).isFalse();
            assertThat(two.attr(key).get()).isEqualTo("all");
            assertThat(end.channel.config().isAutoRead()).isTrue();
            assertThat(end.channel.hasAttr(key)).isFalse();
        }
    }

    @Test
    void streamsAreNeitherBoundNorConnectedNorRegisteredTwice() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().request(1, false, "/"));
            StreamChannel child = end.child(0);
            InetSocketAddress any = new InetSocketAddress(0);
            assertThat(child.bind(any).cause()).isInstanceOf(UnsupportedOperationException.class);
            assertThat(child.connect(any).cause()).isInstanceOf(UnsupportedOperationException.class);
            ChannelFuture again = child.newPromise();
            child.unsafe().register(child.eventLoop(), (io.netty.channel.ChannelPromise) again);
            assertThat(again.cause()).isInstanceOf(UnsupportedOperationException.class);
            assertThat(child.disconnect().isSuccess()).isTrue();
            assertThat(child.isOpen()).isFalse();
        }
    }

    @Test
    void oneHandlerForAllStreamsMustBeSharable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Http2StreamsHandler.builder().childHandler(new ChannelInboundHandlerAdapter()));
    }

    @Test
    void anInitializerAddsTheHandlersOfEachStream() {
        List<String> paths = new ArrayList<>();
        try (StreamsEnd end = StreamsEnd.server(
                builder -> builder,
                builder -> builder.childInitializer(
                        stream -> stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object message) {
                                Http2SessionEvent.Headers head = (Http2SessionEvent.Headers) message;
                                paths.add(head.headers().value(HeaderToken.PATH).toString());
                            }
                        })))) {
            end.receive(end.say().request(1, true, "/a").request(3, true, "/b"));
            assertThat(paths).containsExactly("/a", "/b");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, ENHANCE_YOUR_CALM", "false, INTERNAL_ERROR"})
    void aStreamWhoseHandlersCannotBeAddedIsReset(boolean withCode, ErrorCode expected) {
        try (StreamsEnd end = StreamsEnd.server(
                builder -> builder,
                builder -> builder.childInitializer(stream -> {
                    throw withCode
                            ? new StreamErrorException(ErrorCode.ENHANCE_YOUR_CALM, "on purpose")
                            : new IllegalStateException("on purpose");
                }))) {
            end.receive(end.say().request(1, false, "/a").data(1, "x", false).ping(1));
            assertThat(end.sent()).containsExactlyInAnyOrder("RST_STREAM 1 " + expected, "PING ACK 1");
            assertThat(end.streams.openChannels()).isZero();
            assertThat(end.exceptionsBehind).isEmpty();
        }
    }

    @Test
    void theSessionsHandlerMustStandBefore() {
        EmbeddedChannel channel = new EmbeddedChannel();
        Http2StreamsHandler first = Http2StreamsHandler.builder().build();
        channel.pipeline().addLast(first, Http2SessionHandler.forServer().build());
        assertThatThrownBy(channel::checkException).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(channel.pipeline().get(Http2StreamsHandler.class)).isNull();
        channel.finishAndReleaseAll();
    }

    @Test
    @SuppressWarnings("deprecation") // it can be done all the same
    void streamsLiveOnTheirConnectionsLoopAndNoOtherExecutor() {
        EmbeddedChannel channel =
                new EmbeddedChannel(Http2SessionHandler.forServer().build());
        channel.pipeline()
                .addLast(
                        ImmediateEventExecutor.INSTANCE,
                        Http2StreamsHandler.builder().build());
        assertThatThrownBy(channel::checkException).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(channel.pipeline().get(Http2StreamsHandler.class)).isNull();
        channel.finishAndReleaseAll();
    }

    @Test
    void anIdIsTheSameAfterItWasSerialized() throws IOException, ClassNotFoundException {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().request(1, false, "/a"));
            ChannelId id = end.child(0).id();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(id);
            }
            Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
            assertThat(read).isEqualTo(id).hasSameHashCodeAs(id).hasToString(id.asShortText());
        }
    }

    // ---- closing

    @Test
    void closingCompletesAtOnceAndTheHandlersAreToldLater() {
        try (StreamsEnd end = StreamsEnd.server()) {
            List<String> order = new ArrayList<>();
            end.reaction = (log, what, message) -> {
                if (what.equals("/a")) {
                    log.channel.closeFuture().addListener(closed -> order.add("closeFuture"));
                    log.ctx.close().addListener(closed -> order.add("promise"));
                    assertThat(log.channel.isOpen()).isFalse();
                    assertThat(log.told).doesNotContain("inactive");
                    order.add("returned");
                }
            };
            end.receive(end.say().request(1, false, "/a"));
            assertThat(order).containsExactly("closeFuture", "promise", "returned");
            assertThat(end.log(0).told).endsWith("inactive", "unregistered", "removed");
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CANCEL");
        }
    }

    @Test
    void aSecondCloseSucceedsAlsoAfterAVoidPromise() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().request(1, false, "/a"));
            StreamChannel child = end.child(0);
            child.unsafe().close(child.unsafe().voidPromise());
            assertThat(child.close().isSuccess()).isTrue();
            assertThat(child.close().isSuccess()).isTrue();
            child.unsafe().closeForcibly();
            assertThat(child.closeFuture().isSuccess()).isTrue();
            assertThat(end.sent()).containsExactly("RST_STREAM 1 CANCEL");
            assertThat(end.log(0).told).containsOnlyOnce("inactive").containsOnlyOnce("unregistered");
        }
    }

    @Test
    void whereverAnEndIsToldTheChannelIsClosed() {
        try (StreamsEnd end = StreamsEnd.server()) {
            List<Boolean> open = new ArrayList<>();
            ChannelFutureListener asks = done -> open.add(((StreamChannel) done.channel()).isActive());
            end.reaction = (log, what, message) -> {
                if (what.equals("inactive")) {
                    open.add(log.channel.isOpen());
                }
            };
            end.receive(end.say().request(1, false, "/a"));
            StreamChannel child = end.child(0);
            child.closeFuture().addListener(asks);
            child.write(Http2SessionWrite.responseHead(child.stream(), status(200)))
                    .addListener(asks);
            child.close().addListener(asks);
            end.sent();
            assertThat(open).hasSize(4).containsOnly(false);
        }
    }

    @Test
    void anExceptionAfterCloseComesBeforeInactive() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.reaction = (log, what, message) -> {
                if (what.equals("/a")) {
                    log.ctx.close();
                    throw new IllegalStateException("on purpose");
                }
            };
            end.receive(end.say().request(1, false, "/a"));
            assertThat(end.log(0).told)
                    .containsSubsequence("/a", "exception", "inactive", "unregistered")
                    .containsOnlyOnce("inactive");
        }
    }

    @Test
    void deregisteringTellsUnregisteredOnceAndKeepsTheChannelOpen() {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.receive(end.say().request(1, false, "/a"));
            StreamChannel child = end.child(0);
            assertThat(child.deregister().isSuccess()).isTrue();
            assertThat(child.deregister().isSuccess()).isTrue();
            end.channel.runPendingTasks();
            assertThat(child.isRegistered()).isFalse();
            assertThat(child.isOpen()).isTrue();
            child.close();
            end.channel.runPendingTasks();
            assertThat(end.log(0).told).containsOnlyOnce("unregistered").contains("inactive");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "added",
                "registered",
                "active",
                "/a",
                "\"x\".",
                "INPUT_ENDED",
                "complete",
                "inactive",
                "unregistered",
                "removed"
            })
    void closingInAnyCallbackIsSafe(String callback) {
        try (StreamsEnd end = StreamsEnd.server()) {
            end.reaction = (log, what, message) -> {
                if (log.channel.stream().id() == 1 && what.equals(callback)) {
                    log.channel.close();
                }
            };
            end.receive(end.say().request(1, false, "/a").data(1, "x", true).request(3, true, "/b"));
            StreamChannel child = end.child(0);
            child.close();
            end.sent();
            assertThat(child.isOpen()).isFalse();
            assertThat(child.isRegistered()).isFalse();
            StreamLog log = end.log(0);
            assertThat(log.told).containsOnlyOnce("unregistered").containsOnlyOnce("removed");
            // Who was told that it is active is told that it is not.
            assertThat(log.told.contains("inactive")).isEqualTo(log.told.contains("active"));
            assertThat(end.log(1).told).contains("/b.");
        }
    }
}
