package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.hello.Hello;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.client.Http2Requests;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.http.HttpStreamCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The tests that the guide to testing shows. */
class TestingGuideTest {
    private static final HeaderList GET =
            HeaderList.of(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "localhost");

    @Test
    void aHandlerAlone() {
        EmbeddedChannel channel = new EmbeddedChannel(new Hello.Greeter());
        Http2StreamHandle stream = new Http2StreamHandle();
        channel.writeInbound(new Http2SessionEvent.Headers(stream, HeadersCategory.REQUEST, GET, true));
        Http2SessionWrite.Message response = channel.readOutbound();
        assertThat(response.stream()).isSameAs(stream);
        assertThat(response.headers().value(":status").toString()).isEqualTo("200");
        response.release();
        channel.finishAndReleaseAll();
    }

    @Test
    void twoEnds() {
        EmbeddedChannel server =
                new EmbeddedChannel(Http2SessionHandler.forServer().build(), new Hello.Greeter());
        Http2Requests requests = new Http2Requests(1024);
        EmbeddedChannel client =
                new EmbeddedChannel(Http2SessionHandler.forClient().build(), requests);
        Future<Http2Response> response = requests.send(GET, Unpooled.EMPTY_BUFFER);
        exchange(client, server);
        assertThat(response.getNow().status()).isEqualTo(200);
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    @Test
    void aHandlerOfHttpObjects() {
        EmbeddedChannel stream = new EmbeddedChannel(new Greeter());
        stream.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/you"));
        FullHttpResponse response = stream.readOutbound();
        assertThat(response.content().toString(StandardCharsets.UTF_8)).isEqualTo("hello, /you");
        response.release();
        stream.finishAndReleaseAll();
    }

    @Test
    void aPipelineOfAStream() {
        EmbeddedChannel server = new EmbeddedChannel(
                Http2SessionHandler.forServer().build(),
                Http2StreamsHandler.builder()
                        .childInitializer(stream -> stream.pipeline()
                                .addLast(HttpStreamCodec.forServer(), new HttpObjectAggregator(65_536), new Greeter()))
                        .build());
        Http2Requests requests = new Http2Requests(1024);
        EmbeddedChannel client =
                new EmbeddedChannel(Http2SessionHandler.forClient().build(), requests);
        Future<Http2Response> response = requests.send(GET, Unpooled.EMPTY_BUFFER);
        exchange(client, server);
        assertThat(new String(response.getNow().content(), StandardCharsets.UTF_8))
                .isEqualTo("hello, /");
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    @Test
    void aTimeout() {
        AtomicLong clock = new AtomicLong();
        Http2SessionOptions options =
                Http2SessionOptions.builder().clock(clock::get).build();
        EmbeddedChannel server = new EmbeddedChannel(
                Http2SessionHandler.forServer().options(options).build(), new Hello.Greeter());
        EmbeddedChannel client =
                new EmbeddedChannel(Http2SessionHandler.forClient().build(), new Http2Requests(1024));
        exchange(client, server);

        pass(server, clock, Duration.ofSeconds(61)); // more than Http2Timeouts.idle
        exchange(client, server);
        assertThat(client.isActive()).isFalse();
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    static void pass(EmbeddedChannel channel, AtomicLong clock, Duration time) {
        clock.addAndGet(time.toNanos());
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    static final class Greeter extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            ByteBuf text = Unpooled.copiedBuffer("hello, " + request.uri(), StandardCharsets.UTF_8);
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, text));
        }
    }

    static void exchange(EmbeddedChannel one, EmbeddedChannel other) {
        boolean moved;
        do {
            one.runPendingTasks();
            other.runPendingTasks();
            boolean sent = move(one, other);
            moved = move(other, one) || sent;
        } while (moved);
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        ByteBuf bytes = from.readOutbound();
        if (bytes == null) {
            return false;
        }
        if (to.isOpen()) {
            to.writeInbound(bytes);
        } else {
            bytes.release();
        }
        return true;
    }
}
