package io.h2session.queue;

import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;

/**
 * nghttp2's order ({@code session_ob_data_push}): each stream has a number, its cycle. The stream with the lowest
 * cycle goes first, and of equal ones the stream that was created first. On a server the cycle of an incremental stream
 * grows by the bytes of each of its frames, as soon as the frame is made. On a client it does not, so that bodies of equal
 * urgency are sent one after the other.
 */
public final class CycleScheduler extends DataScheduler {
    private final boolean shares;

    /**
     * A scheduler without streams.
     *
     * @param shares whether incremental streams share: in nghttp2 they do on servers
     */
    public CycleScheduler(boolean shares) {
        this.shares = shares;
    }

    @Override
    void line(Stream stream) {
        Stream head = first(stream.scheduledUrgency);
        long lowest = head == null ? 0 : head.scheduledCycle;
        stream.scheduledCycle = lowest + (stream.priority().incremental() ? stream.scheduledBytes : 0);
        insertByCycle(stream);
    }

    private void insertByCycle(Stream stream) {
        Stream after = last(stream.scheduledUrgency);
        while (after != null && goesBefore(stream, after)) {
            after = after.scheduledPrevious;
        }
        insertAfter(after, stream);
    }

    private static boolean goesBefore(Stream stream, Stream other) {
        return stream.scheduledCycle < other.scheduledCycle
                || (stream.scheduledCycle == other.scheduledCycle && other.cameAfter(stream));
    }

    @Override
    public void frameMade(Stream stream, int bytes) {
        stream.scheduledBytes = bytes;
        int urgency = stream.scheduledUrgency;
        if (shares
                && stream.bodyState() == BodyState.SCHEDULED
                && stream.priority().incremental()
                && first(urgency) != last(urgency)) {
            unlink(stream);
            stream.scheduledCycle += bytes;
            insertByCycle(stream);
        }
    }

    @Override
    public void frameSent(Stream stream) {
        // The stream was moved when the frame was made.
    }
}
