package io.h2session.netty;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;
import java.time.Duration;
import java.util.EnumSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The values that a {@link Http2SessionHandlerBuilder} has collected; its methods document them. Each handler gets a copy of its
 * own.
 */
final class HandlerSettings implements Cloneable {
    final Http2Role role;
    Http2SessionOptions options = Http2SessionOptions.safe();

    /** Null if the application listens to events only. */
    Supplier<? extends Http2SessionListener> listener;

    /** Null if every authority is accepted. */
    Http2AuthorityVerifier authorityVerifier;

    boolean headerFieldEvents;

    /** Null for those of the options. */
    Http2SessionMetrics metrics;

    /** Null for none. */
    Http2SessionObserver.Factory observer;

    InternalLogger frameLogger;
    InternalLogLevel frameLogLevel;
    EnumSet<Http2EventKind> events = EnumSet.noneOf(Http2EventKind.class);
    boolean automaticWindowUpdate;
    boolean automaticConnectionWindow;
    boolean releaseConsumes = true;
    boolean holdExchanges;
    int maxFramesPerTurn = 256;
    int maxNewStreamsPerTurn = 128;
    long holdBackMillis = 10;
    int streamLowWaterMark = 32 * 1024;
    int streamHighWaterMark = 64 * 1024;
    long lowWaterMark = 512 * 1024;
    long highWaterMark = 1024 * 1024;
    long maxPendingBytesPerStream = 16L * 1024 * 1024;
    long maxPendingBytes = 64L * 1024 * 1024;
    int maxPendingFrames = 1000;
    Duration gracefulShutdownTimeout = Duration.ofSeconds(30);
    Duration closeLinger = Duration.ofSeconds(5);

    /** Ends the output without closing the channel; null if only the transport can do that. See {@link Http2SessionHandler#outputCloser}. */
    Runnable outputCloser;

    HandlerSettings(Http2Role role) {
        this.role = role;
    }

    HandlerSettings copy() {
        try {
            return (HandlerSettings) clone();
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The options of a session that reads its time from {@code clock} and reports to {@code observers}, too. */
    Http2SessionOptions sessionOptions(LongSupplier clock, Http2SessionObserver[] observers) {
        return options.toBuilder()
                .clock(clock)
                .automaticWindowUpdate(automaticWindowUpdate)
                .metrics(withObservers(observers))
                .build();
    }

    private Http2SessionMetrics withObservers(Http2SessionObserver[] observers) {
        Http2SessionMetrics[] all = Stream.concat(Stream.of(observers), Stream.ofNullable(metrics()))
                .toArray(Http2SessionMetrics[]::new);
        return switch (all.length) {
            case 0 -> null;
            case 1 -> all[0];
            default -> Http2SessionMetrics.all(all);
        };
    }

    /** The metrics of the handler's sessions; null if there are none. */
    Http2SessionMetrics metrics() {
        return metrics == null ? options.metrics() : metrics;
    }
}
