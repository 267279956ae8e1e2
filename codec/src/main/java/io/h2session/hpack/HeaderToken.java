package io.h2session.hpack;

import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * Small integers for the field names that the engine knows: every name of the static table (RFC 7541 appendix A), the
 * connection-specific fields (RFC 9113 8.2.2) and some names seen on most connections. A {@code switch} over tokens
 * replaces comparisons of bytes. Tokens fit in a byte; their numbers are not part of any wire format.
 *
 * @since 0.1
 */
public final class HeaderToken {
    /** The name is not a known one. */
    public static final int UNKNOWN = -1;

    /** {@code :authority}. */
    public static final int AUTHORITY = 0;
    /** {@code :method}. */
    public static final int METHOD = 1;
    /** {@code :path}. */
    public static final int PATH = 2;
    /** {@code :scheme}. */
    public static final int SCHEME = 3;
    /** {@code :status}. */
    public static final int STATUS = 4;
    /** {@code :protocol}. */
    public static final int PROTOCOL = 5;
    /** {@code host}. */
    public static final int HOST = 6;
    /** {@code content-length}. */
    public static final int CONTENT_LENGTH = 7;
    /** {@code cookie}. */
    public static final int COOKIE = 8;
    /** {@code te}. */
    public static final int TE = 9;
    /** {@code connection}. */
    public static final int CONNECTION = 10;
    /** {@code keep-alive}. */
    public static final int KEEP_ALIVE = 11;
    /** {@code proxy-connection}. */
    public static final int PROXY_CONNECTION = 12;
    /** {@code transfer-encoding}. */
    public static final int TRANSFER_ENCODING = 13;
    /** {@code upgrade}. */
    public static final int UPGRADE = 14;
    /** {@code priority}. */
    public static final int PRIORITY = 15;
    /** {@code trailer}. */
    public static final int TRAILER = 16;
    /** {@code accept-charset}. */
    public static final int ACCEPT_CHARSET = 17;
    /** {@code accept-encoding}. */
    public static final int ACCEPT_ENCODING = 18;
    /** {@code accept-language}. */
    public static final int ACCEPT_LANGUAGE = 19;
    /** {@code accept-ranges}. */
    public static final int ACCEPT_RANGES = 20;
    /** {@code accept}. */
    public static final int ACCEPT = 21;
    /** {@code access-control-allow-origin}. */
    public static final int ACCESS_CONTROL_ALLOW_ORIGIN = 22;
    /** {@code age}. */
    public static final int AGE = 23;
    /** {@code allow}. */
    public static final int ALLOW = 24;
    /** {@code authorization}. */
    public static final int AUTHORIZATION = 25;
    /** {@code cache-control}. */
    public static final int CACHE_CONTROL = 26;
    /** {@code content-disposition}. */
    public static final int CONTENT_DISPOSITION = 27;
    /** {@code content-encoding}. */
    public static final int CONTENT_ENCODING = 28;
    /** {@code content-language}. */
    public static final int CONTENT_LANGUAGE = 29;
    /** {@code content-location}. */
    public static final int CONTENT_LOCATION = 30;
    /** {@code content-range}. */
    public static final int CONTENT_RANGE = 31;
    /** {@code content-type}. */
    public static final int CONTENT_TYPE = 32;
    /** {@code date}. */
    public static final int DATE = 33;
    /** {@code etag}. */
    public static final int ETAG = 34;
    /** {@code expect}. */
    public static final int EXPECT = 35;
    /** {@code expires}. */
    public static final int EXPIRES = 36;
    /** {@code from}. */
    public static final int FROM = 37;
    /** {@code if-match}. */
    public static final int IF_MATCH = 38;
    /** {@code if-modified-since}. */
    public static final int IF_MODIFIED_SINCE = 39;
    /** {@code if-none-match}. */
    public static final int IF_NONE_MATCH = 40;
    /** {@code if-range}. */
    public static final int IF_RANGE = 41;
    /** {@code if-unmodified-since}. */
    public static final int IF_UNMODIFIED_SINCE = 42;
    /** {@code last-modified}. */
    public static final int LAST_MODIFIED = 43;
    /** {@code link}. */
    public static final int LINK = 44;
    /** {@code location}. */
    public static final int LOCATION = 45;
    /** {@code max-forwards}. */
    public static final int MAX_FORWARDS = 46;
    /** {@code proxy-authenticate}. */
    public static final int PROXY_AUTHENTICATE = 47;
    /** {@code proxy-authorization}. */
    public static final int PROXY_AUTHORIZATION = 48;
    /** {@code range}. */
    public static final int RANGE = 49;
    /** {@code referer}. */
    public static final int REFERER = 50;
    /** {@code refresh}. */
    public static final int REFRESH = 51;
    /** {@code retry-after}. */
    public static final int RETRY_AFTER = 52;
    /** {@code server}. */
    public static final int SERVER = 53;
    /** {@code set-cookie}. */
    public static final int SET_COOKIE = 54;
    /** {@code strict-transport-security}. */
    public static final int STRICT_TRANSPORT_SECURITY = 55;
    /** {@code user-agent}. */
    public static final int USER_AGENT = 56;
    /** {@code vary}. */
    public static final int VARY = 57;
    /** {@code via}. */
    public static final int VIA = 58;
    /** {@code www-authenticate}. */
    public static final int WWW_AUTHENTICATE = 59;

