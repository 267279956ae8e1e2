package io.h2session.netty.negotiation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.frame.SettingsPayload;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From HTTP/1.1 to HTTP/2 by Upgrade, and everything that is no reason to. */
class Http2UpgradeHandlerTest {
    private static final String ASKING = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: ";

    private final Http2SessionHandler session = Http2SessionHandler.forServer().build();
    private final Application http2 = new Application();
    private final Http1 http1 = new Http1();
    private final HttpServerCodec codec = new HttpServerCodec();
    private GatedChannel channel = open(pipeline -> pipeline.addLast(session, http2));

    /** An application of HTTP/1.1 that answers when it is told to. */
    private static final class Http1 extends ChannelInboundHandlerAdapter {
        final List<String> requests = new ArrayList<>();
        final StringBuilder body = new StringBuilder();
        boolean removed;
        ChannelHandlerContext context;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ignored) {
            removed = true;
        }

        @Override
        public void channelRead(ChannelHandlerContext ignored, Object message) {
            if (message instanceof HttpRequest request) {
                requests.add(request.method() + " " + request.uri());
            }
            if (message instanceof HttpContent content) {
                body.append(content.content().toString(CharsetUtil.US_ASCII));
            }
            ReferenceCountUtil.release(message);
        }

        void answer(HttpResponseStatus status) {
            FullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
            if (!status.equals(HttpResponseStatus.CONTINUE)) {
                response.headers().set("content-length", 0);
            }
            context.writeAndFlush(response);
        }
    }

    private GatedChannel open(Consumer<ChannelPipeline> handlers) {
        return new GatedChannel(codec, new Http2UpgradeHandler(codec, handlers), http1);
    }

    @AfterEach
    void end() {
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseInbound();
        channel.releaseOutbound();
    }

    private void says(byte[] bytes, int piece) {
        for (int from = 0; from < bytes.length; from += piece) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, Math.min(piece, bytes.length - from)));
        }
    }

    private void says(String text) {
        says(text.getBytes(ISO_8859_1), Integer.MAX_VALUE);
    }

    private ByteBuf sent() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            all.writeBytes(sent);
            sent.release();
        }
        return all;
    }

    /** What was sent before the first empty line, and the frames behind it. */
    private List<String> sentAfter101() {
        ByteBuf all = sent();
        String text = all.toString(ISO_8859_1);
        int end = text.indexOf("\r\n\r\n") + 4;
        assertThat(text).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        assertThat(text.substring(0, end).toLowerCase(java.util.Locale.ROOT))
                .contains("connection: upgrade\r\n", "upgrade: h2c\r\n");
        return PeerView.ofServer().read(all.skipBytes(end));
    }

    private static String settings(Setting... settings) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(SettingsPayload.pack(List.of(settings)));
    }

    private static String request(String head, String settings) {
        return head + "\r\nHost: example.com:8080\r\n" + ASKING + settings + "\r\n\r\n";
    }

    private static String get() {
        return request("GET /hello?a=b HTTP/1.1", settings(new Setting(SettingId.INITIAL_WINDOW_SIZE, 12345)));
    }

    private static byte[] concat(String head, Frames frames) {
        return Frames.script().raw(head.getBytes(ISO_8859_1)).append(frames).bytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 100, Integer.MAX_VALUE})
    void theRequestBecomesStreamOneHoweverTheBytesAreCut(int piece) {
        Frames then =
                Frames.script().preface().settings().request(3, true, "/next").ping(7);

        says(concat(get(), then), piece);

        assertThat(http2.headers).hasSize(2);
        assertThat(http2.headers.get(0))
                .isEqualTo(HeaderList.of(
                        ":method", "GET", ":scheme", "http", ":authority", "example.com:8080", ":path", "/hello?a=b"));
        assertThat(http2.headers.get(1).value(":path").toString()).isEqualTo("/next");
        List<String> sent = sentAfter101();
        assertThat(sent.get(0)).startsWith("SETTINGS ");
        assertThat(sent)
                .contains("PING ACK 7", "SETTINGS ACK")
                .anyMatch(frame -> frame.startsWith("HEADERS 1 END_STREAM [:status: 200"))
                .anyMatch(frame -> frame.startsWith("HEADERS 3 END_STREAM [:status: 200"));
        assertThat(http1.requests).isEmpty();
        assertThat(http1.removed).isTrue();
        assertThat(channel.pipeline().get(HttpServerCodec.class)).isNull();
        assertThat(channel.pipeline().get(Http2UpgradeHandler.class)).isNull();
    }

    @Test
    void theClientsSettingsHoldFromTheBeginning() {
        says(get());

        assertThat(session.session().remoteSetting(SettingId.INITIAL_WINDOW_SIZE))
                .isEqualTo(12345);
    }

    @Test
    void aHeadRequestIsOneInHttp2Too() {
        says(request("HEAD / HTTP/1.1", ""));

        assertThat(http2.headers.get(0).value(":method").toString()).isEqualTo("HEAD");
        assertThat(sentAfter101()).anyMatch(frame -> frame.startsWith("HEADERS 1 END_STREAM"));
    }

    @Test
    void optionsOfTheServerItselfUpgrade() {
        says(request("OPTIONS * HTTP/1.1", ""));

        assertThat(http2.headers.get(0).value(":path").toString()).isEqualTo("*");
    }

    @Test
    void theAbsoluteFormOverrulesHost() {
        says(request("GET http://other.example?q HTTP/1.1", ""));

        assertThat(http2.headers.get(0).value(":authority").toString()).isEqualTo("other.example");
        assertThat(http2.headers.get(0).value(":path").toString()).isEqualTo("/?q");
    }

    @Test
    void whatBelongsToTheConnectionStaysBehind() {
        says(String.join(
                "\r\n",
                "GET / HTTP/1.1",
                "Host: a",
                "Connection: X-Hop,  Upgrade",
                "Connection: HTTP2-Settings, keep-alive",
                "Upgrade: websocket, h2c",
                "HTTP2-Settings: ",
                "Keep-Alive: 5",
                "Proxy-Connection: x",
                "TE: gzip",
                "X-Hop: 1",
                "User-Agent: Test",
                "Cookie: a=1",
                "Cookie: b=2",
                "Content-Length: 0",
                "",
                ""));

        List<HeaderField> fields = new ArrayList<>();
        http2.headers.get(0).forEach(fields::add);
        assertThat(fields.subList(4, fields.size()))
                .containsExactly(
                        HeaderField.of("user-agent", "Test"),
                        HeaderField.of("cookie", "a=1"),
                        HeaderField.of("cookie", "b=2"),
                        HeaderField.of("content-length", "0"));
    }

    static Stream<String> requestsThatStay() {
        String good = settings(new Setting(SettingId.ENABLE_PUSH, 0));
        String many = settings(Collections.nCopies(33, new Setting(0x99, 1)).toArray(new Setting[0]));
        String host = "\r\nHost: a\r\n";
        return Stream.of(
                "GET / HTTP/1.1" + host + "\r\n",
                "GET / HTTP/1.1" + host + "Upgrade: h2c\r\nHTTP2-Settings: " + good + "\r\n\r\n",
                "GET / HTTP/1.1" + host + "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: " + good + "\r\n\r\n",
                "GET / HTTP/1.1" + host + "Connection: http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n",
                "GET / HTTP/1.1" + host + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
                "GET / HTTP/1.1" + host + ASKING + good + "\r\nHTTP2-Settings: " + good + "\r\n\r\n",
                request("GET / HTTP/1.1", "AAMAAABk").replace("Upgrade: h2c", "Upgrade: h2"),
                request("GET / HTTP/1.1", "AAMAAABk").replace("Upgrade: h2c", "Upgrade: websocket"),
                request("GET / HTTP/1.1", "AAMAAAB"),
                request("GET / HTTP/1.1", "AAMAAABkAA"),
                request("GET / HTTP/1.1", "AAM+AABk"),
                request("GET / HTTP/1.1", "AAM AABk"),
                request("GET / HTTP/1.1", "!!!!"),
                request("GET / HTTP/1.1", settingsUnchecked(SettingId.ENABLE_PUSH, 2)),
                request("GET / HTTP/1.1", settingsUnchecked(SettingId.MAX_FRAME_SIZE, 1)),
                request("GET / HTTP/1.1", settingsUnchecked(SettingId.INITIAL_WINDOW_SIZE, -1)),
                request("GET / HTTP/1.1", many),
                request("GET / HTTP/1.0", good),
                request("GET example.com HTTP/1.1", good),
                request("GET * HTTP/1.1", good),
                request("GET https://example.com/ HTTP/1.1", good),
                request("GET http:///hello HTTP/1.1", good),
                request("GET / HTTP/1.1", good).replace("Host: example.com:8080", "Host: a b"),
                request("GET / HTTP/1.1", good).replace("Host: example.com:8080", "X: y"),
                request("GET / HTTP/1.1", good).replace("Host: example.com:8080", "Host: a\r\nHost: b"),
                request("GET / HTTP/1.1", good).replace("Host: example.com:8080", "Host: "),
                request("CONNECT example.com:443 HTTP/1.1", good));
    }

    private static String settingsUnchecked(int id, int value) {
        ByteBuf payload = Unpooled.buffer().writeShort(id).writeInt(value);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        payload.array().length == 6 ? payload.array() : java.util.Arrays.copyOf(payload.array(), 6));
    }

    @ParameterizedTest
    @MethodSource("requestsThatStay")
    void whatDoesNotAskAsItMustStaysInHttp1(String request) {
        says(request);

        assertThat(http1.requests).hasSize(1);
        assertThat(sent().isReadable()).isFalse();
        assertThat(http2.events).isEmpty();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aRequestWithABodyStaysInHttp1WithAllOfIt() {
        String head = "POST /echo HTTP/1.1\r\nHost: a\r\n" + ASKING + "\r\n";
        says(head + "Content-Length: 3\r\n\r\nabc");
        http1.answer(HttpResponseStatus.OK);
        says(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n");

        assertThat(http1.requests).containsExactly("POST /echo", "POST /echo");
        assertThat(http1.body).hasToString("abcde");
        assertThat(http2.events).isEmpty();
    }

    @Test
    void aRequestBehindOneThatIsBeingAnsweredStaysInHttp1() {
        says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        http1.answer(HttpResponseStatus.CONTINUE);
        says(get());

        assertThat(http1.requests).containsExactly("GET /slow", "GET /hello?a=b");

        http1.answer(HttpResponseStatus.OK);
        http1.answer(HttpResponseStatus.OK);
        sent();
        says(get());

        assertThat(http1.requests).hasSize(2);
        assertThat(sentAfter101()).anyMatch(frame -> frame.startsWith("HEADERS 1 END_STREAM"));
    }

    @Test
    void overTlsItStaysInHttp1() throws Exception {
        SslContext tls = TlsSockets.serverContext(SslProvider.JDK).build();
        // Only that it is there matters.
        channel.pipeline().addLast(tls.newHandler(channel.alloc()));

        says(get());

        assertThat(http1.requests).hasSize(1);
    }

    @Test
    void aClientMustStillSendItsPreface() {
        says(get());
        says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(sentAfter101()).anyMatch(frame -> frame.startsWith("GOAWAY ") && frame.contains("PROTOCOL_ERROR"));
    }

    @Test
    void theStreamOfTheRequestEndsAsAnyOther() {
        says(get());

        Http2SessionEvent.StreamClosed closed = http2.one(Http2SessionEvent.StreamClosed.class);
        assertThat(closed.stream().id()).isEqualTo(1);
        assertThat(closed.errorCode()).isZero();
    }

    @Test
    void handlersWithoutASessionAreAMistake() {
        end();
        channel = new GatedChannel();
        HttpServerCodec another = new HttpServerCodec();
        channel.pipeline().addLast(another, new Http2UpgradeHandler(another, pipeline -> {}));

        assertThatThrownBy(() -> says(get())).isInstanceOf(IllegalStateException.class);
        assertThat(channel.isOpen()).isFalse();
    }
}
