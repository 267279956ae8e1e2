package io.h2session.netty.negotiation;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.client.Http2Requests;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.AttributeKey;
import io.netty.util.CharsetUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the document says of getting to HTTP/2: it stands here in the same words, compiles and does it. */
class NegotiationDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "negotiation.md");
    private static final Path THIS =
            Path.of("src/test/java/io/h2session/netty/negotiation/NegotiationDocumentTest.java");

    private static final AttributeKey<String> STATUS = AttributeKey.valueOf(NegotiationDocumentTest.class, "status");

    private static final class Greeter extends SimpleChannelInboundHandler<Object> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.Headers request) {
                context.writeAndFlush(Http2SessionWrite.response(request.stream(), HeaderList.of(":status", "200")));
            }
        }
    }

    private static final class Http1Greeter extends SimpleChannelInboundHandler<HttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpRequest request) {
            context.writeAndFlush(
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER));
        }
    }

    private static final class Http1Client extends SimpleChannelInboundHandler<HttpResponse> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpResponse response) {
            context.channel().attr(STATUS).set("http/1.1 " + response.status().code());
        }
    }

    /** Tells the connection which status has come. */
    @ChannelHandler.Sharable
    private static final class Http2Client extends SimpleChannelInboundHandler<Http2SessionEvent.Headers> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2SessionEvent.Headers head) {
            context.channel().parent().attr(STATUS).set("h2c " + head.headers().value(":status"));
        }
    }

    private static Http2Negotiation negotiation() {
        Http2Negotiation negotiation = Http2Negotiation.forServer()
                .http2(pipeline ->
                        pipeline.addLast(Http2SessionHandler.forServer().build(), new Greeter()))
                .http1(pipeline -> pipeline.addLast(new HttpServerCodec(), new Http1Greeter()))
                .build();
        return negotiation;
    }

    private static void inTls(Channel channel, Http2Negotiation negotiation, InputStream certificate, InputStream key)
            throws IOException {
        SslContext tls = Http2Tls.withHttp1(SslContextBuilder.forServer(certificate, key))
                .build();
        negotiation.overTls(channel.pipeline(), tls.newHandler(channel.alloc()));
    }

    private static void inCleartext(Channel channel, Http2Negotiation negotiation) {
        negotiation.inCleartext(channel.pipeline());
    }

    private static void withUpgrade(ChannelPipeline pipeline, Consumer<ChannelPipeline> http2) {
        HttpServerCodec codec = new HttpServerCodec();
        pipeline.addLast(codec, new Http2UpgradeHandler(codec, http2), new Http1Greeter());
    }

    private static void asksForUpgrade(ChannelPipeline pipeline, ChannelHandler responseHandler) {
        HttpClientCodec codec = new HttpClientCodec();
        Http2ClientUpgradeHandler upgrade = Http2ClientUpgradeHandler.builder(
                        codec, Http2SessionHandler.forClient().build())
                .http2((connection, stream) -> connection.addLast(Http2StreamsHandler.builder()
                        .upgradeHandler(responseHandler)
                        .build()))
                .build();
        pipeline.addLast(codec, upgrade, new Http1Client());
    }

    private static Http2Negotiation clients(Http2Requests requests) {
        Http2Negotiation negotiation = Http2Negotiation.forClient()
                .http2(pipeline ->
                        pipeline.addLast(Http2SessionHandler.forClient().build(), requests))
                .http1(pipeline -> pipeline.addLast(new HttpClientCodec(), new Http1Client()))
                .build();
        return negotiation;
    }

    private static Future<String> inTls(Channel channel, Http2Negotiation negotiation, String host, int port)
            throws IOException {
        SslContext tls = Http2Tls.withHttp1(SslContextBuilder.forClient()).build();
        Future<String> protocol = negotiation.overTls(channel.pipeline(), tls.newHandler(channel.alloc(), host, port));
        return protocol;
    }

    private static EmbeddedChannel channel(Consumer<Channel> filled) {
        return new EmbeddedChannel(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                filled.accept(channel);
            }
        });
    }

    private static String answer(EmbeddedChannel channel, byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        StringBuilder answer = new StringBuilder();
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            answer.append(sent.toString(CharsetUtil.ISO_8859_1));
            sent.release();
        }
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        return answer.toString();
    }

    @Test
    void theCodeIsThatOfTheDocument() throws IOException {
        String here = withoutBlanks(Files.readString(THIS));

        assertThat(Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(DOCUMENT))
                        .results())
                .hasSize(7)
                .map((MatchResult block) -> withoutBlanks(block.group(1)))
                .allSatisfy(code -> assertThat(here).contains(code));
    }

    private static String withoutBlanks(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void onePortSpeaksBoth() {
        byte[] http1 = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] http2 =
                Frames.script().preface().settings().request(1, true, "/").bytes();

        assertThat(answer(channel(one -> inCleartext(one, negotiation())), http1))
                .startsWith("HTTP/1.1 200 OK");
        assertThat(answer(channel(one -> inCleartext(one, negotiation())), http2))
                .contains("\u0000\u0000\u0001\u0001\u0005");
    }

    @Test
    void tlsWaitsForItsHandshake() {
        EmbeddedChannel channel = channel(one -> {
            try (InputStream certificate = NegotiationDocumentTest.class.getResourceAsStream("localhost.pem");
                    InputStream key = NegotiationDocumentTest.class.getResourceAsStream("localhost.key")) {
                inTls(one, negotiation(), certificate, key);
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        });

        assertThat(channel.pipeline().get(AlpnChoice.class)).isNotNull();
        assertThat(answer(channel, new byte[0])).isEmpty();
    }

    @Test
    void aClientKnowsItsProtocolAfterTheHandshakeAndInCleartextAtOnce() throws IOException {
        EmbeddedChannel overTls = new EmbeddedChannel();
        Future<String> protocol = inTls(overTls, clients(new Http2Requests(1)), "localhost", 443);
        assertThat(protocol.isDone()).isFalse();
        overTls.unsafe().close(overTls.voidPromise());
        overTls.runPendingTasks();
        overTls.releaseOutbound();
        assertThat(protocol.cause()).isNotNull();

        Http2Requests requests = new Http2Requests(1);
        EmbeddedChannel cleartext = new EmbeddedChannel();
        assertThat(clients(requests).inCleartext(cleartext.pipeline()).getNow()).isEqualTo("h2c");
        assertThat(cleartext.pipeline().get(Http2Requests.class)).isSameAs(requests);
        cleartext.finishAndReleaseAll();
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        assertThat(Pattern.compile("`(\\w+Test)\\.(\\w+)`")
                        .matcher(Files.readString(DOCUMENT))
                        .results())
                .hasSizeGreaterThan(8)
                .allSatisfy(named -> assertThat(Files.readString(THIS.resolveSibling(named.group(1) + ".java")))
                        .contains("void " + named.group(2) + "("));
    }

    @Test
    void anUpgradeIsLetWhereItsHandlerIs() {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n";
        byte[] bytes = (request + "HTTP2-Settings:\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        Consumer<ChannelPipeline> http2 =
                pipeline -> pipeline.addLast(Http2SessionHandler.forServer().build(), new Greeter());

        assertThat(answer(channel(one -> withUpgrade(one.pipeline(), http2)), bytes))
                .startsWith("HTTP/1.1 101 ");
        assertThat(answer(channel(one -> inCleartext(one, negotiation())), bytes))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aClientAsksForTheUpgradeAndHasItsResponseEitherWay() {
        byte[] declined = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] accepted = Frames.script()
                .raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII))
                .settings()
                .response(1, true, 204)
                .bytes();

        assertThat(statusOf(declined)).isEqualTo("http/1.1 200");
        assertThat(statusOf(accepted)).isEqualTo("h2c 204");
    }

    private static String statusOf(byte[] response) {
        EmbeddedChannel client = channel(one -> asksForUpgrade(one.pipeline(), new Http2Client()));
        HttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set("host", "a");
        client.writeOutbound(request);
        answer(client, response);
        return client.attr(STATUS).get();
    }
}
