package io.h2session.netty.negotiation;

import java.io.IOException;
import java.util.Objects;

/**
 * HTTP/2 could not be negotiated for a connection, or for the request that asked for it.
 *
 * @since 0.1
 */
public final class Http2NegotiationException extends IOException {
    private static final long serialVersionUID = 1;

    /** What happened. */
    public enum Reason {
        /** The peer speaks no protocol that the application has handlers for; the channel is being closed. */
        NO_COMMON_PROTOCOL,
        /** The peer has not shown in time which protocol it speaks; the channel is being closed. */
        TIMEOUT,
        /** The peer would speak HTTP/2 over a TLS that RFC 9113 section 9.2 forbids; the channel is being closed. */
        INADEQUATE_SECURITY,
        /** A server switched to something that it was not asked for (101); the channel is being closed. */
        INVALID_UPGRADE,
        /** The content of a request that asks for an upgrade is beyond the limit. Nothing of it was sent. */
        CONTENT_TOO_LARGE,
        /** A request was written before the one that asks for an upgrade was answered. Nothing of it was sent. */
        UPGRADE_PENDING
    }

    private final Reason reason;

    Http2NegotiationException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason);
    }

    /** What happened. */
    public Reason reason() {
        return reason;
    }
}
