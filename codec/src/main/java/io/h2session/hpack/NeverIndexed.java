package io.h2session.hpack;

import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * Names of fields whose values must not be in a table (RFC 7541 section 7.1): an encoder sends them as never-indexed
 * literals, so that an attacker who shares the connection, or one behind the next hop, cannot guess them from the size of
 * what is sent. Immutable.
 *
 * <p>An encoder always does the same for fields that are {@link HeaderField#isSensitive() sensitive}, {@code
 * authorization}, and {@code cookie} with a value of less than 20 bytes, as nghttp2 does. Longer cookies are indexed: they
 * cannot be guessed, and would cost much if they were sent in full with each request.
 *
 * @since 0.1
 */
public final class NeverIndexed {
    /** An empty list: only the fields that nghttp2 never indexes. */
    public static final NeverIndexed NONE = new NeverIndexed(0, 0, new AsciiString[0]);

    /** The default: {@code authorization}, {@code proxy-authorization} and {@code set-cookie}. */
    public static final NeverIndexed SECRETS =
            NONE.plus(HeaderNames.AUTHORIZATION, HeaderNames.PROXY_AUTHORIZATION, HeaderNames.SET_COOKIE);

    // One bit for each token.
    private final long lowTokens;
    private final long highTokens;
    private final AsciiString[] unknownNames;

    private NeverIndexed(long lowTokens, long highTokens, AsciiString[] unknownNames) {
        this.lowTokens = lowTokens;
        this.highTokens = highTokens;
        this.unknownNames = unknownNames;
    }

    /**
     * A list with more names.
     *
     * @param names in any case
     * @return a list with the names of this one and these
     */
    public NeverIndexed plus(CharSequence... names) {
        long low = lowTokens;
        long high = highTokens;
        AsciiString[] unknown = unknownNames;
        for (CharSequence given : names) {
            AsciiString name = AsciiString.of(given).toLowerCase();
            int token = HeaderToken.of(name);
            if (token == HeaderToken.UNKNOWN) {
                unknown = Arrays.copyOf(unknown, unknown.length + 1);
                unknown[unknown.length - 1] = name;
            } else if (token < Long.SIZE) {
                low |= 1L << token;
            } else {
                high |= 1L << token - Long.SIZE;
            }
        }
        return new NeverIndexed(low, high, unknown);
    }

    boolean contains(HeaderField field) {
        return contains(field.token(), field.name());
    }

    private boolean contains(int token, AsciiString name) {
        if (token != HeaderToken.UNKNOWN) {
            return ((token < Long.SIZE ? lowTokens >>> token : highTokens >>> token - Long.SIZE) & 1) != 0;
        }
        for (AsciiString unknown : unknownNames) {
            if (HeaderField.sameBytes(unknown, name)) {
                return true;
            }
        }
        return false;
    }
}
