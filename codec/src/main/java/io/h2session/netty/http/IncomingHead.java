package io.h2session.netty.http;

import io.h2session.FieldRules;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.hpack.HeaderToken;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/**
 * The head of a message that is read. Host comes from {@code :authority}, cookies are joined, and what is about a connection of
 * HTTP/1.1 is left out; so are names that only codecs may give.
 *
 * <p>A session judges what it receives before (RFC 9113 section 8.1.1). Here it is judged once more whether it can be read in two ways
 * as HTTP/1.1, for sessions that were told not to judge; fields that were found clean cost nothing.
 */
final class IncomingHead {
    private static final HttpVersion HTTP_2 = new HttpVersion("HTTP", 2, 0, true);
    private static final HeaderField CHUNKED =
            HeaderField.of(HeaderNames.TRANSFER_ENCODING, AsciiString.cached("chunked"), false);
    private static final HeaderField NO_LENGTH =
            HeaderField.of(HeaderNames.CONTENT_LENGTH, AsciiString.cached("0"), false);
    private static final AsciiString STREAM_ID = AsciiString.cached("x-http2-stream-id");
    private static final AsciiString SCHEME = AsciiString.cached("x-http2-scheme");
    private static final AsciiString PROTOCOL = AsciiString.cached("x-http2-protocol");

    /** Longest content-length that is no overflow, in digits. */
    private static final int MAX_DIGITS = 18;

    private final HttpStreamOptions options;

    private AsciiString method;
    private AsciiString scheme;
    private AsciiString authority;
    private HeaderField authorityField;
    private HeaderField path;
    private AsciiString protocol;
    private AsciiString status;
    private int statusCode;
    private FieldHeaders headers;
    private int cookie = -1;

    /** The cookies after the first; joined when all are there, so that many take no time beyond their length. */
    private List<HeaderField> moreCookies;

    private long contentLength = -1;
    private boolean malformed;

    private IncomingHead(HttpStreamOptions options) {
        this.options = options;
    }

    /** What a header block says; null if it is not the head of a message, or could be taken for more than one. */
    static IncomingHead of(HeaderList list, HttpStreamOptions options) {
        IncomingHead head = new IncomingHead(options);
        int pseudo = 0;
        while (pseudo < list.size() && HeaderToken.isPseudo(list.get(pseudo).token())) {
            head.pseudo(list.get(pseudo++));
        }
        head.headers = new FieldHeaders(list.size() - pseudo + 2);
        if (head.authority != null) {
            head.headers.add(RecurringFields.of(HeaderNames.HOST, head.authority));
        }
        for (int i = pseudo; i < list.size(); i++) {
            head.field(list.get(i));
        }
        if (head.moreCookies != null) {
            head.joinCookies();
        }
        return head.malformed ? null : head;
    }

    // ---- taking in -------------------------------------------------------------------------------------------------

    private void pseudo(HeaderField field) {
        AsciiString value = field.value();
        AsciiString before;
        switch (field.token()) {
            case HeaderToken.METHOD -> {
                before = method;
                method = value;
            }
            case HeaderToken.SCHEME -> {
                before = scheme;
                scheme = value;
            }
            case HeaderToken.AUTHORITY -> {
                before = authority;
                authority = value;
                authorityField = field;
            }
            case HeaderToken.PATH -> {
                before = path == null ? null : path.value();
                path = field;
            }
            case HeaderToken.PROTOCOL -> {
                before = protocol;
                protocol = value;
            }
            default -> {
                before = status;
                status = value;
                statusCode = code(value);
            }
        }
        malformed |= before != null;
    }

    private void field(HeaderField field) {
        int token = field.token();
        if (!FieldRules.checkField(field)) {
            malformed = true;
        } else if (token == HeaderToken.COOKIE) {
            addCookie(field);
        } else if (token == HeaderToken.CONTENT_LENGTH) {
            // The session has refused a second one, unless it does not judge.
            malformed |= contentLength >= 0;
            contentLength = length(field.value());
            malformed |= contentLength < 0;
            headers.add(field);
        } else if (token == HeaderToken.HOST) {
            if (authority == null) {
                authority = field.value();
                headers.add(field);
            }
        } else if (!OutgoingFields.aboutConnection(token) && !OutgoingFields.isExtension(field)) {
            headers.add(field);
        }
    }

    // RFC 9113 section 8.2.3.
    private void addCookie(HeaderField field) {
        if (cookie < 0) {
            cookie = headers.size();
            headers.add(field);
            return;
        }
        if (moreCookies == null) {
            moreCookies = new ArrayList<>(4);
        }
        moreCookies.add(field);
    }

    private void joinCookies() {
        HeaderField first = headers.field(cookie);
        boolean sensitive = first.isSensitive();
        int length = first.value().length();
        for (HeaderField one : moreCookies) {
            length += 2 + one.value().length();
        }
        byte[] joined = new byte[length];
        int at = copy(first.value(), joined, 0);
        for (HeaderField one : moreCookies) {
            joined[at] = ';';
            joined[at + 1] = ' ';
            at = copy(one.value(), joined, at + 2);
            sensitive |= one.isSensitive();
        }
        headers.replace(cookie, HeaderField.of(HeaderNames.COOKIE, new AsciiString(joined, false), sensitive));
        moreCookies = null;
    }

    private static int copy(AsciiString value, byte[] target, int at) {
        System.arraycopy(value.array(), value.arrayOffset(), target, at, value.length());
        return at + value.length();
    }

