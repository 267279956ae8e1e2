package io.h2session.netty.negotiation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.negotiation.Http2NegotiationException.Reason;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client from HTTP/1.1 to HTTP/2 by Upgrade, and everything that keeps it in HTTP/1.1. */
class Http2ClientUpgradeHandlerTest {
    private static final String SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

    private final Application http2 = new Application();
    private Http1 http1;
    private final List<Http2StreamHandle> streams = new ArrayList<>();
    private Http2SessionHandler session;
    private Http2ClientUpgradeHandler upgrade;
    private GatedChannel channel = open(builder -> {});

    /** An application of HTTP/1.1, and whatever else comes to it. */
    private static final class Http1 extends ChannelInboundHandlerAdapter {
        final List<String> responses = new ArrayList<>();
        final StringBuilder body = new StringBuilder();
        final List<Throwable> exceptions = new ArrayList<>();
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
            if (message instanceof HttpResponse response) {
                responses.add(response.status().toString());
            }
            if (message instanceof HttpContent content) {
                body.append(content.content().toString(CharsetUtil.US_ASCII));
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
            exceptions.add(cause);
        }
    }

    private GatedChannel open(Consumer<Http2ClientUpgradeHandler.Builder> options) {
        HttpClientCodec codec = new HttpClientCodec();
        session = Http2SessionHandler.forClient()
                .options(Http2SessionOptions.builder().initialWindowSize(12_345).build())
                .build();
        Http2ClientUpgradeHandler.Builder builder = Http2ClientUpgradeHandler.builder(codec, session)
                .http2((pipeline, stream) -> {
                    streams.add(stream);
                    pipeline.addLast(http2);
                });
        options.accept(builder);
        upgrade = builder.build();
        http1 = new Http1();
        return new GatedChannel(codec, upgrade, http1);
    }

    private void reopen(Consumer<Http2ClientUpgradeHandler.Builder> options) {
        end();
        channel = open(options);
    }

    @AfterEach
    void end() {
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseInbound();
        channel.releaseOutbound();
    }

    // ---- what is written -------------------------------------------------------------------------------------------

