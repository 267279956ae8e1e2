package io.h2session.examples.grpc;

import static io.grpc.CallOptions.DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.frame.FrameType;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our service, called by grpc-java's client. */
@Timeout(240)
class GrpcServerTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private EchoServer server() throws Exception {
        return server(UnaryOperator.identity(), EchoService::new);
    }

    /** The server, or the way to it. */
    EchoServer server(UnaryOperator<Http2SessionHandlerBuilder> session, Supplier<? extends ChannelHandler> service)
            throws Exception {
        return new EchoServer(session, service);
    }

    /** How many connections 100 calls at once may take. */
    int mostConnections() {
        return 1;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 100_000})
    void aUnaryCallIsAnswered(int bytes) throws Exception {
        byte[] message = new byte[bytes];
        new Random(bytes).nextBytes(message);
        try (EchoServer server = server()) {
            assertThat(unary(server.client(), Methods.UNARY, message)).isEqualTo(message);
        }
    }

    @Test
    void theMessagesOfAClientAreCollected() throws Exception {
        try (EchoServer server = server()) {
            Answers answers = new Answers();
            StreamObserver<byte[]> requests =
                    ClientCalls.asyncClientStreamingCall(server.client().newCall(Methods.COLLECT, DEFAULT), answers);
            for (int i = 0; i < 1000; i++) {
                requests.onNext(HELLO);
            }
            requests.onCompleted();

            assertThat(answers.status().getCode()).isEqualTo(Status.Code.OK);
            assertThat(answers.messages).containsExactly("hello".repeat(1000).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aServerStreamsAsFastAsTheClientTakes() throws Exception {
        int times = 500;
        byte[] message = new byte[20_000];
        try (EchoServer server = server()) {
            Metadata metadata = new Metadata();
            metadata.put(Metadata.Key.of("times", Metadata.ASCII_STRING_MARSHALLER), Integer.toString(times));
            Channel client =
                    ClientInterceptors.intercept(server.client(), MetadataUtils.newAttachHeadersInterceptor(metadata));
            Iterator<byte[]> answers =
                    ClientCalls.blockingServerStreamingCall(client, Methods.REPEAT, DEFAULT, message);
            int count = 0;
            while (answers.hasNext()) {
                assertThat(answers.next()).isEqualTo(message);
                count++;
            }
            assertThat(count).isEqualTo(times);
        }
    }

    @Test
    void bothTalkAtTheSameTime() throws Exception {
        try (EchoServer server = server()) {
            CompletableFuture<Status> end = new CompletableFuture<>();
            AtomicInteger answered = new AtomicInteger();
            StreamObserver<byte[]>[] requests = newArray();
            requests[0] = ClientCalls.asyncBidiStreamingCall(
                    server.client().newCall(Methods.TALK, DEFAULT), new StreamObserver<>() {
                        @Override
                        public void onNext(byte[] message) {
                            // Each message is the answer to an answer.
                            if (answered.incrementAndGet() < 100) {
                                requests[0].onNext(message);
                            } else {
                                requests[0].onCompleted();
                            }
                        }

                        @Override
                        public void onError(Throwable failure) {
                            end.complete(Status.fromThrowable(failure));
                        }

                        @Override
                        public void onCompleted() {
                            end.complete(Status.OK);
                        }
                    });
            requests[0].onNext(HELLO);

            assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo(Status.OK);
            assertThat(answered).hasValue(100);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static StreamObserver<byte[]>[] newArray() {
        return new StreamObserver[1];
    }

    @Test
    void anErrorIsTrailersOnly() throws Exception {
        try (EchoServer server = server()) {
            AtomicInteger heads = new AtomicInteger();
            CompletableFuture<Status> end = new CompletableFuture<>();
            ClientCall<byte[], byte[]> call = server.client().newCall(Methods.FAIL, DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onHeaders(Metadata headers) {
                            heads.incrementAndGet();
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            call.request(2);
            call.sendMessage(HELLO);

            Status status = end.get(60, TimeUnit.SECONDS);
            assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).isEqualTo("100 % \u00fcbel");
            assertThat(heads).hasValue(0);
        }
    }

    @Test
    void aMethodThatThereIsNotIsUnimplemented() throws Exception {
        try (EchoServer server = server()) {
            MethodDescriptor<byte[], byte[]> none = Methods.method("None", MethodDescriptor.MethodType.UNARY);
            assertFails(Status.Code.UNIMPLEMENTED, server.client(), none, HELLO, DEFAULT);
        }
    }

    @Test
    void aMessageOfTheLargestSizeIsManyFrames() throws Exception {
        AtomicInteger received = new AtomicInteger();
        AtomicInteger sent = new AtomicInteger();
        Http2SessionMetrics frames = new Http2SessionMetrics() {
            @Override
            public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
                received.addAndGet(type == FrameType.DATA ? 1 : 0);
            }

            @Override
            public void frameSent(Http2SessionContext session, int type, int flags, int streamId, int length) {
                sent.addAndGet(type == FrameType.DATA ? 1 : 0);
            }
        };
        byte[] message = new byte[Grpc.MAX_MESSAGE];
        new Random(16).nextBytes(message);
        try (EchoServer server = server(session -> session.metrics(frames), EchoService::new)) {
            ManagedChannel client = server.client();
            assertThat(unary(client, Methods.UNARY, message)).isEqualTo(message);
            assertThat(received).hasValueGreaterThanOrEqualTo(1024);
            assertThat(sent).hasValueGreaterThanOrEqualTo(1024);

            byte[] tooLarge = new byte[Grpc.MAX_MESSAGE + 1];
            assertFails(Status.Code.RESOURCE_EXHAUSTED, client, Methods.UNARY, tooLarge, DEFAULT);
        }
    }

    @Test
    void aCompressedMessageIsRefused() throws Exception {
        try (EchoServer server = server()) {
            assertFails(Status.Code.INTERNAL, server.client(), Methods.UNARY, HELLO, DEFAULT.withCompression("gzip"));
        }
    }

    @Test
    void aDeadlineEndsTheCallAtBothEnds() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (EchoServer server = server(UnaryOperator.identity(), () -> new Sleeper(begun, over))) {
            ManagedChannel client = server.client();
            // Until a call gets as far as the server: the time of one may be up before there is a connection.
            do {
                CallOptions soon = DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS);
                assertFails(Status.Code.DEADLINE_EXCEEDED, client, Methods.SLEEP, HELLO, soon);
            } while (begun.getCount() > 0);
            assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCancelledCallEndsAtTheServer() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (EchoServer server = server(UnaryOperator.identity(), () -> new Sleeper(begun, over))) {
            Answers answers = new Answers();
            ClientCall<byte[], byte[]> call = server.client().newCall(Methods.SLEEP, DEFAULT);
            ClientCalls.asyncUnaryCall(call, HELLO, answers);
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            call.cancel("no longer needed", null);

            assertThat(answers.status().getCode()).isEqualTo(Status.Code.CANCELLED);
            assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Never answers, and tells when its call has begun and when it is over. */
    private static final class Sleeper extends ChannelInboundHandlerAdapter {
        private final CountDownLatch begun;
        private final CountDownLatch over;

        Sleeper(CountDownLatch begun, CountDownLatch over) {
            this.begun = begun;
            this.over = over;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            begun.countDown();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            over.countDown();
        }
    }

    @Test
    @Timeout(300)
    void tenThousandCallsOfWhichThreeInTenAreCancelled() throws Exception {
        int calls = 10_000;
        Semaphore atOnce = new Semaphore(100);
        AtomicInteger ok = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        List<Status> others = new CopyOnWriteArrayList<>();
        try (EchoServer server = server()) {
            ManagedChannel client = server.client();
            for (int i = 0; i < calls; i++) {
                atOnce.acquire();
                boolean cancel = i % 10 < 3;
                ClientCall<byte[], byte[]> call = client.newCall(cancel ? Methods.SLEEP : Methods.UNARY, DEFAULT);
                ClientCalls.asyncUnaryCall(call, HELLO, new StreamObserver<>() {
                    @Override
                    public void onNext(byte[] message) {
                        assertThat(message).isEqualTo(HELLO);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        Status status = Status.fromThrowable(failure);
                        if (status.getCode() == Status.Code.CANCELLED) {
                            cancelled.incrementAndGet();
                        } else {
                            others.add(status);
                        }
                        atOnce.release();
                    }

                    @Override
                    public void onCompleted() {
                        ok.incrementAndGet();
                        atOnce.release();
                    }
                });
                if (cancel) {
                    call.cancel("no longer needed", null);
                }
            }
            assertThat(atOnce.tryAcquire(100, 200, TimeUnit.SECONDS)).isTrue();
            assertThat(others).isEmpty();
            assertThat(ok).hasValue(calls * 7 / 10);
            assertThat(cancelled).hasValue(calls * 3 / 10);
            assertThat(server.connections).hasSizeBetween(1, mostConnections());
        }
    }

    private static byte[] unary(Channel client, MethodDescriptor<byte[], byte[]> method, byte[] message) {
        return ClientCalls.blockingUnaryCall(client, method, DEFAULT, message);
    }

    private static void assertFails(
            Status.Code code,
            Channel client,
            MethodDescriptor<byte[], byte[]> method,
            byte[] message,
            CallOptions options) {
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(client, method, options, message))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(code));
    }
}
