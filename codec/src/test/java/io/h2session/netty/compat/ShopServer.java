package io.h2session.netty.compat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.stream.ChunkedStream;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.TreeMap;

/** A server as one writes it for Netty's HTTP/2 codec: handlers of HTTP objects on the channel of a stream. */
final class ShopServer extends ChannelInitializer<Http2StreamChannel> {
    static final int MAX_REQUEST = 256 * 1024;
    private static final int LARGE = 200_000;

    @Override
    protected void initChannel(Http2StreamChannel stream) {
        stream.pipeline()
                .addLast(new Http2StreamFrameToHttpObjectCodec(true))
                .addLast(new HttpContentCompressor())
                .addLast(new HttpObjectAggregator(MAX_REQUEST))
                .addLast(new ChunkedWriteHandler())
                .addLast(new Clerk());
    }

    private static final class Clerk extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) throws Exception {
            String uri = request.uri();
            int query = uri.indexOf('?');
            String path = query < 0 ? uri : uri.substring(0, query);
            switch (path) {
                case "/hello" -> hello(ctx, request);
                case "/large" -> large(ctx);
                case "/echo" -> echo(ctx, request);
                case "/gone" -> ctx.writeAndFlush(response(HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER));
                case "/cached" -> {
                    FullHttpResponse cached = response(HttpResponseStatus.NOT_MODIFIED, Unpooled.EMPTY_BUFFER);
                    cached.headers().set(HttpHeaderNames.ETAG, "\"" + uri.length() + "\"");
                    ctx.writeAndFlush(cached);
                }
                case "/compressed" -> compressed(ctx, uri);
                case "/trailers" -> trailers(ctx, uri);
                case "/hints" -> {
                    FullHttpResponse hints = response(HttpResponseStatus.EARLY_HINTS, Unpooled.EMPTY_BUFFER);
                    hints.headers().set("link", "</style.css>; rel=preload");
                    ctx.write(hints);
                    hello(ctx, request);
                }
                case "/error" ->
                    ctx.writeAndFlush(text(HttpResponseStatus.INTERNAL_SERVER_ERROR, "out of order: " + uri));
                case "/reset" -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.ENHANCE_YOUR_CALM));
                case "/refuse" ->
                    throw new Http2FrameStreamException(
                            ((Http2StreamChannel) ctx.channel()).stream(),
                            Http2Error.REFUSED_STREAM,
                            new IllegalStateException("closed today"));
                case "*" -> {
                    FullHttpResponse options = response(HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
                    options.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD, POST");
                    options.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
                    ctx.writeAndFlush(options);
                }
                default -> ctx.writeAndFlush(text(HttpResponseStatus.NOT_FOUND, "no " + uri));
            }
        }

        private static void hello(ChannelHandlerContext ctx, FullHttpRequest request) {
            FullHttpResponse hello = text(HttpResponseStatus.OK, "hello " + request.uri());
            hello.headers().add(HttpHeaderNames.SET_COOKIE, "a=1").add(HttpHeaderNames.SET_COOKIE, "b=2");
            boolean head = request.method().equals(HttpMethod.HEAD);
            ctx.writeAndFlush(head ? hello.replace(releasedToNothing(hello)) : hello);
        }

        private static ByteBuf releasedToNothing(FullHttpResponse response) {
            response.release();
            return Unpooled.EMPTY_BUFFER;
        }

        private static void large(ChannelHandlerContext ctx) {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, LARGE);
            ctx.write(head);
            byte[] body = new byte[LARGE];
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) ('a' + i % 26);
            }
            ctx.writeAndFlush(new HttpChunkedInput(new ChunkedStream(new ByteArrayInputStream(body))));
        }

        /** Says what it was asked, with the fields in the order of their names. */
        private static void echo(ChannelHandlerContext ctx, FullHttpRequest request) {
            Map<String, String> fields = new TreeMap<>();
            request.headers().forEach(field -> fields.merge(field.getKey(), field.getValue(), (a, b) -> a + " | " + b));
            Map<String, String> trailers = new TreeMap<>();
            request.trailingHeaders().forEach(field -> trailers.put(field.getKey(), field.getValue()));
            FullHttpResponse echo =
                    response(HttpResponseStatus.OK, request.content().retain());
            echo.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes())
                    .set("x-asked", request.method() + " " + request.uri() + " " + request.protocolVersion())
                    .set("x-fields", fields)
                    .set("x-trailers", trailers);
            ctx.writeAndFlush(echo);
        }

        private static void compressed(ChannelHandlerContext ctx, String uri) {
            FullHttpResponse much = text(HttpResponseStatus.OK, (uri + " again and again, ").repeat(uri.length() * 20));
            much.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain");
            ctx.writeAndFlush(much);
        }

        private static void trailers(ChannelHandlerContext ctx, String uri) {
            ctx.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            ctx.write(new DefaultHttpContent(Unpooled.copiedBuffer("one " + uri, US_ASCII)));
            ctx.write(new DefaultHttpContent(Unpooled.copiedBuffer(", two", US_ASCII)));
            LastHttpContent last = new DefaultLastHttpContent(Unpooled.copiedBuffer(", three", US_ASCII));
            last.trailingHeaders().set("x-digest", uri.length()).set("x-done", "yes");
            ctx.writeAndFlush(last);
        }

        private static FullHttpResponse text(HttpResponseStatus status, String text) {
            FullHttpResponse response = response(status, Unpooled.copiedBuffer(text, US_ASCII));
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, text.length());
            return response;
        }

        private static FullHttpResponse response(HttpResponseStatus status, ByteBuf content) {
            return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.fireExceptionCaught(cause);
        }
    }

    /** What is set up on each connection of a server. */
    static ChannelInitializer<Channel> connection(Stack stack) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connection) {
                stack.server(connection.pipeline(), new ShopServer());
            }
        };
    }
}
