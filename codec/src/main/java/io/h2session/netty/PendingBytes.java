package io.h2session.netty;

import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import java.util.Arrays;

/**
 * Counts the bytes of bodies that were written and that the session has not taken yet, and compares them with the water marks: of
 * each stream, and of the connection.
 */
final class PendingBytes {
    /** What a piece costs at least: the buffer and its place in a queue need memory, too. */
    private static final int SMALLEST_CHARGE = 64;

    private final int lowWaterMark;
    private final int highWaterMark;
    private final int maxOfStream;
    private final long max;
    private final long lowOfAll;
    private final long highOfAll;
    private final Http2SessionMetrics metrics;
    private final SessionEnd end;
    private Http2SessionContext session;
    private long pending;

    /** Whether the bytes of all streams have risen above the high mark and not sunk below the low one since. */
    private boolean high;

    private Http2StreamHandle[] changed = new Http2StreamHandle[4];
    private int changes;

    PendingBytes(HandlerSettings settings, SessionEnd end) {
        lowWaterMark = settings.streamLowWaterMark;
        highWaterMark = settings.streamHighWaterMark;
        maxOfStream = (int) Math.min(settings.maxPendingBytesPerStream, Integer.MAX_VALUE);
        max = settings.maxPendingBytes;
        lowOfAll = settings.lowWaterMark;
        highOfAll = settings.highWaterMark;
        metrics = settings.metrics();
        this.end = end;
    }

    /** The session whose bytes are counted: it is made after this. */
    void of(Http2SessionContext counted) {
        session = counted;
    }

    /** What a piece of this length is charged as. */
    static int chargeOf(int length) {
        return Math.max(SMALLEST_CHARGE, length);
    }

    /** The bytes that wait on all streams, as they are charged. */
    long total() {
        return pending;
    }

    /** Whether a piece of this length still fits into {@link Http2SessionHandlerBuilder#maxPendingBytes}. */
    boolean hasRoom(int length) {
        return pending + chargeOf(length) <= max;
    }

    /** Whether a piece of this length still fits into {@link Http2SessionHandlerBuilder#maxPendingBytesPerStream}. */
    boolean hasRoom(int length, int pendingOfStream) {
        return chargeOf(length) <= maxOfStream - pendingOfStream;
    }

    /** The bytes that wait on all streams have changed. */
    void charge(int change) {
        pending += change;
        if (change > 0 ? pending > highOfAll && !high : high && pending < lowOfAll) {
            high = change > 0;
            if (metrics != null) {
                report();
            }
        }
    }

    private void report() {
        try {
            metrics.pendingOutput(session, pending, high);
        } catch (RuntimeException | Error thrown) {
            end.result(end.failed(thrown));
        }
    }

    /** The pushed DATA that waits on a stream has changed. */
    void pushed(Http2StreamHandle stream, int change, int pendingOfStream) {
        charge(change);
        // Never 0: an empty stream is writable.
        int share = high ? 4 : 1;
        boolean crossed = change > 0
                ? pendingOfStream > highWaterMark / share
                : pendingOfStream < Math.max(1, lowWaterMark / share);
        if (crossed) {
            boolean writable = change < 0;
            if (stream.isWritable() != writable) {
                stream.record.unwritable = !writable;
                list(stream);
            }
        }
    }

    private void list(Http2StreamHandle stream) {
        if (stream.record.writabilityListed) {
            return;
        }
        if (changes == changed.length) {
            changed = Arrays.copyOf(changed, changes * 2);
        }
        stream.record.writabilityListed = true;
        changed[changes++] = stream;
    }

    boolean hasWritabilityChanges() {
        return changes > 0;
    }

    /** Takes the next stream whose writability may have changed; null if there is none. */
    Http2StreamHandle takeWritabilityChange() {
        if (changes == 0) {
            return null;
        }
        Http2StreamHandle stream = changed[--changes];
        changed[changes] = null;
        stream.record.writabilityListed = false;
        return stream;
    }
}
