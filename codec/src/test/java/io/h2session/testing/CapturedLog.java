package io.h2session.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged above DEBUG while it is open, by Netty and by this project. Netty logs through the JDK in these tests. */
public final class CapturedLog implements AutoCloseable {
    private final List<Logger> loggers = List.of(Logger.getLogger("io.netty"), Logger.getLogger("io.h2session"));
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() > Level.FINE.intValue()) {
                synchronized (lines) {
                    lines.add(line.getLevel() + " " + line.getLoggerName() + ": " + line.getMessage() + " "
                            + line.getThrown());
                }
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Listens from now on. */
    public CapturedLog() {
        handler.setLevel(Level.ALL);
        loggers.forEach(logger -> logger.addHandler(handler));
    }

    /** The lines so far. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    @Override
    public void close() {
        loggers.forEach(logger -> logger.removeHandler(handler));
    }
}
