package io.h2session.netty.pool;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.client.Http2Response;
import io.h2session.netty.client.Http2ResponseCollector;
import io.h2session.netty.client.Http2ResponseException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/** A request whose whole response is a future. On the connection's event loop, unless stated otherwise. */
final class PooledExchange implements PooledRequest {
    private final HeaderList headers;
    private final boolean hasBody;
    private final Promise<Http2Response> response;
    private final Http2ResponseCollector collector;

    /** Kept until the answer begins, because it may have to be sent again. Any thread may take it; guarded by this. */
    private @Nullable ByteBuf body;

    /** What it was sent on last; any thread. */
    private volatile @Nullable Sent sent;

    private record Sent(ChannelHandlerContext connection, Http2StreamHandle stream) {
        void reset() {
            connection.writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        }
    }

    PooledExchange(HeaderList headers, @Nullable ByteBuf body, Promise<Http2Response> response, int maxContentLength) {
        this.headers = headers;
        this.body = body;
        this.response = response;
        hasBody = body != null;
        collector = new Http2ResponseCollector(response, maxContentLength);
    }

    /** Ties the end of the one to that of the other. Before it enters the pool. */
    void begin(RequestOpening opening, Future<Http2StreamHandle> opened) {
        opened.addListener(done -> {
            if (!done.isSuccess()) {
                response.tryFailure(done.cause());
            }
        });
        response.addListener(done -> {
            ReferenceCountUtil.release(takeBody());
            if (done.isCancelled()) {
                opening.withdraw();
                resetIfSent();
            }
        });
    }

    /** Hands the body over, which is not sent any more; null if there is none. Any thread. */
    synchronized @Nullable ByteBuf takeBody() {
        ByteBuf taken = body;
        body = null;
        return taken;
    }

    private synchronized @Nullable ByteBuf copyOfBody() {
        return body == null ? null : body.retainedDuplicate();
    }

    @Override
    public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
        ByteBuf content = copyOfBody();
        if (content == null && hasBody) {
            return; // cancelled meanwhile
        }
        ChannelFuture written = connection.writeAndFlush(
                content == null
                        ? Http2SessionWrite.request(stream, headers)
                        : Http2SessionWrite.request(stream, headers, content));
        if (stream.id() == 0 && written.cause() instanceof RuntimeException refused) {
            throw refused;
        }
        sent = new Sent(connection, stream);
        if (response.isCancelled()) {
            resetIfSent();
        }
    }

    private void resetIfSent() {
        Sent there = sent;
        if (there != null) {
            there.reset();
        }
    }

    @Override
    public synchronized boolean sendAgain() {
        return !response.isDone() && hasBody == (body != null);
    }

    @Override
    public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
        ReferenceCountUtil.release(takeBody());
        collector.headers(head);
    }

    @Override
    public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
        try {
            if (!collector.data(data)) {
                resetIfSent();
            }
        } finally {
            data.release();
        }
    }

    @Override
    public void trailers(ChannelHandlerContext connection, Http2SessionEvent.Headers trailers) {
        collector.headers(trailers);
    }

    @Override
    public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {
        ReferenceCountUtil.release(takeBody());
        collector.failed(reason(end), end.errorCode(), end.retryIsSafe());
    }

    private static Reason reason(StreamEnd end) {
        if (end.http11Required()) {
            return Reason.HTTP_1_1_REQUIRED;
        }
        return switch (end.kind()) {
            case REFUSED -> Reason.REFUSED;
            case RESET_BY_PEER -> Reason.RESET_BY_PEER;
            case CONNECTION_ENDED -> Reason.CONNECTION_ENDED;
            default -> Reason.RESET;
        };
    }
}
