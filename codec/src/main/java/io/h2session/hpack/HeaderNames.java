package io.h2session.hpack;

import io.netty.util.AsciiString;

/**
 * Field names in lower case, as HTTP/2 requires (RFC 9113 8.2.1). Each known name has one shared instance here, which the
 * decoder uses, so it is worthwhile to compare by identity first.
 *
 * @since 0.1
 */
public final class HeaderNames {

    // Pseudo-header fields (RFC 9113 8.3, RFC 8441 4).
    /** {@code :authority}. */
    public static final AsciiString AUTHORITY = AsciiString.cached(":authority");
    /** {@code :method}. */
    public static final AsciiString METHOD = AsciiString.cached(":method");
    /** {@code :path}. */
    public static final AsciiString PATH = AsciiString.cached(":path");
    /** {@code :scheme}. */
    public static final AsciiString SCHEME = AsciiString.cached(":scheme");
    /** {@code :status}. */
    public static final AsciiString STATUS = AsciiString.cached(":status");
    /** {@code :protocol}. */
    public static final AsciiString PROTOCOL = AsciiString.cached(":protocol");

    // Names with a meaning for the protocol itself.
    /** {@code host}. */
    public static final AsciiString HOST = AsciiString.cached("host");
    /** {@code content-length}. */
    public static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    /** {@code cookie}. */
    public static final AsciiString COOKIE = AsciiString.cached("cookie");
    /** {@code te}. */
    public static final AsciiString TE = AsciiString.cached("te");
    /** {@code connection}. */
    public static final AsciiString CONNECTION = AsciiString.cached("connection");
    /** {@code keep-alive}. */
    public static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    /** {@code proxy-connection}. */
    public static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    /** {@code transfer-encoding}. */
    public static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    /** {@code upgrade}. */
    public static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    /** {@code priority}. */
    public static final AsciiString PRIORITY = AsciiString.cached("priority");
    /** {@code trailer}. */
    public static final AsciiString TRAILER = AsciiString.cached("trailer");

    // The other names of the static table (RFC 7541 appendix A).
    /** {@code accept-charset}. */
    public static final AsciiString ACCEPT_CHARSET = AsciiString.cached("accept-charset");
    /** {@code accept-encoding}. */
    public static final AsciiString ACCEPT_ENCODING = AsciiString.cached("accept-encoding");
    /** {@code accept-language}. */
    public static final AsciiString ACCEPT_LANGUAGE = AsciiString.cached("accept-language");
    /** {@code accept-ranges}. */
    public static final AsciiString ACCEPT_RANGES = AsciiString.cached("accept-ranges");
    /** {@code accept}. */
    public static final AsciiString ACCEPT = AsciiString.cached("accept");
    /** {@code access-control-allow-origin}. */
    public static final AsciiString ACCESS_CONTROL_ALLOW_ORIGIN = AsciiString.cached("access-control-allow-origin");
    /** {@code age}. */
    public static final AsciiString AGE = AsciiString.cached("age");
    /** {@code allow}. */
    public static final AsciiString ALLOW = AsciiString.cached("allow");
    /** {@code authorization}. */
    public static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
    /** {@code cache-control}. */
    public static final AsciiString CACHE_CONTROL = AsciiString.cached("cache-control");
    /** {@code content-disposition}. */
    public static final AsciiString CONTENT_DISPOSITION = AsciiString.cached("content-disposition");
    /** {@code content-encoding}. */
    public static final AsciiString CONTENT_ENCODING = AsciiString.cached("content-encoding");
    /** {@code content-language}. */
    public static final AsciiString CONTENT_LANGUAGE = AsciiString.cached("content-language");
    /** {@code content-location}. */
    public static final AsciiString CONTENT_LOCATION = AsciiString.cached("content-location");
    /** {@code content-range}. */
    public static final AsciiString CONTENT_RANGE = AsciiString.cached("content-range");
    /** {@code content-type}. */
    public static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    /** {@code date}. */
    public static final AsciiString DATE = AsciiString.cached("date");
    /** {@code etag}. */
    public static final AsciiString ETAG = AsciiString.cached("etag");
    /** {@code expect}. */
    public static final AsciiString EXPECT = AsciiString.cached("expect");
    /** {@code expires}. */
    public static final AsciiString EXPIRES = AsciiString.cached("expires");
    /** {@code from}. */
    public static final AsciiString FROM = AsciiString.cached("from");
    /** {@code if-match}. */
    public static final AsciiString IF_MATCH = AsciiString.cached("if-match");
    /** {@code if-modified-since}. */
    public static final AsciiString IF_MODIFIED_SINCE = AsciiString.cached("if-modified-since");
    /** {@code if-none-match}. */
    public static final AsciiString IF_NONE_MATCH = AsciiString.cached("if-none-match");
    /** {@code if-range}. */
    public static final AsciiString IF_RANGE = AsciiString.cached("if-range");
    /** {@code if-unmodified-since}. */
    public static final AsciiString IF_UNMODIFIED_SINCE = AsciiString.cached("if-unmodified-since");
    /** {@code last-modified}. */
    public static final AsciiString LAST_MODIFIED = AsciiString.cached("last-modified");
    /** {@code link}. */
    public static final AsciiString LINK = AsciiString.cached("link");
    /** {@code location}. */
    public static final AsciiString LOCATION = AsciiString.cached("location");
    /** {@code max-forwards}. */
    public static final AsciiString MAX_FORWARDS = AsciiString.cached("max-forwards");
    /** {@code proxy-authenticate}. */
    public static final AsciiString PROXY_AUTHENTICATE = AsciiString.cached("proxy-authenticate");
    /** {@code proxy-authorization}. */
    public static final AsciiString PROXY_AUTHORIZATION = AsciiString.cached("proxy-authorization");
    /** {@code range}. */
    public static final AsciiString RANGE = AsciiString.cached("range");
    /** {@code referer}. */
    public static final AsciiString REFERER = AsciiString.cached("referer");
    /** {@code refresh}. */
    public static final AsciiString REFRESH = AsciiString.cached("refresh");
    /** {@code retry-after}. */
    public static final AsciiString RETRY_AFTER = AsciiString.cached("retry-after");
    /** {@code server}. */
    public static final AsciiString SERVER = AsciiString.cached("server");
    /** {@code set-cookie}. */
    public static final AsciiString SET_COOKIE = AsciiString.cached("set-cookie");
    /** {@code strict-transport-security}. */
    public static final AsciiString STRICT_TRANSPORT_SECURITY = AsciiString.cached("strict-transport-security");
    /** {@code user-agent}. */
    public static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
    /** {@code vary}. */
    public static final AsciiString VARY = AsciiString.cached("vary");
    /** {@code via}. */
    public static final AsciiString VIA = AsciiString.cached("via");
    /** {@code www-authenticate}. */
    public static final AsciiString WWW_AUTHENTICATE = AsciiString.cached("www-authenticate");