    private static final AsciiString[] NAMES = {
        HeaderNames.AUTHORITY,
        HeaderNames.METHOD,
        HeaderNames.PATH,
        HeaderNames.SCHEME,
        HeaderNames.STATUS,
        HeaderNames.PROTOCOL,
        HeaderNames.HOST,
        HeaderNames.CONTENT_LENGTH,
        HeaderNames.COOKIE,
        HeaderNames.TE,
        HeaderNames.CONNECTION,
        HeaderNames.KEEP_ALIVE,
        HeaderNames.PROXY_CONNECTION,
        HeaderNames.TRANSFER_ENCODING,
        HeaderNames.UPGRADE,
        HeaderNames.PRIORITY,
        HeaderNames.TRAILER,
        HeaderNames.ACCEPT_CHARSET,
        HeaderNames.ACCEPT_ENCODING,
        HeaderNames.ACCEPT_LANGUAGE,
        HeaderNames.ACCEPT_RANGES,
        HeaderNames.ACCEPT,
        HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderNames.AGE,
        HeaderNames.ALLOW,
        HeaderNames.AUTHORIZATION,
        HeaderNames.CACHE_CONTROL,
        HeaderNames.CONTENT_DISPOSITION,
        HeaderNames.CONTENT_ENCODING,
        HeaderNames.CONTENT_LANGUAGE,
        HeaderNames.CONTENT_LOCATION,
        HeaderNames.CONTENT_RANGE,
        HeaderNames.CONTENT_TYPE,
        HeaderNames.DATE,
        HeaderNames.ETAG,
        HeaderNames.EXPECT,
        HeaderNames.EXPIRES,
        HeaderNames.FROM,
        HeaderNames.IF_MATCH,
        HeaderNames.IF_MODIFIED_SINCE,
        HeaderNames.IF_NONE_MATCH,
        HeaderNames.IF_RANGE,
        HeaderNames.IF_UNMODIFIED_SINCE,
        HeaderNames.LAST_MODIFIED,
        HeaderNames.LINK,
        HeaderNames.LOCATION,
        HeaderNames.MAX_FORWARDS,
        HeaderNames.PROXY_AUTHENTICATE,
        HeaderNames.PROXY_AUTHORIZATION,
        HeaderNames.RANGE,
        HeaderNames.REFERER,
        HeaderNames.REFRESH,
        HeaderNames.RETRY_AFTER,
        HeaderNames.SERVER,
        HeaderNames.SET_COOKIE,
        HeaderNames.STRICT_TRANSPORT_SECURITY,
        HeaderNames.USER_AGENT,
        HeaderNames.VARY,
        HeaderNames.VIA,
        HeaderNames.WWW_AUTHENTICATE,
        HeaderNames.HTTP2_SETTINGS,
        HeaderNames.ALT_SVC,
        HeaderNames.ORIGIN,
        HeaderNames.PRAGMA,
        HeaderNames.WARNING,
        HeaderNames.GRPC_ACCEPT_ENCODING,
        HeaderNames.GRPC_ENCODING,
        HeaderNames.GRPC_MESSAGE,
        HeaderNames.GRPC_STATUS,
        HeaderNames.GRPC_TIMEOUT,
        HeaderNames.TRACEPARENT,
        HeaderNames.TRACESTATE,
        HeaderNames.FORWARDED,
        HeaderNames.X_FORWARDED_FOR,
        HeaderNames.X_FORWARDED_HOST,
        HeaderNames.X_FORWARDED_PROTO,
        HeaderNames.X_REQUEST_ID,
        HeaderNames.X_REQUESTED_WITH,
        HeaderNames.X_CONTENT_TYPE_OPTIONS,
        HeaderNames.X_FRAME_OPTIONS,
        HeaderNames.CONTENT_SECURITY_POLICY,
        HeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
        HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS,
        HeaderNames.ACCESS_CONTROL_REQUEST_METHOD,
        HeaderNames.SEC_FETCH_DEST,
        HeaderNames.SEC_FETCH_MODE,
        HeaderNames.SEC_FETCH_SITE,
        HeaderNames.SEC_FETCH_USER,
        HeaderNames.UPGRADE_INSECURE_REQUESTS,
        HeaderNames.DNT
    };

