package io.h2session.examples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.examples.net.Transport;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.GoAwayFrame;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.pool.ConnectionSetup;
import io.h2session.netty.pool.Http2ConnectionPool;
import io.h2session.netty.pool.PoolOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long connections of our client and its pool to grpc-java's server last: keep-alive of both ends, and the greatest age. */
@Timeout(240)
class GrpcClientLifetimeTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private final EventLoopGroup loop = Transport.best().eventLoops(1);
    private final Signals signals = new Signals();
    private JavaEchoServer server;
    private Http2ConnectionPool pool;
    private boolean connected;

    @AfterEach
    void close() {
        pool.close(Duration.ZERO).awaitUninterruptibly(60, TimeUnit.SECONDS);
        server.close();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** @param first the timeouts of the first connection: those that follow shall answer however long it takes */
    private void connect(UnaryOperator<Http2Timeouts> first, UnaryOperator<NettyServerBuilder> settings)
            throws IOException {
        server = new JavaEchoServer(settings);
        Bootstrap bootstrap =
                new Bootstrap().group(loop).channel(Transport.best().channel());
        pool = Http2ConnectionPool.to(bootstrap, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
                .setup(ConnectionSetup.priorKnowledge(connection -> connection.addLast(
                        Grpc.settings(Http2SessionHandler.forClient())
                                .options(options(first))
                                .observer(channel -> signals)
                                .build(),
                        Http2StreamsHandler.builder().build())))
                // A server that has just started may need longer than the usual ten seconds.
                .options(PoolOptions.builder()
                        .acquireTimeout(Duration.ofMinutes(1))
                        .connectTimeout(Duration.ofMinutes(1))
                        .build())
                .build();
    }

    private Http2SessionOptions options(UnaryOperator<Http2Timeouts> first) {
        UnaryOperator<Http2Timeouts> timeouts = connected ? UnaryOperator.identity() : first;
        connected = true;
        return Http2SessionOptions.builder()
                .initialWindowSize(1 << 20)
                .timeouts(timeouts)
                .build();
    }

    /** The request is written as its stream is opened: a connection that ends takes none that comes later. */
    private StreamChannel begin(String method, Call call) throws InterruptedException {
        return pool.open(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new GrpcCodec(false, Grpc.MAX_MESSAGE), call, new Beginning(method));
                    }
                })
                .sync()
                .getNow();
    }

    private static final class Beginning extends ChannelInboundHandlerAdapter {
        private final String method;

        Beginning(String method) {
            this.method = method;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.channel().writeAndFlush(Grpc.request("localhost", "/h2session.Echo/" + method));
        }
    }

    private Call call(String method) throws InterruptedException {
        Call call = new Call();
        StreamChannel stream = begin(method, call);
        stream.writeAndFlush(Unpooled.wrappedBuffer(HELLO));
        stream.shutdownOutput();
        return call;
    }

    private void assertAnswered() throws Exception {
        Call call = call("Unary");
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        assertThat(call.messages).containsExactly(HELLO);
    }

    // ---- PING of the client ----------------------------------------------------------------------------------------

    @Test
    void theServerAnswersPingsThatItPermits() throws Exception {
        connect(
                timeouts -> timeouts.withKeepAlive(ShortKeepAlive.TIME),
                server -> server.permitKeepAliveTime(1, TimeUnit.MILLISECONDS));
        Call running = call("Sleep");

        signals.awaitAnswers(5);
        assertThat(running.ended()).isFalse();
        assertAnswered();
        assertThat(server.connections).hasValue(1);
    }

    @Test
    void tooManyPingsEndTheConnectionAndThePoolMakesAnother() throws Exception {
        connect(timeouts -> timeouts.withKeepAlive(ShortKeepAlive.TIME), UnaryOperator.identity());
        Call running = call("Sleep");

        GoAwayFrame goAway = signals.awaitGoAway();
        assertThat(goAway.errorCode()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
        assertThat(goAway.debugData()).asString(StandardCharsets.UTF_8).isEqualTo("too_many_pings");
        assertThat(running.status().code()).isEqualTo(GrpcStatus.UNAVAILABLE);
        assertAnswered();
        assertThat(server.connections).hasValue(2);
    }

    // ---- PING of the server ----------------------------------------------------------------------------------------

    @Test
    void ourClientAnswersThePingsOfTheServer() throws Exception {
        connect(UnaryOperator.identity(), server -> ShortKeepAlive.of(server).keepAliveTimeout(20, TimeUnit.SECONDS));
        Call running = call("Sleep");

        signals.awaitPings(5);
        assertThat(running.ended()).isFalse();
        assertAnswered();
        assertThat(server.connections).hasValue(1);
    }

    // ---- age: grpc-java's server takes one second at least ---------------------------------------------------------

    @Test
    void noCallIsLostWhenConnectionsReachTheirAge() throws Exception {
        connect(UnaryOperator.identity(), server -> server.maxConnectionAge(1, TimeUnit.SECONDS)
                .maxConnectionAgeGrace(20, TimeUnit.SECONDS));
        while (server.connections.get() < 3) {
            assertAnswered();
        }
        assertThat(signals.awaitGoAway().errorCode()).isZero();
    }

    @Test
    void aCallThatRunsWhenItsConnectionReachesItsAgeContinues() throws Exception {
        connect(UnaryOperator.identity(), server -> server.maxConnectionAge(1, TimeUnit.SECONDS)
                .maxConnectionAgeGrace(20, TimeUnit.SECONDS));
        Call running = new Call();
        StreamChannel stream = begin("Talk", running);
        stream.writeAndFlush(Unpooled.wrappedBuffer(HELLO));
        assertThat(signals.awaitGoAway().errorCode()).isZero();
        assertAnswered();
        assertThat(server.connections).hasValueGreaterThanOrEqualTo(2);
        stream.writeAndFlush(Unpooled.wrappedBuffer(HELLO));
        stream.shutdownOutput();

        assertThat(running.status()).isEqualTo(GrpcStatus.OK);
        assertThat(running.messages).containsExactly(HELLO, HELLO);
        assertThat(stream.parent().closeFuture().await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCallThatRunsWhenTheGraceIsOverIsUnavailable() throws Exception {
        connect(UnaryOperator.identity(), server -> server.maxConnectionAge(1, TimeUnit.SECONDS)
                .maxConnectionAgeGrace(100, TimeUnit.MILLISECONDS));
        assertThat(call("Sleep").status().code()).isEqualTo(GrpcStatus.UNAVAILABLE);
        GrpcStatus status;
        do {
            // Where all is slow, a connection may be over before it is used.
            status = call("Unary").status();
        } while (status.code() == GrpcStatus.UNAVAILABLE);
        assertThat(status).isEqualTo(GrpcStatus.OK);
        assertThat(server.connections).hasValueGreaterThanOrEqualTo(2);
    }
}
