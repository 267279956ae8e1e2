package io.h2session.examples.get;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import java.nio.charset.StandardCharsets;

/** Header fields as curl shows those of HTTP/2: lines as in HTTP/1.1, and names in lower case. */
final class HeadText {
    private static final String LINE_END = "\r\n";

    private HeadText() {}

    /**
     * The text of a head, with a status line and an empty line at its end, and of trailers.
     *
     * @param head empty for none
     * @param trailers empty for none
     */
    static byte[] of(HeaderList head, HeaderList trailers) {
        StringBuilder text = new StringBuilder();
        if (!head.isEmpty()) {
            text.append("HTTP/2 ")
                    .append(head.value(HeaderToken.STATUS))
                    .append(' ')
                    .append(LINE_END);
            append(text, head);
            text.append(LINE_END);
        }
        append(text, trailers);
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void append(StringBuilder text, HeaderList fields) {
        for (HeaderField field : fields) {
            if (field.name().charAt(0) != ':') {
                text.append(field.name()).append(": ").append(field.value()).append(LINE_END);
            }
        }
    }
}
