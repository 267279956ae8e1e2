package io.h2session.stream;

/** The state of the body that a stream sends. */
public enum BodyState {
    /** None is attached. */
    NONE,
    /** Attached, and in the scheduler. */
    SCHEDULED,
    /** Attached, out of the scheduler until the stream's window opens. */
    WINDOW_BLOCKED,
    /** Attached, out of the scheduler until the application resumes it. */
    DEFERRED
}
