package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Stall;
import io.h2session.examples.net.Transport;
import io.h2session.examples.net.Watch;
import io.h2session.examples.testing.Ending;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages of {@code serve} wait for, over real sockets: a slow client is not a slow application. */
@Timeout(60)
class ServedBodyStallsTest {
    private static final int LARGE = 1 << 30;
    private static final int FILE_LENGTH = 16 << 20;

    private static final String LINES = "/lines?n=10000";
    private static final String BYTES = "/bytes/1000000";
    private static final String FILE = "/large";

    /** Longer than what the buffers of two sockets hold. */
    private static final String MANY_LINES = "/lines?n=300000";

    private static final String MANY_BYTES = "/bytes/16777216";

    /** The stalls of the server, as they begin. */
    private static final class Stalls implements Http2SessionMetrics {
        final BlockingQueue<Http2Stall> begun = new LinkedBlockingQueue<>();

        @Override
        public void stallBegun(Http2SessionContext session, int streamId, Http2Stall cause) {
            begun.add(cause);
        }
    }

    /** Takes a response as a test says. */
    private static final class Taking extends ChannelInboundHandlerAdapter {
        private final CountDownLatch end = new CountDownLatch(1);
        private final List<Http2SessionEvent.Data> kept = Collections.synchronizedList(new ArrayList<>());
        private volatile boolean keeps;

        @Override
        public void channelRead(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.Data data && keeps) {
                kept.add(data);
            } else {
                ReferenceCountUtil.release(event);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed) {
                end.countDown();
            }
        }

        void takeAll() {
            keeps = false;
            kept.forEach(ReferenceCountUtil::release);
            kept.clear();
        }
    }

    @TempDir
    private Path root;

    private final Stalls stalls = new Stalls();
    private final EventLoopGroup loop = Transport.NIO.eventLoops(1);
    private final Taking taking = new Taking();
    private Server server;
    private Channel client;

    @BeforeEach
    void start() throws Exception {
        Files.write(root.resolve("large"), new byte[FILE_LENGTH]);
        server = Server.start(new Server.Settings(
                "127.0.0.1",
                0,
                Pages.withFiles(root),
                null,
                false,
                1,
                100,
                new Watch(stalls, null, null),
                System.err,
                false));
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.config().setAutoRead(true);
            client.eventLoop().execute(taking::takeAll);
            Ending.of(loop, client);
        } else {
            Ending.of(loop);
        }
        server.close();
    }

    private void connect(int streamWindow, int connectionWindow) throws InterruptedException {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .initialWindowSize(streamWindow)
                .connectionWindowSize(connectionWindow)
                .build();
        client = new Bootstrap()
                .group(loop)
                .channel(Transport.NIO.channel())
                .option(ChannelOption.SO_RCVBUF, 64 * 1024)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2SessionHandler.forClient()
                                                .options(options)
                                                .build(),
                                        taking);
                    }
                })
                .connect("127.0.0.1", server.port())
                .sync()
                .channel();
    }

    private void ask(String path) throws InterruptedException {
        HeaderList head = HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "test", ":path", path);
        client.writeAndFlush(Http2SessionWrite.request(new Http2StreamHandle(), head))
                .sync();
    }

    /** Waits for this stall; every stall before it is the client's doing, too. */
    private void awaitStall(Http2Stall cause) throws InterruptedException {
        for (Http2Stall next = null; next != cause; ) {
            next = stalls.begun.poll(30, TimeUnit.SECONDS);
            assertThat(next).isNotNull().isNotEqualTo(Http2Stall.APPLICATION);
        }
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(taking.end.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(stalls.begun).doesNotContain(Http2Stall.APPLICATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {LINES, BYTES, FILE})
    void aClientThatGivesNoCreditForAStreamIsTheCause(String path) throws Exception {
        connect(100_000, LARGE);
        taking.keeps = true;
        ask(path);
        awaitStall(Http2Stall.STREAM_WINDOW);
        client.eventLoop().execute(taking::takeAll);
        awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {LINES, BYTES, FILE})
    void aClientThatGivesNoCreditForTheConnectionIsTheCause(String path) throws Exception {
        connect(LARGE, 100_000);
        taking.keeps = true;
        ask(path);
        awaitStall(Http2Stall.CONNECTION_WINDOW);
        client.eventLoop().execute(taking::takeAll);
        awaitEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {MANY_LINES, MANY_BYTES, FILE})
    void aClientThatDoesNotReadItsSocketIsTheCause(String path) throws Exception {
        connect(LARGE, LARGE);
        ask("/hello");
        assertThat(taking.end.await(30, TimeUnit.SECONDS)).isTrue();
        client.config().setAutoRead(false);
        ask(path);
        awaitStall(Http2Stall.SOCKET);
        assertThat(stalls.begun).doesNotContain(Http2Stall.APPLICATION);
    }

    @Test
    void aPageThatHasNothingToSendIsTheCause() throws Exception {
        connect(LARGE, LARGE);
        ask("/events?every=60000&n=2");
        for (Http2Stall next = null; next != Http2Stall.APPLICATION; ) {
            next = stalls.begun.poll(30, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
        }
    }
}
