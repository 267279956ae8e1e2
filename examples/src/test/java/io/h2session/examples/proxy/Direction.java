package io.h2session.examples.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Which version of HTTP stands on which side of a proxy. */
enum Direction {
    HTTP1_TO_HTTP1(false, false),
    HTTP1_TO_HTTP2(false, true),
    HTTP2_TO_HTTP1(true, false),
    HTTP2_TO_HTTP2(true, true);

    final boolean http2Client;
    final boolean http2Server;

    Direction(boolean http2Client, boolean http2Server) {
        this.http2Client = http2Client;
        this.http2Server = http2Server;
    }

    /** An upstream server that answers like this. */
    Upstreaming upstream(Function<Message, Message> answers) throws Exception {
        return Upstreaming.answering(http2Server, answers);
    }

    /** Sends a request through a proxy, and reads the answer. */
    Message ask(Proxy proxy, Message request) throws Exception {
        if (http2Client) {
            try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                return client.ask(request).await();
            }
        }
        try (Http1Peer client = Http1Peer.connect(proxy.port())) {
            client.send(http1(request));
            return client.answer(request.start().startsWith("HEAD "));
        }
    }

    /** Sends a request through a proxy while the test goes on. */
    CompletableFuture<Message> asking(Proxy proxy, Message request) {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        Thread asking = new Thread(() -> {
            try {
                answer.complete(ask(proxy, request));
            } catch (Exception failure) {
                answer.completeExceptionally(failure);
            }
        });
        asking.start();
        return answer;
    }

    /** A request as HTTP/1.1 has it, with the Host and the framing it needs. */
    static String http1(Message request) {
        List<String> fields = new ArrayList<>(request.fields());
        if (request.one("host") == null) {
            fields.add(0, "host: example.org");
        }
        if (!request.trailers().isEmpty()) {
            fields.add("transfer-encoding: chunked");
        } else if (!request.body().isEmpty()
                && request.one("content-length") == null
                && request.one("transfer-encoding") == null) {
            fields.add("content-length: " + request.body().length());
        }
        Message framed =
                new Message(request.start(), fields, request.body(), request.trailers(), List.of(), Message.WHOLE);
        return Http1Peer.text(request.start() + " HTTP/1.1", framed);
    }
}
