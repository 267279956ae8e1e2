package io.h2session.netty.http;

import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.netty.channel.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which messages are compressed, how their heads change, and that the other end can read them. */
class StreamCompressorTest {
    private static final String TEXT = "to be or not to be, ".repeat(100);

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    /** A server's channel that was asked with these fields: names and values in turn. */
    private static EmbeddedChannel asked(HttpMethod method, String... fields) {
        EmbeddedChannel channel = new EmbeddedChannel(StreamCompressor.ofResponses());
        HttpRequest request = new DefaultFullHttpRequest(HTTP_1_1, method, "/");
        for (int i = 0; i < fields.length; i += 2) {
            request.headers().add(fields[i], fields[i + 1]);
        }
        channel.writeInbound(request);
        ReferenceCountUtil.release(channel.readInbound());
        return channel;
    }

    private static FullHttpResponse response(int status, String content, String... fields) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HTTP_1_1, HttpResponseStatus.valueOf(status), bytes(content));
        for (int i = 0; i < fields.length; i += 2) {
            response.headers().add(fields[i], fields[i + 1]);
        }
        return response;
    }

    /** What was written, in words; content as its length. */
    private static List<String> sent(EmbeddedChannel channel) {
        List<String> words = new ArrayList<>();
        for (Object one = channel.readOutbound(); one != null; one = channel.readOutbound()) {
            words.add(
                    one instanceof HttpMessage
                            ? HttpWords.of(one)
                            : one.getClass().getSimpleName());
            ReferenceCountUtil.release(one);
        }
        return words;
    }

    // ---- the head --------------------------------------------------------------------------------------------------

    @Test
    void aCompressedResponseSaysSoAndHasNoLengthAndAWeakTag() {
        EmbeddedChannel channel = asked(HttpMethod.GET, "accept-encoding", "gzip, deflate");
        HttpResponse response = response(
                200,
                TEXT,
                "content-type",
                "text/plain",
                "content-length",
                "2000",
                "etag",
                "\"a\"",
                "accept-ranges",
                "bytes");
        channel.writeOutbound(response);

        HttpResponse head = channel.readOutbound();
        assertThat(head.headers().get("content-encoding")).isEqualTo("gzip");
        assertThat(head.headers().get("vary")).isEqualTo("accept-encoding");
        assertThat(head.headers().get("etag")).isEqualTo("W/\"a\"");
        assertThat(head.headers().contains("content-length") || head.headers().contains("accept-ranges"))
                .isFalse();
        // The application's object is as it was.
        assertThat(response.headers().get("content-length")).isEqualTo("2000");
        assertThat(response.headers().get("etag")).isEqualTo("\"a\"");
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, 200, content-type=text/plain",
        "GET, 204, content-type=text/plain",
        "GET, 205, content-type=text/plain",
        "GET, 304, content-type=text/plain",
        "GET, 206, content-type=text/plain",
        "GET, 103, content-type=text/plain",
        "GET, 200, content-type=image/png",
        "GET, 200, x=y",
        "GET, 200, content-type=text/plain;content-encoding=br",
        "GET, 200, content-type=text/plain;content-encoding=identity",
        "GET, 200, content-type=text/plain;content-range=bytes 0-1/2",
        "GET, 200, content-type=text/plain;cache-control=max-age=1",
        "GET, 200, content-type=text/plain;content-digest=x",
        "CONNECT, 200, content-type=text/plain"
    })
    void whatIsNotToBeCompressedIsSentAsItIs(String method, int status, String fields) {
        EmbeddedChannel channel = asked(HttpMethod.valueOf(method), "accept-encoding", "gzip");
        FullHttpResponse response = response(status, status == 200 ? TEXT : "");
        for (String field : fields.split(";", -1)) {
            String value = field.substring(field.indexOf('=') + 1);
            response.headers()
                    .add(field.substring(0, field.indexOf('=')), value.equals("max-age=1") ? "No-Transform" : value);
        }
        channel.writeOutbound(response);

        Object sent = channel.readOutbound();
        assertThat(sent).isSameAs(response);
        response.release();
        channel.finishAndReleaseAll();
    }

    @Test
    void shortContentIsSentAsItIsAndLongIsNot() {
        for (int length : new int[] {0, 255, 256}) {
            EmbeddedChannel channel = asked(HttpMethod.GET, "accept-encoding", "gzip");
            channel.writeOutbound(response(200, "x".repeat(length), "content-type", "text/plain"));
            assertThat(sent(channel).get(0).contains("content-encoding")).isEqualTo(length == 256);

            channel = asked(HttpMethod.GET, "accept-encoding", "gzip");
            HttpResponse head = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK);
            head.headers()
                    .set("content-type", "application/json; charset=utf-8")
                    .set("content-length", length);
            channel.writeOutbound(head, new DefaultLastHttpContent(bytes("x".repeat(length))));
            assertThat(sent(channel).get(0).contains("content-encoding")).isEqualTo(length == 256);
        }
    }

    @Test
    void aResponseThatMightHaveBeenCompressedSaysThatItVaries() {
        EmbeddedChannel channel = asked(HttpMethod.GET);
        channel.writeOutbound(response(200, TEXT, "content-type", "text/plain", "vary", "origin"));
        HttpResponse head = channel.readOutbound();
        assertThat(head.headers().getAll("vary")).containsExactly("origin", "accept-encoding");
        assertThat(head.headers().contains("content-encoding")).isFalse();
        ReferenceCountUtil.release(head);

        channel = asked(HttpMethod.GET, "accept-encoding", "gzip");
        channel.writeOutbound(response(200, TEXT, "content-type", "text/plain", "vary", "Origin, Accept-Encoding"));
        head = channel.readOutbound();
        assertThat(head.headers().getAll("vary")).containsExactly("Origin, Accept-Encoding");
        channel.finishAndReleaseAll();
    }

    // ---- content ---------------------------------------------------------------------------------------------------

    @Test
    void aHeadWaitsForItsContentAndAFileIsSentAsItIs() {
        EmbeddedChannel channel = asked(HttpMethod.GET, "accept-encoding", "gzip");
        HttpResponse head = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set("content-type", "text/plain").set("content-length", 1000);
        channel.write(head);
        assertThat(channel.outboundMessages()).isEmpty();
        channel.writeOutbound(new DefaultFileRegion(new File("nothing"), 0, 1000), LastHttpContent.EMPTY_LAST_CONTENT);
        List<String> sent = sent(channel);
        assertThat(sent).hasSize(3);
        assertThat(sent.get(0))
                .contains("content-length=1000")
                .contains("vary=")
                .doesNotContain("content-encoding");
        channel.finishAndReleaseAll();
    }

    @Test
    void aFileBehindCompressedContentFailsAndIsReleased() {
        EmbeddedChannel channel = asked(HttpMethod.GET, "accept-encoding", "gzip");
        HttpResponse head = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set("content-type", "text/plain");
        channel.writeOutbound(head, new DefaultHttpContent(bytes(TEXT)));
        DefaultFileRegion file = new DefaultFileRegion(new File("nothing"), 0, 1000);
        assertThat(channel.write(file).cause()).isInstanceOf(IllegalStateException.class);
        assertThat(file.refCnt()).isZero();
        channel.finishAndReleaseAll();
    }

    @Test
    void whatWaitsWhenTheChannelIsClosedFails() {
        EmbeddedChannel channel = asked(HttpMethod.GET, "accept-encoding", "gzip");
        HttpResponse head = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set("content-type", "text/plain");
        AtomicReference<Throwable> cause = new AtomicReference<>();
        channel.write(head).addListener(done -> cause.set(done.cause()));
        channel.close();
        assertThat(cause.get()).isInstanceOf(ClosedChannelException.class);
        channel.finishAndReleaseAll();
    }

    /** Collects what is read. */
    private static final class Reader extends ChannelInboundHandlerAdapter {
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        LastHttpContent last;
        Throwable failed;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpContent one) {
                byte[] piece = new byte[one.content().readableBytes()];
                one.content().readBytes(piece);
                content.writeBytes(piece);
            }
            if (message instanceof LastHttpContent end) {
                last = end;
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failed = cause;
        }

        String text() {
            return content.toString(StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResponseIsStreamedThroughBothEndsAndReadableAtEachFlush(ContentCoding coding) {
        AtomicReference<ChannelHandlerContext> server = new AtomicReference<>();
        Reader reader = new Reader();
        CompressionOptions options = CompressionOptions.DEFAULT.withCodings(ContentCoding.values());
        try (HttpPair pair = new HttpPair(
                () -> List.of(StreamCompressor.ofResponses(options), HttpPair.on((ctx, message) -> server.set(ctx))))) {
            StreamChannel stream = pair.open(new BoundedDecompressor(), reader);
            DefaultFullHttpRequest request = new DefaultFullHttpRequest(HTTP_1_1, HttpMethod.GET, "/");
            request.headers().set("host", "a").set("accept-encoding", coding.token());
            stream.writeAndFlush(request);
            pair.exchange();
            HttpResponse head = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK);
            head.headers().set("content-type", "text/event-stream");
            server.get().write(head);
            StringBuilder said = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                String event = "event " + i + " " + TEXT;
                said.append(event);
                server.get().write(i % 2 == 0 ? bytes(event) : new DefaultHttpContent(bytes(event)));
                server.get().flush();
                pair.exchange();
                assertThat(reader.text()).isEqualTo(said.toString());
            }
            DefaultLastHttpContent last = new DefaultLastHttpContent(bytes(TEXT));
            last.trailingHeaders().set("x-end", "done");
            server.get().writeAndFlush(last);
            pair.exchange();

            assertThat(reader.text()).isEqualTo(said + TEXT);
            assertThat(reader.last.trailingHeaders().get("x-end")).isEqualTo("done");
            assertThat(reader.failed).isNull();
            assertThat(pair.fromServer).isLessThan(said.length() / 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestIsCompressedAndInflatedOnTheOtherSide(ContentCoding coding) {
        Reader reader = new Reader();
        try (HttpPair pair = new HttpPair(() -> List.of(new BoundedDecompressor(), reader))) {
            StreamChannel stream = pair.open(StreamCompressor.ofRequests(CompressionOptions.DEFAULT, coding));
            DefaultFullHttpRequest request = new DefaultFullHttpRequest(HTTP_1_1, HttpMethod.POST, "/", bytes(TEXT));
            request.headers().set("host", "a").set("content-type", "text/plain").set("content-length", TEXT.length());
            stream.writeAndFlush(request);
            pair.exchange();

            assertThat(reader.text()).isEqualTo(TEXT);
            assertThat(reader.last).isNotNull();
        }
    }

    /** What a few bytes can become: each coding's best. */
    @ParameterizedTest
    @EnumSource
    void aBombInAnyCodingEndsAtTheLimitAndResetsItsStreamAlone(ContentCoding coding) {
        byte[] bomb = ContentCodingTest.encoded(coding, new byte[8 << 20], 1 << 20, 0);
        for (DecompressionLimits limits :
                List.of(new DecompressionLimits(1 << 20, 1 << 20, 0), new DecompressionLimits(1 << 30, 100, 100_000))) {
            Reader reader = new Reader();
            try (HttpPair pair =
                    new HttpPair(() -> List.of(new BoundedDecompressor(limits), new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object message) {
                            reader.channelRead(ctx, message);
                        }
                    }))) {
                StreamChannel stream = pair.open();
                DefaultFullHttpRequest request =
                        new DefaultFullHttpRequest(HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(bomb));
                request.headers().set("host", "a").set("content-encoding", coding.token());
                stream.writeAndFlush(request);
                pair.exchange();

                assertThat(reader.content.size()).isLessThanOrEqualTo(Math.max(1 << 20, bomb.length * 100 + 8192));
                assertThat(stream.end().errorCode()).isEqualTo(0xb);
                assertThat(pair.client.isOpen()).isTrue();
            }
        }
    }

    @Test
    void optionsAreCheckedAndCodingsThatAreAbsentCannotBeAskedFor() {
        assertThatThrownBy(() -> CompressionOptions.DEFAULT.withMinBytes(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(CompressionOptions.DEFAULT.withMinBytes(7).minBytes()).isEqualTo(7);
        CompressionOptions images = CompressionOptions.DEFAULT.withTypes(type -> type.startsWith("image/"));
        assertThat(images.compresses("IMAGE/png; q=1")).isTrue();
        assertThat(images.compresses(null)).isFalse();
        for (String type :
                List.of("text/html", "application/problem+json", "image/svg+xml", "font/otf", "application/wasm")) {
            assertThat(CompressionOptions.DEFAULT.compresses(type)).as(type).isTrue();
        }
        assertThat(CompressionOptions.DEFAULT.compresses("video/mp4")).isFalse();
    }
}
