package io.h2session.netty;

import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The application of a test: remembers what it was told, releases what it was given, and does what a test says. */
final class Events extends ChannelInboundHandlerAdapter {
    final List<Object> all = new ArrayList<>();
    final List<Throwable> exceptions = new ArrayList<>();
    final StringBuilder body = new StringBuilder();
    final List<Http2SessionEvent.Data> keptData = new ArrayList<>();
    boolean keepData;

    /** False for bodies too long to remember, and events too many. */
    boolean remember = true;

    long bytes;
    int readCompletes;
    ChannelHandlerContext ctx;
    private BiConsumer<ChannelHandlerContext, Object> reaction = (context, event) -> {};

    /** What to do at each event, before it is released. */
    Events on(BiConsumer<ChannelHandlerContext, Object> doing) {
        reaction = doing;
        return this;
    }

    /** The events of one type, in order. */
    <T> List<T> of(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The only event of one type. */
    <T> T one(Class<T> type) {
        List<T> found = of(type);
        if (found.size() != 1) {
            throw new AssertionError("expected one " + type.getSimpleName() + " but got " + all);
        }
        return found.get(0);
    }

    /** The status of each header block that has one. */
    List<String> statuses() {
        return of(Http2SessionEvent.Headers.class).stream()
                .map(event -> event.headers().value(":status"))
                .filter(status -> status != null)
                .map(Object::toString)
                .toList();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object event) {
        if (remember) {
            all.add(event);
        }
        if (event instanceof Http2SessionEvent.Data data) {
            bytes += data.content().readableBytes();
        }
        if (remember && event instanceof Http2SessionEvent.Data data) {
            body.append(data.content().toString(CharsetUtil.US_ASCII));
        }
        try {
            reaction.accept(context, event);
        } finally {
            if (keepData && event instanceof Http2SessionEvent.Data data) {
                keptData.add(data);
            } else {
                ReferenceCountUtil.release(event);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        readCompletes++;
        context.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        all.add(event);
        reaction.accept(context, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        exceptions.add(cause);
    }

    void releaseKept() {
        keptData.forEach(ReferenceCountUtil::release);
        keptData.clear();
    }

    static HeaderList get(String path) {
        return HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "test", ":path", path);
    }

    static HeaderList post(String path) {
        return HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "test", ":path", path);
    }

    static HeaderList status(int status) {
        return HeaderList.of(":status", Integer.toString(status));
    }

    static ByteBuf text(String text) {
        return io.netty.buffer.ByteBufUtil.writeAscii(io.netty.buffer.ByteBufAllocator.DEFAULT, text);
    }
}
