package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.post;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.netty.Http2SessionEvent.FactChanged;
import io.h2session.testing.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What any thread may know of a session, and what the pipeline is told when it changes. */
class SessionFactsTest {
    private static SessionPair withStreamLimit(int streams) {
        return new SessionPair(
                builder -> builder,
                server -> server.options(Http2SessionOptions.builder()
                        .maxConcurrentStreams(streams)
                        .build()));
    }

    private static SessionPair withPendingRequests(int pending, int streams) {
        return new SessionPair(
                builder -> builder.options(Http2SessionOptions.builder()
                        .limits(limits -> limits.withMaxPendingRequests(pending))
                        .build()),
                server -> server.options(Http2SessionOptions.builder()
                        .maxConcurrentStreams(streams)
                        .build()));
    }

    private static Http2SessionFacts facts(SessionPair pair) {
        return pair.clientHandler.facts();
    }

    private static List<FactChanged> told(Events events) {
        return events.of(FactChanged.class);
    }

    private static void respond(SessionPair pair, int request) {
        Http2SessionEvent.Headers asked =
                pair.serverEvents.of(Http2SessionEvent.Headers.class).get(request);
        pair.server.writeAndFlush(Http2SessionWrite.response(asked.stream(), status(204)));
        pair.exchange();
    }

    private static void assertTooMany(ChannelFuture refused) {
        assertThat(refused.cause())
                .isInstanceOfSatisfying(Http2SubmitException.class, cause -> assertThat(cause.reason())
                        .isEqualTo(Http2SubmitException.Reason.TOO_MANY_PENDING));
    }

    // ---- streams that can be opened --------------------------------------------------------------------------------

