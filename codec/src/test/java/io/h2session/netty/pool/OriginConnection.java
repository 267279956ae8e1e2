package io.h2session.netty.pool;

import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.Setting;
import io.h2session.frame.SettingId;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One connection of a pool to an {@link Origin}: both ends, and the wire between them, moved by hand. */
final class OriginConnection {
    static final HeaderList OK = HeaderList.of(":status", "200");

    final GatedChannel client;
    final GatedChannel server;

    /** The requests that came and are not over, in their order, by path. */
    final Map<String, Http2StreamHandle> requests = new LinkedHashMap<>();

    /** The paths of all requests that came. */
    final List<String> paths = new ArrayList<>();

    /** The most streams that were open at once beyond what the client knew it may open; 0 as long as it keeps to the limit. */
    int excess;

    /** The last limit that the client has acknowledged, and those that are under way. */
    private long limit;

    private final ArrayDeque<Long> announced = new ArrayDeque<>();
    private boolean cut;

    OriginConnection(Origin origin, long limit, ChannelHandler initializer) {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .clock(origin::now)
                .maxConcurrentStreams(limit)
                .maxRunningExchanges(100_000)
                .build();
        this.limit = Long.MAX_VALUE;
        announced.add(limit);
        server = new GatedChannel(
                Http2SessionHandler.forServer().options(options).build(), new Serving());
        client = new GatedChannel(initializer);
    }

    // ---- what the origin does

    /** Answers the request with this path. */
    void answer(String path) {
        server.writeAndFlush(Http2SessionWrite.response(stream(path), OK));
    }

    void reset(String path, ErrorCode code) {
        server.writeAndFlush(Http2SessionWrite.reset(stream(path), code));
    }

    private Http2StreamHandle stream(String path) {
        Http2StreamHandle stream = requests.get(path);
        if (stream == null) {
            throw new AssertionError("no request " + path + " but " + requests.keySet());
        }
        return stream;
    }

    /** From here on it allows this many streams. */
    void allow(long streams) {
        announced.add(streams);
        server.writeAndFlush(
                Http2SessionWrite.settings(List.of(new Setting(SettingId.MAX_CONCURRENT_STREAMS, streams))));
    }

    /** It processes only the requests up to the one with this path, and takes no more. */
    void goAwayAfter(String path, ErrorCode code) {
        server.writeAndFlush(
                Http2SessionWrite.goAway(path == null ? 0 : stream(path).id(), code.code(), new byte[0]));
    }

    /** It closes the connection, gracefully. */
    void drain() {
        server.close();
    }

    /** The connection is gone. */
    void die() {
        cut = true;
        end(server);
        end(client);
    }

    boolean isOpen() {
        return client.isOpen() || server.isOpen();
    }

    private static void end(GatedChannel channel) {
        channel.open();
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseOutbound();
        channel.releaseInbound();
    }

    // ---- the wire

    /** Moves what there is, once in each direction; whether there was something. */
    boolean move() {
        boolean moved = move(client, server);
        moved |= move(server, client);
        return moved;
    }

    /** Runs what was left to be told when both ends were closed. */
    boolean runTasks() {
        client.runPendingTasks();
        return false;
    }

    private boolean move(GatedChannel from, GatedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (Object message = from.readOutbound(); message != null; message = from.readOutbound()) {
            if (message instanceof ByteBuf bytes && !cut && to.isOpen()) {
                moved |= bytes.isReadable();
                to.writeInbound(bytes);
            } else {
                ReferenceCountUtil.release(message);
            }
        }
        if (!from.isOpen() && to.isOpen()) {
            end(to);
            moved = true;
        }
        return moved;
    }

    void pass(long time, TimeUnit unit) {
        for (GatedChannel one : List.of(client, server)) {
            one.advanceTimeBy(time, unit);
            one.runScheduledPendingTasks();
        }
    }

    /** The server's application. */
    private final class Serving extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.Headers head && head.category() == HeadersCategory.REQUEST) {
                String path = head.headers().value(":path").toString();
                requests.put(path, head.stream());
                paths.add(path);
                excess = (int) Math.max(excess, requests.size() - limit);
            } else if (event instanceof Http2SessionEvent.Settings settings && settings.ack()) {
                limit = announced.remove();
            }
            ReferenceCountUtil.release(event);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2SessionEvent.StreamClosed closed) {
                requests.values().remove(closed.stream());
            }
        }
    }
}
