package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.channel.StreamErrorException;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/http-objects.md says: its code stands here in the same words, compiles and does it. */
class HttpObjectsDocumentTest {
    private final List<String> words = new ArrayList<>();
    private GatedChannel client;
    private GatedChannel server;

    @TempDir
    private Path folder;

    // ---- the code of the document ----------------------------------------------------------------------------------

    /** Sends a request's content back as it comes. */
    static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest) {
                ctx.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            }
            if (message instanceof HttpContent content) {
                ctx.write(content); // the last one, with its trailers, too
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
            ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        }
    }

    static void client(ChannelPipeline pipeline) {
        pipeline.addLast(
                Http2SessionHandler.forClient().automaticConnectionWindow(true).build(),
                Http2StreamsHandler.builder().build());
    }

    static void clientThatTakesPushes(ChannelPipeline pipeline, SimpleChannelInboundHandler<FullHttpResponse> pushed) {
        pipeline.addLast(
                Http2SessionHandler.forClient()
                        .options(Http2SessionOptions.builder().enablePush(true).build())
                        .build(),
                Http2StreamsHandler.builder()
                        .pushHandler(new ChannelInitializer<StreamChannel>() {
                            @Override
                            protected void initChannel(StreamChannel stream) {
                                stream.pipeline()
                                        .addLast(HttpStreamCodec.forClient(), new HttpObjectAggregator(65_536), pushed);
                            }
                        })
                        .build());
    }

    static void ask(Channel connection, HttpRequest request, SimpleChannelInboundHandler<FullHttpResponse> answer) {
        new StreamBootstrap(connection)
                .handler(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel stream) {
                        stream.pipeline()
                                .addLast(HttpStreamCodec.forClient(), new HttpObjectAggregator(1024 * 1024), answer);
                    }
                })
                .open()
                .addListener((Future<StreamChannel> opened) -> {
                    if (opened.isSuccess()) {
                        opened.getNow().writeAndFlush(request);
                    } else {
                        ReferenceCountUtil.release(request);
                    }
                });
    }

    static void coded(ChannelPipeline stream) {
        stream.addLast(
                HttpStreamCodec.forServer(),
                new BoundedDecompressor(new DecompressionLimits(16 << 20, 50, 1 << 20)),
                StreamCompressor.ofResponses(CompressionOptions.DEFAULT.withMinBytes(1000)),
                new Echo());
    }

    static void sendFile(ChannelHandlerContext ctx, File file) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set(HttpHeaderNames.CONTENT_LENGTH, file.length());
        ctx.write(head);
        ctx.write(new DefaultFileRegion(file, 0, file.length()));
        ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    static Http2SessionHandler webSocketSession() {
        return Http2SessionHandler.forServer()
                .options(Http2SessionOptions.builder()
                        .enableConnectProtocol(true)
                        .build())
                .automaticConnectionWindow(true)
                .build();
    }

    static void webSockets(ChannelPipeline stream) {
        stream.addLast(
                HttpStreamCodec.forServer(),
                new WebSocketServerHandler(WebSocketOptions.DEFAULT, path -> path.equals("/chat")),
                new Chat());
    }

    static final class Chat extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            ctx.writeAndFlush(new TextWebSocketFrame("you said " + frame.text()));
        }
    }

    static void chat(ChannelPipeline stream, SimpleChannelInboundHandler<TextWebSocketFrame> listener) {
        stream.addLast(
                HttpStreamCodec.forClient(),
                new WebSocketClientHandler(WebSocketOptions.DEFAULT, null, "example.org", "/chat", null),
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof WebSocketOpened) {
                            ctx.writeAndFlush(new TextWebSocketFrame("hello"));
                        }
                    }
                },
                listener);
    }

    static void answerWithStyle(ChannelHandlerContext ctx) {
        HttpStreamCodec codec = ctx.pipeline().get(HttpStreamCodec.class);
        codec.push(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/style.css"));
        ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, text("page")));
    }

    static final class Careful extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            throw new StreamErrorException(ErrorCode.ENHANCE_YOUR_CALM, "not today"); // resets the stream
        }
    }

    static boolean mayBeSentAgain(StreamChannel stream) {
        StreamEnd end = stream.end(); // null while it is open
        return end != null && end.retryIsSafe();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, CharsetUtil.UTF_8);
    }

    // ---- what it does ----------------------------------------------------------------------------------------------

    private void connect(Http2SessionHandler session, Consumer<ChannelPipeline> application) {
        server = new GatedChannel(
                session,
                Http2StreamsHandler.builder()
                        .childInitializer(stream -> application.accept(stream.pipeline()))
                        .build());
        client = new GatedChannel();
        clientThatTakesPushes(client.pipeline(), telling("pushed "));
        exchange();
    }

    private void connect(Consumer<ChannelPipeline> application) {
        connect(Http2SessionHandler.forServer().automaticConnectionWindow(true).build(), application);
    }

    private void exchange() {
        boolean moved;
        do {
            moved = move(client, server);
            moved |= move(server, client);
        } while (moved);
    }

    private static boolean move(GatedChannel from, GatedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            moved |= bytes.isReadable();
            to.writeInbound(bytes);
        }
        return moved;
    }

    @AfterEach
    void end() {
        end(client);
        end(server);
    }

    private SimpleChannelInboundHandler<FullHttpResponse> telling() {
        return telling("");
    }

    private SimpleChannelInboundHandler<FullHttpResponse> telling(String how) {
        return new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
                words.add(how + response.status().code() + " "
                        + response.content().toString(CharsetUtil.UTF_8));
            }
        };
    }

    private static DefaultFullHttpRequest post(String content) {
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", text(content));
        request.headers().set(HttpHeaderNames.HOST, "example.org");
        return request;
    }

    @Test
    void aRequestIsEchoed() {
        connect(stream -> stream.addLast(HttpStreamCodec.forServer(), new Echo()));
        ask(client, post("as it comes"), telling());
        exchange();
        assertThat(words).containsExactly("200 as it comes");
    }

    @Test
    void codingsAreUndoneAndApplied() {
        connect(HttpObjectsDocumentTest::coded);
        ask(client, post("small"), telling());
        exchange();
        assertThat(words).containsExactly("200 small");
    }

    @Test
    void aFileIsSent() throws IOException {
        File file = Files.writeString(folder.resolve("file"), "of a file").toFile();
        connect(stream -> stream.addLast(HttpStreamCodec.forServer(), new SimpleChannelInboundHandler<HttpRequest>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
                sendFile(ctx, file);
            }
        }));
        ask(client, post(""), telling());
        exchange();
        assertThat(words).containsExactly("200 of a file");
    }

    @Test
    void aWebSocketTalks() {
        connect(webSocketSession(), HttpObjectsDocumentTest::webSockets);
        SimpleChannelInboundHandler<TextWebSocketFrame> listener = new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
                words.add(frame.text());
            }
        };
        new StreamBootstrap(client)
                .handler(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel stream) {
                        chat(stream.pipeline(), listener);
                    }
                })
                .open();
        exchange();
        assertThat(words).containsExactly("you said hello");
    }

    @Test
    void aResponseIsPushedToAClientThatWantsIt() {
        connect(stream -> stream.addLast(
                HttpStreamCodec.forServer(),
                new HttpObjectAggregator(1000),
                new SimpleChannelInboundHandler<HttpRequest>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, HttpRequest asked) {
                        if (asked.uri().equals("/style.css")) {
                            ctx.writeAndFlush(new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, text("p {}")));
                        } else {
                            answerWithStyle(ctx);
                        }
                    }
                }));
        ask(client, post(""), telling());
        exchange();
        assertThat(words).containsExactlyInAnyOrder("200 page", "pushed 200 p {}");
    }

    private static void end(GatedChannel channel) {
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseOutbound();
        channel.releaseInbound();
    }

    @Test
    void anExceptionWithACodeResetsAndAnEndTellsWhetherToTryAgain() {
        connect(stream -> stream.addLast(HttpStreamCodec.forServer(), new Careful()));
        StreamChannel stream = new StreamBootstrap(client)
                .handler(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel made) {
                        made.pipeline().addLast(HttpStreamCodec.forClient(), telling());
                    }
                })
                .open()
                .getNow();
        stream.writeAndFlush(post("anything"));
        assertThat(mayBeSentAgain(stream)).isFalse();
        exchange();
        assertThat(stream.end().errorCode()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.code());
        assertThat(mayBeSentAgain(stream)).isFalse();
    }
}
