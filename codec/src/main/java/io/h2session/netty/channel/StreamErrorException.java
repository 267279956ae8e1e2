package io.h2session.netty.channel;

import io.h2session.frame.ErrorCode;
import java.nio.channels.ClosedChannelException;

/**
 * An error of one stream, with the code to reset it with. A handler of a {@link StreamChannel} throws it to choose the code: when
 * it reaches the end of the pipeline, the stream is reset. The channel fires it itself when the peer broke a rule on the stream,
 * which is then being reset already. Carries no stack trace.
 *
 * @since 0.1
 */
public final class StreamErrorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long errorCode;

    /**
     * An error of a stream.
     *
     * @param errorCode for RST_STREAM, 0 to 2^32-1
     * @param message for people, not for the peer
     */
    public StreamErrorException(long errorCode, String message) {
        super(message, null, false, false);
        if (errorCode < 0 || errorCode > 0xffff_ffffL) {
            throw new IllegalArgumentException("errorCode: " + errorCode);
        }
        this.errorCode = errorCode;
    }

    /** {@link #StreamErrorException(long, String)} with a code that has a name. */
    public StreamErrorException(ErrorCode errorCode, String message) {
        this(errorCode.code(), message);
    }

    /** The code for RST_STREAM. */
    public long errorCode() {
        return errorCode;
    }

    /**
     * The code of the first one among a failure and its causes; INTERNAL_ERROR if there is none. A write that came too late is no
     * reason to reset a stream: -1.
     */
    static long codeOf(Throwable failure) {
        if (failure instanceof ClosedChannelException) {
            return -1;
        }
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof StreamErrorException error) {
                return error.errorCode;
            }
        }
        return ErrorCode.INTERNAL_ERROR.code();
    }
}
