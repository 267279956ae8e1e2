package io.h2session.netty.http;

import static io.netty.handler.codec.http.HttpVersion.HTTP_1_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamEnd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.cors.CorsConfig;
import io.netty.handler.codec.http.cors.CorsConfigBuilder;
import io.netty.handler.codec.http.cors.CorsHandler;
import io.netty.handler.stream.ChunkedStream;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Netty's handlers for HTTP/1.1 stand on a stream as they are. */
class NettyHandlersTest {
    private static final CorsConfig CORS = CorsConfigBuilder.forOrigin("http://b.example")
            .allowedRequestMethods(HttpMethod.PUT)
            .build();

    private static DefaultFullHttpRequest request(HttpMethod method, String uri, String content) {
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HTTP_1_1, method, uri, StreamTalk.text(content));
        request.headers().set("host", "a.example");
        return request;
    }

    private static DefaultFullHttpResponse ok(ByteBuf content) {
        return new DefaultFullHttpResponse(HTTP_1_1, HttpResponseStatus.OK, content);
    }

    /** Answers with the request's content. */
    private static ChannelInboundHandlerAdapter echo() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                FullHttpRequest request = (FullHttpRequest) message;
                context.writeAndFlush(ok(request.content())).addListener(ChannelFutureListener.CLOSE);
            }
        };
    }

    @Test
    void anAggregatorOfAnySizeIsFilledThroughASmallWindow() {
        HttpPair.Heard heard = new HttpPair.Heard();
        List<FullHttpResponse> answers = new ArrayList<>();
        try (HttpPair pair = new HttpPair(() -> List.of(new HttpObjectAggregator(2 << 20), echo()))) {
            StreamChannel stream = pair.open(
                    new HttpObjectAggregator(2 << 20),
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            answers.add((FullHttpResponse) message);
                        }
                    },
                    heard);
            DefaultHttpRequest head = new DefaultHttpRequest(HTTP_1_1, HttpMethod.POST, "/");
            head.headers().set("host", "a.example");
            stream.write(head);
            for (int i = 0; i < 64; i++) {
                stream.write(new DefaultHttpContent(Unpooled.buffer(16_384).writeZero(16_384)));
            }
            stream.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            pair.exchange();

            assertThat(answers).hasSize(1);
            assertThat(answers.get(0).content().readableBytes()).isEqualTo(1 << 20);
            assertThat(pair.accepted.get(0).end()).isEqualTo(new StreamEnd(StreamEnd.Kind.COMPLETE, 0, false));
        } finally {
            answers.forEach(FullHttpResponse::release);
        }
    }

    @Test
    void anAggregatorRefusesWhatIsTooLong() {
        HttpPair.Heard heard = new HttpPair.Heard();
        try (HttpPair pair = new HttpPair(() -> List.of(new HttpObjectAggregator(100), echo()))) {
            StreamChannel stream = pair.open(heard);
            DefaultFullHttpRequest request = request(HttpMethod.POST, "/", "x".repeat(1000));
            request.headers().set("content-length", 1000);
            stream.writeAndFlush(request);
            pair.exchange();

            assertThat(heard.words).first().asString().startsWith("whole 413 content-length=0");
        }
    }

    @Test
    void aCompressorCompressesWhatTheClientTakes() {
        for (String content : new String[] {"", "y".repeat(10_000)}) {
            HttpPair.Heard heard = new HttpPair.Heard();
            try (HttpPair pair =
                    new HttpPair(() -> List.of(new HttpContentCompressor(), HttpPair.on((context, message) -> {
                        if (message instanceof HttpRequest) {
                            context.writeAndFlush(ok(StreamTalk.text(content)));
                        }
                    })))) {
                StreamChannel stream =
                        pair.open(new HttpContentDecompressor(0), new HttpObjectAggregator(1 << 20), heard);
                DefaultFullHttpRequest request = request(HttpMethod.GET, "/", "");
                request.headers().set("accept-encoding", "gzip");
                long before = pair.fromServer;
                stream.writeAndFlush(request);
                pair.exchange();

                assertThat(heard.words).hasSize(1);
                assertThat(heard.words.get(0))
                        .startsWith("whole 200")
                        .endsWith(content.isEmpty() ? "" : "'" + content + "'");
                assertThat(pair.fromServer - before).isLessThan(1000);
            }
        }
    }

    @Test
    void anExpectationIsAnsweredByNettysHandler() {
        HttpPair.Heard heard = new HttpPair.Heard();
        try (HttpPair pair = new HttpPair(
                () -> List.of(new HttpServerExpectContinueHandler(), new HttpObjectAggregator(100), echo()))) {
            StreamChannel stream = pair.open(heard);
            DefaultHttpRequest head = new DefaultHttpRequest(HTTP_1_1, HttpMethod.POST, "/");
            head.headers().set("host", "a").set("expect", "100-continue").set("content-length", 3);
            stream.writeAndFlush(head);
            pair.exchange();
            assertThat(heard.words).containsExactly("whole 100");

            stream.writeAndFlush(new DefaultLastHttpContent(StreamTalk.text("abc")));
            pair.exchange();
            assertThat(heard.words).containsExactly("whole 100", "200 transfer-encoding=chunked", "'abc' last");
        }
    }

    @Test
    void chunkedInputIsWrittenAsTheWindowOpens() {
        HttpPair.Heard heard = new HttpPair.Heard();
        int length = 10 << 20;
        try (HttpPair pair = new HttpPair(() -> List.of(new ChunkedWriteHandler(), HttpPair.on((context, message) -> {
            if (message instanceof HttpRequest) {
                context.write(new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK));
                ChunkedStream body = new ChunkedStream(new ByteArrayInputStream(new byte[length]));
                context.writeAndFlush(new HttpChunkedInput(body));
            }
        })))) {
            long[] read = new long[1];
            boolean[] ended = new boolean[1];
            StreamChannel stream = pair.open(
                    HttpPair.on((context, message) -> {
                        if (message instanceof io.netty.handler.codec.http.HttpContent content) {
                            read[0] += content.content().readableBytes();
                            ended[0] |= message instanceof LastHttpContent;
                        }
                    }),
                    heard);
            stream.writeAndFlush(request(HttpMethod.GET, "/", ""));
            pair.exchange();

            assertThat(read[0]).isEqualTo(length);
            assertThat(ended[0]).isTrue();
        }
    }

    @Test
    void aStreamThatIsIdleIsToldSo() {
        HttpPair.Heard heard = new HttpPair.Heard();
        // Netty 4.1 measures by the machine's clock what Netty 4.2 measures by the loop's: both pass.
        IdleStateHandler afterAMillisecond = new IdleStateHandler(1, 0, 0, TimeUnit.MILLISECONDS);
        try (HttpPair pair = new HttpPair(() -> List.of(afterAMillisecond, heard))) {
            StreamChannel stream = pair.open();
            DefaultHttpRequest head = new DefaultHttpRequest(HTTP_1_1, HttpMethod.POST, "/");
            head.headers().set("host", "a");
            stream.writeAndFlush(head);
            pair.exchange();
            long asked = System.nanoTime();
            while (System.nanoTime() - asked < TimeUnit.MILLISECONDS.toNanos(2)) {
                Thread.onSpinWait();
            }
            pair.server.advanceTimeBy(6, TimeUnit.SECONDS);
            pair.server.runScheduledPendingTasks();

            assertThat(heard.events).isNotEmpty().allSatisfy(event -> assertThat(event)
                    .isInstanceOf(IdleStateEvent.class));
        }
    }

    @Test
    void corsIsAnsweredByNettysHandler() {
        HttpPair.Heard heard = new HttpPair.Heard();
        try (HttpPair pair =
                new HttpPair(() -> List.of(new CorsHandler(CORS), new HttpObjectAggregator(100), echo()))) {
            StreamChannel preflight = pair.open(heard);
            DefaultFullHttpRequest ask = request(HttpMethod.OPTIONS, "/", "");
            ask.headers().set("origin", "http://b.example").set("access-control-request-method", "PUT");
            preflight.writeAndFlush(ask);
            StreamChannel simple = pair.open(heard);
            DefaultFullHttpRequest get = request(HttpMethod.GET, "/", "");
            get.headers().set("origin", "http://b.example");
            simple.writeAndFlush(get);
            pair.exchange();

            assertThat(heard.words.get(0)).contains("200", "access-control-allow-origin=http://b.example", "PUT");
            assertThat(heard.words.get(1)).contains("200", "access-control-allow-origin=http://b.example");
        }
    }

    @Test
    void contentWithoutBytesMakesNoFrameAndCompletesInItsOrder() {
        HttpPair.Heard heard = new HttpPair.Heard();
        List<String> completed = new ArrayList<>();
        try (HttpPair pair = new HttpPair(() -> List.of(HttpPair.on((context, message) -> {
            context.write(new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK))
                    .addListener(done -> completed.add("head"));
            for (int i = 0; i < 1000; i++) {
                context.write(new DefaultHttpContent(Unpooled.EMPTY_BUFFER));
            }
            context.write(new DefaultHttpContent(StreamTalk.text("x"))).addListener(done -> completed.add("x"));
            context.write(new DefaultHttpContent(Unpooled.EMPTY_BUFFER)).addListener(done -> completed.add("empty"));
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(done -> completed.add("last"));
        })))) {
            StreamChannel stream = pair.open(heard);
            long before = pair.fromServer;
            stream.writeAndFlush(request(HttpMethod.GET, "/", ""));
            pair.exchange();

            assertThat(completed).containsExactly("head", "x", "empty", "last");
            assertThat(heard.words).containsExactly("200 transfer-encoding=chunked", "'x' last");
            assertThat(pair.fromServer - before).isLessThan(100);
        }
    }

    @Test
    void whatIsWrittenForHeadIsWhatIsWrittenForGet() {
        HttpPair.Heard heard = new HttpPair.Heard();
        try (HttpPair pair =
                new HttpPair(() -> List.of(new HttpObjectAggregator(100), HttpPair.on((context, message) -> {
                    DefaultFullHttpResponse response = ok(StreamTalk.text("content"));
                    response.headers().set("content-length", 7);
                    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
                })))) {
            pair.open(heard).writeAndFlush(request(HttpMethod.HEAD, "/", ""));
            pair.exchange();
            pair.open(heard).writeAndFlush(request(HttpMethod.GET, "/", ""));
            pair.exchange();

            assertThat(heard.words)
                    .containsExactly("whole 200 content-length=7", "200 content-length=7", "'content' last");
        }
    }

    @Test
    void aBodyThatIsNotAsLongAsItsLengthFailsAndResetsTheStream() {
        for (String content : new String[] {"short", "much too long"}) {
            HttpPair.Heard heard = new HttpPair.Heard();
            List<Throwable> causes = new ArrayList<>();
            try (HttpPair pair = new HttpPair(() -> List.of(HttpPair.on((context, message) -> {
                DefaultHttpResponse response = new DefaultHttpResponse(HTTP_1_1, HttpResponseStatus.OK);
                response.headers().set("content-length", 7);
                context.write(response);
                context.writeAndFlush(new DefaultLastHttpContent(StreamTalk.text(content)))
                        .addListener(done -> causes.add(done.cause()));
            })))) {
                StreamChannel stream = pair.open(heard);
                stream.writeAndFlush(request(HttpMethod.GET, "/", ""));
                pair.exchange();

                assertThat(causes).doesNotContainNull().hasSize(1);
                assertThat(heard.words).noneMatch(words -> words.contains("last"));
                assertThat(stream.end()).isEqualTo(new StreamEnd(StreamEnd.Kind.RESET_BY_PEER, 2, false));
            }
        }
    }

    @Test
    void aProxyGivesCreditWhenTheOtherSideHasTakenWhatItRead() {
        // The far server reads nothing: what the client can send is bounded by two windows.
        try (HttpPair far = new HttpPair(() -> List.of(new ChannelInboundHandlerAdapter()))) {
            StreamChannel[] onward = new StreamChannel[1];
            try (HttpPair near = new HttpPair(() -> List.of(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    if (onward[0] == null) {
                        context.channel()
                                .config()
                                .setOption(
                                        io.h2session.netty.channel.StreamChannelOption.CREDIT_MODE,
                                        io.h2session.netty.channel.CreditMode.RELEASE);
                        onward[0] = far.open();
                    }
                    onward[0].writeAndFlush(message);
                }
            }))) {
                StreamChannel stream = near.open();
                DefaultHttpRequest head = new DefaultHttpRequest(HTTP_1_1, HttpMethod.POST, "/");
                head.headers().set("host", "a");
                stream.writeAndFlush(head);
                for (int i = 0; i < 8; i++) {
                    near.exchange();
                    far.exchange();
                    far.accepted.forEach(one -> one.config().setAutoRead(false));
                    stream.writeAndFlush(
                            new DefaultHttpContent(Unpooled.buffer(65_535).writeZero(65_535)));
                }
                assertThat(stream.isWritable()).isFalse();
                for (int i = 0; i < 50; i++) {
                    far.accepted.forEach(one -> one.config().setAutoRead(true));
                    near.exchange();
                    far.exchange();
                }
                assertThat(stream.isWritable()).isTrue();
            }
        }
    }
}
