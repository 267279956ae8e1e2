package io.h2session.examples.load;

import io.h2session.examples.get.Request;
import io.h2session.hpack.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.IdentityHashMap;

/** A connection of HTTP/1.1, one request at a time. */
final class Http1Connection extends LoadConnection {
    private final IdentityHashMap<Request, HttpHeaders> fields = new IdentityHashMap<>();
    private boolean persistent = true;

    Http1Connection(Worker worker) {
        super(worker, worker.now());
    }

    /** Adds it and its codec to a pipeline. */
    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(new ByteCounter(), new HttpClientCodec(), this);
    }

    // ---- for the worker --------------------------------------------------------------------------------------------

    @Override
    boolean hasRoom() {
        return running() == 0 && persistent && failure() == null;
    }

    @Override
    void send(Exchange exchange) {
        began(exchange);
        Request request = exchange.request;
        byte[] body = worker.plan().body();
        context()
                .write(
                        new DefaultFullHttpRequest(
                                HttpVersion.HTTP_1_1,
                                HttpMethod.valueOf(request.headers()
                                        .value(HeaderNames.METHOD)
                                        .toString()),
                                request.target().path(),
                                body == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
                                fields.computeIfAbsent(request, Request::http1Fields),
                                EmptyHttpHeaders.INSTANCE),
                        context().voidPromise());
    }

    @Override
    void sendAll() {
        worker.refill(this);
        context().flush();
        if (!persistent && running() == 0) {
            context().close();
        }
    }

    @Override
    void cancel(Exchange exchange) {
        failed(exchange.failure);
        context().close();
    }

    @Override
    void finish() {
        if (context() != null) {
            context().close();
        }
    }

    // ---- for the pipeline ------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        if (added.channel().isActive()) {
            nowReady();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        nowReady();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            receive((HttpObject) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void receive(HttpObject part) {
        Exchange exchange = oldest();
        if (exchange == null || part.decoderResult().isFailure()) {
            failed(exchange == null ? "the server sent what was not asked for" : "the response is malformed");
            context().close();
            return;
        }
        if (part instanceof HttpResponse response) {
            exchange.status = response.status().code();
            exchange.headCame(worker.now());
            persistent = HttpUtil.isKeepAlive(response);
        }
        if (part instanceof HttpContent content) {
            exchange.bytes += content.content().readableBytes();
        }
        if (part instanceof LastHttpContent && exchange.status >= 200) {
            complete(exchange);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        sendAll();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (running() > 0) {
            failed(CLOSED);
        }
        gone();
    }

    /** What passes between the codec and the transport. */
    private final class ByteCounter extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            traffic().received += ((ByteBuf) message).readableBytes();
            ctx.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            traffic().sent += ((ByteBuf) message).readableBytes();
            ctx.write(message, promise);
        }
    }
}
