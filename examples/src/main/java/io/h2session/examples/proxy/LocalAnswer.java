package io.h2session.examples.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers of the proxy's own. */
final class LocalAnswer {
    private LocalAnswer() {}

    /** What a client is told that gets no answer of an upstream server. */
    static FullHttpResponse of(Failure why, HttpRequest request) {
        String text = why.status().code() + " " + why.status().reasonPhrase() + ": " + why.event() + "\n";
        FullHttpResponse answer = text(why.status(), text, HttpMethod.HEAD.equals(request.method()));
        if (why.isTemporary()) {
            answer.headers().set(HttpHeaderNames.RETRY_AFTER, "1");
        }
        return answer;
    }

    private static FullHttpResponse text(HttpResponseStatus status, String text, boolean headOnly) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuf content = headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes);
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
                .set(HttpHeaderNames.DATE, ResponseRules.now());
        return answer;
    }

    /** The answer to a request that is to make no further hop (RFC 9110 section 7.6.2). */
    static FullHttpResponse lastHop(HttpRequest request) {
        if (HttpMethod.OPTIONS.equals(request.method())) {
            FullHttpResponse answer = text(HttpResponseStatus.OK, "", true);
            answer.headers().remove(HttpHeaderNames.CONTENT_TYPE);
            return answer;
        }
        StringBuilder seen = new StringBuilder("TRACE ").append(request.uri()).append(" HTTP/1.1\r\n");
        for (Map.Entry<String, String> field : request.headers()) {
            String name = field.getKey();
            // RFC 9110 section 9.3.8: nothing that is a secret.
            if (!HttpHeaderNames.COOKIE.contentEqualsIgnoreCase(name)
                    && !HttpHeaderNames.AUTHORIZATION.contentEqualsIgnoreCase(name)
                    && !HttpHeaderNames.PROXY_AUTHORIZATION.contentEqualsIgnoreCase(name)) {
                seen.append(name).append(": ").append(field.getValue()).append("\r\n");
            }
        }
        FullHttpResponse answer =
                text(HttpResponseStatus.OK, seen.append("\r\n").toString(), false);
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "message/http");
        return answer;
    }
}
