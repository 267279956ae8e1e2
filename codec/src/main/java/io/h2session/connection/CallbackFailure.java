package io.h2session.connection;

/** The application's code threw. Caught in one place, where the session ends; has no stack trace of its own. */
public final class CallbackFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What the application's code threw. */
    public CallbackFailure(Throwable cause) {
        super(null, cause, false, false);
    }
}
