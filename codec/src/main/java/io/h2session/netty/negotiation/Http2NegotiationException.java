package io.h2session.netty.negotiation;

import java.io.IOException;

/**
 * The application does not support the protocol that {@link Http2Negotiation} found; the channel is being closed.
 *
 * @since 0.1
 */
public final class Http2NegotiationException extends IOException {
    Http2NegotiationException(String message) {
        super(message);
    }
}
