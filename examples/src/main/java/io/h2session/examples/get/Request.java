package io.h2session.examples.get;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request that can be sent any number of times.
 *
 * @param target whom it asks for what
 * @param headers pseudo-header fields first
 * @param body null for none
 */
record Request(Target target, HeaderList headers, RequestBody body) {
    private static final HeaderField USER_AGENT = HeaderField.of(HeaderNames.USER_AGENT, "h2session");
    private static final HeaderField ACCEPT = HeaderField.of(HeaderNames.ACCEPT, "*/*");

    /**
     * A request with these fields besides those every request has; {@code host} becomes {@code :authority}.
     *
     * @param fields in lower case
     */
    static Request of(Target target, String method, List<HeaderField> fields, RequestBody body) {
        HeaderList.Builder headers = HeaderList.builder();
        headers.add(HeaderNames.METHOD, method);
        headers.add(HeaderNames.SCHEME, target.origin().tls() ? "https" : "http");
        HeaderField host = find(fields, HeaderNames.HOST);
        headers.add(HeaderNames.AUTHORITY, host == null ? target.authority() : host.value());
        headers.add(HeaderNames.PATH, target.path());
        List<HeaderField> defaults = new ArrayList<>(List.of(USER_AGENT, ACCEPT));
        if (body != null) {
            defaults.add(HeaderField.of(HeaderNames.CONTENT_LENGTH, Long.toString(body.length())));
        }
        for (HeaderField field : defaults) {
            if (find(fields, field.name()) == null) {
                headers.add(field);
            }
        }
        for (HeaderField field : fields) {
            if (!field.name().equals(HeaderNames.HOST)) {
                headers.add(field);
            }
        }
        return new Request(target, headers.build(), body);
    }

    /**
     * What {@code -H 'name: value'} says.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static HeaderField field(String option) {
        int colon = option.indexOf(':', 1);
        if (option.startsWith(":")) {
            throw new IllegalArgumentException("-H cannot set a pseudo-header field: " + option);
        }
        if (colon < 0) {
            throw new IllegalArgumentException("-H wants 'name: value', not: " + option);
        }
        AsciiString name = new AsciiString(option.substring(0, colon).strip().getBytes(StandardCharsets.UTF_8));
        AsciiString value = new AsciiString(option.substring(colon + 1).strip().getBytes(StandardCharsets.UTF_8));
        return HeaderField.of(name.toLowerCase(), value, false);
    }

    private static HeaderField find(List<HeaderField> fields, AsciiString name) {
        for (HeaderField field : fields) {
            if (field.name().equals(name)) {
                return field;
            }
        }
        return null;
    }
}
