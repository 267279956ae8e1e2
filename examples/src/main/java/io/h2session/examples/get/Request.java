package io.h2session.examples.get;

import io.h2session.FieldRules;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A request that can be sent any number of times.
 *
 * @param target the URL
 * @param headers pseudo-header fields first
 * @param body null for none
 * @param trailers sent after the body
 */
public record Request(Target target, HeaderList headers, RequestBody body, HeaderList trailers) {
    private static final HeaderField USER_AGENT = HeaderField.of(HeaderNames.USER_AGENT, "h2session");
    /** Connection-specific fields of HTTP/1.1 (RFC 9113 section 8.2.2). */
    private static final Set<AsciiString> OF_HTTP1 = Set.of(
            HeaderNames.CONNECTION,
            HeaderNames.KEEP_ALIVE,
            HeaderNames.PROXY_CONNECTION,
            HeaderNames.TRANSFER_ENCODING,
            HeaderNames.UPGRADE);

    private static final Set<AsciiString> BEFORE_BODY =
            Set.of(HeaderNames.CONTENT_LENGTH, HeaderNames.HOST, HeaderNames.TE, HeaderNames.CONTENT_TYPE);

    private static final HeaderField ACCEPT = HeaderField.of(HeaderNames.ACCEPT, "*/*");

    /**
     * Creates a request with these fields and those that every request has. {@code host} becomes {@code :authority}.
     *
     * @param fields in lower case
     * @param trailers in lower case; they need a body
     * @throws IllegalArgumentException with a message for the user if HTTP/2 cannot express the request
     */
    public static Request of(
            Target target, String method, List<HeaderField> fields, RequestBody body, List<HeaderField> trailers) {
        checkMethod(method);
        for (HeaderField field : fields) {
            check(field, body);
        }
        trailers.forEach(Request::checkTrailer);
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
        return new Request(target, headers.build(), body, HeaderList.of(trailers.toArray(new HeaderField[0])));
    }

    /** A request without trailers, as {@link #of(Target, String, List, RequestBody, List)}. */
    public static Request of(Target target, String method, List<HeaderField> fields, RequestBody body) {
        return of(target, method, fields, body, List.of());
    }

    /** The same request for another URL of the same site, without a body. */
    Request linked(Target other) {
        HeaderList.Builder fields = HeaderList.builder();
        for (HeaderField field : headers) {
            AsciiString name = field.name();
            if (name.equals(HeaderNames.PATH)) {
                fields.add(name, other.path());
            } else if (name.equals(HeaderNames.METHOD)) {
                fields.add(name, "GET");
            } else if (!name.equals(HeaderNames.CONTENT_LENGTH) && !name.equals(HeaderNames.CONTENT_TYPE)) {
                fields.add(field);
            }
        }
        return new Request(other, fields.build(), null, HeaderList.EMPTY);
    }

    String method() {
        return String.valueOf(headers.value(HeaderNames.METHOD));
    }

    /** The header fields as HTTP/1.1 has them, with Host in the place of {@code :authority}. */
    public HttpHeaders http1Fields() {
        HttpHeaders fields = new DefaultHttpHeaders();
        fields.add(HttpHeaderNames.HOST, headers.value(HeaderNames.AUTHORITY));
        for (HeaderField field : headers) {
            AsciiString name = field.name();
            if (name.equals(HeaderNames.COOKIE) && fields.contains(name)) {
                // One field in HTTP/1.1 (RFC 9113 section 8.2.3).
                fields.set(name, fields.get(name) + "; " + field.value());
            } else if (name.byteAt(0) != ':') {
                fields.add(name, field.value());
            }
            if (name.equals(HeaderNames.TE)) {
                fields.set(HttpHeaderNames.CONNECTION, name);
            }
        }
        return fields;
    }

    /**
     * Parses {@code -H 'name: value'} or {@code --trailer 'name: value'}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static HeaderField field(String option, String text) {
        int colon = text.indexOf(':', 1);
        if (text.startsWith(":")) {
            throw new IllegalArgumentException(option + " cannot set a pseudo-header field: " + text);
        }
        if (colon < 0) {
            throw new IllegalArgumentException(option + " wants 'name: value', not: " + text);
        }
        AsciiString name = new AsciiString(text.substring(0, colon).strip().getBytes(StandardCharsets.UTF_8));
        AsciiString value = new AsciiString(text.substring(colon + 1).strip().getBytes(StandardCharsets.UTF_8));
        return HeaderField.of(name.toLowerCase(), value, false);
    }

    /** Parses {@code -H 'name: value'}, as {@link #field(String, String)}. */
    public static HeaderField field(String text) {
        return field("-H", text);
    }

    /** Refuses what a message has before its body only (RFC 9110 section 6.5.1). */
    private static void checkTrailer(HeaderField field) {
        AsciiString name = field.name();
        if (!FieldRules.checkName(name) || !FieldRules.checkTrimmedValue(field.value())) {
            throw new IllegalArgumentException("--trailer wants a name and a value that HTTP has, not: " + field);
        }
        if (OF_HTTP1.contains(name) || BEFORE_BODY.contains(name)) {
            throw new IllegalArgumentException("--trailer cannot set what belongs before the body: " + field);
        }
    }

    private static void checkMethod(String method) {
        if (!FieldRules.checkMethod(AsciiString.of(method))) {
            throw new IllegalArgumentException("-X wants a method, not: " + method);
        }
        if (method.equals("CONNECT")) {
            throw new IllegalArgumentException("-X CONNECT asks for a tunnel, which has no use here");
        }
    }

    /** Refuses fields that RFC 9113 section 8.2 forbids, and fields that do not match the body. */
    private static void check(HeaderField field, RequestBody body) {
        AsciiString name = field.name();
        AsciiString value = field.value();
        String length = Long.toString(body == null ? 0 : body.length());
        if (!FieldRules.checkName(name) || !FieldRules.checkTrimmedValue(value)) {
            throw new IllegalArgumentException("-H wants a name and a value that HTTP has, not: " + field);
        }
        if (OF_HTTP1.contains(name) || (name.equals(HeaderNames.TE) && !value.contentEqualsIgnoreCase("trailers"))) {
            throw new IllegalArgumentException("-H cannot set what HTTP/2 does not have: " + field);
        }
        if (name.equals(HeaderNames.HOST) && (value.isEmpty() || !FieldRules.checkHost(value))) {
            throw new IllegalArgumentException("-H wants a host that can be, not: " + field);
        }
        if (name.equals(HeaderNames.CONTENT_LENGTH) && !value.contentEquals(length)) {
            throw new IllegalArgumentException("-H says another length than the body's, " + length + ": " + field);
        }
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
