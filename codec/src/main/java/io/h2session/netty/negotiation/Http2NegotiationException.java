package io.h2session.netty.negotiation;

import java.io.IOException;

/** What {@link Http2Negotiation} found out is not what the application can speak; the channel is being closed. */
public final class Http2NegotiationException extends IOException {
    Http2NegotiationException(String message) {
        super(message);
    }
}
