package io.h2session.examples.get;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;

/** Shows on standard error how much of a large body was sent. */
final class UploadProgress {
    private final PrintStream terminal;
    private ProgressBar bar;

    UploadProgress(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** A body of this many bytes will be sent. */
    synchronized void begin(long length) {
        if (bar == null && length >= ProgressOutput.LARGE) {
            bar = ProgressOutput.bar("send", length, terminal);
        }
    }

    synchronized void step(int bytes) {
        if (bar != null) {
            bar.stepBy(bytes);
        }
    }

    /** Shows the progress for the last time and begins a new line. */
    synchronized void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
