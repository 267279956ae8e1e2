package io.h2session.netty.channel;

import java.nio.channels.ClosedChannelException;

/** What writes to a stream that is over fail with, without the cost of a stack trace. Its cause tells more. */
final class ClosedStreamException extends ClosedChannelException {
    private static final long serialVersionUID = 1;

    ClosedStreamException(Throwable cause) {
        if (cause != null) {
            initCause(cause);
        }
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
