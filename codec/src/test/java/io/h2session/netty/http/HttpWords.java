package io.h2session.netty.http;

import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.CharsetUtil;
import java.util.Map;

/** Objects of HTTP/1.1 in words, so that a test can say what it expects. */
final class HttpWords {
    private HttpWords() {}

    static String of(Object object) {
        StringBuilder words = new StringBuilder();
        if (object instanceof FullHttpMessage) {
            words.append("whole ");
        }
        if (object instanceof HttpRequest request) {
            words.append(request.method()).append(' ').append(request.uri());
        } else if (object instanceof HttpResponse response) {
            words.append(response.status().code());
        }
        if (object instanceof HttpMessage message) {
            words.append(fields(message.headers()));
        }
        if (object instanceof HttpContent content) {
            if (!(object instanceof HttpMessage) || content.content().isReadable()) {
                words.append('\'')
                        .append(content.content().toString(CharsetUtil.US_ASCII))
                        .append('\'');
            }
            if (object instanceof LastHttpContent last && !(object instanceof HttpMessage)) {
                words.append(" last").append(fields(last.trailingHeaders()));
            }
        }
        return words.isEmpty() ? object.getClass().getSimpleName() : words.toString();
    }

    private static String fields(HttpHeaders headers) {
        StringBuilder words = new StringBuilder();
        for (Map.Entry<String, String> field : headers) {
            words.append(' ').append(field.getKey()).append('=').append(field.getValue());
        }
        return words.toString();
    }
}
