package io.h2session.examples.proxy;

import io.netty.handler.codec.http.HttpRequest;

/** What the access log says of an exchange. */
final class ExchangeRecord {
    private final Client client;
    private final HttpRequest request;
    private final String target;
    private final boolean timed;
    private final long began;
    private long answeredAfter = -1;
    private long received;
    private long sent;
    private int status;
    private int tries;
    private Upstream upstream;
    private boolean http2;
    private Failure failure;

    /** @param timed whether it will be asked how long something took */
    ExchangeRecord(Client client, HttpRequest request, boolean timed) {
        this.client = client;
        this.request = request;
        this.timed = timed;
        began = timed ? System.nanoTime() : 0;
        target = request.uri();
    }

    void trying(Upstream chosen) {
        upstream = chosen;
        tries++;
    }

    void connected(boolean overHttp2) {
        http2 = overHttp2;
    }

    void answered(int code) {
        status = code;
        if (timed) {
            answeredAfter = System.nanoTime() - began;
        }
    }

    void received(int bytes) {
        received += bytes;
    }

    void sent(int bytes) {
        sent += bytes;
    }

    void failed(Failure why) {
        failure = why;
    }

    Failure failure() {
        return failure;
    }

    Client client() {
        return client;
    }

    String method() {
        return request.method().name();
    }

    String target() {
        return target;
    }

    int status() {
        return status;
    }

    int tries() {
        return tries;
    }

    long bytesReceived() {
        return received;
    }

    long bytesSent() {
        return sent;
    }

    long began() {
        return began;
    }

    /** In nanoseconds; -1 if there was no head. */
    long answeredAfter() {
        return answeredAfter;
    }

    /** Null if none was chosen. */
    Upstream upstream() {
        return upstream;
    }

    boolean upstreamHttp2() {
        return http2;
    }
}
