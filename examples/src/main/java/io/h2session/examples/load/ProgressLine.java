package io.h2session.examples.load;

import io.h2session.examples.net.Terminal;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;

/** One line on a terminal that tells every second how far a run is. */
final class ProgressLine implements Consumer<Worker.Progress> {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream terminal;
    private long before;
    private int seconds;

    /** @param terminal null for none */
    ProgressLine(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** On standard error, if that is a terminal. */
    static ProgressLine onTerminal() {
        return new ProgressLine(Terminal.is(Terminal.ERR) ? System.err : null);
    }

    @Override
    public void accept(Worker.Progress progress) {
        seconds++;
        if (terminal != null) {
            terminal.print(CLEAR
                    + String.format(
                            Locale.ROOT,
                            "%d s: %d responses, %d in the last second, %d failed, %d running",
                            seconds,
                            progress.responses(),
                            progress.responses() - before,
                            progress.failures(),
                            progress.running()));
            terminal.flush();
        }
        before = progress.responses();
    }

    /** Leaves the line empty. */
    void clear() {
        if (terminal != null && seconds > 0) {
            terminal.print(CLEAR);
            terminal.flush();
        }
    }
}
