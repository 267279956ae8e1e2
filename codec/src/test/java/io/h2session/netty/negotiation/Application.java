package io.h2session.netty.negotiation;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. A request of HTTP/2 is answered when it has ended; plain bytes are gathered. */
@Sharable // a test of many channels looks at one
final class Application extends ChannelInboundHandlerAdapter {
    final List<Object> events = new CopyOnWriteArrayList<>();
    final List<HeaderList> headers = new CopyOnWriteArrayList<>();
    final List<Throwable> exceptions = new CopyOnWriteArrayList<>();
    final StringBuilder bytes = new StringBuilder();

    /** The first head of a message. */
    final CompletableFuture<HeaderList> asked = new CompletableFuture<>();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf buffer) {
            bytes.append(buffer.toString(CharsetUtil.US_ASCII));
        } else if (message instanceof Http2SessionEvent.Headers head) {
            headers.add(head.headers());
            asked.complete(head.headers());
            if (head.headers().value(":method") != null && head.endStream()) {
                context.writeAndFlush(Http2SessionWrite.response(head.stream(), HeaderList.of(":status", "200")));
            }
        }
        events.add(message instanceof ByteBuf ? "bytes" : message);
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        events.add(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        exceptions.add(cause);
    }

    /** The only event of a type. */
    <T> T one(Class<T> type) {
        List<T> found = events.stream().filter(type::isInstance).map(type::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError("expected one " + type.getSimpleName() + " but got " + events);
        }
        return found.get(0);
    }
}