    @Test
    void beforeTheHandlerIsAddedNothingIsAvailable() {
        Http2SessionFacts facts = Http2SessionHandler.forClient().build().facts();
        assertThat(facts.availableStreams()).isZero();
        assertThat(facts.settingsReceived()).isFalse();
        assertThat(facts.draining()).isFalse();
        assertThat(facts.roundTripNanos()).isEqualTo(-1);
        assertThat(facts.smoothedRoundTripNanos()).isEqualTo(-1);
        assertThat(facts.goAwayLastStreamId()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theAssumedLimitHoldsUntilThePeersSettings() {
        try (SessionPair pair = withStreamLimit(7)) {
            assertThat(facts(pair).settingsReceived()).isFalse();
            assertThat(facts(pair).streamLimit()).isEqualTo(100);
            assertThat(facts(pair).availableStreams()).isEqualTo(100);
            pair.exchange();
            assertThat(facts(pair).settingsReceived()).isTrue();
            assertThat(facts(pair).streamLimit()).isEqualTo(7);
            assertThat(facts(pair).availableStreams()).isEqualTo(7);
            assertThat(told(pair.clientEvents))
                    .containsExactly(FactChanged.SETTINGS_RECEIVED, FactChanged.STREAM_LIMIT);
        }
    }

    @Test
    void requestsThatAreOpenAndThatWaitAreTakenOff() {
        try (SessionPair pair = withStreamLimit(2)) {
            pair.exchange();
            pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/0")));
            assertThat(facts(pair).availableStreams()).isEqualTo(1);
            assertThat(facts(pair).openStreams()).isZero();
            pair.client.flush();
            assertThat(facts(pair).availableStreams()).isEqualTo(1);
            assertThat(facts(pair).openStreams()).isEqualTo(1);
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/2")));
            assertThat(facts(pair).availableStreams()).isZero();
            assertThat(facts(pair).waitingRequests()).isEqualTo(1);

            respond(pair, 0);
            assertThat(facts(pair).availableStreams())
                    .as("the request that waited took the place")
                    .isZero();
            assertThat(facts(pair).waitingRequests()).isZero();
            respond(pair, 1);
            assertThat(facts(pair).availableStreams()).isEqualTo(1);
            assertThat(told(pair.clientEvents))
                    .endsWith(FactChanged.NO_STREAMS_AVAILABLE, FactChanged.STREAMS_AVAILABLE);
        }
    }

    @Test
    void aLimitBelowWhatIsOpenLeavesNothing() {
        try (SessionPair pair = withStreamLimit(3)) {
            pair.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/0")));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            setLimit(pair, 1);
            assertThat(facts(pair).availableStreams()).isZero();
            assertThat(facts(pair).streamLimit()).isEqualTo(1);
            setLimit(pair, 5);
            assertThat(facts(pair).availableStreams()).isEqualTo(3);
            assertThat(told(pair.clientEvents))
                    .endsWith(
                            FactChanged.STREAM_LIMIT,
                            FactChanged.NO_STREAMS_AVAILABLE,
                            FactChanged.STREAM_LIMIT,
                            FactChanged.STREAMS_AVAILABLE);
        }
    }

    private static void setLimit(SessionPair pair, int streams) {
        pair.server.writeAndFlush(
                Http2SessionWrite.settings(List.of(new Setting(SettingId.MAX_CONCURRENT_STREAMS, streams))));
        pair.exchange();
    }

    @Test
    void aServerHasStreamsForPushesOnlyIfTheClientAcceptsThem() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            assertThat(pair.serverHandler.facts().availableStreams()).isZero();
        }
        try (SessionPair pair = new SessionPair(
                client -> client.options(Http2SessionOptions.builder()
                        .enablePush(true)
                        .maxConcurrentStreams(3)
                        .build()),
                server -> server)) {
            pair.exchange();
            assertThat(pair.serverHandler.facts().availableStreams()).isEqualTo(3);
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Test
    void thePeersGoAwayIsKnownWhenItsEventComes() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            List<Integer> seen = new ArrayList<>();
            pair.clientEvents.on((ctx, event) -> {
                if (event instanceof Http2SessionEvent.GoAway) {
                    assertThat(facts(pair).goAwayReceived()).isTrue();
                    assertThat(facts(pair).draining()).isTrue();
                    seen.add(facts(pair).availableStreams());
                }
            });
            pair.server.writeAndFlush(Http2SessionWrite.goAway(1, ErrorCode.ENHANCE_YOUR_CALM.code(), new byte[0]));
            pair.exchange();
            assertThat(seen).containsExactly(0);
            assertThat(facts(pair).goAwayLastStreamId()).isEqualTo(1);
            assertThat(facts(pair).goAwayErrorCode()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
            assertThat(facts(pair).ended()).isFalse();
            assertThat(facts(pair).openStreams()).isEqualTo(1);
            assertThat(told(pair.clientEvents)).endsWith(FactChanged.NO_STREAMS_AVAILABLE, FactChanged.DRAINING);
            respond(pair, 0);
            assertThat(facts(pair).ended()).isTrue();
            assertThat(told(pair.clientEvents)).containsOnlyOnce(FactChanged.DRAINING);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingDrains(boolean server) {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            Events events = server ? pair.serverEvents : pair.clientEvents;
            Http2SessionHandler handler = server ? pair.serverHandler : pair.clientHandler;
            (server ? pair.server : pair.client).pipeline().close();
            assertThat(handler.facts().draining()).isTrue();
            assertThat(handler.facts().ended()).isFalse();
            assertThat(handler.facts().availableStreams()).isZero();
            assertThat(told(events)).contains(FactChanged.DRAINING);
        }
    }

    @Test
    void aSessionThatEndsAtOnceTellsDrainingFirst() {
        SessionPair pair = new SessionPair();
        pair.exchange();
        SessionPair.end(pair.client);
        assertThat(facts(pair).ended()).isTrue();
        assertThat(facts(pair).draining()).isTrue();
        List<Object> all = pair.clientEvents.all;
        assertThat(all.get(all.size() - 2)).isEqualTo(FactChanged.DRAINING);
        assertThat(all.get(all.size() - 1)).isInstanceOf(Http2SessionEvent.SessionEnded.class);
        pair.close();
    }

    // ---- round trips -----------------------------------------------------------------------------------------------

    @Test
    void roundTripsAreSmoothedLikeThoseOfTcp() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            ping(pair, 80);
            assertThat(facts(pair).roundTripNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(80));
            assertThat(facts(pair).smoothedRoundTripNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(80));
            ping(pair, 160);
            assertThat(facts(pair).roundTripNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(160));
            assertThat(facts(pair).smoothedRoundTripNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(90));
            ping(pair, 10);
            assertThat(facts(pair).smoothedRoundTripNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(80));
            assertThat(told(pair.clientEvents))
                    .filteredOn(FactChanged.ROUND_TRIP::equals)
                    .hasSize(3);
        }
    }

