package io.h2session.netty.http;

import io.h2session.FieldRules;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.hpack.HeaderToken;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The header fields of a message that is written, as HTTP/2 has them: names in lower case, nothing that is about a connection of
 * HTTP/1.1 (RFC 9113 section 8.2.2), cookies in fields of their own (section 8.2.3), the pseudo-header fields in front. For one
 * message.
 */
final class OutgoingFields {
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final String EXTENSION_PREFIX = "x-http2-";

    /** The fields of the statuses that were sent, by their code. Any thread makes the same. */
    private static final HeaderField[] STATUSES = new HeaderField[1000];

    private static final HeaderField TE_TRAILERS = HeaderField.of(HeaderNames.TE, TRAILERS, false);

    private HeaderField[] fields;
    private int size;
    private boolean dropsLength;

    /** What Connection names; null if there is no such field. */
    private Set<AsciiString> nominees;

    private OutgoingFields(int capacity) {
        fields = new HeaderField[capacity];
    }

    /**
     * The fields of a request.
     *
     * @param scheme of requests that say none
     * @throws IllegalArgumentException if there is no such request in HTTP/2
     */
    static HeaderList request(HttpRequest request, AsciiString scheme) {
        HttpHeaders headers = request.headers();
        ReceivedTarget received = received(request);
        HeaderField authority = received == null ? null : cleanAuthority(headers, received);
        if (authority != null) {
            OutgoingFields made = new OutgoingFields(headers.size() + 8);
            made.addPseudo(request.method(), scheme, authority);
            made.add(received.path());
            made.addAll(headers, false);
            return made.build();
        }
        String protocol = null;
        AsciiString given = scheme;
        if (request instanceof StreamRequest extended && extended.protocol() != null) {
            protocol = extended.protocol();
            given = extended.scheme() == null ? scheme : AsciiString.of(extended.scheme());
        }
        RequestTarget target =
                RequestTarget.of(request.method(), request.uri(), host(headers), protocol != null, given);
        OutgoingFields made = new OutgoingFields(headers.size() + 8);
        made.addPseudo(
                request.method(), target.scheme(), RecurringFields.of(HeaderNames.AUTHORITY, target.authority()));
        if (target.path() != null) {
            made.add(HeaderField.of(HeaderNames.PATH, target.path(), false));
        }
        if (protocol != null) {
            made.add(HeaderField.of(HeaderNames.PROTOCOL, AsciiString.of(protocol), false));
        }
        // Of a tunnel there is no length, either.
        made.dropsLength = target.path() == null;
        made.addAll(headers, false);
        return made.build();
    }

    /** Where a request was received from, if that is where it goes. */
    private static ReceivedTarget received(HttpRequest request) {
        ReceivedTarget received = null;
        if (request instanceof WholeRequest whole) {
            received = whole.received();
        } else if (request instanceof StreamedRequest streamed) {
            received = streamed.received();
        }
        return received != null && received.isPathOf(request) ? received : null;
    }

    /** The one Host that there is, if it is a host and nothing else. */
    private static HeaderField cleanAuthority(HttpHeaders headers, ReceivedTarget received) {
        if (!(host(headers) instanceof AsciiString host) || host.isEmpty()) {
            return null;
        }
        HeaderField authority =
                received.isAuthority(host) ? received.authority() : RecurringFields.of(HeaderNames.AUTHORITY, host);
        return FieldRules.checkStrictly(authority) ? authority : null;
    }

    /** @param scheme null if it has none */
    private void addPseudo(HttpMethod method, AsciiString scheme, HeaderField authority) {
        add(RecurringFields.of(HeaderNames.METHOD, method.asciiName()));
        if (scheme != null) {
            add(RecurringFields.of(HeaderNames.SCHEME, scheme));
        }
        add(authority);
    }

    /**
     * The fields of a request whose response is promised.
     *
     * @param with the request that it is promised with
     * @throws IllegalArgumentException if there is no such request in HTTP/2, or none that may be promised
     */
    static HeaderList pushed(HttpRequest request, IncomingHead with) {
        if (request.method().equals(HttpMethod.CONNECT)
                || (request instanceof HttpContent whole && whole.content().isReadable())) {
            throw new IllegalArgumentException("a promised request has no content");
        }
        HttpRequest complete = request;
        if (!request.headers().contains(HttpHeaderNames.HOST) && with.authority() != null) {
            complete = new DefaultHttpRequest(
                    request.protocolVersion(),
                    request.method(),
                    request.uri(),
                    request.headers().copy().set(HttpHeaderNames.HOST, with.authority()));
        }
        return request(complete, AsciiString.of(with.scheme() == null ? "https" : with.scheme()));
    }

