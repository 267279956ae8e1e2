package io.h2session.examples.serve;

import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import java.nio.charset.StandardCharsets;

/** A text that is always the same. */
final class ConstantPage implements Page {
    private final DatedHeaders headers;
    private final byte[] body;

    private ConstantPage(HeaderList head, String type, String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        headers = new DatedHeaders(head.with(HeaderNames.CONTENT_TYPE, type)
                .with(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length)));
    }

    static ConstantPage text(String text) {
        return new ConstantPage(status("200"), "text/plain", text);
    }

    static ConstantPage html(String html) {
        return new ConstantPage(status("200"), "text/html; charset=utf-8", html);
    }

    /** The response to a request that cannot be served. The fields are added to those of the response. */
    static ConstantPage refusal(String status, String text, HeaderField... fields) {
        HeaderList head = status(status);
        for (HeaderField field : fields) {
            head = head.with(field);
        }
        return new ConstantPage(head, "text/plain", text);
    }

    private static HeaderList status(String status) {
        return HeaderList.of(HeaderField.of(HeaderNames.STATUS, status));
    }

    @Override
    public void answer(Exchange exchange) {
        if (exchange.isHead()) {
            exchange.respond(headers.now());
        } else {
            exchange.respond(headers.now(), DataSource.of(body));
        }
    }
}
