package io.h2session.hpack;

/**
 * The peer's header block cannot be decoded (RFC 7541). The tables of the two sides may differ from now on, so the
 * connection must end with COMPRESSION_ERROR (RFC 9113 4.3). It has no stack trace.
 *
 * @since 0.1
 */
public final class HpackException extends Exception {
    /**
     * An exception with a reason.
     *
     * @param reason a fixed snake_case token, never bytes of the peer
     */
    public HpackException(String reason) {
        super(reason, null, false, false);
    }

    /** {@return what was wrong, as a fixed snake_case token} */
    public String reason() {
        return getMessage();
    }
}
