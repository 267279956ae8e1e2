package io.h2session.examples.documents;

import io.h2session.jfr.FlightRecording;
import io.h2session.micrometer.Http2SessionGauges;
import io.h2session.micrometer.Http2SessionMeters;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.Http2SessionRegistry;
import io.micrometer.core.instrument.MeterRegistry;

/** The code of the page about meters and Flight Recorder. */
final class SeeingGuide {
    private SeeingGuide() {}

    static Http2SessionHandlerBuilder measured(
            MeterRegistry registry,
            Http2SessionMeters meters,
            Http2SessionGauges gauges,
            Http2SessionRegistry sessions) {
        meters.bindTo(registry);
        gauges.bindTo(registry);
        return Http2SessionHandler.forServer().metrics(meters).registry(sessions);
    }

    static Http2SessionHandlerBuilder recorded() {
        return Http2SessionHandler.forServer().metrics(new FlightRecording());
    }
}
