package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.http.HttpStreamCodec;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that are answered on their stream, without a channel. */
class StreamExchangeTest {
    private final RequestCount requests = new RequestCount();
    private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    private final List<String> statuses = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();
    private final List<Long> resets = new ArrayList<>();
    private int mostChannels;
    private Http2StreamsHandler streams;
    private EmbeddedChannel server;
    private EmbeddedChannel client;

    private void start(Page pages) {
        PrintStream told = new PrintStream(complaints, true, StandardCharsets.UTF_8);
        Service service = new Service(pages, requests, told);
        streams = Http2StreamsHandler.builder()
                .streamHandler(head -> StreamExchange.of(head, service))
                .childInitializer(stream -> {
                    mostChannels++;
                    stream.pipeline().addLast(HttpStreamCodec.forServer(), new RequestHandler(service));
                })
                .build();
        server = new EmbeddedChannel(Http2SessionHandler.forServer().build(), streams);
        client = new EmbeddedChannel(Http2SessionHandler.forClient().build(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object event) {
                if (event instanceof Http2SessionEvent.Headers head) {
                    statuses.add(String.valueOf(head.headers().value(HeaderToken.STATUS)));
                } else if (event instanceof Http2SessionEvent.Data data) {
                    content.append(data.content().toString(StandardCharsets.US_ASCII));
                }
                ReferenceCountUtil.release(event);
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event instanceof Http2SessionEvent.Reset reset) {
                    resets.add(reset.errorCode());
                }
            }
        });
    }

    @AfterEach
    void finish() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    private static HeaderList head(String method, String path) {
        return HeaderList.of(":method", method, ":scheme", "http", ":authority", "test", ":path", path);
    }

    private void ask(String method, String path) {
        client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), head(method, path)));
        exchange();
    }

    private void exchange() {
        boolean moved;
        do {
            moved = move(client, server);
            moved |= move(server, client);
        } while (moved);
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        Object bytes = from.readOutbound();
        if (bytes != null) {
            to.writeInbound(bytes);
        }
        return bytes != null;
    }

    @Test
    void aPageThatNeedsNoPipelineIsAnsweredWithoutAChannel() {
        start(Pages.builtIn());

        ask("GET", "/hello");
        ask("HEAD", "/hello?query");
        ask("GET", "/nowhere");

        assertThat(statuses).containsExactly("200", "200", "404");
        assertThat(content).hasToString("hello, world\nnot found\n");
        assertThat(mostChannels).isZero();
        assertThat(requests).hasToString("3 requests: 3 answered, 0 given up by clients, 0 lost");
    }

    @Test
    void aPageThatCompressesAndAConnectAreAnsweredInAPipeline() {
        start(Pages.builtIn());

        ask("GET", "/lines?n=2");
        Http2StreamHandle tunnel = new Http2StreamHandle();
        HeaderList connect = HeaderList.of(":method", "CONNECT", ":authority", "test:80");
        client.writeAndFlush(Http2SessionWrite.requestHead(tunnel, connect));
        exchange();

        assertThat(statuses).containsExactly("200", "405");
        assertThat(content).asString().startsWith(LinesPage.line(1) + LinesPage.line(2));
        assertThat(mostChannels).isEqualTo(2);
    }

    @Test
    void aTargetThatIsNoPathIsJudgedInAPipeline() {
        start(Pages.builtIn());

        ask("OPTIONS", "*");

        assertThat(statuses).containsExactly("405");
        assertThat(mostChannels).isEqualTo(1);
    }

    @Test
    void aPageGetsTheRequestThatItAsksFor() {
        start(exchange -> exchange.respond(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.OK,
                Unpooled.copiedBuffer(
                        exchange.request().method() + " " + exchange.request().uri() + " of " + exchange.field("host"),
                        StandardCharsets.US_ASCII))));

        ask("GET", "/a?b");

        assertThat(content).hasToString("GET /a?b of test");
        assertThat(mostChannels).isZero();
    }

    @Test
    void whatIsUploadedToEchoComesBackInPieces() {
        start(Pages.builtIn());
        Http2StreamHandle upload = new Http2StreamHandle();

        client.write(Http2SessionWrite.requestHead(upload, head("POST", "/echo")));
        client.writeAndFlush(
                Http2SessionWrite.data(upload, Unpooled.copiedBuffer("first ", StandardCharsets.US_ASCII), false));
        exchange();
        assertThat(content).hasToString("first ");
        client.writeAndFlush(
                Http2SessionWrite.data(upload, Unpooled.copiedBuffer("second", StandardCharsets.US_ASCII), true));
        exchange();

        assertThat(content).hasToString("first second");
        assertThat(mostChannels).isZero();
        assertThat(requests).hasToString("1 requests: 1 answered, 0 given up by clients, 0 lost");
    }

    @Test
    void aBodyLongerThanTheWindowsArrivesWhole() {
        start(Pages.builtIn());

        ask("GET", "/bytes/1000000");

        assertThat(content).hasSize(1_000_000);
        assertThat(mostChannels).isZero();
        assertThat(requests).hasToString("1 requests: 1 answered, 0 given up by clients, 0 lost");
    }

    @Test
    void aPageThatFailsBeforeItsAnswerIsAnsweredWith500() {
        start(exchange -> {
            if (exchange.isHead()) {
                throw new IllegalStateException("a defect");
            }
            throw new IOException("the disk");
        });

        ask("GET", "/");
        ask("HEAD", "/");

        assertThat(statuses).containsExactly("500", "500");
        assertThat(complaints.toString(StandardCharsets.UTF_8))
                .contains("IOException: the disk")
                .contains("IllegalStateException: a defect");
    }

    @Test
    void aPageThatFailsAfterItsHeadResetsTheStream() {
        start(exchange -> exchange.respond(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, new HttpResponseStatus(1000, "none"))));

        ask("GET", "/");

        assertThat(statuses).isEmpty();
        assertThat(resets).containsExactly(2L);
        assertThat(requests).hasToString("1 requests: 0 answered, 0 given up by clients, 1 lost");
    }

    @Test
    void aStreamThatItsClientResetsIsGivenUp() {
        start(Pages.builtIn());
        Http2StreamHandle upload = new Http2StreamHandle();
        client.writeAndFlush(Http2SessionWrite.requestHead(upload, head("POST", "/echo")));
        exchange();

        client.writeAndFlush(Http2SessionWrite.reset(upload, 8));
        exchange();

        assertThat(requests).hasToString("1 requests: 0 answered, 1 given up by clients, 0 lost");
    }
}
