package io.h2session.netty.channel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.compat.FrameMultiplexHandler;
import io.h2session.netty.compat.FrameStreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.netty.negotiation.Http2ClientUpgradeHandler;
import io.h2session.netty.negotiation.Http2UpgradeHandler;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The response to a request that asked for the upgrade, on each level: between our client and our server. */
class ClientUpgradeTest {
    private final List<String> told = new ArrayList<>();
    private final List<StreamChannel> accepted = new ArrayList<>();
    private final GatedChannel server = server();
    private GatedChannel client;
    private Http2ClientUpgradeHandler upgrade;

    /** Whether the server answers at all. */
    private boolean answers = true;

    @AfterEach
    void end() {
        for (GatedChannel channel : List.of(client, server)) {
            channel.unsafe().close(channel.voidPromise());
            channel.runPendingTasks();
            channel.releaseInbound();
            channel.releaseOutbound();
        }
    }

    // ---- the two ends ----------------------------------------------------------------------------------------------

    private GatedChannel server() {
        HttpServerCodec codec = new HttpServerCodec();
        return new GatedChannel(
                codec,
                new Http2UpgradeHandler(
                        codec,
                        pipeline -> pipeline.addLast(
                                Http2SessionHandler.forServer().build(),
                                Http2StreamsHandler.builder()
                                        .childHandler(new ChannelInitializer<StreamChannel>() {
                                            @Override
                                            protected void initChannel(StreamChannel stream) {
                                                stream.pipeline()
                                                        .addLast(
                                                                HttpStreamCodec.forServer(),
                                                                new HttpObjectAggregator(1000),
                                                                reading(ClientUpgradeTest.this::answer));
                                            }
                                        })
                                        .build())),
                new HttpObjectAggregator(1000),
                reading(this::answer));
    }

