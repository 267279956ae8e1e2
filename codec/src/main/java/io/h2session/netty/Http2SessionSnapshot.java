package io.h2session.netty;

import io.h2session.api.Unstable;

/**
 * The current state of a session: gauges, in addition to the counters of {@link io.h2session.api.Http2SessionMetrics}. {@link
 * Http2SessionHandler#snapshot()} takes a snapshot.
 *
 * @param activeStreams streams that are open or half-closed
 * @param pendingRequests requests, or responses to promises, that wait for the peer's stream limit or for the transport
 * @param queuedFrames frames that wait to be sent, including requests and without DATA
 * @param pendingBytes bytes of bodies that were written and wait to be sent
 * @param localWindow how much more the peer may send on the connection, in bytes
 * @param unconsumed bytes that were received and not credited to the peer
 * @param remoteWindow how much more this end may send on the connection, in bytes
 * @param encoderTableSize bytes in the dynamic table of our HPACK encoder
 * @param decoderTableSize bytes in the dynamic table of our HPACK decoder
 * @param roundTripNanos the duration of our latest PING; -1 if none was answered
 * @param reading whether the session receives; it does not while it is paused or too many replies wait
 * @param writable whether the channel is writable
 * @since 0.1
 */
@Unstable
public record Http2SessionSnapshot(
        int activeStreams,
        int pendingRequests,
        int queuedFrames,
        long pendingBytes,
        int localWindow,
        int unconsumed,
        int remoteWindow,
        int encoderTableSize,
        int decoderTableSize,
        long roundTripNanos,
        boolean reading,
        boolean writable) {}
