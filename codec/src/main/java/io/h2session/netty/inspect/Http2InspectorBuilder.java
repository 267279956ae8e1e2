package io.h2session.netty.inspect;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The settings of a {@link Http2Inspector}.
 *
 * @since 0.1
 */
public final class Http2InspectorBuilder {
    private static final int FRAMES = 512;
    private static final int STREAMS = 256;
    private static final int RECORDED_SESSIONS = 256;
    private static final int ENDED_SESSIONS = 32;
    private static final int SHOWN_SESSIONS = 200;

    private int frames = FRAMES;
    private int streams = STREAMS;
    private int recordedSessions = RECORDED_SESSIONS;
    private int endedSessions = ENDED_SESSIONS;
    private boolean values;
    private final Set<String> redacted = new HashSet<>();
    private final Set<String> hosts = new HashSet<>();
    private LongSupplier clock = System::nanoTime;
    private LongSupplier wallClock = System::currentTimeMillis;

    Http2InspectorBuilder() {}

    /** How many of the latest frames are kept for a session; 512 by default, 1 to 1000000. */
    public Http2InspectorBuilder frames(int frames) {
        this.frames = positive("frames", frames);
        return this;
    }

    /** How many of the latest streams are kept for a session; 256 by default, 1 to 1000000. */
    public Http2InspectorBuilder streams(int streams) {
        this.streams = positive("streams", streams);
        return this;
    }

    /**
     * How many sessions are recorded at the same time; 256 by default, 1 to 1000000. A session that is looked at
     * is recorded in addition.
     */
    public Http2InspectorBuilder recordedSessions(int recordedSessions) {
        this.recordedSessions = positive("recordedSessions", recordedSessions);
        return this;
    }

    /** How many sessions that have ended while someone watched can still be looked at; 32 by default, 0 to 1000000. */
    public Http2InspectorBuilder endedSessions(int endedSessions) {
        this.endedSessions = endedSessions == 0 ? 0 : positive("endedSessions", endedSessions);
        return this;
    }

    /**
     * Whether values of header fields are shown; false by default: then their names are. Values that are secret are not shown in
     * any case: of {@code authorization}, {@code cookie}, {@code set-cookie}, of names that tell of tokens, keys, sessions or
     * passwords, of {@linkplain io.h2session.hpack.HeaderField#isSensitive sensitive} fields, and the queries of URLs.
     */
    public Http2InspectorBuilder headerValues(boolean headerValues) {
        values = headerValues;
        return this;
    }

    /** Adds names of header fields whose values are not shown in any case. */
    public Http2InspectorBuilder redact(Collection<String> names) {
        for (String name : names) {
            redacted.add(name.toLowerCase(Locale.ROOT));
        }
        return this;
    }

    /**
     * Adds names that the page may be asked for by. Without them it answers only those of this computer, such as {@code localhost}
     * and {@code 127.0.0.1}: a web site cannot reach it by a name of its own that it points to this computer (DNS rebinding). The
     * page has no authentication. An application that lets others see it puts its own handler in front.
     *
     * @param names host names without a port, such as {@code admin.example.com}
     */
    public Http2InspectorBuilder allowedHosts(Collection<String> names) {
        for (String name : names) {
            hosts.add(name.toLowerCase(Locale.ROOT));
        }
        return this;
    }

    /** For tests. */
    Http2InspectorBuilder clock(LongSupplier nanos, LongSupplier wallMillis) {
        clock = Objects.requireNonNull(nanos);
        wallClock = Objects.requireNonNull(wallMillis);
        return this;
    }

    /** The inspector. */
    public Http2Inspector build() {
        return new Http2Inspector(new InspectorSettings(
                frames,
                streams,
                recordedSessions,
                endedSessions,
                SHOWN_SESSIONS,
                values,
                new ShownFields(values, redacted),
                Set.copyOf(hosts),
                clock,
                wallClock));
    }

    private static int positive(String name, int value) {
        if (value < 1 || value > 1_000_000) {
            throw new IllegalArgumentException(name + ": " + value);
        }
        return value;
    }
}
