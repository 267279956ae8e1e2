package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.HeldThreads;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How many requests are at work at a time by default, for handlers of HTTP objects that are slower than a client's resets. */
class HttpExchangesTest {
    private static final int MOST = Http2SessionOptions.safe().maxRunningExchanges();

    /** A server of HTTP objects, and a client that cancels each of its requests at once. */
    private static GatedChannel flooded(int requests, Consumer<StreamChannel> application) {
        GatedChannel server = new GatedChannel(
                Http2SessionHandler.forServer().build(),
                Http2StreamsHandler.builder()
                        .childHandler(new ChannelInitializer<StreamChannel>() {
                            @Override
                            protected void initChannel(StreamChannel stream) {
                                stream.pipeline().addLast(HttpStreamCodec.forServer(), new HttpObjectAggregator(1000));
                                application.accept(stream);
                            }
                        })
                        .build());
        Frames client = Frames.script();
        server.writeInbound(client.preface().settings().buf());
        for (int i = 0; i < requests; i++) {
            int id = 2 * i + 1;
            server.writeInbound(client.fork()
                    .request(id, true, "/")
                    .reset(id, ErrorCode.CANCEL)
                    .buf());
        }
        return server;
    }

    private static void end(GatedChannel server) {
        server.unsafe().close(server.voidPromise());
        server.runPendingTasks();
        server.releaseOutbound();
        server.releaseInbound();
    }

    @Test
    void byDefaultAFloodOfResetsKeepsTwiceTheStreamsAtWorkAtMost() {
        List<Runnable> working = new ArrayList<>();
        GatedChannel server = flooded(
                3 * MOST, stream -> stream.pipeline().addLast(new SimpleChannelInboundHandler<FullHttpRequest>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
                        working.add(((StreamChannel) ctx.channel()).lease());
                    }
                }));
        assertThat(MOST).isEqualTo(200);
        assertThat(working).hasSize(MOST);
        assertThat(server.isOpen()).isTrue();
        working.forEach(Runnable::run);
        end(server);
    }

    @Test
    @SuppressWarnings("deprecation") // 4.2 prefers handlers that choose their threads, and many have a group
    void handlersWithThreadsOfTheirOwnCountUntilTheyHaveSeenTheEnd() {
        List<StreamChannel> streams = new ArrayList<>();
        HeldThreads threads = new HeldThreads(1);
        GatedChannel server = flooded(3 * MOST, stream -> {
            streams.add(stream);
            stream.pipeline().addLast(threads.group(), new SimpleChannelInboundHandler<FullHttpRequest>() {
                @Override
                protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {}
            });
        });
        try {
            assertThat(streams).hasSize(MOST);
            assertThat(server.isOpen()).isTrue();
        } finally {
            threads.close();
            end(server);
        }
    }
}
