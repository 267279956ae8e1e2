package io.h2session.netty;

import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** A client and a server, each a channel with a handler, and the wire between them, moved by hand. */
final class SessionPair implements AutoCloseable {
    final Events clientEvents = new Events();
    final Events serverEvents = new Events();
    final Http2SessionHandler clientHandler;
    final Http2SessionHandler serverHandler;
    final GatedChannel client;
    final GatedChannel server;
    private int piece = Integer.MAX_VALUE;

    SessionPair() {
        this(builder -> builder, builder -> builder);
    }

    SessionPair(
            UnaryOperator<Http2SessionHandlerBuilder> clientSettings,
            UnaryOperator<Http2SessionHandlerBuilder> serverSettings) {
        clientHandler = timed(clientSettings.apply(Http2SessionHandler.forClient()), () -> time(true))
                .build();
        serverHandler = timed(serverSettings.apply(Http2SessionHandler.forServer()), () -> time(false))
                .build();
        client = new GatedChannel(clientHandler, clientEvents);
        server = new GatedChannel(serverHandler, serverEvents);
    }

    private static Http2SessionHandlerBuilder timed(Http2SessionHandlerBuilder builder, LongSupplier clock) {
        return builder.options(builder.settings.options.toBuilder().clock(clock).build());
    }

    // Asked while the channels are being made, too.
    private long time(boolean ofClient) {
        GatedChannel channel = ofClient ? client : server;
        return channel == null ? 0 : channel.time();
    }

    /** The wire carries at most this many bytes at a time. */
    SessionPair piecewise(int bytes) {
        piece = bytes;
        return this;
    }

    /** Moves bytes both ways until nothing moves. */
    SessionPair exchange() {
        boolean moved;
        do {
            moved = move(client, server);
            moved |= move(server, client);
        } while (moved || clientHandler.channel.receiver.turnOver() || serverHandler.channel.receiver.turnOver());
        return this;
    }

    private boolean move(GatedChannel from, GatedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (Object message = from.readOutbound(); message != null; message = from.readOutbound()) {
            if (message instanceof ByteBuf bytes) {
                moved |= bytes.isReadable();
                deliver(bytes, to);
            } else {
                // Written when no handler was there any more to take it.
                ReferenceCountUtil.release(message);
            }
        }
        return moved;
    }

    private void deliver(ByteBuf bytes, GatedChannel to) {
        if (!to.isOpen()) {
            bytes.release();
            return;
        }
        while (bytes.readableBytes() > piece) {
            to.writeInbound(bytes.readRetainedSlice(piece));
        }
        to.writeInbound(bytes);
    }

    /** Writes at the client and lets both ends settle. */
    ChannelFuture request(Http2SessionWrite write) {
        ChannelFuture future = client.writeAndFlush(write);
        exchange();
        return future;
    }

    /** Lets time pass at both ends. */
    void pass(long time, TimeUnit unit) {
        client.advanceTimeBy(time, unit);
        server.advanceTimeBy(time, unit);
        client.runScheduledPendingTasks();
        server.runScheduledPendingTasks();
        exchange();
    }

    @Override
    public void close() {
        clientEvents.releaseKept();
        serverEvents.releaseKept();
        client.open();
        server.open();
        end(client);
        end(server);
    }

    /** The transport of one end is gone, whatever the handler wants. */
    static void end(Channel channel) {
        channel.unsafe().close(channel.voidPromise());
        GatedChannel gated = (GatedChannel) channel;
        gated.runPendingTasks();
        gated.releaseOutbound();
        gated.releaseInbound();
    }
}
