package io.h2session.netty.inspect;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** An inspector, connections between a client and a server that it observes, and browsers; time is the test's. */
final class Observed implements AutoCloseable {
    long nanos = TimeUnit.SECONDS.toNanos(100);
    final Http2Inspector inspector;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Browser> browsers = new ArrayList<>();

    Observed(UnaryOperator<Http2InspectorBuilder> settings) {
        inspector = settings.apply(Http2Inspector.builder())
                .clock(() -> nanos, () -> 1_000_000 + nanos / 1_000_000)
                .build();
    }

    void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
        for (Browser browser : browsers) {
            browser.channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        }
        settle();
    }

    void settle() {
        connections.forEach(Connection::exchange);
        for (Browser browser : browsers) {
            browser.channel.runScheduledPendingTasks();
            connections.forEach(Connection::exchange);
            browser.channel.runPendingTasks();
        }
    }

    Connection connect() {
        return connect(builder -> builder, builder -> builder);
    }

    /** A connection of which the client is observed, too: it is the first of the two sessions. */
    Connection connectBothObserved(UnaryOperator<Http2SessionOptions.Builder> server) {
        Connection connection = new Connection(builder -> builder, server, true);
        connections.add(connection);
        connection.exchange();
        return connection;
    }

    Connection connect(
            UnaryOperator<Http2SessionOptions.Builder> client, UnaryOperator<Http2SessionOptions.Builder> server) {
        Connection connection = new Connection(client, server, false);
        connections.add(connection);
        connection.exchange();
        return connection;
    }

    Browser browser() {
        Browser browser = new Browser();
        browsers.add(browser);
        return browser;
    }

    @Override
    public void close() {
        browsers.forEach(browser -> browser.channel.finishAndReleaseAll());
        connections.forEach(Connection::close);
    }

    /** The server is observed, and the client if that is asked for. */
    final class Connection {
        final List<Http2SessionEvent.Headers> requests = new ArrayList<>();
        final GatedChannel client;
        final GatedChannel server;

        private Connection(
                UnaryOperator<Http2SessionOptions.Builder> clientOptions,
                UnaryOperator<Http2SessionOptions.Builder> serverOptions,
                boolean bothObserved) {
            Http2SessionHandlerBuilder clientBuilder = Http2SessionHandler.forClient();
            if (bothObserved) {
                clientBuilder.observer(inspector);
            }
            client = new GatedChannel(
                    clientBuilder
                            .options(clientOptions
                                    .apply(Http2SessionOptions.builder().clock(() -> nanos))
                                    .build())
                            .build(),
                    new Taking());
            server = new GatedChannel(
                    Http2SessionHandler.forServer()
                            .observer(inspector)
                            .options(serverOptions
                                    .apply(Http2SessionOptions.builder().clock(() -> nanos))
                                    .build())
                            .build(),
                    new Taking());
        }

        /** Takes every event; whoever reads a body gives no credit back. */
        private final class Taking extends ChannelInboundHandlerAdapter {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object event) {
                if (event instanceof Http2SessionEvent.Headers head && ctx.channel() == server) {
                    requests.add(head);
                }
                if (event instanceof Http2SessionEvent.Data data && ctx.channel() == client) {
                    data.takeCredit();
                }
                ReferenceCountUtil.release(event);
            }
        }

        Http2StreamHandle request(String... more) {
            Http2StreamHandle stream = new Http2StreamHandle();
            String[] fields = new String[8 + more.length];
            System.arraycopy(
                    new String[] {":method", "GET", ":scheme", "http", ":path", "/p?q", ":authority", "a"},
                    0,
                    fields,
                    0,
                    8);
            System.arraycopy(more, 0, fields, 8, more.length);
            client.writeAndFlush(Http2SessionWrite.request(stream, HeaderList.of(fields)));
            exchange();
            return stream;
        }

        /** A request whose content does not come. */
        void open(String... more) {
            HeaderList head = HeaderList.of(":method", "POST", ":scheme", "http", ":path", "/", ":authority", "a");
            for (int i = 0; i < more.length; i += 2) {
                head = head.plus(more[i], more[i + 1]);
            }
            client.writeAndFlush(Http2SessionWrite.requestHead(new Http2StreamHandle(), head));
            exchange();
        }

        void respond(int index, int bytes) {
            server.writeAndFlush(Http2SessionWrite.response(
                    requests.get(index).stream(),
                    HeaderList.of(":status", "200"),
                    Unpooled.wrappedBuffer(new byte[bytes])));
            exchange();
        }

        void exchange() {
            boolean moved;
            do {
                moved = move(client, server);
                moved |= move(server, client);
            } while (moved);
        }

        private boolean move(GatedChannel from, GatedChannel to) {
            from.runPendingTasks();
            boolean moved = false;
            for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
                if (to.isOpen()) {
                    moved |= bytes.isReadable();
                    to.writeInbound(bytes);
                } else {
                    bytes.release();
                }
            }
            return moved;
        }

        void close() {
            client.unsafe().close(client.voidPromise());
            client.runPendingTasks();
            server.unsafe().close(server.voidPromise());
            server.runPendingTasks();
            client.releaseOutbound();
            server.releaseOutbound();
        }
    }

    /** A connection of HTTP/1.1 to the page. */
    final class Browser {
        final GatedChannel channel = new GatedChannel(new HttpServerCodec(), inspector.handler("/"));

        void get(String target) {
            send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n");
        }

        void send(String request) {
            channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
            settle();
        }

        /** What was answered since the last call. */
        String read() {
            StringBuilder text = new StringBuilder();
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                text.append(bytes.toString(StandardCharsets.UTF_8));
                bytes.release();
            }
            return text.toString();
        }

        String ask(String target) {
            get(target);
            return read();
        }
    }
}
