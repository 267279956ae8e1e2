package io.h2session.netty.compat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;

/** A client as one writes it for Netty's HTTP/2 codec. */
final class ShopClient {
    private static final int MAX_RESPONSE = 1024 * 1024;

    private final Stack stack;
    private final Channel connection;

    ShopClient(Stack stack, Channel connection) {
        this.stack = stack;
        this.connection = connection;
    }

    /** What is set up on a client's connection. */
    static ChannelInitializer<Channel> connection(Stack stack) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connection) {
                stack.client(connection.pipeline(), new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        ctx.close();
                    }
                });
            }
        };
    }

    /** The objects of a request. */
    interface Ask {
        List<HttpObject> objects();
    }

    /** Asks, and tells the answer in words. */
    CompletableFuture<String> ask(Ask ask) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        stack.open(connection, new ChannelInitializer<Http2StreamChannel>() {
                    @Override
                    protected void initChannel(Http2StreamChannel stream) {
                        stream.pipeline()
                                .addLast(new Http2StreamFrameToHttpObjectCodec(false))
                                .addLast(new HttpObjectAggregator(MAX_RESPONSE))
                                .addLast(new Answer(answer));
                    }
                })
                .addListener(opened -> {
                    if (opened.isSuccess()) {
                        Http2StreamChannel stream = (Http2StreamChannel) opened.getNow();
                        ask.objects().forEach(stream::write);
                        stream.flush();
                    } else {
                        answer.completeExceptionally(opened.cause());
                    }
                });
        return answer;
    }

    private static final class Answer extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> answer;
        private final List<String> said = new ArrayList<>();

        Answer(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (message instanceof FullHttpResponse response) {
                    said.add(response.protocolVersion() + " " + response.status() + " " + fields(response.headers())
                            + " " + body(response) + " " + fields(response.trailingHeaders()));
                } else {
                    said.add(message.getClass().getName());
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private static String fields(HttpHeaders headers) {
            TreeMap<String, String> sorted = new TreeMap<>();
            headers.forEach(field -> sorted.merge(field.getKey(), field.getValue(), (a, b) -> a + " | " + b));
            return sorted.toString();
        }

        private static String body(FullHttpResponse response) {
            ByteBuf content = response.content();
            String text = content.toString(US_ASCII);
            if ("gzip".equals(response.headers().get(HttpHeaderNames.CONTENT_ENCODING))) {
                // The length of what was compressed depends on the pieces.
                response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
                try (InputStream inflated = new GZIPInputStream(new ByteBufInputStream(content))) {
                    text = "compressed " + new String(inflated.readAllBytes(), US_ASCII);
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            }
            return text.length() + " bytes, " + text.hashCode() + ": " + text.substring(0, Math.min(40, text.length()));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                said.add("reset " + Http2Error.valueOf(reset.errorCode()));
            }
            ctx.fireUserEventTriggered(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            said.add(cause.toString());
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.complete(String.join(" / ", said));
        }
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    static HttpRequest head(HttpMethod method, String uri) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, uri);
        head.headers().set(HttpHeaderNames.HOST, "shop.test");
        return head;
    }

    static Ask whole(HttpMethod method, String uri, String body, String... fields) {
        return () -> {
            DefaultFullHttpRequest whole = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, method, uri, Unpooled.copiedBuffer(body, US_ASCII));
            whole.headers().set(HttpHeaderNames.HOST, "shop.test");
            if (!body.isEmpty()) {
                whole.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
            }
            for (int i = 0; i < fields.length; i += 2) {
                whole.headers().add(fields[i], fields[i + 1]);
            }
            return List.of(whole);
        };
    }

    static Ask inPieces(HttpMethod method, String uri, String piece, int pieces, String... trailers) {
        return () -> {
            List<HttpObject> objects = new ArrayList<>();
            objects.add(head(method, uri));
            for (int i = 0; i < pieces; i++) {
                objects.add(new DefaultHttpContent(Unpooled.copiedBuffer(piece, US_ASCII)));
            }
            LastHttpContent last = new DefaultLastHttpContent();
            for (int i = 0; i < trailers.length; i += 2) {
                last.trailingHeaders().add(trailers[i], trailers[i + 1]);
            }
            objects.add(last);
            return objects;
        };
    }
}