    private void answer(ChannelHandlerContext context, Object message) {
        FullHttpRequest request = (FullHttpRequest) message;
        if (context.channel() instanceof StreamChannel stream) {
            accepted.add(stream);
        }
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.OK,
                Unpooled.copiedBuffer(
                        request.method() + " " + request.uri() + " "
                                + request.content().toString(ISO_8859_1),
                        ISO_8859_1));
        response.headers().set("content-length", response.content().readableBytes());
        if (answers) {
            context.writeAndFlush(response);
        } else {
            response.release();
        }
    }

    private static ChannelHandler reading(BiConsumer<ChannelHandlerContext, Object> doing) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                try {
                    doing.accept(context, message);
                } finally {
                    ReferenceCountUtil.release(message);
                }
            }
        };
    }

    private void client(BiConsumer<ChannelPipeline, Http2StreamHandle> http2) {
        HttpClientCodec codec = new HttpClientCodec();
        upgrade = Http2ClientUpgradeHandler.builder(
                        codec, Http2SessionHandler.forClient().build())
                .http2(http2)
                .build();
        client = new GatedChannel(
                codec,
                upgrade,
                new HttpObjectAggregator(1000),
                reading((context, response) -> told.add("HTTP/1.1 "
                        + ((FullHttpResponse) response).status().code() + " "
                        + ((FullHttpResponse) response).content().toString(ISO_8859_1))));
    }

    private ChannelFuture send(HttpMethod method, String content) {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, method, "/a", Unpooled.copiedBuffer(content, ISO_8859_1));
        request.headers().set("host", "example.com");
        if (!content.isEmpty()) {
            request.headers().set("content-length", content.length());
        }
        ChannelFuture written = client.writeAndFlush(request);
        exchange(Integer.MAX_VALUE);
        return written;
    }

    /** Moves bytes both ways until nothing moves, in pieces of this size. */
    private void exchange(int piece) {
        boolean moved;
        do {
            moved = move(client, server, piece);
            moved |= move(server, client, piece);
        } while (moved);
    }

    private static boolean move(GatedChannel from, GatedChannel to, int piece) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            moved |= bytes.isReadable();
            while (bytes.isReadable() && to.isOpen()) {
                to.writeInbound(bytes.readRetainedSlice(Math.min(piece, bytes.readableBytes())));
            }
            bytes.release();
        }
        return moved;
    }

    private static ChannelInitializer<StreamChannel> child(ChannelHandler... handlers) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(StreamChannel stream) {
                stream.pipeline().addLast(handlers);
            }
        };
    }

    // ---- channels --------------------------------------------------------------------------------------------------

    /** Says what a channel's handlers are told, in order. */
    private final class Diary extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            told.add("added");
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            told.add("active");
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SessionEvent.Headers head) {
                told.add("head " + head.headers().value(":status"));
            } else if (message instanceof Http2SessionEvent.Data data) {
                told.add("data " + data.content().toString(ISO_8859_1));
            } else if (message instanceof FullHttpResponse response) {
                told.add(response.status().code() + " " + response.content().toString(ISO_8859_1));
            } else {
                told.add(message.toString());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            told.add(
                    event instanceof Http2SessionEvent.Upgraded upgraded
                            ? "upgraded " + upgraded.stream()
                            : "" + event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            told.add("inactive " + ((StreamChannel) context.channel()).end().kind());
        }
    }

    @Test
    void aChannelOfTheStreamReadsTheResponse() {
        client((pipeline, stream) -> pipeline.addLast(
                Http2StreamsHandler.builder().upgradeHandler(child(new Diary())).build()));

        assertThat(send(HttpMethod.GET, "").isSuccess()).isTrue();

        assertThat(told)
                .containsExactly(
                        "added",
                        "active",
                        "upgraded stream 1",
                        "head 200",
                        "data GET /a ",
                        "INPUT_ENDED",
                        "inactive COMPLETE");
    }

    @Test
    void nothingCanBeWrittenToItsChannelAndClosingItResets() {
        answers = false;
        List<StreamChannel> made = new ArrayList<>();
        client((pipeline, stream) -> pipeline.addLast(Http2StreamsHandler.builder()
                .upgradeHandler(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel child) {
                        made.add(child);
                    }
                })
                .build()));
        send(HttpMethod.GET, "");
        StreamChannel stream = made.get(0);
        assertThat(stream.stream().id()).isEqualTo(1);

        ChannelFuture request =
                stream.writeAndFlush(Http2SessionWrite.request(stream.stream(), HeaderList.of(":method", "GET")));
        ChannelFuture data = stream.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]));
        assertThat(request.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(data.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(stream.isOpen()).isTrue();

        stream.close();
        exchange(Integer.MAX_VALUE);

        assertThat(stream.end().kind()).isEqualTo(StreamEnd.Kind.RESET);
        assertThat(accepted.get(0).end())
                .isEqualTo(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, ErrorCode.CANCEL.code(), false));
    }

    @Test
    void withoutAHandlerForItItsEventsGoOn() {
        client((pipeline, stream) ->
                pipeline.addLast(Http2StreamsHandler.builder().build(), new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        told.add(message.getClass().getSimpleName());
                        ReferenceCountUtil.release(message);
                    }

                    @Override
                    public void userEventTriggered(ChannelHandlerContext context, Object event) {
                        told.add(event.getClass().getSimpleName());
                    }
                }));

        send(HttpMethod.GET, "");

        assertThat(told.get(0)).isEqualTo("Upgraded");
        assertThat(told).containsSubsequence("Headers", "Data", "StreamClosed");
    }

    @Test
    void theNextStreamIsOpenedAsAny() {
        client((pipeline, stream) -> pipeline.addLast(Http2StreamsHandler.builder()
                .upgradeHandler(child(HttpStreamCodec.forClient(), new HttpObjectAggregator(1000), new Diary()))
                .build()));
        send(HttpMethod.GET, "");
        told.clear();

        StreamChannel next = new StreamBootstrap(client)
                .handler(child(HttpStreamCodec.forClient(), new HttpObjectAggregator(1000), new Diary()))
                .open()
                .getNow();
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/b", Unpooled.copiedBuffer("abc", ISO_8859_1));
        request.headers().set("host", "example.com");
        next.writeAndFlush(request);
        exchange(Integer.MAX_VALUE);

        assertThat(next.stream().id()).isEqualTo(3);
        assertThat(told).contains("200 POST /b abc");
    }

    // ---- HTTP objects ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void httpObjectsOfTheResponseAreReadAndKnowTheMethod(String method) {
        client((pipeline, stream) -> pipeline.addLast(Http2StreamsHandler.builder()
                .upgradeHandler(child(HttpStreamCodec.forClient(), new HttpObjectAggregator(1000), new Diary()))
                .build()));

        send(HttpMethod.valueOf(method), "");

        assertThat(told)
                .containsExactly(
                        "added",
                        "active",
                        "upgraded stream 1",
                        "200 " + (method.equals("GET") ? "GET /a " : ""),
                        "INPUT_ENDED",
                        "inactive COMPLETE");
    }

    @Test
    void aRequestThatIsWrittenOnceMoreIsRefused() {
        answers = false;
        List<StreamChannel> made = new ArrayList<>();
        client((pipeline, stream) -> pipeline.addLast(Http2StreamsHandler.builder()
                .upgradeHandler(new ChannelInitializer<StreamChannel>() {
                    @Override
                    protected void initChannel(StreamChannel child) {
                        child.pipeline().addLast(HttpStreamCodec.forClient());
                        made.add(child);
                    }
                })
                .build()));
        send(HttpMethod.GET, "");

        ChannelFuture again =
                made.get(0).writeAndFlush(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));

        assertThat(again.cause()).isInstanceOf(IllegalStateException.class);
        assertThat(made.get(0).isOpen()).isTrue();
        made.get(0).close();
    }

    // ---- others ----------------------------------------------------------------------------------------------------

    @Test
    void aStreamHandlerThatIsAttachedIsToldOfTheResponse() {
        client((pipeline, stream) -> {
            stream.attachment(new StreamHandler() {
                @Override
                public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
                    told.add("head " + head.headers().value(":status"));
                }

                @Override
                public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
                    told.add("data " + data.content().toString(ISO_8859_1));
                    data.release();
                }

                @Override
                public void ended(ChannelHandlerContext connection, Http2StreamHandle ended, StreamEnd end) {
                    told.add(ended + " " + end.kind());
                }
            });
            pipeline.addLast(Http2StreamsHandler.builder()
                    .upgradeHandler(child(new Diary()))
                    .build());
        });

        send(HttpMethod.GET, "");

        assertThat(told).containsExactly("head 200", "data GET /a ", "stream 1 COMPLETE");
    }

    @Test
    void aFutureHasTheWholeResponse() {
        List<Future<Http2Response>> responses = new ArrayList<>();
        Http2Requests requests = new Http2Requests(1000);
        client((pipeline, stream) -> {
            pipeline.addLast(requests);
            responses.add(requests.response(stream));
        });

        send(HttpMethod.GET, "");
        Future<Http2Response> next = requests.send(
                HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/next"), null);
        exchange(Integer.MAX_VALUE);

        assertThat(responses.get(0).getNow().status()).isEqualTo(200);
        assertThat(new String(responses.get(0).getNow().content(), ISO_8859_1)).isEqualTo("GET /a ");
        assertThat(new String(next.getNow().content(), ISO_8859_1)).isEqualTo("GET /next ");
    }

    @Test
    void aFutureThatIsCancelledResetsTheStream() {
        answers = false;
        List<Future<Http2Response>> responses = new ArrayList<>();
        client((pipeline, stream) -> {
            Http2Requests requests = new Http2Requests(1000);
            pipeline.addLast(requests);
            responses.add(requests.response(stream));
        });
        send(HttpMethod.GET, "");

        assertThat(responses.get(0).cancel(false)).isTrue();
        exchange(Integer.MAX_VALUE);

        assertThat(responses.get(0).cause()).isInstanceOf(CancellationException.class);
        assertThat(accepted.get(0).end().errorCode()).isEqualTo(ErrorCode.CANCEL.code());
    }

    @Test
    void framesOfNettysAreReadOnAChannelOfTheirOwn() {
        client((pipeline, stream) -> pipeline.addLast(new FrameMultiplexHandler(
                new ChannelInboundHandlerAdapter(), new ChannelInitializer<FrameStreamChannel>() {
                    @Override
                    protected void initChannel(FrameStreamChannel child) {
                        child.pipeline().addLast(reading((context, message) -> {
                            if (message instanceof Http2HeadersFrame head) {
                                told.add(child.stream().id() + " "
                                        + head.headers().status());
                            } else if (message instanceof Http2DataFrame data) {
                                told.add(data.content().toString(ISO_8859_1));
                            }
                        }));
                    }
                })));

        send(HttpMethod.GET, "");

        assertThat(told).containsExactly("1 200", "GET /a ");
    }

    @Test
    void aServerThatTakesNoContentAnswersInHttp1() {
        client((pipeline, stream) -> told.add("HTTP/2"));

        send(HttpMethod.POST, "abc");

        assertThat(told).containsExactly("HTTP/1.1 200 POST /a abc");
        assertThat(upgrade.protocol().getNow()).isEqualTo("http/1.1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17, Integer.MAX_VALUE})
    void allOfItHoweverTheBytesAreCut(int piece) {
        client((pipeline, stream) -> pipeline.addLast(Http2StreamsHandler.builder()
                .upgradeHandler(child(HttpStreamCodec.forClient(), new HttpObjectAggregator(1000), new Diary()))
                .build()));
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/a");
        request.headers().set("host", "example.com");
        client.writeAndFlush(request);

        exchange(piece);

        assertThat(told).contains("upgraded stream 1", "200 GET /a ", "inactive COMPLETE");
        assertThat(upgrade.protocol().getNow()).isEqualTo("h2c");
    }
}
