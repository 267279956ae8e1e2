package io.h2session.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing is collected: what comes goes on, and what is not taken is not asked for. */
@Timeout(300)
class StreamingTest {
    /** More than every buffer on the way together. */
    private static final int MUCH = 64 * 1024 * 1024;

    /** More than a window, and soon sent. */
    private static final int SOME = 1024 * 1024;

    private static final int PIECE = 16 * 1024;
    private static final Message ASKS_MUCH = Message.of("GET /much");
    private static final Message ASKS_SOME = Message.of("GET /some");

    @ParameterizedTest
    @EnumSource
    void piecesGoOnAsTheyComeInBothDirections(Direction direction) throws Exception {
        LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<String> toSay = new LinkedBlockingQueue<>();
        try (Upstreaming server = direction.http2Server ? http2Talk(arrived, toSay) : http1Talk(arrived, toSay);
                Proxy proxy = Proxies.to(server)) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked asked = client.begin(Http2Peer.head(Message.of("POST /")));
                    client.data(asked, "one", false);
                    assertThat(poll(arrived)).isEqualTo("one");
                    toSay.add("ONE");
                    assertThat(asked.piece()).isEqualTo("200");
                    assertThat(asked.piece()).isEqualTo("ONE");
                    client.data(asked, "two", false);
                    assertThat(poll(arrived)).isEqualTo("two");
                    toSay.add("TWO");
                    assertThat(asked.piece()).isEqualTo("TWO");
                    client.data(asked, "end", true);
                    assertThat(poll(arrived)).isEqualTo("end");
                    toSay.add("");
                    assertThat(asked.await().end()).isEqualTo(Message.WHOLE);
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
                    assertThat(poll(arrived)).isEqualTo("one");
                    toSay.add("ONE");
                    assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
                    String line = client.line();
                    while (!line.isEmpty()) {
                        line = client.line();
                    }
                    assertThat(client.bytes(8)).isEqualTo("3\r\nONE\r\n");
                    client.send("3\r\ntwo\r\n");
                    assertThat(poll(arrived)).isEqualTo("two");
                    toSay.add("TWO");
                    assertThat(client.bytes(8)).isEqualTo("3\r\nTWO\r\n");
                    client.send("3\r\nend\r\n0\r\n\r\n");
                    assertThat(poll(arrived)).isEqualTo("end");
                    toSay.add("");
                    assertThat(client.bytes(5)).isEqualTo("0\r\n\r\n");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeadGoesOnThoughItsContentHasNotCome(Direction direction) throws Exception {
        LinkedBlockingQueue<String> toSay = new LinkedBlockingQueue<>();
        try (Upstreaming server = direction.http2Server ? http2Head(toSay) : http1Head(toSay);
                Proxy proxy = Proxies.to(server)) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked asked = client.ask(Message.of("GET /"));
                    assertThat(asked.piece()).isEqualTo("200");
                    toSay.add("late");
                    assertThat(asked.piece()).isEqualTo("late");
                    assertThat(asked.await().end()).isEqualTo(Message.WHOLE);
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                    assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
                    toSay.add("late");
                    String line = client.line();
                    while (!line.isEmpty()) {
                        line = client.line();
                    }
                    assertThat(client.bytes(4)).isEqualTo("late");
                }
            }
        }
    }

    private static Upstreaming http1Head(LinkedBlockingQueue<String> toSay) throws Exception {
        return Upstreaming.raw((client, self) -> {
            client.request();
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
            client.send(poll(toSay));
            client.isAtEnd();
        });
    }

    private static Upstreaming http2Head(LinkedBlockingQueue<String> toSay) throws Exception {
        return Upstreaming.http2(0, (connection, stream) -> {
            connection.writeAndFlush(Http2SessionWrite.responseHead(
                    stream.handle, HeaderList.of(":status", "200", "content-length", "4")));
            new Thread(() -> {
                        try {
                            connection.writeAndFlush(Http2SessionWrite.data(
                                    stream.handle,
                                    Unpooled.copiedBuffer(poll(toSay), StandardCharsets.US_ASCII),
                                    true));
                        } catch (InterruptedException ended) {
                            throw new IllegalStateException(ended);
                        }
                    })
                    .start();
        });
    }

    private static String poll(LinkedBlockingQueue<String> queue) throws InterruptedException {
        return queue.poll(60, TimeUnit.SECONDS);
    }

    private static Upstreaming http1Talk(LinkedBlockingQueue<String> arrived, LinkedBlockingQueue<String> toSay)
            throws Exception {
        return Upstreaming.raw((client, self) -> {
            while (!client.line().isEmpty()) {
                // The head does not matter.
            }
            boolean answered = false;
            while (true) {
                int size = Integer.parseInt(client.line(), 16);
                if (size == 0) {
                    return;
                }
                arrived.add(client.bytes(size));
                client.line();
                if (!answered) {
                    answered = true;
                    client.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                }
                String said = poll(toSay);
                client.send(said.isEmpty() ? "0\r\n\r\n" : Integer.toHexString(said.length()) + "\r\n" + said + "\r\n");
            }
        });
    }

    private static Upstreaming http2Talk(LinkedBlockingQueue<String> arrived, LinkedBlockingQueue<String> toSay)
            throws Exception {
        return Upstreaming.http2(
                0,
                (connection, stream) -> {
                    Thread talking = new Thread(() -> {
                        try {
                            connection.write(
                                    Http2SessionWrite.responseHead(stream.handle, HeaderList.of(":status", "200")));
                            String said;
                            do {
                                arrived.add(poll(stream.pieces));
                                said = poll(toSay);
                                connection.writeAndFlush(Http2SessionWrite.data(
                                        stream.handle,
                                        Unpooled.copiedBuffer(said, StandardCharsets.US_ASCII),
                                        said.isEmpty()));
                            } while (!said.isEmpty());
                        } catch (InterruptedException ended) {
                            throw new IllegalStateException(ended);
                        }
                    });
                    talking.start();
                },
                (connection, stream) -> {});
    }

    /** An answer that is long or very long; {@code sent} counts what was taken. */
    private static Upstreaming flood(boolean http2, AtomicLong sent) throws Exception {
        if (!http2) {
            return Upstreaming.raw((client, self) -> {
                int length = lengthOf(client.request());
                client.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n");
                String piece = "x".repeat(PIECE);
                for (int left = length; left > 0; left -= PIECE) {
                    client.send(piece);
                    sent.addAndGet(PIECE);
                }
                client.isAtEnd();
            });
        }
        return Upstreaming.http2(0, (connection, stream) -> {
            connection.write(Http2SessionWrite.responseHead(stream.handle, HeaderList.of(":status", "200")));
            flood(connection, stream, lengthOf(stream.message()), sent);
        });
    }

    private static int lengthOf(Message request) {
        return request.start().equals(ASKS_MUCH.start()) ? MUCH : SOME;
    }

    private static void flood(
            io.netty.channel.ChannelHandlerContext connection, Upstreaming.Asked stream, int left, AtomicLong sent) {
        boolean last = left == PIECE;
        connection
                .writeAndFlush(Http2SessionWrite.data(
                        stream.handle, Unpooled.buffer(PIECE).writeZero(PIECE), last))
                .addListener(done -> {
                    if (done.isSuccess()) {
                        sent.addAndGet(PIECE);
                        if (!last) {
                            flood(connection, stream, left - PIECE, sent);
                        }
                    }
                });
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatDoesNotReadStopsItsServerAndNoOtherStream(Direction direction) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (Upstreaming server = flood(direction.http2Server, sent);
                Proxy proxy = Proxies.to(server)) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked slow = client.begin(Http2Peer.head(ASKS_MUCH));
                    slow.holding = true;
                    client.data(slow, "", true);
                    assertThat(slow.piece()).isEqualTo("200");
                    awaitStandstill(sent);
                    assertThat(sent.get()).isLessThan(MUCH / 2);
                    // Another one of the same connection goes on to its end.
                    assertThat(client.ask(ASKS_SOME).await().body()).hasSize(SOME);
                    slow.letGo();
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.socket().setReceiveBufferSize(PIECE);
                    client.send(Direction.http1(ASKS_MUCH));
                    awaitStandstill(sent);
                    assertThat(sent.get()).isLessThan(MUCH / 2);
                    assertThat(direction.ask(proxy, ASKS_SOME).body()).hasSize(SOME);
                }
            }
        }
    }

    /** Waits until a count has begun to grow, and then has not grown for a while. */
    private static void awaitStandstill(AtomicLong count) throws InterruptedException {
        long before = 0;
        while (count.get() == 0 || count.get() != before) {
            before = count.get();
            new LinkedBlockingQueue<>().poll(700, TimeUnit.MILLISECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatDoesNotReadStopsItsClient(Direction direction) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (Upstreaming server = direction.http2Server
                        ? notReading()
                        : Upstreaming.raw((client, self) -> {
                            while (!client.line().isEmpty()) {
                                // The head does not matter, and the rest is not read.
                            }
                            client.socket().setReceiveBufferSize(PIECE);
                            new LinkedBlockingQueue<>().poll(60, TimeUnit.SECONDS);
                        });
                Proxy proxy = Proxies.to(server)) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked asked = client.begin(Http2Peer.head(Message.of("POST /")));
                    pour(client, asked, sent);
                    awaitStandstill(sent);
                    assertThat(sent.get()).isPositive().isLessThan(MUCH / 2);
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    Thread pouring = new Thread(() -> pour(client, sent));
                    pouring.start();
                    awaitStandstill(sent);
                    assertThat(sent.get()).isPositive().isLessThan(MUCH / 2);
                    client.socket().close();
                    pouring.join();
                }
            }
            // The proxy would wait for it to the last: the end of a client stands behind what it has sent.
            server.end();
        }
    }

    private static Upstreaming notReading() throws Exception {
        return Upstreaming.http2(
                0, (connection, stream) -> connection.channel().config().setAutoRead(false), (c, s) -> {});
    }

    private static void pour(Http2Peer client, Http2Peer.Asked asked, AtomicLong sent) {
        client.channel()
                .writeAndFlush(Http2SessionWrite.data(
                        asked.stream, Unpooled.buffer(PIECE).writeZero(PIECE), false))
                .addListener(done -> {
                    if (done.isSuccess() && sent.addAndGet(PIECE) < MUCH) {
                        pour(client, asked, sent);
                    }
                });
    }

    private static void pour(Http1Peer client, AtomicLong sent) {
        try {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + MUCH + "\r\n\r\n");
            String piece = "x".repeat(PIECE);
            while (sent.get() < MUCH) {
                client.send(piece);
                sent.addAndGet(PIECE);
            }
        } catch (java.io.IOException closed) {
            // The test is over.
        }
    }
}