    private static long length(AsciiString digits) {
        int count = digits.length();
        long value = 0;
        for (int i = 0; i < count; i++) {
            int digit = digits.byteAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return count == 0 || count > MAX_DIGITS ? -1 : value;
    }

    // ---- what it is ------------------------------------------------------------------------------------------------

    /** How long the content is said to be; -1 if nothing is said. */
    long contentLength() {
        return contentLength;
    }

    /** Null in a response, and in a plain CONNECT. */
    String scheme() {
        return scheme == null ? null : scheme.toString();
    }

    /** Null unless it is an extended CONNECT. */
    String protocol() {
        return protocol == null ? null : protocol.toString();
    }

    /** Null in a response, and in a plain CONNECT. */
    String path() {
        return path == null ? null : path.value().toString();
    }

    /** Null if it names none. */
    String authority() {
        return authority == null ? null : authority.toString();
    }

    AsciiString method() {
        return method;
    }

    /** 100 to 999 in a response; 0 otherwise, and where there is none. */
    int status() {
        return statusCode;
    }

    private static int code(AsciiString status) {
        long code = status.length() == 3 ? length(status) : 0;
        return code < 100 ? 0 : (int) code;
    }

    /**
     * The request it is; null if it is none, or one whose target could be taken for something else.
     *
     * @param streamId for those who ask for it
     * @param whole whether it has no content
     */
    HttpMessage request(int streamId, boolean whole) {
        if (method == null || status != null || !FieldRules.checkMethod(method)) {
            return null;
        }
        boolean connect = method.contentEquals(HttpMethod.CONNECT.asciiName());
        if (connect && protocol == null ? !isTunnel() : !hasPath(connect)) {
            return null;
        }
        if (connect) {
            // It has no content; what follows is the tunnel's.
            headers.remove(HeaderNames.CONTENT_LENGTH);
            contentLength = -1;
        } else if (!whole && contentLength < 0 && options.http1Framing()) {
            headers.add(CHUNKED);
        }
        if (options.extensionFields()) {
            addExtensions(streamId);
        }
        HttpMethod name = HttpMethod.valueOf(method.toString());
        if (connect) {
            String asked = protocol == null ? authority() : path();
            return new StreamedRequest(version(), name, asked, headers, scheme(), protocol());
        }
        ReceivedTarget target = new ReceivedTarget(authorityField, path);
        return whole
                ? new WholeRequest(version(), name, target, headers, scheme())
                : new StreamedRequest(version(), name, target, headers, scheme());
    }

    private boolean isTunnel() {
        return scheme == null
                && path == null
                && authority != null
                && !authority.isEmpty()
                && FieldRules.checkHost(authority);
    }

    private boolean hasPath(boolean connect) {
        return (protocol == null || connect)
                && scheme != null
                && FieldRules.checkScheme(scheme)
                && (authority == null || FieldRules.checkHost(authority))
                && path != null
                && isPath(path);
    }

    private static boolean isPath(HeaderField path) {
        AsciiString value = path.value();
        return !value.isEmpty()
                && (FieldRules.checkStrictly(path) || FieldRules.checkPath(value))
                && (value.byteAt(0) == '/' || (value.length() == 1 && value.byteAt(0) == '*'));
    }

    private void addExtensions(int streamId) {
        headers.add(HeaderField.of(STREAM_ID, AsciiString.of(Integer.toString(streamId)), false));
        if (scheme != null) {
            headers.add(HeaderField.of(SCHEME, scheme, false));
        }
        if (protocol != null && FieldRules.checkTrimmedValue(protocol)) {
            headers.add(HeaderField.of(PROTOCOL, protocol, false));
        }
    }

    /**
     * The response it is, perhaps an informational one; null if it is none.
     *
     * @param asked the method of the request; null if that is not known
     * @param whole whether it has no content
     */
    HttpMessage answer(HttpMethod asked, boolean whole) {
        int code = status();
        if (code / 100 == 1) {
            return whole || code == HttpResponseStatus.SWITCHING_PROTOCOLS.code() ? null : informational();
        }
        return code == 0 ? null : response(ContentKind.ofReceived(asked, code), whole);
    }

    private HttpMessage informational() {
        headers.remove(HeaderNames.CONTENT_LENGTH);
        return new DefaultFullHttpResponse(
                version(),
                HttpResponseStatus.valueOf(status()),
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE);
    }

    private HttpMessage response(ContentKind kind, boolean whole) {
        HttpResponseStatus code = HttpResponseStatus.valueOf(status());
        if (kind == ContentKind.TUNNEL || code.code() == HttpResponseStatus.NO_CONTENT.code()) {
            headers.remove(HeaderNames.CONTENT_LENGTH);
        } else if (kind == ContentKind.CONTENT && contentLength < 0 && options.http1Framing()) {
            headers.add(whole ? NO_LENGTH : CHUNKED);
        }
        return whole && kind != ContentKind.TUNNEL
                ? new DefaultFullHttpResponse(
                        version(), code, Unpooled.EMPTY_BUFFER, headers, EmptyHttpHeaders.INSTANCE)
                : new DefaultHttpResponse(version(), code, headers);
    }

    /** The end of a message, with the trailers that may stand there. */
    static LastHttpContent trailers(HeaderList list) {
        FieldHeaders trailers = new FieldHeaders(list.size());
        for (int i = 0; i < list.size(); i++) {
            HeaderField field = list.get(i);
            if (FieldRules.checkField(field)
                    && !OutgoingFields.forbiddenInTrailers(field.token())
                    && !OutgoingFields.isExtension(field)) {
                trailers.add(field);
            }
        }
        return trailers.isEmpty()
                ? LastHttpContent.EMPTY_LAST_CONTENT
                : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, trailers);
    }

    private HttpVersion version() {
        return options.http2Version() ? HTTP_2 : HttpVersion.HTTP_1_1;
    }
}
