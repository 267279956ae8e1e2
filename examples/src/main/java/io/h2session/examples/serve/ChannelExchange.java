package io.h2session.examples.serve;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;

/** An exchange in the pipeline of a channel: of a connection of HTTP/1.1, or of a stream. */
final class ChannelExchange extends Exchange {
    private final ChannelHandlerContext context;
    private final HttpRequest request;
    private CompressedResponse compressed;

    /** @param context of the handler of requests */
    ChannelExchange(ChannelHandlerContext context, HttpRequest request) {
        super(request.uri());
        this.context = context;
        this.request = request;
    }

    @Override
    HttpRequest request() {
        return request;
    }

    @Override
    HttpMethod method() {
        return request.method();
    }

    @Override
    void write(HttpObject part) {
        context.write(part, context.voidPromise());
    }

    @Override
    void flush() {
        context.flush();
    }

    @Override
    boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    void autoRead(boolean more) {
        context.channel().config().setAutoRead(more);
    }

    @Override
    void cut() {
        Channel channel = context.channel();
        if (channel instanceof StreamChannel stream) {
            stream.reset(ErrorCode.INTERNAL_ERROR);
        } else {
            context.pipeline().get(Http1Requests.class).closeNow();
        }
    }

    @Override
    EventExecutor executor() {
        return context.executor();
    }

    @Override
    ByteBufAllocator allocator() {
        return context.alloc();
    }

    // ---- what needs a pipeline -------------------------------------------------------------------------------------

    /** Sends a response with a part of a file, which this exchange owns. Not where {@link #takesFiles()} is false. */
    void respond(HttpResponse head, FileRegion file) {
        begin(head);
        if (isHead()) {
            file.release();
        } else {
            context.write(file, context.newPromise().addListener(written -> {
                if (!written.isSuccess()) {
                    abort();
                }
            }));
        }
        write(LastHttpContent.EMPTY_LAST_CONTENT);
        flush();
    }

    /** Whether a file can be sent without being read here: not by HTTP/1.1 over TLS. */
    boolean takesFiles() {
        return overHttp2() || context.pipeline().get(SslHandler.class) == null;
    }

    /** Lets the next response be compressed, if its client accepts that. To be called before it. */
    void compress() {
        compressed = CompressedResponse.begin(context, codec(), request());
    }

    @Override
    void bodyWritten() {
        if (compressed != null) {
            compressed.end();
            compressed = null;
        }
    }

    ChannelHandlerContext context() {
        return context;
    }

    /** The context of the handler that requests come from. */
    ChannelHandlerContext codec() {
        return context.pipeline().context(overHttp2() ? HttpStreamCodec.class : Http1Requests.class);
    }

    private boolean overHttp2() {
        return context.channel() instanceof StreamChannel;
    }
}
