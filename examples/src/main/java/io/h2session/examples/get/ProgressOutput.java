package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the progress of a large body on standard error. */
final class ProgressOutput implements BodyOutput {
    /** Smaller bodies arrive too fast for a progress bar. */
    static final long LARGE = 4 << 20;

    private static final int WIDTH = 100;

    private final BodyOutput output;
    private final PrintStream terminal;
    private ProgressBar bar;
    private boolean interrupted;

    /** Shows the progress of {@code output}. */
    ProgressOutput(BodyOutput output, PrintStream terminal) {
        this.output = output;
        this.terminal = terminal;
    }

    @Override
    public void begin(long length, Consumer<IOException> failed) {
        output.begin(length, failed);
        showBar(length);
    }

    private synchronized void showBar(long length) {
        if (length >= LARGE && !interrupted) {
            bar = bar("get", length, terminal);
        }
    }

    static ProgressBar bar(String name, long length, PrintStream terminal) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(length)
                .setUnit(" MiB", 1 << 20)
                .setStyle(ProgressBarStyle.ASCII)
                .showSpeed()
                .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
                .build();
    }

    @Override
    public void write(Http2SessionEvent.Data piece, Consumer<IOException> failed) {
        int bytes = piece.content().readableBytes();
        output.write(piece, failed);
        step(bytes);
    }

    @Override
    public void write(byte[] text, Consumer<IOException> failed) {
        output.write(text, failed);
    }

    private synchronized void step(int bytes) {
        if (bar != null) {
            bar.stepBy(bytes);
        }
    }

    @Override
    public void afterwards(Runnable then) {
        endBar();
        output.afterwards(then);
    }

    /** Shows the progress for the last time and begins a new line. */
    private synchronized void endBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void interrupt() {
        synchronized (this) {
            interrupted = true;
            endBar();
        }
        output.interrupt();
    }

    @Override
    public void close() {
        output.close();
    }
}
