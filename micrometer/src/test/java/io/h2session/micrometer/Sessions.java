package io.h2session.micrometer;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A client and a server, and the wire between them, moved by hand. */
final class Sessions implements AutoCloseable {
    final EmbeddedChannel client;
    final EmbeddedChannel server;

    /** What the server does with a request; by default it answers with five bytes. */
    Consumer<Http2StreamHandle> answer = stream -> {};

    /** Whether the client keeps the bodies that it receives, so that they are not consumed. */
    boolean keeps;

    private final List<Object> kept = new ArrayList<>();

    Sessions(Http2SessionHandlerBuilder ofClient, Http2SessionHandlerBuilder ofServer) {
        client = new EmbeddedChannel(ofClient.build(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object event) {
                if (keeps) {
                    kept.add(event);
                } else {
                    ReferenceCountUtil.release(event);
                }
            }
        });
        server = new EmbeddedChannel(ofServer.build(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object event) {
                if (event instanceof Http2SessionEvent.Headers request) {
                    answer.accept(request.stream());
                }
                ReferenceCountUtil.release(event);
            }
        });
        // No deadline passes, however slow the machine is.
        client.freezeTime();
        server.freezeTime();
        answer = stream -> server.writeAndFlush(Http2SessionWrite.response(stream, status(), text("hello")));
        exchange();
    }

    static HeaderList status() {
        return HeaderList.of(":status", "200");
    }

    static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    void exchange() {
        boolean moved;
        do {
            moved = move(client, server);
            moved |= move(server, client);
        } while (moved);
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            if (to.isOpen()) {
                to.writeInbound(bytes);
            } else {
                bytes.release();
            }
            moved = true;
        }
        return moved;
    }

    Http2StreamHandle request() {
        Http2StreamHandle stream = new Http2StreamHandle();
        client.writeAndFlush(Http2SessionWrite.request(
                stream, HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "example.org", ":path", "/")));
        exchange();
        return stream;
    }

    void releaseKept() {
        keeps = false;
        kept.forEach(ReferenceCountUtil::release);
        kept.clear();
        exchange();
    }

    @Override
    public void close() {
        releaseKept();
        client.close();
        exchange();
        server.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }
}
