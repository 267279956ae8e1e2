package io.h2session.connection;

/** What we asked the peer, which may have DATA to read before it comes to the question: each sign that it does is patience. */
final class Question {
    /** Our own PINGs are taken, too: what is less than this is none. */
    private static final int SIGN = 1024;

    private long after;
    private long progress;
    private long signAt;

    /** It was asked. */
    void asked(SignsOfLife signs, long now) {
        after = signs.dataSent();
        progress = signs.progress();
        signAt = now;
    }

    /** The peer has answered it. */
    void answered(SignsOfLife signs) {
        signs.readUpTo(after);
    }

    /** Whether the peer may not have come to it, and has shown life within that time. */
    boolean mayBeUnread(SignsOfLife signs, long now, long patience) {
        if (signs.progress() - progress >= SIGN) {
            progress = signs.progress();
            signAt = now;
        }
        return signs.mayBeUnread(after) && now - signAt < patience;
    }
}
