package io.h2session.examples.grpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** grpc-java's server of the echo service. */
final class JavaEchoServer implements AutoCloseable {
    private final Server server;

    /**
     * Reaches zero when a call of the method that never answers has ended. The stream says so, not the method: a call
     * that ends before a thread was free for it never gets as far as the method.
     */
    final CountDownLatch sleeperEnded = new CountDownLatch(1);

    /** How many connections it has accepted. */
    final AtomicInteger connections = new AtomicInteger();

    JavaEchoServer(UnaryOperator<NettyServerBuilder> settings) throws IOException {
        server = settings.apply(
                        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .maxInboundMessageSize(Grpc.MAX_MESSAGE))
                .addTransportFilter(new ServerTransportFilter() {
                    @Override
                    public Attributes transportReady(Attributes transport) {
                        connections.incrementAndGet();
                        return transport;
                    }
                })
                .addStreamTracerFactory(new ServerStreamTracer.Factory() {
                    @Override
                    public ServerStreamTracer newServerStreamTracer(String method, Metadata fields) {
                        return method.equals(Methods.SLEEP.getFullMethodName())
                                ? new Sleeper()
                                : new ServerStreamTracer() {};
                    }
                })
                .addService(echo())
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
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
                .addMethod(Methods.SLEEP, ServerCalls.asyncUnaryCall((message, answers) -> {}))
                .build();
    }

    private final class Sleeper extends ServerStreamTracer {
        @Override
        public void streamClosed(Status status) {
            sleeperEnded.countDown();
        }
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
}