    /** Tokens by {@link #slot}, open addressing; three of four slots stay empty so that a miss ends at once. */
    private static final byte[] SLOTS = new byte[512];

    static {
        Arrays.fill(SLOTS, (byte) UNKNOWN);
        for (int token = 0; token < NAMES.length; token++) {
            AsciiString name = NAMES[token];
            int slot = slot(name.array(), name.arrayOffset(), name.length());
            while (SLOTS[slot] != UNKNOWN) {
                slot = (slot + 1) & (SLOTS.length - 1);
            }
            SLOTS[slot] = (byte) token;
        }
    }

    private HeaderToken() {}

    /**
     * The token of a name.
     *
     * @param name a field name; only an exact match in lower case is known
     * @return a constant of this class, a larger number for a known name without a constant, or {@link #UNKNOWN}
     */
    public static int of(AsciiString name) {
        return of(name.array(), name.arrayOffset(), name.length());
    }

    static int of(byte[] array, int from, int length) {
        if (length == 0) {
            return UNKNOWN;
        }
        int slot = slot(array, from, length);
        int token;
        while ((token = SLOTS[slot]) != UNKNOWN) {
            AsciiString name = NAMES[token];
            if (name.length() == length
                    && Arrays.equals(
                            name.array(),
                            name.arrayOffset(),
                            name.arrayOffset() + length,
                            array,
                            from,
                            from + length)) {
                return token;
            }
            slot = (slot + 1) & (SLOTS.length - 1);
        }
        return UNKNOWN;
    }

    /**
     * Whether a token is that of a pseudo-header field: {@link #AUTHORITY} to {@link #PROTOCOL}.
     *
     * @param token any token
     * @return whether it is
     */
    public static boolean isPseudo(int token) {
        return token >= AUTHORITY && token <= PROTOCOL;
    }

    /**
     * The shared instance of a known name.
     *
     * @param token a token other than {@link #UNKNOWN}
     * @return its name, a constant of {@link HeaderNames}
     */
    public static AsciiString name(int token) {
        return NAMES[token];
    }

    /** The number of known names; tokens are 0 to one less. */
    static int count() {
        return NAMES.length;
    }

    private static int slot(byte[] array, int from, int length) {
        int hash = length * 31 + array[from] * 7 + array[from + length - 1] * 113 + array[from + (length >> 1)] * 1009;
        return (hash ^ (hash >>> 9)) & (SLOTS.length - 1);
    }
}