    /** The one Host there is, null if there is none. Of two that differ, either could be meant. */
    private static CharSequence host(HttpHeaders headers) {
        if (headers instanceof FieldHeaders ours) {
            return host(ours);
        }
        CharSequence host = headers.get(HttpHeaderNames.HOST);
        Iterator<? extends CharSequence> values = headers.valueCharSequenceIterator(HttpHeaderNames.HOST);
        while (values.hasNext()) {
            if (!AsciiString.contentEqualsIgnoreCase(host, values.next())) {
                throw new IllegalArgumentException("two Hosts");
            }
        }
        return host;
    }

    private static AsciiString host(FieldHeaders headers) {
        int first = headers.indexOf(HttpHeaderNames.HOST, 0);
        if (first < 0) {
            return null;
        }
        AsciiString host = headers.field(first).value();
        for (int i = headers.indexOf(HttpHeaderNames.HOST, first + 1); i >= 0; ) {
            if (!host.contentEqualsIgnoreCase(headers.field(i).value())) {
                throw new IllegalArgumentException("two Hosts");
            }
            i = headers.indexOf(HttpHeaderNames.HOST, i + 1);
        }
        return host;
    }

    /**
     * The fields of a response. One that can have no length says none (RFC 9110 section 8.6), as with Netty's encoder for HTTP/1.1: its
     * handlers give one to 100 (Continue). Headers that cannot change are looked at once.
     *
     * @param method of the request; null if that is not known
     */
    static HeaderList response(HttpResponse response, HttpMethod method) {
        HttpHeaders headers = response.headers();
        int code = response.status().code();
        boolean dropsLength = code / 100 == 1
                || code == HttpResponseStatus.NO_CONTENT.code()
                || (code / 100 == 2 && HttpMethod.CONNECT.equals(method));
        if (dropsLength || !(headers instanceof ReadOnlyHttpHeaders constant)) {
            return response(response.status(), headers, dropsLength);
        }
        HeaderList known = RecurringHeads.find(constant, code);
        if (known == null) {
            known = response(response.status(), headers, false);
            RecurringHeads.keep(constant, code, known);
        }
        return known;
    }

    private static HeaderList response(HttpResponseStatus status, HttpHeaders headers, boolean dropsLength) {
        OutgoingFields made = new OutgoingFields(headers.size() + 1);
        made.dropsLength = dropsLength;
        made.add(status(status));
        made.addAll(headers, false);
        return made.build();
    }

    private static HeaderField status(HttpResponseStatus status) {
        int code = status.code();
        if (code < 100 || code >= STATUSES.length) {
            throw new IllegalArgumentException("a status has three digits");
        }
        if (code == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            throw new IllegalArgumentException("HTTP/2 has no 101 (RFC 9113 section 8.6)");
        }
        HeaderField known = STATUSES[code];
        if (known == null) {
            known = HeaderField.of(HeaderNames.STATUS, status.codeAsText(), false);
            STATUSES[code] = known;
        }
        return known;
    }

    /** Trailers, without those fields that mean nothing or something else behind a body (RFC 9110 section 6.5.1). */
    static HeaderList trailers(HttpHeaders trailers) {
        OutgoingFields made = new OutgoingFields(trailers.size());
        made.addAll(trailers, true);
        return made.build();
    }

    /**
     * Whether a field must not stand in trailers: how a message is framed and routed, what its content is, who asks for it. A
     * receiver that merges trailers into the head would be misled.
     */
    static boolean forbiddenInTrailers(int token) {
        return switch (token) {
            case HeaderToken.HOST,
                    HeaderToken.CONTENT_LENGTH,
                    HeaderToken.CONTENT_ENCODING,
                    HeaderToken.CONTENT_TYPE,
                    HeaderToken.CONTENT_RANGE,
                    HeaderToken.CONTENT_LOCATION,
                    HeaderToken.TE,
                    HeaderToken.TRAILER,
                    HeaderToken.EXPECT,
                    HeaderToken.MAX_FORWARDS,
                    HeaderToken.AUTHORIZATION,
                    HeaderToken.PROXY_AUTHORIZATION,
                    HeaderToken.COOKIE,
                    HeaderToken.SET_COOKIE -> true;
            default -> aboutConnection(token);
        };
    }

    /** Whether a field is about a connection of HTTP/1.1, so that no message of HTTP/2 has it. */
    static boolean aboutConnection(int token) {
        return switch (token) {
            case HeaderToken.CONNECTION,
                    HeaderToken.KEEP_ALIVE,
                    HeaderToken.PROXY_CONNECTION,
                    HeaderToken.TRANSFER_ENCODING,
                    HeaderToken.UPGRADE -> true;
            default -> token == HTTP2_SETTINGS;
        };
    }

    private static final int HTTP2_SETTINGS = HeaderToken.of(HeaderNames.HTTP2_SETTINGS);

