package io.h2session.netty.pool;

import java.util.Map;

/**
 * What a pool holds and has done, for metrics. Each number is exact, but they are not read at one moment.
 *
 * @param connecting connections that are being made
 * @param connections connections that can give streams, if their limits allow
 * @param draining connections that give no more streams, and end when their last one does
 * @param openStreams streams that were given and are not over
 * @param freeStreams how many more could be given now
 * @param waiters how many wait for a stream
 * @param streamsGiven streams given in all
 * @param connectionsMade connections that became ready in all
 * @param retries requests that the pool has sent again
 * @param failures how often no stream was given, or a connection failed, by kind; a kind that never happened is absent
 * @since 0.1
 */
public record PoolFacts(
        int connecting,
        int connections,
        int draining,
        int openStreams,
        long freeStreams,
        int waiters,
        long streamsGiven,
        long connectionsMade,
        long retries,
        Map<PoolFailure, Long> failures) {}
