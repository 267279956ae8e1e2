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

/** Shows on standard error how far a large body has got. */
final class ProgressOutput implements BodyOutput {
    /** Smaller bodies are there before anybody could read the bar. */
    private static final long LARGE = 4 << 20;

    private static final int WIDTH = 100;

    private final BodyOutput output;
    private final PrintStream terminal;
    private ProgressBar bar;
    private boolean interrupted;

    /** Shows what goes to {@code output}. */
    ProgressOutput(BodyOutput output, PrintStream terminal) {
        this.output = output;
        this.terminal = terminal;
    }

    /** Whether a person is looking at this file descriptor, as far as Linux tells: 1 is standard output, 2 standard error. */
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
        int octets = piece.content().readableBytes();
        output.write(piece, failed);
        step(octets);
    }

    private synchronized void step(int octets) {
        if (bar != null) {
            bar.stepBy(octets);
        }
    }

    @Override
    public void afterwards(Runnable then) {
        endBar();
        output.afterwards(then);
    }

    /** Shows it for the last time and begins a new line. */
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