    /** Whether a field has a name by which codecs tell handlers about the stream: never the peer's to say. */
    static boolean isExtension(HeaderField field) {
        AsciiString name = field.name();
        return field.token() == HeaderToken.UNKNOWN
                && name.length() >= EXTENSION_PREFIX.length()
                && (name.byteAt(0) | 0x20) == 'x'
                && name.regionMatches(true, 0, EXTENSION_PREFIX, 0, EXTENSION_PREFIX.length());
    }

    // ---- one message -----------------------------------------------------------------------------------------------

    private void addAll(HttpHeaders headers, boolean trailers) {
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            nominees = nominees(headers);
        }
        if (headers instanceof FieldHeaders ours) {
            for (int i = 0; i < ours.size(); i++) {
                take(ours.field(i), trailers);
            }
            return;
        }
        Iterator<Map.Entry<CharSequence, CharSequence>> entries = headers.iteratorCharSequence();
        while (entries.hasNext()) {
            Map.Entry<CharSequence, CharSequence> entry = entries.next();
            take(RecurringFields.of(entry.getKey(), entry.getValue()), trailers);
        }
    }

    private static Set<AsciiString> nominees(HttpHeaders headers) {
        Set<AsciiString> nominees = new HashSet<>();
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : value.split(",", -1)) {
                nominees.add(AsciiString.of(name.trim()).toLowerCase());
            }
        }
        return nominees;
    }

    private void take(HeaderField given, boolean trailers) {
        // One that was received, or used before, was found to be normal already.
        HeaderField field = FieldRules.checkField(given) ? given : normal(given);
        int token = field.token();
        if (token == HeaderToken.TE) {
            // Named by Connection, as HTTP/1.1 asks for; that is not meant here.
            if (!trailers && asksForTrailers(field.value())) {
                addTe();
            }
            return;
        }
        boolean dropped = trailers
                ? forbiddenInTrailers(token)
                : token == HeaderToken.HOST
                        || (token == HeaderToken.CONTENT_LENGTH && dropsLength)
                        || aboutConnection(token);
        if (dropped || isExtension(field) || (nominees != null && nominees.contains(field.name()))) {
            return;
        }
        if (!FieldRules.checkField(field)) {
            throw new IllegalArgumentException("a header field is malformed");
        }
        if (token == HeaderToken.COOKIE) {
            addCookies(field);
        } else {
            add(field);
        }
    }

    /** The field with its name in lower case and no blanks around its value; itself, if it is so already. */
    private static HeaderField normal(HeaderField field) {
        AsciiString name = field.name().toLowerCase();
        AsciiString value = field.value();
        int length = value.length();
        boolean blank = length > 0 && (isBlank(value.byteAt(0)) || isBlank(value.byteAt(length - 1)));
        if (name == field.name() && !blank) {
            return field;
        }
        return HeaderField.of(name, blank ? trimmed(value) : value, field.isSensitive());
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static AsciiString trimmed(AsciiString value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.byteAt(from))) {
            from++;
        }
        while (from < to && isBlank(value.byteAt(to - 1))) {
            to--;
        }
        return value.subSequence(from, to);
    }

    private static boolean asksForTrailers(AsciiString te) {
        for (AsciiString coding : te.split(',')) {
            AsciiString name = trimmed(coding);
            int semicolon = name.indexOf(';', 0);
            if (TRAILERS.contentEqualsIgnoreCase(semicolon < 0 ? name : trimmed(name.subSequence(0, semicolon)))) {
                return true;
            }
        }
        return false;
    }

    private void addTe() {
        for (int i = 0; i < size; i++) {
            if (fields[i] == TE_TRAILERS) {
                return;
            }
        }
        add(TE_TRAILERS);
    }

    /** Each cookie in a field, so that HPACK can index them apart; one that is not written as cookies are stays whole. */
    private void addCookies(HeaderField field) {
        AsciiString value = field.value();
        int length = value.length();
        for (int i = value.indexOf(';', 0); i >= 0; i = value.indexOf(';', i + 1)) {
            if (i + 2 >= length || value.byteAt(i + 1) != ' ' || i == 0) {
                add(field);
                return;
            }
        }
        int from = 0;
        for (int i = value.indexOf(';', 0); i >= 0; i = value.indexOf(';', from)) {
            addCookie(field, from, i);
            from = i + 2;
        }
        addCookie(field, from, length);
    }

    private void addCookie(HeaderField field, int from, int to) {
        if (from == 0 && to == field.value().length()) {
            add(field);
            return;
        }
        AsciiString part = trimmed(field.value().subSequence(from, to, false));
        add(HeaderField.of(HeaderNames.COOKIE, part, field.isSensitive()));
    }

    private void add(HeaderField field) {
        if (size == fields.length) {
            fields = Arrays.copyOf(fields, size * 2 + 4);
        }
        fields[size++] = field;
    }

    private HeaderList build() {
        return HeaderList.ofTrusted(fields, size);
    }
}
