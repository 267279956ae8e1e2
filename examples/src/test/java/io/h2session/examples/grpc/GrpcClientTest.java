package io.h2session.examples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.h2session.examples.net.Transport;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.channel.StreamChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our client, which calls grpc-java's server. */
@Timeout(60)
class GrpcClientTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private final EventLoopGroup loop = Transport.best().eventLoops(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private Server server;
    private Channel connection;

    @AfterEach
    void close() {
        connection.close().syncUninterruptibly();
        server.shutdownNow();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void connect() throws IOException, InterruptedException {
        connect(UnaryOperator.identity());
    }

    private void connect(UnaryOperator<NettyServerBuilder> settings) throws IOException, InterruptedException {
        server = settings.apply(
                        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .maxInboundMessageSize(Grpc.MAX_MESSAGE))
                .addService(echo())
                .build()
                .start();
        connection = connected();
    }

    private Channel connected() throws InterruptedException {
        return new Bootstrap()
                .group(loop)
                .channel(Transport.best().channel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Grpc.connect(channel.pipeline());
                    }
                })
                .connect("127.0.0.1", server.getPort())
                .sync()
                .channel();
    }

    private ServerServiceDefinition echo() {
        return ServerServiceDefinition.builder(Methods.SERVICE)
                .addMethod(Methods.UNARY, ServerCalls.asyncUnaryCall((message, answers) -> {
                    answers.onNext(message);
                    answers.onCompleted();
                }))
                .addMethod(Methods.COLLECT, ServerCalls.asyncClientStreamingCall(Collecting::new))
                .addMethod(Methods.REPEAT, ServerCalls.asyncServerStreamingCall((message, answers) -> {
                    for (int i = 0; i < 100; i++) {
                        answers.onNext(message);
                    }
                    answers.onCompleted();
                }))
                .addMethod(Methods.TALK, ServerCalls.asyncBidiStreamingCall(Talking::new))
                .addMethod(
                        Methods.FAIL,
                        ServerCalls.asyncUnaryCall((message, answers) -> answers.onError(Status.INVALID_ARGUMENT
                                .withDescription("100 % \u00fcbel")
                                .asException())))
                .addMethod(Methods.SLEEP, ServerCalls.asyncUnaryCall((message, answers) -> {
                    Context.current().addListener(context -> cancelled.countDown(), Runnable::run);
                    ((ServerCallStreamObserver<byte[]>) answers).setOnCancelHandler(cancelled::countDown);
                }))
                .build();
    }

    /** Answers with all messages in one. */
    private static final class Collecting extends ByteArrayOutputStream implements StreamObserver<byte[]> {
        private final StreamObserver<byte[]> answers;

        Collecting(StreamObserver<byte[]> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(byte[] message) {
            writeBytes(message);
        }

        @Override
        public void onError(Throwable failure) {
            reset();
        }

        @Override
        public void onCompleted() {
            answers.onNext(toByteArray());
            answers.onCompleted();
        }
    }

    /** Answers each message with itself. */
    private record Talking(StreamObserver<byte[]> answers) implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] message) {
            answers.onNext(message);
        }

        @Override
        public void onError(Throwable failure) {
            answers.onError(failure);
        }

        @Override
        public void onCompleted() {
            answers.onCompleted();
        }
    }

    /** What comes of a call. */
    static class Call extends ChannelInboundHandlerAdapter {
        final List<byte[]> messages = new ArrayList<>();
        private final CompletableFuture<GrpcStatus> end = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object read) {
            if (read instanceof GrpcStatus status) {
                end.complete(status);
            } else {
                ByteBuf message = (ByteBuf) read;
                messages.add(ByteBufUtil.getBytes(message));
                message.release();
                received(ctx);
            }
        }

        void received(ChannelHandlerContext ctx) {}

        GrpcStatus status() throws Exception {
            return end.get(30, TimeUnit.SECONDS);
        }
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
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
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
    }

    @Test
    @Timeout(120)
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
        assertThat(atOnce.tryAcquire(100, 60, TimeUnit.SECONDS)).isTrue();
        assertThat(ends[0]).hasValue(calls * 7 / 10);
        assertThat(ends[GrpcStatus.CANCELLED]).hasValue(calls * 3 / 10);
        assertThat(connection.isActive()).isTrue();
    }
}
