package io.h2session.examples.serve;

import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;

/** {@code /echo}: sends the body and the trailers of the request back while they arrive, see {@link EchoBody}. */
final class EchoPage implements Page {
    @Override
    public void answer(Exchange exchange) {
        HeaderList response = DatedHeaders.once(describe(exchange));
        if (exchange.isHead() || exchange.complete()) {
            exchange.respond(response);
        } else {
            exchange.echo(response);
        }
    }

    private static HeaderList describe(Exchange exchange) {
        HeaderList.Builder response = HeaderList.builder().add(HeaderNames.STATUS, "200");
        CharSequence type = exchange.field(HeaderNames.CONTENT_TYPE);
        response.add(HeaderNames.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
        CharSequence length = exchange.field(HeaderNames.CONTENT_LENGTH);
        if (length != null) {
            response.add(HeaderNames.CONTENT_LENGTH, length);
        }
        return response.build();
    }
}
