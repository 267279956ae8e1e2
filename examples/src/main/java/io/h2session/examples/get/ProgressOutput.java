package io.h2session.examples.get;

import io.h2session.netty.Http2SessionEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows the progress of a large body on standard error. */
final class ProgressOutput implements BodyOutput {
    /** Smaller bodies arrive too fast for a progress bar. */
    private static final long LARGE = 4 << 20;

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

    /** Whether a file descriptor is a terminal, as far as Linux tells. 1 is standard output, 2 is standard error. */
    static boolean isTerminal(int descriptor) {
        try {
            Path device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
            return device.startsWith("/dev/pts") || device.startsWith("/dev/tty") || device.startsWith("/dev/console");
        } catch (IOException notLinux) {
            return false;
        }
    }

    @Override
    public void begin(long length, Consumer<IOException> failed) {
        output.begin(length, failed);
        showBar(length);
    }

    private synchronized void showBar(long length) {
        if (length >= LARGE && !interrupted) {
            bar = new ProgressBarBuilder()
                    .setTaskName("get")
                    .setInitialMax(length)
                    .setUnit(" MiB", 1 << 20)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH))
                    .build();
        }
    }

    @Override
    public void write(Http2SessionEvent.Data piece, Consumer<IOException> failed) {
        int bytes = piece.content().readableBytes();
        output.write(piece, failed);
        step(bytes);
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
