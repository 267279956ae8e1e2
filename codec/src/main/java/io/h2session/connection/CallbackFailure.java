package io.h2session.connection;

/**
 * The application's code threw an exception. It is caught in one place, where the session ends, and has no stack trace of
 * its own.
 */
public final class CallbackFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The exception that the application's code threw. */
    public CallbackFailure(Throwable cause) {
        super(null, cause, false, false);
    }
}
