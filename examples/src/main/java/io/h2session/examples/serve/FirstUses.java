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
 * Uses at the start what Java reads from files at its first use. If no file descriptor were left at the first use, this and each
 * later use would fail with an Error, which ends an event loop. Examples are the time zones of the log, and the class that
 * describes the lack of descriptors.
 */
final class FirstUses {
    private FirstUses() {}

    /** Formats a date and a discarded line of a log. */
    static void make() {
        HttpDates.of(Instant.now());
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
