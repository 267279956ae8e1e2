package io.h2session.examples.serve;

import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionWrite;
import io.netty.util.AsciiString;

/** {@code /echo}: the request's body and trailers come back while they arrive; see {@link Echo}. */
final class EchoPage implements Page {
    private static final HeaderList CONTINUE = HeaderList.of(HeaderNames.STATUS, "100");
    private static final AsciiString EXPECTED = AsciiString.cached("100-continue");

    @Override
    public void answer(Exchange exchange) {
        HeaderList response = DatedHeaders.once(describe(exchange));
        if (exchange.isHead() || exchange.complete()) {
            exchange.respond(response);
            return;
        }
        Echo echo = new Echo(exchange.connection(), exchange.stream());
        exchange.stream().attachment(echo);
        if (EXPECTED.contentEqualsIgnoreCase(exchange.headers().value(HeaderToken.EXPECT))) {
            echo.write(Http2SessionWrite.headers(exchange.stream(), CONTINUE));
        }
        echo.write(Http2SessionWrite.responseHead(exchange.stream(), response));
    }

    private static HeaderList describe(Exchange exchange) {
        HeaderList.Builder response = HeaderList.builder().add(HeaderNames.STATUS, "200");
        AsciiString type = exchange.headers().value(HeaderToken.CONTENT_TYPE);
        response.add(HeaderNames.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
        AsciiString length = exchange.headers().value(HeaderToken.CONTENT_LENGTH);
        if (length != null) {
            response.add(HeaderNames.CONTENT_LENGTH, length);
        }
        return response.build();
    }
}
