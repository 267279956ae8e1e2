package io.h2session.examples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.Transport;
import io.h2session.examples.testing.Ending;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.channel.StreamChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our client, which calls grpc-java's server. */
@Timeout(240)
class GrpcClientTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private final EventLoopGroup loop = Transport.best().eventLoops(1);
    private final JavaEchoServer server;
    private Channel connection;

    GrpcClientTest() throws IOException {
        server = new JavaEchoServer(UnaryOperator.identity());
    }

    @AfterEach
    void close() {
        Ending.of(loop, connection);
        server.close();
    }

    private void connect() throws InterruptedException {
        connection = new Bootstrap()
                .group(loop)
                .channel(Transport.best().channel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Grpc.connect(channel.pipeline());
                    }
                })
                .connect("127.0.0.1", server.port())
                .sync()
                .channel();
    }

    private StreamChannel begin(String method, Call call, String... fields) throws InterruptedException {
        HeaderList request = Grpc.request("localhost", "/h2session.Echo/" + method);
        for (int i = 0; i < fields.length; i += 2) {
            request = request.plus(fields[i], fields[i + 1]);
        }
        return Grpc.call(connection, request, call).sync().getNow();
    }

    private Call call(String method, byte[] message, String... fields) throws InterruptedException {
        Call call = new Call();
        StreamChannel stream = begin(method, call, fields);
        stream.writeAndFlush(Unpooled.wrappedBuffer(message));
        stream.shutdownOutput();
        return call;
    }

    @Test
    void aUnaryCallIsAnswered() throws Exception {
        connect();
        Call call = call("Unary", HELLO);
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        assertThat(call.messages).containsExactly(HELLO);
    }

    @Test
    void manyMessagesAreCollected() throws Exception {
        connect();
        Call call = new Call();
        StreamChannel stream = begin("Collect", call);
        for (int i = 0; i < 1000; i++) {
            stream.writeAndFlush(Unpooled.wrappedBuffer(HELLO));
        }
        stream.shutdownOutput();
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        assertThat(call.messages).containsExactly("hello".repeat(1000).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aServerStreams() throws Exception {
        connect();
        Call call = call("Repeat", new byte[50_000]);
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        assertThat(call.messages).hasSize(100).allMatch(message -> message.length == 50_000);
    }

    @Test
    void bothTalkAtTheSameTime() throws Exception {
        connect();
        Call call = new Call() {
            @Override
            void received(ChannelHandlerContext ctx) {
                if (messages.size() < 100) {
                    ctx.channel().writeAndFlush(Unpooled.wrappedBuffer(HELLO));
                } else {
                    ((StreamChannel) ctx.channel()).shutdownOutput();
                }
            }
        };
        begin("Talk", call).writeAndFlush(Unpooled.wrappedBuffer(HELLO));
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        assertThat(call.messages).hasSize(100);
    }

    @Test
    void anErrorIsTheStatusOfTheCall() throws Exception {
        connect();
        Call call = call("Fail", HELLO);
        assertThat(call.status()).isEqualTo(new GrpcStatus(GrpcStatus.INVALID_ARGUMENT, "100 % \u00fcbel"));
        assertThat(call("None", HELLO).status().code()).isEqualTo(GrpcStatus.UNIMPLEMENTED);
    }

    @Test
    void aMessageOfTheLargestSizeComesBack() throws Exception {
        connect();
        byte[] message = new byte[Grpc.MAX_MESSAGE];
        new Random(16).nextBytes(message);
        Call call = call("Unary", message);
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        assertThat(call.messages).containsExactly(message);
        assertThat(call("Unary", new byte[Grpc.MAX_MESSAGE + 1]).status().code())
                .isEqualTo(GrpcStatus.RESOURCE_EXHAUSTED);
    }

    @Test
    void aDeadlineEndsTheCallAtBothEnds() throws Exception {
        connect();
        assertThat(call("Sleep", HELLO, "grpc-timeout", "200m").status().code())
                .isEqualTo(GrpcStatus.DEADLINE_EXCEEDED);
        assertThat(server.sleeperEnded.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingTheChannelCancelsTheCall() throws Exception {
        connect();
        assertThat(call("Unary", HELLO).status()).isEqualTo(GrpcStatus.OK);
        Call call = new Call();
        StreamChannel stream = begin("Sleep", call);
        stream.writeAndFlush(Unpooled.wrappedBuffer(HELLO)).sync();
        stream.shutdownOutput().sync();
        stream.close();
        assertThat(call.status().code()).isEqualTo(GrpcStatus.CANCELLED);
        assertThat(server.sleeperEnded.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Timeout(300)
    void tenThousandCallsOfWhichThreeInTenAreCancelled() throws Exception {
        connect();
        int calls = 10_000;
        Semaphore atOnce = new Semaphore(100);
        AtomicInteger[] ends = new AtomicInteger[17];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = new AtomicInteger();
        }
        for (int i = 0; i < calls; i++) {
            atOnce.acquire();
            boolean cancel = i % 10 < 3;
            StreamChannel stream = begin(cancel ? "Sleep" : "Unary", new Call() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object read) {
                    super.channelRead(ctx, read);
                    if (read instanceof GrpcStatus status) {
                        ends[status.code()].incrementAndGet();
                        atOnce.release();
                    }
                }
            });
            stream.writeAndFlush(Unpooled.wrappedBuffer(HELLO));
            stream.shutdownOutput();
            if (cancel) {
                stream.close();
            }
        }
        assertThat(atOnce.tryAcquire(100, 200, TimeUnit.SECONDS)).isTrue();
        assertThat(ends[0]).hasValue(calls * 7 / 10);
        assertThat(ends[GrpcStatus.CANCELLED]).hasValue(calls * 3 / 10);
        assertThat(connection.isActive()).isTrue();
    }
}
