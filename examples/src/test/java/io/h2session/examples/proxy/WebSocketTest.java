package io.h2session.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** WebSockets through a proxy, whatever version is on either side (RFC 6455, RFC 8441). What is in the frames is not its business. */
@Timeout(300)
class WebSocketTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: talk\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n";
    private static final HeaderList CONNECT = HeaderList.of(
            ":method",
            "CONNECT",
            ":protocol",
            "websocket",
            ":scheme",
            "http",
            ":authority",
            "a",
            ":path",
            "/chat",
            "sec-websocket-version",
            "13",
            "sec-websocket-protocol",
            "talk");

    /** Sends everything back. */
    private static Upstreaming echo(boolean http2) throws Exception {
        if (!http2) {
            return Upstreaming.raw((client, self) -> {
                Message request = client.request();
                self.received.add(request);
                client.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n"
                        + "Sec-WebSocket-Protocol: talk\r\nSec-WebSocket-Accept: "
                        + new WebSocketKey(request.one("sec-websocket-key")).accept() + "\r\n\r\n");
                for (int c = client.byteOrEnd(); c >= 0; c = client.byteOrEnd()) {
                    client.send(String.valueOf((char) c));
                }
                self.received.add(Message.of("end"));
            });
        }
        return Upstreaming.http2(
                0,
                (connection, stream) -> {
                    connection.writeAndFlush(Http2SessionWrite.responseHead(
                            stream.handle, HeaderList.of(":status", "200", "sec-websocket-protocol", "talk")));
                    stream.echoTo = connection;
                },
                (connection, stream) ->
                        connection.writeAndFlush(Http2SessionWrite.data(stream.handle, Unpooled.EMPTY_BUFFER, true)));
    }

    @ParameterizedTest
    @EnumSource
    void bytesGoBothWaysAndTheEndIsTheEnd(Direction direction) throws Exception {
        try (Upstreaming server = echo(direction.http2Server);
                Proxy proxy = Proxies.to(server)) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked asked = client.begin(CONNECT);
                    assertThat(asked.piece()).isEqualTo("200");
                    StringBuilder back = new StringBuilder();
                    client.data(asked, "hello", false);
                    while (back.length() < 5) {
                        back.append(asked.piece());
                    }
                    client.data(asked, " again", true);
                    Message all = asked.await();
                    assertThat(all.body()).isEqualTo("hello again");
                    assertThat(all.end()).isEqualTo(Message.WHOLE);
                    assertThat(all.one("sec-websocket-protocol")).isEqualTo("talk");
                    assertThat(all.one("sec-websocket-accept")).isNull();
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.send(ASK);
                    Message answer = client.answer(false);
                    assertThat(answer.start()).isEqualTo("101");
                    assertThat(answer.one("sec-websocket-accept")).isEqualTo(ACCEPT);
                    assertThat(answer.one("upgrade")).isEqualTo("websocket");
                    assertThat(answer.one("connection")).isEqualTo("upgrade");
                    assertThat(answer.one("sec-websocket-protocol")).isEqualTo("talk");
                    client.send("hello");
                    assertThat(client.bytes(5)).isEqualTo("hello");
                    client.send(" again");
                    client.socket().shutdownOutput();
                    assertThat(client.bytes(6)).isEqualTo(" again");
                    assertThat(client.isAtEnd()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1_TO_HTTP2", "HTTP2_TO_HTTP2"})
    void theServerOfHttp2SeesAnExtendedConnect(Direction direction) throws Exception {
        LinkedBlockingQueue<Message> heads = new LinkedBlockingQueue<>();
        try (Upstreaming server = Upstreaming.http2(
                        0, (connection, stream) -> heads.add(stream.message()), (connection, stream) -> {});
                Proxy proxy = Proxies.to(server);
                Http1Peer old = Http1Peer.connect(proxy.port());
                Http2Peer client = Http2Peer.connect(proxy.port())) {
            if (direction.http2Client) {
                client.begin(CONNECT);
            } else {
                old.send(ASK);
            }
            Message head = heads.poll(60, TimeUnit.SECONDS);

            assertThat(head.start()).isEqualTo("CONNECT /chat");
            assertThat(head.one(":protocol")).isEqualTo("websocket");
            assertThat(head.one("host")).isEqualTo("a");
            assertThat(head.one("sec-websocket-version")).isEqualTo("13");
            assertThat(head.one("sec-websocket-key")).isNull();
            assertThat(head.one("upgrade")).isNull();
            assertThat(head.one("via")).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalIsAnAnswerAsAnyOther(Direction direction) throws Exception {
        Message refusal = Message.of("403", "content-length: 2").body("no");
        try (Upstreaming server = direction.http2Server
                        ? Upstreaming.http2(
                                0,
                                (connection, stream) -> Upstreaming.answer(connection, stream, refusal),
                                (connection, stream) -> {})
                        : Upstreaming.http1(any -> refusal);
                Proxy proxy = Proxies.to(server)) {
            Message answer;
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    answer = client.begin(CONNECT).await();
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.send(ASK);
                    answer = client.answer(false);
                }
            }
            assertThat(answer.start()).isEqualTo("403");
            assertThat(answer.body()).isEqualTo("no");
        }
    }

    @Test
    void anAnswerThatDoesNotProveThatItUnderstoodIs502() throws Exception {
        for (String answer : List.of(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                        + ACCEPT + "\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            try (Upstreaming server = Upstreaming.raw((client, self) -> {
                        client.request();
                        client.send(answer);
                        client.isAtEnd();
                    });
                    Proxy proxy = Proxies.to(server);
                    Http2Peer client = Http2Peer.connect(proxy.port());
                    Http1Peer old = Http1Peer.connect(proxy.port())) {
                assertThat(client.begin(CONNECT).await().start()).isEqualTo("502");
                old.send(ASK);
                assertThat(old.answer(false).start()).isEqualTo("502");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCutOnOneSideIsCutOnTheOther(Direction direction) throws Exception {
        try (Upstreaming server = echo(direction.http2Server);
                Proxy proxy = Proxies.to(server)) {
            if (direction.http2Client) {
                try (Http2Peer client = Http2Peer.connect(proxy.port())) {
                    Http2Peer.Asked asked = client.begin(CONNECT);
                    assertThat(asked.piece()).isEqualTo("200");
                    client.reset(asked, ErrorCode.CANCEL);
                    assertCut(direction, server);
                }
            } else {
                try (Http1Peer client = Http1Peer.connect(proxy.port())) {
                    client.send(ASK);
                    assertThat(client.answer(false).start()).isEqualTo("101");
                    client.socket().setSoLinger(true, 0);
                    client.socket().close();
                    assertCut(direction, server);
                }
            }
        }
    }

    private static void assertCut(Direction direction, Upstreaming server) throws Exception {
        if (direction.http2Server) {
            assertThat(server.resets.poll(60, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL.code());
        } else {
            assertThat(server.request().start()).isEqualTo("GET /chat");
            assertThat(server.request().start()).isEqualTo("end");
        }
    }

    @Test
    void theKeyProvesWhatTheRfcSays() {
        assertThat(new WebSocketKey(KEY).accept()).isEqualTo(ACCEPT);
        assertThat(WebSocketKey.random().text().getBytes(StandardCharsets.US_ASCII))
                .hasSize(24);
    }
}
