package io.h2session.examples.serve;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/**
 * A request and the ways to answer it, whether it came by HTTP/1.1 or on a stream of HTTP/2. A body is written while the channel is
 * writable: the channel of a stream knows the windows of HTTP/2, the channel of a connection only its socket.
 */
final class Exchange {
    private final ChannelHandlerContext context;
    private final HttpRequest request;
    private final String target;
    private boolean responded;
    private boolean received;
    private Body body;
    private boolean writing;
    private boolean writeAgain;
    private Receiver receiver;
    private boolean paused;
    private CompressedResponse compressed;

    /** Takes the body of a request. */
    interface Receiver {
        /** Takes a piece, and owns it. The last one is a {@code LastHttpContent}. */
        void received(HttpContent piece);
    }

    Exchange(ChannelHandlerContext context, HttpRequest request) {
        this.context = context;
        this.request = request;
        target = originForm(request.uri());
    }

    /** Without the origin that requests in absolute form have (RFC 9112 section 3.2.2). */
    private static String originForm(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme < 0) {
            return target;
        }
        int path = target.indexOf('/', scheme + 3);
        return path < 0 ? "/" : target.substring(path);
    }

    // ---- the request -----------------------------------------------------------------------------------------------

    HttpRequest request() {
        return request;
    }

    /** The value of a field of the request; null if there is none. */
    String field(CharSequence name) {
        return request.headers().get(name);
    }

    /** The path without the query, as it was sent. */
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The query with its question mark; empty if there is none. */
    String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query);
    }

    boolean isHead() {
        return HttpMethod.HEAD.equals(request.method());
    }

    /** Whether the method is GET or HEAD. */
    boolean isRead() {
        return HttpMethod.GET.equals(request.method()) || isHead();
    }

    /** Whether the request has neither body nor trailers. */
    boolean isWithoutBody() {
        return request instanceof LastHttpContent
                || (!HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0);
    }

    /** Whether the client waits for 100 (Continue) before it sends its body (RFC 9110 section 10.1.1). */
    static boolean expectsContinue(HttpRequest request) {
        return HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
                request.headers().get(HttpHeaderNames.EXPECT));
    }

    // ---- the response ----------------------------------------------------------------------------------------------

    /** Tells the client to send the body that it has announced. */
    void sendContinue() {
        context.write(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER),
                context.voidPromise());
    }

    /**
     * Sends a whole response, before the page's {@code answer} returns. To a HEAD, its content is not sent. It leaves with the others
     * of the same read.
     */
    void respond(FullHttpResponse response) {
        responded = true;
        context.write(response, context.voidPromise());
    }

    /** Sends a response with a body, which this exchange owns. To a HEAD, the body is not read. */
    void respond(HttpResponse head, Body content) {
        responded = true;
        context.write(head, context.voidPromise());
        if (isHead()) {
            content.close();
            context.write(LastHttpContent.EMPTY_LAST_CONTENT, context.voidPromise());
            context.flush();
            return;
        }
        body = content;
        resume();
    }

    /** Sends a response with a part of a file, which this exchange owns. Not where {@link #takesFiles()} is false. */
    void respond(HttpResponse head, FileRegion file) {
        responded = true;
        context.write(head, context.voidPromise());
        if (isHead()) {
            file.release();
        } else {
            context.write(file, context.newPromise().addListener(written -> {
                if (!written.isSuccess()) {
                    abort();
                }
            }));
        }
        context.write(LastHttpContent.EMPTY_LAST_CONTENT, context.voidPromise());
        context.flush();
    }

    /** Whether a file can be sent without being read here: not by HTTP/1.1 over TLS. */
    boolean takesFiles() {
        return overHttp2() || context.pipeline().get(SslHandler.class) == null;
    }

    /** Lets the next response be compressed, if its client accepts that. To be called before it. */
    void compress() {
        compressed = CompressedResponse.begin(context, codec(), request);
    }

    /** Writes the rest of the body, as far as the channel takes it. */
    void resume() {
        if (writing) {
            writeAgain = true;
            return;
        }
        writing = true;
        try {
            do {
                writeAgain = false;
                writePieces();
                context.flush();
            } while (writeAgain && body != null);
        } catch (IOException unreadable) {
            abort();
        } finally {
            writing = false;
        }
    }

    private void writePieces() throws IOException {
        Channel channel = context.channel();
        while (body != null && channel.isWritable()) {
            HttpContent piece = body.next(context.alloc());
            if (piece == null) {
                return;
            }
            boolean last = piece instanceof LastHttpContent;
            if (last) {
                closeBody();
            }
            context.write(piece, context.voidPromise());
            if (last && compressed != null) {
                compressed.end();
                compressed = null;
            }
        }
    }

    private void closeBody() {
        Body whole = body;
        body = null;
        if (whole != null) {
            whole.close();
        }
    }

    // ---- the body of the request -----------------------------------------------------------------------------------

    /** Gives the body of the request to a receiver. Without one it is discarded. */
    void receive(Receiver taker) {
        receiver = taker;
    }

    void received(HttpContent piece) {
        received |= piece instanceof LastHttpContent;
        if (receiver == null) {
            piece.release();
        } else {
            receiver.received(piece);
        }
    }

    /** Reads no more of the request's body for now. At most one more piece comes. */
    void pauseReading() {
        if (!received && !paused) {
            paused = true;
            context.channel().config().setAutoRead(false);
        }
    }

    /** Reads on after {@link #pauseReading()}. */
    void resumeReading() {
        if (paused) {
            paused = false;
            context.channel().config().setAutoRead(true);
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** The page has failed. */
    void fail() {
        if (responded) {
            abort();
        } else {
            respond(ConstantPage.empty(HttpResponseStatus.INTERNAL_SERVER_ERROR));
            context.flush();
        }
    }

    /** Ends the exchange in the middle. The client cannot take what it got for a whole response. */
    void abort() {
        close();
        Channel channel = context.channel();
        if (channel instanceof StreamChannel stream) {
            stream.reset(ErrorCode.INTERNAL_ERROR);
        } else {
            context.pipeline().get(Http1Requests.class).closeNow();
        }
    }

    /** The server is about to stop. */
    void stop() {
        if (body != null) {
            body.stop();
            resume();
        }
    }

    /** The channel has ended. */
    void close() {
        receiver = null;
        closeBody();
    }

    ChannelHandlerContext context() {
        return context;
    }

    /** The context of the handler that requests come from. */
    ChannelHandlerContext codec() {
        return context.pipeline().context(overHttp2() ? HttpStreamCodec.class : Http1Requests.class);
    }

    boolean overHttp2() {
        return context.channel() instanceof StreamChannel;
    }
}
