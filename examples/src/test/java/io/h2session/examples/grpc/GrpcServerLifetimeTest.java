package io.h2session.examples.grpc;

import static io.grpc.CallOptions.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.hpack.HeaderList;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long connections of grpc-java's client to our server last: keep-alive of both ends, and the greatest age. */
@Timeout(240)
class GrpcServerLifetimeTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
    private static final Duration SELDOM = Duration.ofMinutes(5);

    private final Signals signals = new Signals();

    /** The connection of the first call of {@link Methods#TALK}. */
    private final CompletableFuture<Channel> talking = new CompletableFuture<>();

    private EchoServer server;

    @AfterEach
    void close() {
        server.close();
    }

    private void serve(UnaryOperator<Http2Timeouts> timeouts, UnaryOperator<Http2Limits> limits) throws Exception {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .initialWindowSize(1 << 20)
                .timeouts(timeouts)
                .limits(limits)
                .build();
        server = new EchoServer(session -> session.options(options).observer(channel -> signals), this::service);
    }

    private ChannelHandler service() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel call) {
                call.pipeline().addLast(new Noting(), new EchoService());
            }
        };
    }

    private final class Noting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object read) {
            if (read instanceof HeaderList head && head.value(":path").endsWith("/Talk")) {
                talking.complete(ctx.channel().parent());
            }
            ctx.fireChannelRead(read);
        }
    }

    private void serve(UnaryOperator<Http2Timeouts> timeouts) throws Exception {
        serve(timeouts, UnaryOperator.identity());
    }

    private static NettyChannelBuilder keepAliveWithoutCalls(NettyChannelBuilder client) {
        return ShortKeepAlive.of(client).keepAliveWithoutCalls(true);
    }

    /** A call that is not answered. */
    private static Answers sleep(ManagedChannel client) {
        Answers answers = new Answers();
        ClientCalls.asyncUnaryCall(client.newCall(Methods.SLEEP, DEFAULT), HELLO, answers);
        return answers;
    }

    private static StreamObserver<byte[]> talk(ManagedChannel client, Answers answers) {
        return ClientCalls.asyncBidiStreamingCall(client.newCall(Methods.TALK, DEFAULT), answers);
    }

    private static byte[] unary(ManagedChannel client) {
        return ClientCalls.blockingUnaryCall(client, Methods.UNARY, DEFAULT, HELLO);
    }

    /** Calls until a call is answered: where all is slow, a connection may be over before it is used. */
    private static byte[] unaryInTheEnd(ManagedChannel client) {
        while (true) {
            try {
                return unary(client);
            } catch (StatusRuntimeException over) {
                assertThat(over.getStatus().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
            }
        }
    }

    private Channel connection(int number) {
        return server.connections.get(number);
    }

    private static void awaitClose(Channel connection) {
        assertThat(connection.closeFuture().awaitUninterruptibly(60, TimeUnit.SECONDS))
                .isTrue();
    }

    // ---- PING of the client ----------------------------------------------------------------------------------------

    @Test
    void aClientMayPingAsOftenAsItLikesByDefault() throws Exception {
        serve(UnaryOperator.identity());
        ManagedChannel client = server.client(GrpcServerLifetimeTest::keepAliveWithoutCalls);
        Answers running = sleep(client);

        signals.awaitPings(10);
        assertThat(running.ended()).isFalse();
        assertThat(unary(client)).isEqualTo(HELLO);
        assertThat(server.connections).hasSize(1);
    }

    @Test
    void aClientThatPingsTooOftenIsDisconnectedAndDoublesItsInterval() throws Exception {
        serve(timeouts -> timeouts.withMinPingInterval(Duration.ofMillis(380)));
        ManagedChannel client = server.client(ShortKeepAlive::of);

        // The first interval is 100 ms, the second 200 ms: the third early PING ends the connection. 400 ms are enough,
        // also where
        // the server reads late: the interval begins when a PING was answered.
        for (int number = 0; number < 2; number++) {
            Status status = sleep(client).status();
            assertThat(status.getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription()).contains("too_many_pings");
            awaitClose(connection(number));
            signals.awaitPings(4);
        }
        signals.forgetPings();
        Answers running = sleep(client);
        signals.awaitPings(4);
        assertThat(running.ended()).isFalse();
        assertThat(server.connections).hasSize(3);
    }

    @Test
    void aClientMayPingAsItReceives() throws Exception {
        serve(timeouts -> timeouts.withMinPingInterval(SELDOM), limits -> limits.withMaxPingStrikes(0));
        ManagedChannel client = server.client(UnaryOperator.identity());
        Metadata times = new Metadata();
        times.put(Metadata.Key.of("times", Metadata.ASCII_STRING_MARSHALLER), "500");
        ClientCall<byte[], byte[]> call =
                MetadataUtils.newAttachHeadersInterceptor(times).interceptCall(Methods.REPEAT, DEFAULT, client);

        // grpc-java measures the bandwidth with a PING whenever DATA comes.
        assertThat(ClientCalls.blockingServerStreamingCall(call, new byte[20_000]))
                .toIterable()
                .hasSize(500);
        signals.awaitPings(2);
        assertThat(server.connections).hasSize(1);
    }

    @Test
    void withoutCallsAClientMayNotPing() throws Exception {
        serve(timeouts -> timeouts.withMinPingInterval(Duration.ofMillis(1)), limits -> limits.withMaxPingStrikes(0));
        assertThat(unary(server.client(GrpcServerLifetimeTest::keepAliveWithoutCalls)))
                .isEqualTo(HELLO);
        awaitClose(connection(0));
        signals.awaitPings(2);
    }

    @Test
    void withoutCallsAClientMayPingIfTheServerPermitsIt() throws Exception {
        serve(timeouts -> timeouts.withMinPingInterval(Duration.ofMillis(1)), limits -> limits.withMaxPingStrikes(0)
                .withPingWithoutStreams(true));
        // A fixed window: else there is also a PING that measures the bandwidth, and a server that reads late has two
        // at a time.
        ManagedChannel client = server.client(settings -> keepAliveWithoutCalls(settings.flowControlWindow(1 << 20)));
        assertThat(unary(client)).isEqualTo(HELLO);
        signals.awaitPings(5);
        assertThat(unary(client)).isEqualTo(HELLO);
        assertThat(server.connections).hasSize(1);
    }

    // ---- PING of the server ----------------------------------------------------------------------------------------

    @Test
    void theClientAnswersThePingsOfTheServer() throws Exception {
        serve(timeouts -> timeouts.withKeepAlive(ShortKeepAlive.TIME).withKeepAliveAnswer(Duration.ofSeconds(20)));
        ManagedChannel client = server.client();
        Answers running = sleep(client);

        signals.awaitAnswers(5);
        assertThat(running.ended()).isFalse();
        assertThat(unary(client)).isEqualTo(HELLO);
        assertThat(server.connections).hasSize(1);
    }

    // ---- age -------------------------------------------------------------------------------------------------------

    @Test
    void noCallIsLostWhenConnectionsReachTheirAge() throws Exception {
        serve(timeouts -> timeouts.withMaxAge(Duration.ofMillis(100)).withMaxAgeGrace(Duration.ofSeconds(20)));
        ManagedChannel client = server.client();
        while (server.connections.size() < 5) {
            assertThat(unary(client)).isEqualTo(HELLO);
        }
        awaitClose(connection(0));
        awaitClose(connection(3));
    }

    @Test
    void aCallThatRunsWhenItsConnectionReachesItsAgeContinues() throws Exception {
        serve(timeouts -> timeouts.withMaxAge(Duration.ofMillis(100)).withMaxAgeGrace(Duration.ofSeconds(20)));
        ManagedChannel client = server.client();
        Answers answers = new Answers();
        StreamObserver<byte[]> requests = talk(client, answers);
        requests.onNext(HELLO);
        Channel connection = talking.get(60, TimeUnit.SECONDS);
        while (server.connections.size() < server.connections.indexOf(connection) + 3) {
            assertThat(unary(client)).isEqualTo(HELLO);
        }
        assertThat(connection.isActive()).isTrue();
        requests.onNext(HELLO);
        requests.onCompleted();

        assertThat(answers.status()).isEqualTo(Status.OK);
        assertThat(answers.messages).containsExactly(HELLO, HELLO);
        awaitClose(connection);
    }

    @Test
    void aCallThatRunsWhenTheGraceIsOverIsCancelled() throws Exception {
        serve(timeouts -> timeouts.withMaxAge(Duration.ofMillis(50)).withMaxAgeGrace(Duration.ofMillis(100)));
        ManagedChannel client = server.client();
        Status status;
        do {
            // Where all is slow, a connection may be over before it is used.
            status = sleep(client).status();
        } while (status.getCode() == Status.Code.UNAVAILABLE);
        assertThat(status.getCode()).isEqualTo(Status.Code.CANCELLED);
        awaitClose(connection(0));
        assertThat(unaryInTheEnd(client)).isEqualTo(HELLO);
    }
}
