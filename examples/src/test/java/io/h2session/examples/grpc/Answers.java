package io.h2session.examples.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What comes of a call of grpc-java. */
final class Answers implements StreamObserver<byte[]> {
    final List<byte[]> messages = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    @Override
    public void onNext(byte[] message) {
        messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    /** Waits for the end. */
    Status status() throws Exception {
        return end.get(60, TimeUnit.SECONDS);
    }

    boolean ended() {
        return end.isDone();
    }
}
