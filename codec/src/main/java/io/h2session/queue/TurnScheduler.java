package io.h2session.queue;

import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;

/**
 * Within one urgency, streams that are not incremental are served one after the other, in the order of creation. An
 * incremental stream goes to the end of the line after each turn, so that incremental streams share.
 */
public final class TurnScheduler extends DataScheduler {
    /** A scheduler without streams. */
    public TurnScheduler() {}

    @Override
    void line(Stream stream) {
        Stream after = last(stream.scheduledUrgency);
        if (!stream.priority().incremental()) {
            while (after != null && !after.priority().incremental() && after.cameAfter(stream)) {
                after = after.scheduledPrevious;
            }
        }
        insertAfter(after, stream);
    }

    @Override
    public void frameMade(Stream stream, int bytes) {
        // The turn lasts until the frame was sent.
    }

    @Override
    public void frameSent(Stream stream) {
        if (stream.bodyState() == BodyState.SCHEDULED
                && stream.priority().incremental()
                && stream.scheduledNext != null) {
            unlink(stream);
            add(stream);
        }
    }
}
