package io.h2session.examples.serve;

import io.h2session.examples.net.Reason;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What Java reads from files when it is used for the first time, used once at the start. For want of file descriptors the
 * first use would fail, each later one too, and with an Error, which ends an event loop: the log's time zones, for one, and
 * the class that explains the want.
 */
final class FirstUses {
    private FirstUses() {}

    /** Formats a date and a line of a log that nobody sees. */
    static void make() {
        HttpDate.of(Instant.now());
        Reason.of(new IOException("none"));
        Logger.getLogger("").getHandlers();
        Logger unseen = Logger.getLogger(FirstUses.class.getName());
        Handler formatting = new Formatting();
        unseen.setUseParentHandlers(false);
        unseen.addHandler(formatting);
        InternalLoggerFactory.getInstance(FirstUses.class).warn("logged for the first time", new IOException());
        unseen.removeHandler(formatting);
    }

    private static final class Formatting extends Handler {
        @Override
        public void publish(LogRecord line) {
            new SimpleFormatter().format(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
