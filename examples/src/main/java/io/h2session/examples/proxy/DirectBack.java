package io.h2session.examples.proxy;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.http.HttpStreamMessages;
import io.h2session.netty.http.HttpStreamOptions;
import io.h2session.netty.pool.PooledRequest;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;

/** A stream to an upstream server without a channel: any request but one for a WebSocket. */
final class DirectBack extends DirectStream implements Back, PooledRequest {
    private final Exchange asking;
    private final AsciiString scheme;
    private Exchange exchange;
    private boolean pauseTold = true;

    /**
     * @param exchange whose request it is for, if that is not over meanwhile
     * @param scheme of the upstream server
     */
    DirectBack(Exchange exchange, AsciiString scheme) {
        asking = exchange;
        this.scheme = scheme;
    }

    // ---- the request -----------------------------------------------------------------------------------------------

    @Override
    public void send(ChannelHandlerContext context, Http2StreamHandle opened) {
        connection = context;
        stream = opened;
        asking.upstreamReached();
        asking.connected(this);
    }

    @Override
    public void exchange(Exchange taken) {
        exchange = taken;
    }

    /** Whether it was given to its exchange, which still waits for it. */
    boolean isWaitedFor() {
        return exchange != null;
    }

    /** Whether it was given to its exchange. */
    boolean isActive() {
        return connection != null;
    }

    @Override
    public boolean http2() {
        return true;
    }

    @Override
    public boolean takesWebSocket() {
        return false;
    }

    @Override
    public ByteBufAllocator alloc() {
        return connection.alloc();
    }

    @Override
    public void write(HttpObject message) {
        if (message instanceof HttpRequest request) {
            head(request);
            return;
        }
        try {
            HttpStreamMessages.write(connection, stream, (HttpContent) message);
        } catch (IllegalArgumentException malformedTrailers) {
            notWritten(malformedTrailers);
        }
    }

    private void head(HttpRequest request) {
        HeaderList fields;
        try {
            fields = HttpStreamMessages.fields(request, scheme);
        } catch (IllegalArgumentException malformed) {
            ReferenceCountUtil.release(request);
            notWritten(malformed);
            return;
        }
        Http2SessionWrite head;
        if (!(request instanceof FullHttpRequest whole)) {
            head = Http2SessionWrite.requestHead(stream, fields);
        } else if (whole.content().isReadable()) {
            head = Http2SessionWrite.request(stream, fields, whole.content());
        } else {
            head = Http2SessionWrite.request(stream, fields);
        }
        ChannelFuture written = connection.write(head);
        if (written.isDone() && !written.isSuccess()) {
            notWritten(written.cause());
        }
    }

    private void notWritten(Throwable cause) {
        if (exchange != null) {
            exchange.requestNotWritten(cause);
        }
    }

    @Override
    public void writabilityChanged(ChannelHandlerContext context, Http2StreamHandle ours) {
        if (exchange != null) {
            exchange.backWritabilityChanged();
        }
    }

    // ---- the answer ------------------------------------------------------------------------------------------------

    @Override
    public void head(ChannelHandlerContext context, Http2SessionEvent.Headers head) {
        if (exchange == null) {
            return;
        }
        HttpResponse response = HttpStreamMessages.response(head, exchange.method(), HttpStreamOptions.DEFAULT);
        if (response == null) {
            send(Http2SessionWrite.reset(stream, ErrorCode.PROTOCOL_ERROR));
            return;
        }
        exchange.answer(response);
        paused();
    }

    @Override
    void content(HttpContent content) {
        if (exchange == null) {
            content.release();
        } else {
            exchange.answerContent(content);
            paused();
        }
    }

    /** What came is flushed: to a connection of HTTP/1.1 all at once, when the read has been handled. */
    private void paused() {
        if (exchange == null) {
            return;
        }
        if (exchange.client().http2()) {
            exchange.answerPaused();
        } else if (pauseTold) {
            pauseTold = false;
            connection.executor().execute(() -> {
                pauseTold = true;
                if (exchange != null) {
                    exchange.answerPaused();
                }
            });
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Override
    public void ended(ChannelHandlerContext context, Http2StreamHandle ours, StreamEnd end) {
        over = true;
        if (exchange != null) {
            // Another try may use the connection that is telling this.
            context.executor().execute(() -> failed(end));
        }
    }

    private void failed(StreamEnd end) {
        Exchange ours = exchange;
        exchange = null;
        if (ours != null) {
            ours.upstreamFailed(Failure.of(end), end.retryIsSafe());
        }
    }

    @Override
    public void done(boolean requestSent) {
        exchange = null;
        if (!requestSent) {
            cancel();
        }
    }

    @Override
    public void abort() {
        exchange = null;
        cancel();
    }

    private void cancel() {
        if (!over && stream.id() != 0) {
            send(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        }
    }
}
