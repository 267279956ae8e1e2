package io.h2session.examples.serve;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;

/** The request that is being answered on an HTTP/1.1 connection. */
final class Http1Exchange implements Exchange {
    private final Http1RequestHandler connection;
    private final HttpRequest request;

    Http1Exchange(Http1RequestHandler connection, HttpRequest request) {
        this.connection = connection;
        this.request = request;
    }

    @Override
    public CharSequence method() {
        return request.method().asciiName();
    }

    /** Without the origin that requests in absolute form have (RFC 9112 section 3.2.2). */
    @Override
    public AsciiString target() {
        String target = request.uri();
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme < 0) {
            return AsciiString.of(target);
        }
        int path = target.indexOf('/', scheme + 3);
        return AsciiString.of(path < 0 ? "/" : target.substring(path));
    }

    @Override
    public CharSequence field(AsciiString name) {
        return request.headers().get(name);
    }

    @Override
    public boolean complete() {
        return !HttpUtil.isTransferEncodingChunked(request) && HttpUtil.getContentLength(request, 0L) == 0;
    }

    @Override
    public void respond(HeaderList response) {
        HttpResponse head = head(response);
        if (!head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        }
        send(head, null);
    }

    @Override
    public void respond(HeaderList response, DataSource body) {
        send(head(response), body);
    }

    @Override
    public void echo(HeaderList response) {
        HttpResponse head = head(response);
        if (!head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            HttpUtil.setTransferEncodingChunked(head, true);
        }
        connection.echo(head, expectsContinue());
    }

    private void send(HttpResponse head, DataSource body) {
        boolean withheld = expectsContinue();
        if (withheld) {
            HttpUtil.setKeepAlive(head, false);
        }
        connection.respond(head, body, withheld);
    }

    private static HttpResponse head(HeaderList fields) {
        int status = Integer.parseInt(fields.value(HeaderNames.STATUS).toString());
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        for (HeaderField field : fields) {
            if (!field.name().equals(HeaderNames.STATUS)) {
                head.headers().add(field.name(), field.value());
            }
        }
        return head;
    }
}