    private static FullHttpRequest full(HttpMethod method, String uri, String content) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, method, uri, Unpooled.copiedBuffer(content, ISO_8859_1));
        request.headers().set("Host", "example.com").set("X-Own", "1");
        if (!content.isEmpty()) {
            request.headers().set("Content-Length", content.length());
        }
        return request;
    }

    private static FullHttpRequest get() {
        return full(HttpMethod.GET, "/hello?a=b", "");
    }

    private static HttpRequest head(String... namesAndValues) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/echo");
        request.headers().set("Host", "example.com");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            request.headers().add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return request;
    }

    private static HttpContent part(String content) {
        return new DefaultHttpContent(Unpooled.copiedBuffer(content, ISO_8859_1));
    }

    private static LastHttpContent lastPart(String content) {
        return new DefaultLastHttpContent(Unpooled.copiedBuffer(content, ISO_8859_1));
    }

    private ChannelFuture write(Object message) {
        ChannelFuture written = http1.context.writeAndFlush(message);
        channel.runPendingTasks();
        return written;
    }

    private ByteBuf sent() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            all.writeBytes(sent);
            sent.release();
        }
        return all;
    }

    private String sentText() {
        return sent().toString(ISO_8859_1);
    }

    private static void assertRefused(ChannelFuture written, Reason reason) {
        assertThat(written.cause())
                .isInstanceOfSatisfying(Http2NegotiationException.class, cause -> assertThat(cause.reason())
                        .isEqualTo(reason));
    }

    // ---- what the server says --------------------------------------------------------------------------------------

    private void says(byte[] bytes, int piece) {
        for (int from = 0; from < bytes.length; from += Math.min(piece, bytes.length - from)) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, Math.min(piece, bytes.length - from)));
        }
    }

    private void says(String text) {
        says(text.getBytes(ISO_8859_1), Integer.MAX_VALUE);
    }

    private static byte[] concat(String head, Frames frames) {
        return Frames.script().raw(head.getBytes(ISO_8859_1)).append(frames).bytes();
    }

    // ---- it switches -----------------------------------------------------------------------------------------------

    @Test
    void theRequestAsksWithTheSettingsOfTheSession() {
        FullHttpRequest request = get();
        assertThat(write(request).isSuccess()).isTrue();

        assertThat(sentText())
                .isEqualTo("GET /hello?a=b HTTP/1.1\r\nHost: example.com\r\nX-Own: 1\r\n"
                        + "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: "
                        + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(session.upgradeSettings())
                        + "\r\n\r\n");
        assertThat(upgrade.protocol().isDone()).isFalse();
        // The object is as it was.
        assertThat(request.headers().names()).containsExactlyInAnyOrder("Host", "X-Own");
        assertThat(request.refCnt()).isZero();
    }

    @Test
    void connectionOptionsOfTheRequestStayInOneField() {
        FullHttpRequest request = get();
        request.headers().add("Connection", "keep-alive").add("Connection", "X-Own");
        write(request);

        assertThat(sentText().toLowerCase(java.util.Locale.ROOT))
                .containsOnlyOnce("connection:")
                .contains("connection: keep-alive, x-own, upgrade, http2-settings\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 100, Integer.MAX_VALUE})
    void theResponseComesOnStreamOneHoweverTheBytesAreCut(int piece) {
        write(get());
        sent();
        Frames then = Frames.script()
                .settings(SettingId.MAX_CONCURRENT_STREAMS, 7)
                .response(1, false, 200, "x-a", "b")
                .data(1, "hello", true)
                .ping(7);

        says(concat(SWITCHING, then), piece);

        assertThat(upgrade.protocol().getNow()).isEqualTo("h2c");
        Http2SessionEvent.Upgraded upgraded = http2.one(Http2SessionEvent.Upgraded.class);
        assertThat(http2.events.get(0)).isSameAs(upgraded);
        assertThat(upgraded.stream()).isSameAs(streams.get(0));
        assertThat(upgraded.stream().id()).isEqualTo(1);
        assertThat(upgraded.request())
                .isEqualTo(HeaderList.of(
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":authority",
                        "example.com",
                        ":path",
                        "/hello?a=b",
                        "x-own",
                        "1"));
        assertThat(http2.headers).containsExactly(HeaderList.of(":status", "200", "x-a", "b"));
        assertThat(http2.events.stream()
                        .filter(Http2SessionEvent.Data.class::isInstance)
                        .map(event -> ((Http2SessionEvent.Data) event).stream())
                        .distinct())
                .containsExactly(streams.get(0));
        Http2SessionEvent.StreamClosed closed = http2.one(Http2SessionEvent.StreamClosed.class);
        assertThat(closed.stream()).isSameAs(streams.get(0));
        assertThat(closed.errorCode()).isZero();
        assertThat(closed.inboundComplete()).isTrue();
        List<String> sent = PeerView.ofClient().read(sent());
        assertThat(sent.get(0)).startsWith("SETTINGS ").contains("4=12345");
        assertThat(sent).contains("SETTINGS ACK", "PING ACK 7").noneMatch(frame -> frame.startsWith("HEADERS"));
        assertThat(sent.stream().filter(frame -> frame.startsWith("SETTINGS ") && !frame.equals("SETTINGS ACK")))
                .hasSize(1);
        assertThat(http1.responses).isEmpty();
        assertThat(http1.removed).isTrue();
        assertThat(http1.exceptions).isEmpty();
        assertThat(channel.pipeline().names())
                .doesNotContain("HttpClientCodec#0", "Http2ClientUpgradeHandler#0")
                .hasSize(3);
    }

    @Test
    void thePrefaceFollowsTheResponseThatSwitches() {
        write(get());
        sent();

        says(SWITCHING);

        assertThat(PeerView.ofClient().read(sent()).get(0)).startsWith("SETTINGS ");
    }

    @Test
    void theNextStreamIsThreeAlsoIfAHandlerWritesItAsSoonAsItIsAdded() {
        Http2StreamHandle next = new Http2StreamHandle();
        reopen(builder -> builder.http2((pipeline, stream) -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext context) {
                context.writeAndFlush(Http2SessionWrite.request(
                        next, HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/next")));
            }
        })));
        write(get());
        sent();

        says(SWITCHING);

        assertThat(next.id()).isEqualTo(3);
        assertThat(PeerView.ofClient().read(sent())).anyMatch(frame -> frame.startsWith("HEADERS 3 END_STREAM"));
    }

    @Test
    void aHandlerThatIsToldOfTheSwitchOpensStreams() {
        Http2StreamHandle next = new Http2StreamHandle();
        reopen(builder -> builder.http2((pipeline, stream) -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event instanceof Http2SessionEvent.Upgraded) {
                    context.writeAndFlush(Http2SessionWrite.request(
                            next,
                            HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/next")));
                }
            }
        })));
        write(get());
        sent();

        says(SWITCHING);

        List<String> sent = PeerView.ofClient().read(sent());
        assertThat(sent.get(0)).startsWith("SETTINGS ");
        assertThat(sent).anyMatch(frame -> frame.startsWith("HEADERS 3 END_STREAM"));
    }

    @Test
    void nothingMoreCanBeSentOnTheStreamButAReset() {
        write(get());
        sent();
        says(SWITCHING);
        sent();
        Http2StreamHandle stream = streams.get(0);

        ChannelFuture again = channel.writeAndFlush(Http2SessionWrite.request(stream, HeaderList.of(":method", "GET")));
        ChannelFuture data =
                channel.writeAndFlush(Http2SessionWrite.data(stream, Unpooled.wrappedBuffer(new byte[1]), true));
        ChannelFuture reset =
                channel.writeAndFlush(Http2SessionWrite.reset(stream, io.h2session.frame.ErrorCode.CANCEL));
        channel.runPendingTasks();

        assertThat(again.isSuccess()).isFalse();
        assertThat(data.isSuccess()).isFalse();
        assertThat(reset.isSuccess()).isTrue();
        ByteBuf sent = sent();
        assertThat(sent.getUnsignedByte(sent.readerIndex() + 3)).isEqualTo((short) 3);
        assertThat(http2.one(Http2SessionEvent.StreamClosed.class).stream()).isSameAs(stream);
    }

    @Test
    void theResponseToAHeadHasNoContentWhateverItsLength() {
        write(full(HttpMethod.HEAD, "/", ""));

        says(concat(SWITCHING, Frames.script().settings().response(1, true, 200, "content-length", "1000")));

        assertThat(http2.headers).hasSize(1);
        assertThat(http2.one(Http2SessionEvent.StreamClosed.class).errorCode()).isZero();
    }

    private void says(byte[] bytes) {
        says(bytes, Integer.MAX_VALUE);
    }

    @Test
    void informationalResponsesBeforeTheSwitchGoToTheHandlersOfHttp1() {
        write(get());

        says("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
        assertThat(upgrade.protocol().isDone()).isFalse();
        says(concat(SWITCHING, Frames.script().settings().response(1, true, 204)));

        assertThat(http1.responses).containsExactly("103 Early Hints", "100 Continue");
        assertThat(http2.headers).hasSize(1);
    }

    @Test
    void theServersSettingsAndWhatFollowsAreThoseOfHttp2() {
        write(get());

        says(SWITCHING + "HTTP/1.1 200 OK\r\n\r\n");

        // That is no frame.
        assertThat(http2.one(Http2SessionEvent.SessionEnded.class).result().fatal())
                .isTrue();
        assertThat(http1.responses).isEmpty();
    }

    // ---- content ---------------------------------------------------------------------------------------------------

    @Test
    void aWholeRequestWithContentAsks() {
        FullHttpRequest request = full(HttpMethod.POST, "/echo", "abc");
        assertThat(write(request).isSuccess()).isTrue();

        assertThat(sentText()).startsWith("POST /echo HTTP/1.1\r\n").endsWith("\r\n\r\nabc");
        assertThat(request.refCnt()).isZero();

        says(concat(SWITCHING, Frames.script().settings().response(1, true, 200)));

        assertThat(http2.headers).hasSize(1);
        assertThat(http2.one(Http2SessionEvent.Upgraded.class)
                        .request()
                        .value("content-length")
                        .toString())
                .isEqualTo("3");
    }

    @Test
    void contentIsHeldBackUntilTheRequestIsComplete() {
        ChannelFuture first = write(head("Transfer-Encoding", "chunked"));
        ChannelFuture second = write(part("abc"));
        ChannelFuture third = write(Unpooled.copiedBuffer("de", ISO_8859_1));
        assertThat(sent().isReadable()).isFalse();
        assertThat(first.isDone()).isFalse();

        ChannelFuture last = write(lastPart("f"));

        assertThat(sentText())
                .contains("upgrade: h2c\r\n")
                .endsWith("\r\n\r\n3\r\nabc\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n");
        assertThat(List.of(first, second, third, last)).allMatch(ChannelFuture::isSuccess);
    }

    @Test
    void aPartThatIsHeldBackCannotBeCancelled() {
        ChannelFuture first = write(head("Content-Length", "1"));
        assertThat(first.cancel(false)).isFalse();
        write(lastPart("a"));

        assertThat(sentText()).endsWith("\r\n\r\na");
    }

    static Stream<List<Object>> requestsOfMoreThanTenBytes() {
        return Stream.of(
                List.of(full(HttpMethod.POST, "/", "0123456789a")),
                List.of(head("Content-Length", "11"), part("0123456789a"), LastHttpContent.EMPTY_LAST_CONTENT),
                List.of(head("Transfer-Encoding", "chunked"), part("01234"), part("56789"), lastPart("a")),
                List.of(head("Transfer-Encoding", "chunked"), part("0123456789a"), part("b"), lastPart("c")),
                List.of(
                        head("Transfer-Encoding", "chunked"),
                        Unpooled.copiedBuffer("0123456789a", ISO_8859_1),
                        lastPart("")));
    }

    @ParameterizedTest
    @MethodSource("requestsOfMoreThanTenBytes")
    void moreContentThanTheLimitIsRefusedBeforeAnythingIsSentAndTheNextRequestAsks(List<Object> request) {
        reopen(builder -> builder.maxContentLength(10));

        List<ChannelFuture> written = request.stream().map(this::write).toList();

        assertThat(written).allSatisfy(one -> assertRefused(one, Reason.CONTENT_TOO_LARGE));
        assertThat(sent().isReadable()).isFalse();
        assertThat(request).allSatisfy(part -> assertThat(ReferenceCountUtil.refCnt(part))
                .as("%s", part)
                .isLessThanOrEqualTo(part == LastHttpContent.EMPTY_LAST_CONTENT ? 1 : 0));
        assertThat(upgrade.protocol().isDone()).isFalse();

        assertThat(write(full(HttpMethod.POST, "/", "0123456789")).isSuccess()).isTrue();
        assertThat(sentText()).contains("upgrade: h2c\r\n");
        says(SWITCHING);
        assertThat(upgrade.protocol().getNow()).isEqualTo("h2c");
    }

    @Test
    void exactlyTheLimitIsSent() {
        reopen(builder -> builder.maxContentLength(10));

        write(head("Transfer-Encoding", "chunked"));
        write(part("0123456789"));
        assertThat(write(LastHttpContent.EMPTY_LAST_CONTENT).isSuccess()).isTrue();

        assertThat(sentText()).endsWith("\r\na\r\n0123456789\r\n0\r\n\r\n");
    }

    @Test
    void aLengthThatIsNoNumberIsTheServersToRefuse() {
        write(head("Content-Length", "many"));
        write(lastPart("a"));

        assertThat(sentText()).contains("upgrade: h2c").endsWith("a");
    }

    @Test
    void anotherRequestIsRefusedUntilTheAnswer() {
        write(get());
        sent();
        FullHttpRequest second = full(HttpMethod.POST, "/", "abc");
        assertRefused(write(second), Reason.UPGRADE_PENDING);
        assertThat(second.refCnt()).isZero();
        assertRefused(write(head()), Reason.UPGRADE_PENDING);
        assertRefused(write(lastPart("a")), Reason.UPGRADE_PENDING);

        assertThat(sent().isReadable()).isFalse();
    }

    // ---- it does not -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 5, Integer.MAX_VALUE})
    void anyOtherResponseComesInHttp1AndSoDoesWhatFollows(int piece) {
        write(get());
        sent();

        says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(ISO_8859_1), piece);

        assertThat(upgrade.protocol().getNow()).isEqualTo("http/1.1");
        assertThat(http1.responses).containsExactly("200 OK");
        assertThat(http1.body).hasToString("hello");
        assertThat(channel.pipeline().get(Http2ClientUpgradeHandler.class)).isNull();
        assertThat(channel.pipeline().get(Http2SessionHandler.class)).isNull();

        write(get());
        assertThat(sentText()).isEqualTo("GET /hello?a=b HTTP/1.1\r\nHost: example.com\r\nX-Own: 1\r\n\r\n");
        says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        assertThat(http1.responses).containsExactly("200 OK", "404 Not Found");
        assertThat(http2.events).isEmpty();
    }

    @Test
    void theProtocolIsKnownWhenTheHandlersAreToldOfTheResponse() {
        List<Object> before = new ArrayList<>();
        upgrade.protocol().addListener(done -> before.addAll(http1.responses));
        write(get());
        says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        assertThat(upgrade.protocol().isDone()).isTrue();
        assertThat(before).isEmpty();
    }

    static Stream<HttpRequest> requestsThatCannotAsk() {
        FullHttpRequest withUpgrade = get();
        withUpgrade.headers().set("Upgrade", "websocket").set("Connection", "Upgrade");
        FullHttpRequest close = get();
        close.headers().set("Connection", "close");
        FullHttpRequest old = get();
        old.setProtocolVersion(HttpVersion.HTTP_1_0);
        FullHttpRequest noHost = get();
        noHost.headers().remove("Host");
        FullHttpRequest badHost = get();
        badHost.headers().set("Host", "a b");
        return Stream.of(
                withUpgrade,
                close,
                old,
                noHost,
                badHost,
                full(HttpMethod.CONNECT, "example.com:443", ""),
                head("Expect", "100-continue", "Content-Length", "1"));
    }

    @ParameterizedTest
    @MethodSource("requestsThatCannotAsk")
    void aRequestThatCannotAskIsSentAsItIs(HttpRequest request) {
        write(request);

        assertThat(upgrade.protocol().getNow()).isEqualTo("http/1.1");
        assertThat(sentText())
                .startsWith(request.method() + " " + request.uri())
                .doesNotContainIgnoringCase("h2c");
        assertThat(channel.pipeline().get(Http2ClientUpgradeHandler.class)).isNull();
    }

    @Test
    void aWholeRequestThatExpectsAContinueAsks() {
        FullHttpRequest request = full(HttpMethod.POST, "/", "abc");
        request.headers().set("Expect", "100-continue");
        write(request);

        assertThat(sentText()).contains("upgrade: h2c");
    }

    @Test
    void overTlsNothingAsks() throws Exception {
        channel.pipeline()
                .addLast(TlsSockets.serverContext(SslProvider.JDK).build().newHandler(channel.alloc()));

        write(get());

        assertThat(upgrade.protocol().getNow()).isEqualTo("http/1.1");
        assertThat(sentText()).doesNotContainIgnoringCase("h2c");
    }

    // ---- it goes wrong ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c, websocket\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nUpgrade: h2c\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: HTTP/1.1\r\n\r\n"
            })
    void aSwitchToSomethingElseClosesTheChannelAndIsTyped(String response) {
        write(get());
        says(concat(response, Frames.script().settings()));

        assertThat(upgrade.protocol().cause())
                .isInstanceOfSatisfying(Http2NegotiationException.class, cause -> assertThat(cause.reason())
                        .isEqualTo(Reason.INVALID_UPGRADE));
        assertThat(channel.isOpen()).isFalse();
        assertThat(http1.exceptions).isEmpty();
        assertThat(http1.responses).isEmpty();
        assertThat(http2.events).isEmpty();
    }

    @Test
    void aSwitchThatWasNotAskedForIsLikewise() {
        says(SWITCHING);

        assertThat(upgrade.protocol().cause()).isInstanceOf(Http2NegotiationException.class);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aSwitchBeforeTheRequestIsCompleteIsLikewiseAndFailsTheRequest() {
        ChannelFuture first = write(head("Transfer-Encoding", "chunked"));
        ChannelFuture second = write(part("abc"));

        says(SWITCHING);

        assertThat(upgrade.protocol().cause()).isInstanceOf(Http2NegotiationException.class);
        assertThat(first.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(second.cause()).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 1",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n"
            })
    void aConnectionThatEndsBeforeTheAnswerFails(String before) {
        write(get());
        says(before);

        channel.close();
        channel.runPendingTasks();

        assertThat(upgrade.protocol().cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(http2.events).isEmpty();
    }

    @Test
    void aConnectionThatEndsAfterTheSwitchEndsTheStream() {
        write(get());
        says(SWITCHING);

        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();

        assertThat(http2.one(Http2SessionEvent.StreamClosed.class).stream()).isSameAs(streams.get(0));
        assertThat(http2.one(Http2SessionEvent.StreamClosed.class).retryIsSafe())
                .isFalse();
    }

    @Test
    void aRequestThatIsIncompleteWhenTheConnectionEndsFails() {
        HttpContent content = part("abc");
        ChannelFuture first = write(head("Transfer-Encoding", "chunked"));
        ChannelFuture second = write(content);

        channel.close();
        channel.runPendingTasks();

        assertThat(first.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(second.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(content.refCnt()).isZero();
    }

    @Test
    void aHandlerThatIsRemovedFailsWhatItHolds() {
        HttpContent content = part("abc");
        write(head("Transfer-Encoding", "chunked"));
        ChannelFuture second = write(content);

        channel.pipeline().remove(upgrade);

        assertThat(second.isSuccess()).isFalse();
        assertThat(content.refCnt()).isZero();
        assertThat(upgrade.protocol().isSuccess()).isFalse();
    }

    @Test
    void aTransportThatDoesNotTakeTheRequestClosesTheChannel() {
        IOException failure = new IOException("no");
        channel.failWrites(failure);

        ChannelFuture written = write(get());

        assertThat(written.cause()).isSameAs(failure);
        assertThat(upgrade.protocol().cause()).isSameAs(failure);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aResponseThatNothingHasAskedForGoesToTheHandlersOfHttp1() {
        says("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThat(http1.responses).containsExactly("408 Request Timeout");
        assertThat(upgrade.protocol().isDone()).isFalse();
    }

    @Test
    void whatTheHandlersOfHttp2ThrowClosesTheChannelAndFailsThePromise() {
        IllegalStateException failure = new IllegalStateException("mine");
        reopen(builder -> builder.http2((pipeline, stream) -> {
            throw failure;
        }));
        write(get());

        assertThatThrownBy(() -> says(concat(SWITCHING, Frames.script().settings())))
                .isSameAs(failure);
        channel.runPendingTasks();

        assertThat(upgrade.protocol().cause()).isSameAs(failure);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aServersSessionIsAMistake() {
        assertThatThrownBy(() -> Http2ClientUpgradeHandler.builder(
                        new HttpClientCodec(), Http2SessionHandler.forServer().build()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Http2ClientUpgradeHandler.builder(
                                new HttpClientCodec(),
                                Http2SessionHandler.forClient().build())
                        .maxContentLength(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Http2ClientUpgradeHandler.builder(
                                new HttpClientCodec(),
                                Http2SessionHandler.forClient().build())
                        .build()
                        .protocol())
                .isInstanceOf(IllegalStateException.class);
    }
}
