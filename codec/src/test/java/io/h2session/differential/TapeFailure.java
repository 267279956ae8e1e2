package io.h2session.differential;

/** What the callbacks of a tape throw where those of libnghttp2 return a fatal number. */
final class TapeFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    TapeFailure() {
        super("the tape says so", null, false, false);
    }
}
