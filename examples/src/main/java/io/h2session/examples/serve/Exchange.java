package io.h2session.examples.serve;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;

/**
 * A request and the ways to answer it, whether it came by HTTP/1.1 or on a stream of HTTP/2. A body is written while its client takes
 * it: a stream knows the windows of HTTP/2, a connection of HTTP/1.1 only its socket.
 */
abstract class Exchange {
    private final String target;
    private boolean responded;
    private boolean received;
    private Body body;
    private boolean writing;
    private boolean writeAgain;
    private Receiver receiver;
    private boolean paused;

    /** Takes the body of a request. */
    interface Receiver {
        /** Takes a piece, and owns it. The last one is a {@code LastHttpContent}. */
        void received(HttpContent piece);
    }

    Exchange(String target) {
        this.target = originForm(target);
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

    // ---- the client ------------------------------------------------------------------------------------------------

    /** Writes a part of the response, and owns it. */
    abstract void write(HttpObject part);

    /** Sends what was written. */
    abstract void flush();

    /** Whether more of a body should be written. {@link #resume()} must be called when there is room again. */
    abstract boolean isWritable();

    /** Whether more of the request is read. */
    abstract void autoRead(boolean more);

    /** Ends the exchange in the middle, if it is not over. The client cannot take what it got for a whole response. */
    abstract void cut();

    /** The event loop, which everything of the exchange is done on. */
    abstract EventExecutor executor();

    abstract ByteBufAllocator allocator();

    // ---- the request -----------------------------------------------------------------------------------------------

    abstract HttpRequest request();

    abstract HttpMethod method();

    /** The value of a field of the request; null if there is none. */
    String field(CharSequence name) {
        return request().headers().get(name);
    }

    /** The path without the query, as it was sent. */
    String path() {
        return pathOf(target);
    }

    /** A target without its query. */
    static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The query with its question mark; empty if there is none. */
    String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query);
    }

    boolean isHead() {
        return HttpMethod.HEAD.equals(method());
    }

    /** Whether the method is GET or HEAD. */
    boolean isRead() {
        return HttpMethod.GET.equals(method()) || isHead();
    }

    /** Whether the request has neither body nor trailers. */
    boolean isWithoutBody() {
        return request() instanceof LastHttpContent
                || (!HttpUtil.isTransferEncodingChunked(request()) && HttpUtil.getContentLength(request(), 0L) == 0);
    }

    /** Whether the client waits for 100 (Continue) before it sends its body (RFC 9110 section 10.1.1). */
    static boolean expectsContinue(HttpRequest request) {
        return HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
                request.headers().get(HttpHeaderNames.EXPECT));
    }

    // ---- the response ----------------------------------------------------------------------------------------------

    /** Tells the client to send the body that it has announced. */
    void sendContinue() {
        write(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    /**
     * Sends a whole response, before the page's {@code answer} returns. To a HEAD, its content is not sent. It leaves with the others
     * of the same read.
     */
    void respond(FullHttpResponse response) {
        responded = true;
        write(response);
    }

    /** Sends a response with a body, which this exchange owns. To a HEAD, the body is not read. */
    void respond(HttpResponse head, Body content) {
        begin(head);
        if (isHead()) {
            content.close();
            write(LastHttpContent.EMPTY_LAST_CONTENT);
            flush();
            return;
        }
        body = content;
        resume();
    }

    /** Writes the head of a response whose content follows. */
    final void begin(HttpResponse head) {
        responded = true;
        write(head);
    }

    /** The whole response was written, the last of a {@link Body}. */
    void bodyWritten() {}

    /** Writes the rest of the body, as far as the client takes it. */
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
                flush();
            } while (writeAgain && body != null);
        } catch (IOException unreadable) {
            abort();
        } finally {
            writing = false;
        }
    }

    private void writePieces() throws IOException {
        while (body != null && isWritable()) {
            HttpContent piece = body.next(allocator());
            if (piece == null) {
                return;
            }
            boolean last = piece instanceof LastHttpContent;
            if (last) {
                closeBody();
            }
            write(piece);
            if (last) {
                bodyWritten();
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
            autoRead(false);
        }
    }

    /** Reads on after {@link #pauseReading()}. */
    void resumeReading() {
        if (paused) {
            paused = false;
            autoRead(true);
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** The page has failed. */
    void fail() {
        if (responded) {
            abort();
        } else {
            respond(ConstantPage.empty(HttpResponseStatus.INTERNAL_SERVER_ERROR));
            flush();
        }
    }

    /** Ends the exchange in the middle. The client cannot take what it got for a whole response. */
    void abort() {
        close();
        cut();
    }

    /** The server is about to stop. */
    void stop() {
        if (body != null) {
            body.stop();
            resume();
        }
    }

    /** The exchange has ended. */
    void close() {
        receiver = null;
        closeBody();
    }
}
