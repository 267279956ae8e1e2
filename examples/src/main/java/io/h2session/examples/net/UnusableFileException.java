package io.h2session.examples.net;

import java.io.IOException;

/** A file named on the command line cannot be used. The message names the file and the reason. */
public final class UnusableFileException extends IOException {
    private static final long serialVersionUID = 1;

    UnusableFileException(String message) {
        super(message);
    }
}