    private static void ping(SessionPair pair, int millis) {
        pair.client.writeAndFlush(Http2SessionWrite.ping(1));
        pair.client.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        pair.exchange();
    }

    // ---- requests that wait ----------------------------------------------------------------------------------------

    @Test
    void requestsThatAreNotFlushedDoNotWaitBelowThePeersLimit() {
        try (SessionPair pair = withPendingRequests(1, 10)) {
            pair.exchange();
            List<ChannelFuture> written = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                written.add(pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/" + i))));
            }
            assertThat(written).noneMatch(ChannelFuture::isDone);
            assertThat(facts(pair).waitingRequests()).isEqualTo(1);
            assertTooMany(pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/late"))));
            pair.client.flush();
            pair.exchange();
            assertThat(written.subList(0, 10)).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(10);
        }
    }

    @Test
    void withoutAQueueRequestsAreAcceptedUpToThePeersLimit() {
        try (SessionPair pair = withPendingRequests(0, 2)) {
            pair.exchange();
            ChannelFuture first = pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/0")));
            ChannelFuture second = pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            assertThat(List.of(first, second)).allMatch(ChannelFuture::isSuccess);
            assertTooMany(pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/2"))));
        }
    }

    @Test
    void requestsThatTheTransportDoesNotTakeWait() {
        try (SessionPair pair = withPendingRequests(3, 1000)) {
            pair.exchange();
            pair.client.waterMark(1).shut();
            pair.client.writeAndFlush(Http2SessionWrite.ping(1));
            for (int i = 0; i < 3; i++) {
                assertThat(pair.client
                                .writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/" + i)))
                                .isDone())
                        .isFalse();
            }
            assertThat(facts(pair).waitingRequests()).isEqualTo(3);
            assertTooMany(pair.client.write(Http2SessionWrite.request(new Http2StreamHandle(), get("/late"))));
            pair.client.open();
            pair.exchange();
            assertThat(facts(pair).waitingRequests()).isZero();
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(3);
            assertThat(told(pair.clientEvents)).containsOnlyOnce(FactChanged.REQUESTS_ACCEPTED);
        }
    }

    @Test
    void roomAfterARefusalIsToldOnce() {
        try (SessionPair pair = withPendingRequests(1, 1)) {
            pair.exchange();
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/0")));
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/1")));
            assertTooMany(pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/2"))));
            assertTooMany(pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/3"))));
            assertThat(told(pair.clientEvents)).doesNotContain(FactChanged.REQUESTS_ACCEPTED);
            respond(pair, 0);
            assertThat(told(pair.clientEvents)).containsOnlyOnce(FactChanged.REQUESTS_ACCEPTED);
            respond(pair, 1);
            assertThat(told(pair.clientEvents)).containsOnlyOnce(FactChanged.REQUESTS_ACCEPTED);
            assertThat(pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/4")))
                            .isSuccess())
                    .isTrue();
        }
    }

    @Test
    void aRequestWrittenWhenRoomIsToldIsAccepted() {
        try (SessionPair pair = withPendingRequests(0, 1)) {
            pair.exchange();
            List<ChannelFuture> again = new ArrayList<>();
            pair.clientEvents.on((ctx, event) -> {
                if (event == FactChanged.REQUESTS_ACCEPTED) {
                    again.add(ctx.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/again"))));
                }
            });
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/0")));
            assertTooMany(pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/1"))));
            respond(pair, 0);
            assertThat(again).singleElement().matches(ChannelFuture::isSuccess);
            assertThat(pair.serverEvents.of(Http2SessionEvent.Headers.class)).hasSize(2);
        }
    }

    @Test
    void roomForARequestRefusedForItsBytesIsToldWhenThoseFit() {
        try (SessionPair pair = new SessionPair(builder -> builder.maxPendingBytes(1000), builder -> builder)) {
            pair.exchange();
            pair.client.waterMark(1).shut();
            pair.client.writeAndFlush(Http2SessionWrite.ping(1));
            pair.client.writeAndFlush(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/0"), text("x".repeat(600))));
            assertTooMany(pair.client.writeAndFlush(
                    Http2SessionWrite.request(new Http2StreamHandle(), post("/1"), text("x".repeat(600)))));
            assertThat(told(pair.clientEvents)).doesNotContain(FactChanged.REQUESTS_ACCEPTED);
            pair.client.open();
            pair.exchange();
            assertThat(told(pair.clientEvents)).containsOnlyOnce(FactChanged.REQUESTS_ACCEPTED);
        }
    }

    // ---- iteration -------------------------------------------------------------------------------------------------

    @Test
    void theStreamsAreListedAtBothEnds() {
        try (SessionPair pair = withStreamLimit(3)) {
            pair.exchange();
            List<Http2StreamHandle> mine = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                mine.add(new Http2StreamHandle());
                pair.request(Http2SessionWrite.request(mine.get(i), get("/" + i)));
            }
            assertThat(pair.clientHandler.streams()).containsExactlyElementsOf(mine.subList(0, 3));
            assertThat(pair.serverHandler.streams())
                    .extracting(Http2StreamHandle::id)
                    .containsExactly(1, 3, 5);
            assertThat(pair.serverHandler.streams())
                    .containsExactlyElementsOf(pair.serverEvents.of(Http2SessionEvent.Headers.class).stream()
                            .map(Http2SessionEvent.Headers::stream)
                            .toList());
        }
    }

    @Test
    void everyStreamMayBeResetWhileTheyAreIterated() {
        try (SessionPair pair = new SessionPair()) {
            pair.exchange();
            for (int i = 0; i < 5; i++) {
                pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/" + i)));
            }
            for (Http2StreamHandle stream : pair.serverHandler.streams()) {
                pair.server.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
            }
            pair.exchange();
            assertThat(pair.serverHandler.streams()).isEmpty();
            assertThat(pair.clientEvents.of(Http2SessionEvent.Reset.class)).hasSize(5);
        }
    }

    // ---- other threads ---------------------------------------------------------------------------------------------

    @Test
    void anyThreadReadsThem() throws InterruptedException, ExecutionException {
        EventLoopGroup loops = EventLoops.nio(2);
        try {
            Http2SessionHandler client = Http2SessionHandler.forClient().build();
            Asked asked = new Asked();
            Channel channel = asked.connect(
                    loops,
                    client,
                    server -> server.options(Http2SessionOptions.builder()
                            .maxConcurrentStreams(5)
                            .build()));
            asked.told(FactChanged.SETTINGS_RECEIVED);
            assertThat(client.facts().settingsReceived()).isTrue();
            assertThat(client.facts().availableStreams()).isEqualTo(5);
            channel.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), get("/")))
                    .sync();
            // What was published before the promise completed is seen by who has seen the promise.
            channel.eventLoop().submit(() -> {}).sync();
            assertThat(client.facts().availableStreams()).isEqualTo(4);
            assertThat(client.facts().openStreams()).isEqualTo(1);
            channel.close();
            asked.told(FactChanged.DRAINING);
            assertThat(client.facts().draining()).isTrue();
            assertThat(client.facts().availableStreams()).isZero();
            channel.close();
            channel.close();
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    /** A client on a loop of its own, whose test waits for what it is told. */
    private static final class Asked extends ChannelInboundHandlerAdapter {
        private final Map<FactChanged, CompletableFuture<Void>> told = new EnumMap<>(FactChanged.class);

        Asked() {
            for (FactChanged one : FactChanged.values()) {
                told.put(one, new CompletableFuture<>());
            }
        }

        Channel connect(
                EventLoopGroup loops, Http2SessionHandler client, UnaryOperator<Http2SessionHandlerBuilder> server)
                throws InterruptedException {
            Channel listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(
                                            server.apply(Http2SessionHandler.forServer())
                                                    .build(),
                                            new Events());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            return new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline().addLast(client, Asked.this);
                        }
                    })
                    .connect(listening.localAddress())
                    .sync()
                    .channel();
        }

        void told(FactChanged change) throws InterruptedException, ExecutionException {
            told.get(change).get();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object event) {
            ReferenceCountUtil.release(event);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof FactChanged change) {
                told.get(change).complete(null);
            }
        }
    }
}
