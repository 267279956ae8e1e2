package io.h2session.examples.serve;

import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * How a response of HTTP/1.1 says where it ends, and whether the connection does (RFC 9112 sections 6.3 and 9.3). The handlers of
 * requests leave that out: HTTP/2 has frames.
 */
final class ResponseFraming {
    private ResponseFraming() {}

    /** The response with the fields that it needs. It is copied if it lacks any. */
    static HttpResponse of(HttpResponse response, HttpRequest request, boolean keepAlive) {
        boolean oldClient = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        boolean chunked = !oldClient && wantsChunks(response, request);
        boolean close = !keepAlive || (oldClient && !isSelfDelimiting(response, request));
        boolean saysKeepAlive = oldClient && !close;
        if (!chunked && !close && !saysKeepAlive) {
            return response;
        }
        HttpHeaders headers = response.headers().copy();
        if (chunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (close) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (saysKeepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return response instanceof FullHttpResponse full
                ? new DefaultFullHttpResponse(
                        full.protocolVersion(), full.status(), full.content(), headers, full.trailingHeaders())
                : new DefaultHttpResponse(response.protocolVersion(), response.status(), headers);
    }

    /** Whether the connection can be kept after it. */
    static boolean tellsItsEnd(HttpResponse response) {
        return !HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(
                response.headers().get(HttpHeaderNames.CONNECTION));
    }

    private static boolean wantsChunks(HttpResponse response, HttpRequest request) {
        return !isSelfDelimiting(response, request) && !HttpUtil.isTransferEncodingChunked(response);
    }

    private static boolean isSelfDelimiting(HttpResponse response, HttpRequest request) {
        int status = response.status().code();
        return response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                || HttpMethod.HEAD.equals(request.method())
                || status == HttpResponseStatus.NO_CONTENT.code()
                || status == HttpResponseStatus.NOT_MODIFIED.code();
    }
}
