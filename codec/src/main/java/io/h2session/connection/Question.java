package io.h2session.connection;

/**
 * Something that we asked the peer. The peer may have DATA to read before it sees the question, so each sign that it reads
 * extends its time.
 */
final class Question {
    /** Less progress than this does not count: our own PINGs are read, too. */
    private static final int SIGN = 1024;

    private long after;
    private long progress;
    private long signAt;

    /** The question was sent. */
    void asked(SignsOfLife signs, long now) {
        after = signs.dataSent();
        progress = signs.progress();
        signAt = now;
    }

    /** The peer has answered it. */
    void answered(SignsOfLife signs) {
        signs.readUpTo(after);
    }

    /** Whether the peer may not have read the question yet, and has shown progress within that time. */
    boolean mayBeUnread(SignsOfLife signs, long now, long patience) {
        if (signs.progress() - progress >= SIGN) {
            progress = signs.progress();
            signAt = now;
        }
        return signs.mayBeUnread(after) && now - signAt < patience;
    }
}
