package io.h2session.examples.serve;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.channel.StreamHandler;
import io.h2session.netty.http.HttpStreamMessages;
import io.h2session.netty.http.HttpStreamOptions;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;

/**
 * An exchange on a stream without a channel: most pages need no pipeline, and do without what it costs. Many look at nothing but the
 * target and the method, so the request is made when it is asked for.
 */
final class StreamExchange extends Exchange implements StreamHandler {
    private final Service service;
    private final Http2SessionEvent.Headers head;
    private final Http2StreamHandle stream;
    private final HttpMethod method;

    /** Null before {@link #request()}. */
    private HttpRequest request;

    /** Null before the request is answered. */
    private ChannelHandlerContext connection;

    private boolean over;

    private StreamExchange(Service service, Http2SessionEvent.Headers head, HttpMethod method, String target) {
        super(target);
        this.service = service;
        this.head = head;
        this.method = method;
        stream = head.stream();
    }

    /** The exchange of a request; null if it needs a channel. */
    static StreamExchange of(Http2SessionEvent.Headers head, Service service) {
        AsciiString path = head.headers().value(HeaderToken.PATH);
        HttpMethod method = methodOf(head.headers().value(HeaderToken.METHOD));
        // The session has judged the request, except for the form of its target. The channel's codec judges that.
        boolean odd = method == null || path == null || path.isEmpty() || path.byteAt(0) != '/';
        if (odd || HttpMethod.CONNECT.equals(method)) {
            return null;
        }
        String target = path.toString();
        return service.pages().needsPipeline(pathOf(target)) ? null : new StreamExchange(service, head, method, target);
    }

    private static HttpMethod methodOf(AsciiString name) {
        if (HttpMethod.GET.asciiName().equals(name)) {
            return HttpMethod.GET;
        }
        return name == null ? null : HttpMethod.valueOf(name.toString());
    }

    // ---- the request -----------------------------------------------------------------------------------------------

    @Override
    HttpRequest request() {
        if (request == null) {
            request = HttpStreamMessages.request(head, HttpStreamOptions.DEFAULT);
            if (request == null) {
                throw new IllegalArgumentException("a malformed request");
            }
        }
        return request;
    }

    @Override
    HttpMethod method() {
        return method;
    }

    // ---- what comes ------------------------------------------------------------------------------------------------

    @Override
    public void head(ChannelHandlerContext context, Http2SessionEvent.Headers received) {
        connection = context;
        try {
            service.answer(this, context.channel());
        } catch (RuntimeException cause) {
            service.complain(context.channel(), cause);
            fail();
        }
        flush();
    }

    @Override
    public void data(ChannelHandlerContext context, Http2SessionEvent.Data data) {
        received(HttpStreamMessages.content(data));
    }

    @Override
    public void trailers(ChannelHandlerContext context, Http2SessionEvent.Headers trailers) {
        received(HttpStreamMessages.trailers(trailers));
    }

    @Override
    public void writabilityChanged(ChannelHandlerContext context, Http2StreamHandle ours) {
        resume();
    }

    @Override
    public void ended(ChannelHandlerContext context, Http2StreamHandle ours, StreamEnd end) {
        over = true;
        close();
        service.ended(end);
    }

    // ---- what goes -------------------------------------------------------------------------------------------------

    @Override
    void write(HttpObject part) {
        if (!(part instanceof HttpResponse response)) {
            HttpStreamMessages.write(connection, stream, (HttpContent) part);
            return;
        }
        HeaderList fields;
        try {
            fields = HttpStreamMessages.fields(response, method);
        } catch (IllegalArgumentException malformed) {
            ReferenceCountUtil.release(response);
            throw malformed;
        }
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            write(Http2SessionWrite.informational(stream, fields));
        } else if (response instanceof FullHttpResponse whole) {
            write(Http2SessionWrite.response(stream, fields, whole.content()));
        } else {
            write(Http2SessionWrite.responseHead(stream, fields));
        }
    }

    private void write(Http2SessionWrite write) {
        connection.write(write, connection.voidPromise());
    }

    @Override
    void flush() {
        ((Http2StreamsHandler) connection.handler()).flushSoon();
    }

    @Override
    boolean isWritable() {
        return stream.isWritable();
    }

    @Override
    void autoRead(boolean more) {
        if (!over) {
            write(Http2SessionWrite.pauseReading(stream, !more));
            flush();
        }
    }

    @Override
    void cut() {
        if (!over) {
            write(Http2SessionWrite.reset(stream, ErrorCode.INTERNAL_ERROR));
            flush();
        }
    }

    @Override
    EventExecutor executor() {
        return connection.executor();
    }

    @Override
    ByteBufAllocator allocator() {
        return connection.alloc();
    }
}
