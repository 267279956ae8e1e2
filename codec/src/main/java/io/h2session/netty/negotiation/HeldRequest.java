package io.h2session.netty.negotiation;

import io.h2session.netty.negotiation.Http2NegotiationException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/** The parts of a request that is held back until it is complete, up to a limit. */
final class HeldRequest {
    private record Part(Object message, ChannelPromise promise) {}

    private final int maxContentLength;
    private final Queue<Part> parts = new ArrayDeque<>();
    private long length;

    HeldRequest(int maxContentLength) {
        this.maxContentLength = maxContentLength;
    }

    /** Whether it is known from its head that a request is beyond the limit. */
    boolean isTooLarge(HttpRequest request) {
        return request instanceof FullHttpRequest full
                ? full.content().readableBytes() > maxContentLength
                : announced(request) > maxContentLength;
    }

    private static long announced(HttpRequest request) {
        try {
            return HttpUtil.getContentLength(request, 0L);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    /** Holds a part, which this owns; false if the content is beyond the limit with it. */
    boolean add(Object message, ChannelPromise promise) {
        // Once a part is missing, the others are worth nothing.
        promise.setUncancellable();
        parts.add(new Part(message, promise));
        length += lengthOf(message);
        return length <= maxContentLength;
    }

    private static long lengthOf(Object message) {
        if (message instanceof ByteBufHolder holder) {
            return holder.content().readableBytes();
        } else if (message instanceof ByteBuf content) {
            return content.readableBytes();
        }
        return message instanceof FileRegion region ? region.count() : 0;
    }

    /** Writes everything; the future is that of the last part. */
    ChannelFuture write(ChannelHandlerContext context) {
        length = 0;
        ChannelFuture last = context.newSucceededFuture();
        for (Part one = parts.poll(); one != null; one = parts.poll()) {
            last = context.write(one.message(), parts.isEmpty() ? one.promise().unvoid() : one.promise());
        }
        return last;
    }

    /** Fails everything. */
    void fail(Exception cause) {
        length = 0;
        for (Part one = parts.poll(); one != null; one = parts.poll()) {
            refuse(one.message(), one.promise(), cause);
        }
    }

    Http2NegotiationException tooLarge() {
        return new Http2NegotiationException(
                Reason.CONTENT_TOO_LARGE,
                "a request that asks for an upgrade may have " + maxContentLength + " bytes of content");
    }

    /** Releases a message and fails its promise. */
    static void refuse(Object message, ChannelPromise promise, Exception cause) {
        ReferenceCountUtil.release(message);
        promise.tryFailure(cause);
    }
}
