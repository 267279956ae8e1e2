package io.h2session.queue;

import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;

/**
 * The streams whose bodies can be sent, with one line for each urgency (RFC 9218 section 10). Less urgent streams wait
 * until more urgent ones have nothing to send. The order within a line is that of {@link TurnScheduler} or of
 * {@link CycleScheduler}; a connection has one of them.
 *
 * <p>The lines are linked through the streams; every operation except an insertion out of order takes constant time.
 */
public abstract sealed class DataScheduler permits TurnScheduler, CycleScheduler {
    private static final int URGENCIES = 8;

    private final Stream[] first = new Stream[URGENCIES];
    private final Stream[] last = new Stream[URGENCIES];
    private boolean held;
    private int occupied;
    private int size;

    DataScheduler() {}

    /** While the scheduler is held, no stream has a turn. */
    public final void hold(boolean hold) {
        held = hold;
    }

    /** The stream whose turn it is, or null. It stays in line. */
    public final Stream next() {
        return occupied == 0 || held ? null : first[Integer.numberOfTrailingZeros(occupied)];
    }

    /** How many streams are in line. */
    public final int size() {
        return size;
    }

    /** Puts a stream with a body in line. */
    public final void add(Stream stream) {
        stream.bodyState(BodyState.SCHEDULED);
        stream.scheduledUrgency = stream.priority().urgency();
        line(stream);
    }

    /** Takes a stream out of line; {@code state} says what its body waits for then. */
    public final void remove(Stream stream, BodyState state) {
        if (stream.bodyState() == BodyState.SCHEDULED) {
            unlink(stream);
        }
        stream.bodyState(state);
    }

    /** A stream's priority was changed. */
    public final void reprioritized(Stream stream) {
        if (stream.bodyState() == BodyState.SCHEDULED) {
            unlink(stream);
            add(stream);
        }
    }

    /** A DATA frame of that many bytes was made from a stream's body, and will be sent. */
    public abstract void frameMade(Stream stream, int bytes);

    /** The frame was sent. */
    public abstract void frameSent(Stream stream);

    /** Puts a stream in the line of its urgency. */
    abstract void line(Stream stream);

    final Stream first(int urgency) {
        return first[urgency];
    }

    final Stream last(int urgency) {
        return last[urgency];
    }

    /** Links a stream behind another in the line of its urgency, or at the front if {@code after} is null. */
    final void insertAfter(Stream after, Stream stream) {
        int urgency = stream.scheduledUrgency;
        Stream before = after == null ? first[urgency] : after.scheduledNext;
        stream.scheduledPrevious = after;
        stream.scheduledNext = before;
        if (after == null) {
            first[urgency] = stream;
        } else {
            after.scheduledNext = stream;
        }
        if (before == null) {
            last[urgency] = stream;
        } else {
            before.scheduledPrevious = stream;
        }
        occupied |= 1 << urgency;
        size++;
    }

    final void unlink(Stream stream) {
        int urgency = stream.scheduledUrgency;
        Stream previous = stream.scheduledPrevious;
        Stream next = stream.scheduledNext;
        if (previous == null) {
            first[urgency] = next;
        } else {
            previous.scheduledNext = next;
        }
        if (next == null) {
            last[urgency] = previous;
        } else {
            next.scheduledPrevious = previous;
        }
        stream.scheduledPrevious = null;
        stream.scheduledNext = null;
        if (first[urgency] == null) {
            occupied &= ~(1 << urgency);
        }
        size--;
    }
}
