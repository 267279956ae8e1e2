package io.h2session.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.docs.MeterDocumentation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The meters of this module. Registries rename them: Prometheus has {@code h2session.frames} as {@code h2session_frames_total}. The
 * values of all tags come from closed sets: no address, no path, no stream id and no number that a peer has chosen.
 *
 * @since 0.1
 */
public enum Http2Meter implements MeterDocumentation {
    /** Sessions that there are. */
    CONNECTIONS(
            "h2session.connections",
            Meter.Type.GAUGE,
            "connections",
            "HTTP/2 sessions that there are",
            Http2MeterTag.ROLE),

    /** Sessions that have ended, by the reason of {@link io.h2session.api.Http2SessionContext#terminationReason}. */
    CONNECTION_ENDS(
            "h2session.connection.ends",
            Meter.Type.COUNTER,
            null,
            "Sessions that have ended",
            Http2MeterTag.ROLE,
            Http2MeterTag.REASON),

    /** From the begin of a session to its end. */
    CONNECTION_DURATION(
            "h2session.connection.duration", Meter.Type.TIMER, null, "How long sessions lasted", Http2MeterTag.ROLE),

    /** Streams that are open or half closed. */
    STREAMS_ACTIVE(
            "h2session.streams.active",
            Meter.Type.GAUGE,
            "streams",
            "Streams that are open or half closed",
            Http2MeterTag.ROLE,
            Http2MeterTag.SIDE),

    /** Requests that wait for the peer's stream limit or for the transport: {@link Http2SessionGauges}. */
    STREAMS_PENDING(
            "h2session.streams.pending",
            Meter.Type.GAUGE,
            "streams",
            "Requests that wait for the peer's stream limit or for the transport",
            Http2MeterTag.ROLE,
            Http2MeterTag.SIDE),

    /** Streams that were closed, by the error code. */
    STREAM_ENDS(
            "h2session.stream.ends",
            Meter.Type.COUNTER,
            null,
            "Streams that were closed",
            Http2MeterTag.ROLE,
            Http2MeterTag.SIDE,
            Http2MeterTag.CODE),

    /** For how long streams were open. */
    STREAM_DURATION(
            "h2session.stream.duration",
            Meter.Type.TIMER,
            null,
            "How long streams were open",
            Http2MeterTag.ROLE,
            Http2MeterTag.SIDE),

    /** How long after its stream had opened the final response began. */
    STREAM_FIRST_BYTE(
            "h2session.stream.first.byte",
            Meter.Type.TIMER,
            null,
            "How long after the stream had opened the final response began",
            Http2MeterTag.ROLE,
            Http2MeterTag.SIDE),

    /** How long requests waited for the peer's stream limit and the transport before they were sent. */
    REQUEST_QUEUED(
            "h2session.request.queued",
            Meter.Type.TIMER,
            null,
            "How long requests waited before they were sent",
            Http2MeterTag.ROLE),

    /** RST_STREAM, and streams that were refused. */
    RESETS(
            "h2session.resets",
            Meter.Type.COUNTER,
            null,
            "Streams that were reset or refused",
            Http2MeterTag.ROLE,
            Http2MeterTag.DIRECTION,
            Http2MeterTag.CODE),

    /** GOAWAY. */
    GOAWAYS(
            "h2session.goaways",
            Meter.Type.COUNTER,
            null,
            "GOAWAY frames",
            Http2MeterTag.ROLE,
            Http2MeterTag.DIRECTION,
            Http2MeterTag.CODE),

    /** Frames of every type. */
    FRAMES(
            "h2session.frames",
            Meter.Type.COUNTER,
            "frames",
            "Frames",
            Http2MeterTag.ROLE,
            Http2MeterTag.DIRECTION,
            Http2MeterTag.TYPE),

    /** Bytes of the connections, above TLS. */
    BYTES(
            "h2session.bytes",
            Meter.Type.COUNTER,
            "bytes",
            "Bytes of the connections, above TLS",
            Http2MeterTag.ROLE,
            Http2MeterTag.DIRECTION),

    /** Header blocks: their bytes on the wire, and what they are decoded (32 bytes for each field included). */
    HEADER_BYTES(
            "h2session.header.bytes",
            Meter.Type.COUNTER,
            "bytes",
            "Header blocks as they are on the wire and decoded",
            Http2MeterTag.ROLE,
            Http2MeterTag.DIRECTION,
            Http2MeterTag.FORM),

    /** Stalls that began. */
    FLOW_STALLS(
            "h2session.flow.stalls",
            Meter.Type.COUNTER,
            null,
            "Times when something that could be sent had to wait",
            Http2MeterTag.ROLE,
            Http2MeterTag.SCOPE,
            Http2MeterTag.CAUSE),

    /** How long the stalls that have ended took. */
    FLOW_STALLED(
            "h2session.flow.stalled",
            Meter.Type.TIMER,
            null,
            "How long something that could be sent had to wait",
            Http2MeterTag.ROLE,
            Http2MeterTag.SCOPE,
            Http2MeterTag.CAUSE),

    /** Bytes of bodies that wait to be sent: {@link Http2SessionGauges}. */
    PENDING_BYTES(
            "h2session.pending.bytes",
            Meter.Type.GAUGE,
            "bytes",
            "Bytes of bodies that were written and wait to be sent",
            Http2MeterTag.ROLE),

    /** Frames without DATA that wait to be sent: {@link Http2SessionGauges}. */
    PENDING_FRAMES(
            "h2session.pending.frames",
            Meter.Type.GAUGE,
            "frames",
            "Frames that wait to be sent, without DATA",
            Http2MeterTag.ROLE),

    /** Bytes that were received and that the application has not consumed: {@link Http2SessionGauges}. */
    UNCONSUMED(
            "h2session.unconsumed",
            Meter.Type.GAUGE,
            "bytes",
            "Bytes that were received and not credited to the peer",
            Http2MeterTag.ROLE),

    /** Bytes in the dynamic tables of HPACK: {@link Http2SessionGauges}. */
    HPACK_TABLES(
            "h2session.hpack.tables",
            Meter.Type.GAUGE,
            "bytes",
            "Bytes in the dynamic tables of HPACK",
            Http2MeterTag.ROLE,
            Http2MeterTag.DIRECTION),

    /** What peers did that is suspicious if it is frequent, by {@link io.h2session.api.Http2Glitch}. */
    GLITCHES(
            "h2session.glitches",
            Meter.Type.COUNTER,
            null,
            "What peers did that is suspicious if it is frequent",
            Http2MeterTag.ROLE,
            Http2MeterTag.CAUSE),

    /** Round trips of PING. */
    PING_RTT("h2session.ping.rtt", Meter.Type.TIMER, null, "Round trips of PING", Http2MeterTag.ROLE);

    private final String meterName;
    private final Meter.Type type;
    private final @Nullable String unit;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // Copies are handed out.
    private final KeyName[] tags;

    Http2Meter(String meterName, Meter.Type type, @Nullable String unit, String description, KeyName... tags) {
        this.meterName = meterName;
        this.type = type;
        this.unit = unit;
        this.description = description;
        this.tags = tags;
    }

    @Override
    public String getName() {
        return meterName;
    }

    @Override
    public Meter.Type getType() {
        return type;
    }

    /** The unit; null for none. Timers have the registry's. */
    @Override
    public @Nullable String getBaseUnit() {
        return unit;
    }

    @Override
    public KeyName[] getKeyNames() {
        return tags.clone();
    }

    /** What is measured, as registries show it. */
    public String description() {
        return description;
    }

    /** How constants of an enum are written as values of tags. */
    static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
