package io.h2session.examples.serve;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** {@code /echo}: sends the body and the trailers of the request back while they arrive, see {@link EchoBody}. */
final class EchoPage implements Page {
    @Override
    public void answer(Exchange exchange) {
        HttpHeaders headers = describe(exchange);
        if (exchange.isHead() || exchange.isWithoutBody()) {
            if (!headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
            }
            exchange.respond(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    Unpooled.EMPTY_BUFFER,
                    headers,
                    EmptyHttpHeaders.INSTANCE));
            return;
        }
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers);
        Echo echo = new Echo(exchange);
        exchange.receive(echo);
        if (Exchange.expectsContinue(exchange.request())) {
            // Alone: if the final response arrives in the same read, some clients send no body.
            exchange.sendContinue();
            echo.held = head;
        } else {
            exchange.respond(head, echo.body);
        }
    }

    private static HttpHeaders describe(Exchange exchange) {
        HttpHeaders headers = DatedHeaders.once();
        String type = exchange.field(HttpHeaderNames.CONTENT_TYPE);
        headers.set(HttpHeaderNames.CONTENT_TYPE, type == null ? HttpHeaderValues.APPLICATION_OCTET_STREAM : type);
        String length = exchange.field(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        return headers;
    }

    /** One body on its way. */
    private static final class Echo implements Exchange.Receiver {
        private final Exchange exchange;
        private final EchoBody body;

        /** The head of the response, until it is sent. */
        private HttpResponse held;

        Echo(Exchange exchange) {
            this.exchange = exchange;
            body = new EchoBody(DiskRoom.OF_PROCESS, exchange::resumeReading);
        }

        @Override
        public void received(HttpContent piece) {
            body.add(piece);
            if (!body.hasRoom()) {
                exchange.pauseReading();
            }
            if (held != null) {
                HttpResponse head = held;
                held = null;
                exchange.respond(head, body);
            } else {
                exchange.resume();
            }
        }
    }
}
