package io.h2session.examples.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** A text that is always the same. */
final class ConstantPage implements Page {
    private static final AsciiString HTML = AsciiString.cached("text/html; charset=utf-8");

    private final HttpResponseStatus status;
    private final DatedHeaders headers;

    /** Shared by all responses; releasing it does not free it. */
    private final ByteBuf body;

    private ConstantPage(HttpResponseStatus status, HttpHeaders fields, CharSequence type, String text) {
        this.status = status;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        body = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes));
        headers = new DatedHeaders(fields.set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CONTENT_LENGTH, AsciiString.of(Integer.toString(bytes.length))));
    }

    static ConstantPage text(HttpResponseStatus status, String text) {
        return refusal(status, text, new DefaultHttpHeaders());
    }

    static ConstantPage html(String html) {
        return new ConstantPage(HttpResponseStatus.OK, new DefaultHttpHeaders(), HTML, html);
    }

    /** The response to a request that cannot be served. The fields are added to those of the response. */
    static ConstantPage refusal(HttpResponseStatus status, String text, HttpHeaders fields) {
        return new ConstantPage(status, fields, HttpHeaderValues.TEXT_PLAIN, text);
    }

    /** {@link #refusal(HttpResponseStatus, String, HttpHeaders)} with one field more. */
    static ConstantPage refusal(HttpResponseStatus status, String text, AsciiString name, String value) {
        return refusal(status, text, new DefaultHttpHeaders().set(name, AsciiString.of(value)));
    }

    /** A response without content. */
    static FullHttpResponse empty(HttpResponseStatus status) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER, DatedHeaders.once(), EmptyHttpHeaders.INSTANCE);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        return response;
    }

    @Override
    public void answer(Exchange exchange) {
        exchange.respond(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, body.duplicate(), headers.now(), EmptyHttpHeaders.INSTANCE));
    }
}
