package io.h2session.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.client.Http2ResponseException;
import io.h2session.netty.client.Http2ResponseException.Reason;
import io.h2session.testing.EventLoops;
import io.h2session.testing.GatedChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request in, a future of the whole response out; each future completes, and tells whether a retry is safe. */
class Http2RequestsTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "test", ":path", "/");
    private static final HeaderList POST =
            HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "test", ":path", "/");
    private static final HeaderList OK = HeaderList.of(":status", "200");

    private Http2Requests requests;
    private Application behind;
    private Application server;
    private GatedChannel clientEnd;
    private GatedChannel serverEnd;

    /** Remembers what it is told, and reacts as a test says. */
    private static final class Application extends ChannelInboundHandlerAdapter {
        final List<Object> told = new ArrayList<>();
        BiConsumer<ChannelHandlerContext, Http2SessionEvent.Headers> reaction = (ctx, request) -> {};

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object event) {
            told.add(event);
            if (event instanceof Http2SessionEvent.Headers headers) {
                reaction.accept(ctx, headers);
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.add(event);
        }

        <T> List<T> of(Class<T> type) {
            return told.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    @BeforeEach
    void connect() {
        connect(Http2SessionOptions.safe(), Http2SessionOptions.safe());
    }

    private void connect(Http2SessionOptions clientOptions, Http2SessionOptions serverOptions) {
        requests = new Http2Requests(100);
        behind = new Application();
        server = new Application();
        clientEnd = new GatedChannel(
                Http2SessionHandler.forClient().options(clientOptions).build(), requests, behind);
        serverEnd = new GatedChannel(
                Http2SessionHandler.forServer().options(serverOptions).build(), server);
        exchange();
    }

    private void reconnect(Http2SessionOptions clientOptions, Http2SessionOptions serverOptions) {
        end();
        connect(clientOptions, serverOptions);
    }

    @AfterEach
    void end() {
        for (GatedChannel end : List.of(clientEnd, serverEnd)) {
            end.unsafe().close(end.voidPromise());
            end.runPendingTasks();
            end.releaseOutbound();
            end.releaseInbound();
        }
    }

    private void exchange() {
        boolean moved;
        do {
            moved = move(clientEnd, serverEnd);
            moved |= move(serverEnd, clientEnd);
        } while (moved);
    }

    private static boolean move(GatedChannel from, GatedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            moved |= bytes.isReadable();
            if (to.isOpen()) {
                to.writeInbound(bytes);
            } else {
                bytes.release();
            }
        }
        return moved;
    }

    private Future<Http2Response> send(HeaderList headers, ByteBuf body) {
        Future<Http2Response> response = requests.send(headers, body);
        exchange();
        return response;
    }

    private Http2StreamHandle asked(int request) {
        return server.of(Http2SessionEvent.Headers.class).get(request).stream();
    }

    private void answer(Http2SessionWrite write) {
        serverEnd.writeAndFlush(write);
        exchange();
    }

    private static ByteBuf text(String text) {
        return ByteBufUtil.writeUtf8(Unpooled.EMPTY_BUFFER.alloc(), text);
    }

    private static void assertFailed(Future<?> response, Reason reason, ErrorCode code, boolean retryIsSafe) {
        assertThat(response.cause()).isInstanceOfSatisfying(Http2ResponseException.class, failure -> {
            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure.errorCode()).isEqualTo(code.code());
            assertThat(failure.retryIsSafe()).isEqualTo(retryIsSafe);
        });
    }

    // ---- responses -------------------------------------------------------------------------------------------------

    @Test
    void theWholeResponseIsTheResult() {
        Future<Http2Response> response = send(POST, text("ping"));
        answer(Http2SessionWrite.informational(asked(0), HeaderList.of(":status", "103")));
        answer(Http2SessionWrite.responseHead(asked(0), OK));
        answer(Http2SessionWrite.data(asked(0), text("po"), false));
        answer(Http2SessionWrite.data(asked(0), text("ng"), false));
        assertThat(response.isDone()).isFalse();
        answer(Http2SessionWrite.trailers(asked(0), HeaderList.of("grpc-status", "0")));

        assertThat(response.isSuccess()).isTrue();
        assertThat(response.getNow().status()).isEqualTo(200);
        assertThat(response.getNow().headers()).isEqualTo(OK);
        assertThat(new String(response.getNow().content(), CharsetUtil.US_ASCII))
                .isEqualTo("pong");
        assertThat(response.getNow().trailers()).isEqualTo(HeaderList.of("grpc-status", "0"));
        assertThat(server.of(Http2SessionEvent.Data.class)).hasSize(1);
    }

    @Test
    void aResponseWithoutContentIsComplete() {
        Future<Http2Response> response = send(GET, null);
        answer(Http2SessionWrite.response(asked(0), HeaderList.of(":status", "204")));
        assertThat(response.getNow().status()).isEqualTo(204);
        assertThat(response.getNow().content()).isEmpty();
        assertThat(response.getNow().trailers()).isEmpty();
    }

    @Test
    void aResponseBeforeTheEndOfTheRequestSucceeds() {
        clientEnd.waterMark(1);
        Future<Http2Response> response = requests.send(POST, Unpooled.buffer().writeZero(1024 * 1024));
        exchange();
        serverEnd.write(Http2SessionWrite.response(asked(0), OK, text("enough")));
        answer(Http2SessionWrite.discardRequest(asked(0)));
        assertThat(response.isSuccess()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 100})
    void contentUpToTheLimitIsAccepted(int length) {
        Future<Http2Response> response = send(GET, null);
        answer(Http2SessionWrite.response(asked(0), OK, Unpooled.buffer().writeZero(length)));
        assertThat(response.getNow().content()).hasSize(length);
    }

    @Test
    void contentBeyondTheLimitIsResetAndFails() {
        Future<Http2Response> response = send(GET, null);
        answer(Http2SessionWrite.response(asked(0), OK, Unpooled.buffer().writeZero(101)));
        assertFailed(response, Reason.TOO_LARGE, ErrorCode.CANCEL, false);

        Future<Http2Response> longer = send(GET, null);
        answer(Http2SessionWrite.responseHead(asked(1), OK));
        answer(Http2SessionWrite.data(asked(1), Unpooled.buffer().writeZero(100), false));
        answer(Http2SessionWrite.data(asked(1), Unpooled.buffer().writeZero(1), false));
        assertFailed(longer, Reason.TOO_LARGE, ErrorCode.CANCEL, false);
        assertThat(server.of(Http2SessionEvent.Reset.class))
                .singleElement()
                .matches(reset -> reset.errorCode() == ErrorCode.CANCEL.code());
    }

    @Test
    void aPushForARequestIsRefused() {
        reconnect(Http2SessionOptions.builder().enablePush(true).build(), Http2SessionOptions.safe());
        Future<Http2Response> response = send(GET, null);
        serverEnd.write(Http2SessionWrite.pushPromise(asked(0), new Http2StreamHandle(), GET));
        answer(Http2SessionWrite.response(asked(0), OK));
        assertThat(response.isSuccess()).isTrue();
        assertThat(server.of(Http2SessionEvent.Reset.class)).hasSize(1);
        assertThat(behind.of(Http2SessionEvent.PushPromise.class)).isEmpty();
    }

    // ---- cancelled -------------------------------------------------------------------------------------------------

    @Test
    void cancellingResetsTheStream() {
        Future<Http2Response> response = send(GET, null);
        assertThat(response.cancel(false)).isTrue();
        exchange();
        assertThat(server.of(Http2SessionEvent.Reset.class))
                .singleElement()
                .matches(reset -> reset.errorCode() == ErrorCode.CANCEL.code());
        answer(Http2SessionWrite.response(asked(0), OK));
        assertThat(response.cause()).isInstanceOf(CancellationException.class);
    }

    @Test
    void cancellingARequestThatWaitsTakesItBack() {
        reconnect(
                Http2SessionOptions.safe(),
                Http2SessionOptions.builder().maxConcurrentStreams(1).build());
        Future<Http2Response> running = send(GET, null);
        ByteBuf body = text("never");
        Future<Http2Response> waiting = send(POST, body);
        assertThat(waiting.cancel(false)).isTrue();
        exchange();
        assertThat(body.refCnt()).isZero();
        answer(Http2SessionWrite.response(asked(0), OK));
        assertThat(running.isSuccess()).isTrue();
        assertThat(server.of(Http2SessionEvent.Headers.class)).hasSize(1);
    }

    @Test
    void cancellingAResponseThatHasComeDoesNothing() {
        Future<Http2Response> response = send(GET, null);
        answer(Http2SessionWrite.response(asked(0), OK));
        assertThat(response.cancel(false)).isFalse();
        exchange();
        assertThat(server.of(Http2SessionEvent.Reset.class)).isEmpty();
    }

    // ---- failed ----------------------------------------------------------------------------------------------------

    @Test
    void aMalformedRequestIsNotSentAndItsBodyReleased() {
        ByteBuf body = text("body");
        Future<Http2Response> response = send(HeaderList.of(":method", "POST"), body);
        assertThat(response.cause())
                .isInstanceOfSatisfying(Http2ResponseException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(Reason.NOT_SENT));
        assertThat(body.refCnt()).isZero();
    }

    @Test
    void aResetOfThePeerIsToldWithItsCode() {
        Future<Http2Response> response = send(GET, null);
        answer(Http2SessionWrite.reset(asked(0), ErrorCode.INTERNAL_ERROR));
        assertFailed(response, Reason.RESET_BY_PEER, ErrorCode.INTERNAL_ERROR, false);
    }

    @Test
    void aRefusedRequestMayBeSentAgain() {
        Future<Http2Response> response = send(GET, null);
        answer(Http2SessionWrite.reset(asked(0), ErrorCode.REFUSED_STREAM));
        assertFailed(response, Reason.REFUSED, ErrorCode.REFUSED_STREAM, true);
    }

    @Test
    void aRequestThatGoAwayLeavesOutMayBeSentAgain() {
        Future<Http2Response> first = send(GET, null);
        Future<Http2Response> second = send(GET, null);
        answer(Http2SessionWrite.goAway(asked(0).id(), ErrorCode.NO_ERROR.code(), new byte[0]));
        assertThat(first.isDone()).isFalse();
        assertFailed(second, Reason.REFUSED, ErrorCode.REFUSED_STREAM, true);
        Future<Http2Response> late = send(GET, null);
        assertThat(late.cause()).isInstanceOfSatisfying(Http2ResponseException.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Reason.NOT_SENT);
            assertThat(failure.retryIsSafe()).isTrue();
        });
    }

    @Test
    void aPeerThatWantsHttp11SaysSo() {
        Future<Http2Response> response = send(GET, null);
        answer(Http2SessionWrite.reset(asked(0), ErrorCode.HTTP_1_1_REQUIRED));
        assertFailed(response, Reason.HTTP_1_1_REQUIRED, ErrorCode.HTTP_1_1_REQUIRED, false);
        assertThat(((Http2ResponseException) response.cause()).http11Required()).isTrue();
        assertThat(Http2NotSentException.http11Required(response.cause())).isFalse();
    }

    @Test
    void aMalformedResponseIsAResetOfOurs() {
        Future<Http2Response> response = send(GET, null);
        serverEnd.pipeline().remove(Http2SessionHandler.class);
        // HEADERS of stream 1 with an empty block: no :status.
        clientEnd.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 1, 5, 0, 0, 0, 1}));
        assertFailed(response, Reason.RESET, ErrorCode.PROTOCOL_ERROR, false);
    }

    @Test
    void theEndOfTheConnectionFailsWhatIsOpen() {
        Future<Http2Response> response = send(GET, null);
        clientEnd.unsafe().close(clientEnd.voidPromise());
        clientEnd.runPendingTasks();
        assertFailed(response, Reason.CONNECTION_ENDED, ErrorCode.CANCEL, false);
    }

    @Test
    void removingTheHandlerFailsWhatIsOpen() {
        Future<Http2Response> response = send(GET, null);
        clientEnd.pipeline().remove(requests);
        exchange();
        assertFailed(response, Reason.RESET, ErrorCode.CANCEL, false);
        assertThat(server.of(Http2SessionEvent.Reset.class)).hasSize(1);
        ByteBuf body = text("late");
        assertThatThrownBy(() -> requests.send(POST, body)).isInstanceOf(IllegalStateException.class);
        assertThat(body.refCnt()).isZero();
    }

    // ---- the pipeline ----------------------------------------------------------------------------------------------

    @Test
    void otherEventsGoOn() {
        Http2StreamHandle other = new Http2StreamHandle();
        clientEnd.writeAndFlush(Http2SessionWrite.request(other, GET));
        exchange();
        answer(Http2SessionWrite.response(asked(0), OK, text("other")));
        assertThat(behind.of(Http2SessionEvent.Headers.class)).singleElement().matches(it -> it.stream() == other);
        assertThat(behind.of(Http2SessionEvent.Data.class)).hasSize(1);
        assertThat(behind.of(Http2SessionEvent.StreamClosed.class)).hasSize(1);
        assertThat(behind.of(Http2SessionEvent.FactChanged.class)).isNotEmpty();
        assertThat(behind.of(Http2SessionEvent.Settings.class)).isNotEmpty();
    }

    @Test
    void itStandsBehindTheSessionOfAClient() {
        GatedChannel alone = new GatedChannel();
        for (GatedChannel channel : List.of(alone, serverEnd)) {
            Http2Requests misplaced = new Http2Requests(1);
            channel.pipeline().addLast(misplaced);
            assertThatThrownBy(channel::checkException).hasRootCauseInstanceOf(IllegalStateException.class);
            assertThat(channel.pipeline().context(misplaced)).isNull();
        }
        assertThatThrownBy(() -> new Http2Requests(-1)).isInstanceOf(IllegalArgumentException.class);
        alone.close();
    }

    @Test
    void anyThreadMaySend() throws InterruptedException, ExecutionException {
        EventLoopGroup loops = EventLoops.nio(2);
        try {
            Application echo = new Application();
            echo.reaction = (ctx, request) ->
                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, text("hello")));
            Channel listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(Http2SessionHandler.forServer().build(), echo);
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            Http2Requests client = new Http2Requests(100);
            Channel channel = new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline()
                                    .addLast(Http2SessionHandler.forClient().build(), client);
                        }
                    })
                    .connect(listening.localAddress())
                    .sync()
                    .channel();
            List<Future<Http2Response>> responses = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                responses.add(client.send(GET, null));
            }
            for (Future<Http2Response> response : responses) {
                assertThat(response.get().content()).hasSize(5);
            }
            channel.close();
            channel.close().sync();
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }
}