    // Common names outside the static table.
    /** {@code http2-settings}. */
    public static final AsciiString HTTP2_SETTINGS = AsciiString.cached("http2-settings");
    /** {@code alt-svc}. */
    public static final AsciiString ALT_SVC = AsciiString.cached("alt-svc");
    /** {@code origin}. */
    public static final AsciiString ORIGIN = AsciiString.cached("origin");
    /** {@code pragma}. */
    public static final AsciiString PRAGMA = AsciiString.cached("pragma");
    /** {@code warning}. */
    public static final AsciiString WARNING = AsciiString.cached("warning");
    /** {@code grpc-accept-encoding}. */
    public static final AsciiString GRPC_ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
    /** {@code grpc-encoding}. */
    public static final AsciiString GRPC_ENCODING = AsciiString.cached("grpc-encoding");
    /** {@code grpc-message}. */
    public static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
    /** {@code grpc-status}. */
    public static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    /** {@code grpc-timeout}. */
    public static final AsciiString GRPC_TIMEOUT = AsciiString.cached("grpc-timeout");
    /** {@code traceparent}. */
    public static final AsciiString TRACEPARENT = AsciiString.cached("traceparent");
    /** {@code tracestate}. */
    public static final AsciiString TRACESTATE = AsciiString.cached("tracestate");
    /** {@code forwarded}. */
    public static final AsciiString FORWARDED = AsciiString.cached("forwarded");
    /** {@code x-forwarded-for}. */
    public static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    /** {@code x-forwarded-host}. */
    public static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    /** {@code x-forwarded-proto}. */
    public static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    /** {@code x-request-id}. */
    public static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");
    /** {@code x-requested-with}. */
    public static final AsciiString X_REQUESTED_WITH = AsciiString.cached("x-requested-with");
    /** {@code x-content-type-options}. */
    public static final AsciiString X_CONTENT_TYPE_OPTIONS = AsciiString.cached("x-content-type-options");
    /** {@code x-frame-options}. */
    public static final AsciiString X_FRAME_OPTIONS = AsciiString.cached("x-frame-options");
    /** {@code content-security-policy}. */
    public static final AsciiString CONTENT_SECURITY_POLICY = AsciiString.cached("content-security-policy");
    /** {@code access-control-allow-credentials}. */
    public static final AsciiString ACCESS_CONTROL_ALLOW_CREDENTIALS =
            AsciiString.cached("access-control-allow-credentials");
    /** {@code access-control-allow-headers}. */
    public static final AsciiString ACCESS_CONTROL_ALLOW_HEADERS = AsciiString.cached("access-control-allow-headers");
    /** {@code access-control-allow-methods}. */
    public static final AsciiString ACCESS_CONTROL_ALLOW_METHODS = AsciiString.cached("access-control-allow-methods");
    /** {@code access-control-request-headers}. */
    public static final AsciiString ACCESS_CONTROL_REQUEST_HEADERS =
            AsciiString.cached("access-control-request-headers");
    /** {@code access-control-request-method}. */
    public static final AsciiString ACCESS_CONTROL_REQUEST_METHOD = AsciiString.cached("access-control-request-method");
    /** {@code sec-fetch-dest}. */
    public static final AsciiString SEC_FETCH_DEST = AsciiString.cached("sec-fetch-dest");
    /** {@code sec-fetch-mode}. */
    public static final AsciiString SEC_FETCH_MODE = AsciiString.cached("sec-fetch-mode");
    /** {@code sec-fetch-site}. */
    public static final AsciiString SEC_FETCH_SITE = AsciiString.cached("sec-fetch-site");
    /** {@code sec-fetch-user}. */
    public static final AsciiString SEC_FETCH_USER = AsciiString.cached("sec-fetch-user");
    /** {@code upgrade-insecure-requests}. */
    public static final AsciiString UPGRADE_INSECURE_REQUESTS = AsciiString.cached("upgrade-insecure-requests");
    /** {@code dnt}. */
    public static final AsciiString DNT = AsciiString.cached("dnt");

    private HeaderNames() {}
}
