package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An upload that is under way when the server has waited long enough. */
class CutUploadTest {
    private final RequestCount requests = new RequestCount();
    private final List<Object> clientEvents = new ArrayList<>();
    private long now;

    private final EmbeddedChannel server = new EmbeddedChannel(
            handler(Http2SessionHandler.forServer()),
            Http2StreamsHandler.builder()
                    .childHandler(new ChannelInitializer<StreamChannel>() {
                        @Override
                        protected void initChannel(StreamChannel stream) {
                            stream.pipeline()
                                    .addLast(
                                            HttpStreamCodec.forServer(),
                                            new RequestHandler(new Service(Pages.builtIn(), requests, System.err)));
                        }
                    })
                    .build());
    private final EmbeddedChannel client =
            new EmbeddedChannel(handler(Http2SessionHandler.forClient()), new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext context, Object event) {
                    clientEvents.add(event);
                }
            });

    private Http2SessionHandler handler(Http2SessionHandlerBuilder builder) {
        return builder.options(Http2SessionOptions.builder().clock(() -> now).build())
                .gracefulShutdownTimeout(Duration.ofSeconds(10))
                .build();
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
        if (bytes != null && to.isOpen()) {
            to.writeInbound(bytes);
        } else {
            ReferenceCountUtil.release(bytes);
        }
        return bytes != null;
    }

    @Test
    void anUploadToEchoThatTheEndOfTheDrainCutsIsLostAndItsClientIsToldSo() {
        Http2StreamHandle upload = new Http2StreamHandle();
        HeaderList head = HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "test", ":path", "/echo");
        client.write(Http2SessionWrite.requestHead(upload, head));
        client.writeAndFlush(Http2SessionWrite.data(upload, Unpooled.wrappedBuffer(new byte[1000]), false));
        exchange();
        server.pipeline().close();
        exchange();
        assertThat(requests).hasToString("1 requests: 0 answered, 0 given up by clients, 1 lost");

        now = TimeUnit.SECONDS.toNanos(10);
        server.advanceTimeBy(10, TimeUnit.SECONDS);
        server.runScheduledPendingTasks();
        exchange();

        assertThat(requests).hasToString("1 requests: 0 answered, 0 given up by clients, 1 lost");
        assertThat(clientEvents)
                .filteredOn(Http2SessionEvent.Reset.class::isInstance)
                .containsExactly(new Http2SessionEvent.Reset(upload, ErrorCode.CANCEL.code()));
        server.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }
}
