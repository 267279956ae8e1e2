package io.h2session.examples.net;

import io.h2session.api.Http2SessionMetrics;
import io.h2session.jfr.FlightRecording;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionObserver;
import io.h2session.netty.Http2SessionRegistry;

/**
 * Who looks at the sessions of a program.
 *
 * @param metrics null for none
 * @param sessions null for none
 * @param observer null for none
 */
public record Watch(Http2SessionMetrics metrics, Http2SessionRegistry sessions, Http2SessionObserver.Factory observer) {
    private static final FlightRecording RECORDING = new FlightRecording();

    /** The sessions are not watched, which costs nothing. */
    public static final Watch NONE = new Watch(null, null, null);

    /** The same with an observer, which may be null. */
    public Watch observedBy(Http2SessionObserver.Factory added) {
        return new Watch(metrics, sessions, added);
    }

    /** Lets them look at the sessions of this builder, too, and Flight Recorder if it was started. */
    public Http2SessionHandlerBuilder on(Http2SessionHandlerBuilder builder) {
        Http2SessionMetrics all = metrics;
        if (FlightRecording.started()) {
            all = metrics == null ? RECORDING : Http2SessionMetrics.all(metrics, RECORDING);
        }
        if (all != null) {
            builder.metrics(all);
        }
        if (sessions != null) {
            builder.registry(sessions);
        }
        if (observer != null) {
            builder.observer(observer);
        }
        return builder;
    }
}
