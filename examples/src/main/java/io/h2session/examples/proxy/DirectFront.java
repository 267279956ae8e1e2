package io.h2session.examples.proxy;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.http.HttpStreamMessages;
import io.h2session.netty.http.HttpStreamOptions;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/** A client's stream without a channel: any request but CONNECT. */
final class DirectFront extends DirectStream implements Front {
    private final Worker worker;
    private Client client;
    private Exchange exchange;

    /** The head of the answer, as long as it waits for its content: a small answer is one write. */
    private HeaderList waitingHead;

    DirectFront(Worker worker) {
        this.worker = worker;
    }

    /** Whether a request can do without a channel. A tunnel needs a pipeline. */
    static boolean takes(Http2SessionEvent.Headers head) {
        return !HttpMethod.CONNECT.asciiName().equals(head.headers().value(HeaderToken.METHOD));
    }

    // ---- the request -----------------------------------------------------------------------------------------------

    @Override
    public void head(ChannelHandlerContext context, Http2SessionEvent.Headers head) {
        connection = context;
        stream = head.stream();
        client = Client.of(context.channel());
        HttpRequest request = HttpStreamMessages.request(head, HttpStreamOptions.DEFAULT);
        if (request == null) {
            reset(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        exchange = new Exchange(worker, this, request);
        exchange.begin();
    }

    @Override
    void content(HttpContent content) {
        if (exchange == null) {
            content.release();
        } else {
            exchange.requestContent(content);
            exchange.requestPaused();
        }
    }

    @Override
    public void writabilityChanged(ChannelHandlerContext context, Http2StreamHandle ours) {
        if (exchange != null) {
            exchange.frontWritabilityChanged();
        }
    }

    @Override
    public void ended(ChannelHandlerContext context, Http2StreamHandle ours, StreamEnd end) {
        over = true;
        if (exchange != null) {
            exchange.clientLeft();
        }
    }

    @Override
    public Client client() {
        return client;
    }

    // ---- the answer ------------------------------------------------------------------------------------------------

    @Override
    public void head(HttpResponse response) {
        HeaderList fields;
        try {
            fields = HttpStreamMessages.fields(response, exchange.method());
        } catch (IllegalArgumentException malformed) {
            ReferenceCountUtil.release(response);
            exchange.answerNotWritten(malformed);
            return;
        }
        if (!(response instanceof FullHttpResponse whole)) {
            waitingHead = fields;
        } else if (whole.content().isReadable()) {
            answer(Http2SessionWrite.response(stream, fields, whole.content()));
        } else {
            whole.release();
            answer(Http2SessionWrite.response(stream, fields));
        }
    }

    /** False if the session has refused it, which the exchange knows then. */
    private boolean answer(Http2SessionWrite answer) {
        ChannelFuture written = connection.write(answer);
        if (written.isDone() && !written.isSuccess()) {
            exchange.answerNotWritten(written.cause());
            return false;
        }
        return true;
    }

    /** Writes a head that has waited for content; false if the session has refused it. */
    private boolean writeHead() {
        HeaderList fields = waitingHead;
        waitingHead = null;
        return fields == null || answer(Http2SessionWrite.responseHead(stream, fields));
    }

    /** What was being read has been handled: a head that still waits is sent alone. */
    void readHandled() {
        if (waitingHead != null && !over && writeHead()) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (waitingHead == null) {
            super.flush();
        } else {
            worker.headWaits(this);
        }
    }

    @Override
    public void write(HttpObject message) {
        if (message instanceof HttpResponse informational) {
            inform(informational);
            return;
        }
        HttpContent content = (HttpContent) message;
        if (waitingHead != null && isEnd(content)) {
            writeWhole(content);
            return;
        }
        if (!writeHead()) {
            content.release();
            return;
        }
        try {
            HttpStreamMessages.write(connection, stream, content);
        } catch (IllegalArgumentException malformedTrailers) {
            exchange.fail(Failure.MALFORMED_ANSWER);
        }
    }

    private static boolean isEnd(HttpContent content) {
        return content instanceof LastHttpContent end && end.trailingHeaders().isEmpty();
    }

    /** The answer in one write. Its server's stream has ended: window credit for it is of no use, and not waited for. */
    private void writeWhole(HttpContent content) {
        HeaderList fields = waitingHead;
        waitingHead = null;
        Http2SessionWrite whole = content.content().isReadable()
                ? Http2SessionWrite.response(stream, fields, content.content().retain())
                : Http2SessionWrite.response(stream, fields);
        content.release();
        connection.write(whole, connection.voidPromise());
    }

    private void inform(HttpResponse informational) {
        try {
            HeaderList fields = HttpStreamMessages.fields(informational, exchange.method());
            connection.write(Http2SessionWrite.informational(stream, fields), connection.voidPromise());
        } catch (IllegalArgumentException malformed) {
            exchange.answerNotWritten(malformed);
        } finally {
            ReferenceCountUtil.release(informational);
        }
    }

    @Override
    public void lastAnswer() {
        // Other streams are other matters.
    }

    @Override
    public boolean takesInformational() {
        return true;
    }

    @Override
    public void answered(boolean requestWhole) {
        if (requestWhole || over) {
            flush();
        } else {
            // Tells the client to stop sending; the answer stands.
            send(Http2SessionWrite.discardRequest(stream));
        }
    }

    @Override
    public void abort(Failure why) {
        if (!over) {
            writeHead();
        }
        reset(why.reset());
    }

    private void reset(ErrorCode code) {
        if (!over) {
            send(Http2SessionWrite.reset(stream, code));
        }
    }
}
