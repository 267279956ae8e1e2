package io.h2session.examples.proxy;

import io.h2session.netty.http.StreamRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/** The head of a request in the words of the version that the upstream connection speaks. */
final class UpstreamRequest {
    private UpstreamRequest() {}

    /** The head. May be asked for again, for another try. */
    static HttpRequest of(Exchange exchange, boolean http2) {
        HttpRequest request = exchange.request();
        if (exchange.isWebSocket()) {
            return http2 ? connect(request) : upgrade(exchange, request);
        }
        if (http2) {
            return request;
        }
        HttpHeaders headers = request.headers();
        request.setProtocolVersion(HttpVersion.HTTP_1_1);
        if (headers.contains(HttpHeaderNames.TE)) {
            // RFC 9110 section 10.1.4.
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
        }
        if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else if (request instanceof LastHttpContent
                && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                && takesContent(request.method())) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
        return request;
    }

    private static boolean takesContent(HttpMethod method) {
        return HttpMethod.POST.equals(method) || HttpMethod.PUT.equals(method) || HttpMethod.PATCH.equals(method);
    }

    /** RFC 8441 section 5. */
    private static HttpRequest connect(HttpRequest request) {
        StreamRequest connect =
                StreamRequest.connect("websocket", null, request.headers().get(HttpHeaderNames.HOST), request.uri());
        connect.headers().add(request.headers());
        connect.headers().set(HttpHeaderNames.HOST, request.headers().get(HttpHeaderNames.HOST));
        connect.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return connect;
    }

    /** RFC 6455 section 4.1, with a key of our own. */
    private static HttpRequest upgrade(Exchange exchange, HttpRequest request) {
        HttpRequest upgrade = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, request.uri());
        upgrade.headers()
                .add(request.headers())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, exchange.webSocketKey().text());
        upgrade.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
        upgrade.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        return upgrade;
    }
}
