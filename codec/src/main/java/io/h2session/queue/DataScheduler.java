package io.h2session.queue;

import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;

/**
 * The streams whose bodies can be sent, by urgency (RFC 9218 section 10). Lower urgencies wait until higher ones have
 * nothing to send. Within one urgency, streams that are not incremental are served one after the other, in the order they were
 * created; an incremental one goes to the end of the line after each turn, so that they share.
 *
 * <p>The lists are linked through the streams; every operation but inserting out of order takes constant time.
 *
 * <p>In nghttp2's way a stream has a cycle, which grows by what was sent if it is incremental and on a server; the lowest goes
 * first, and of equal ones the stream that was created first.
 */
public final class DataScheduler {
    private static final int URGENCIES = 8;

    private final Stream[] first = new Stream[URGENCIES];
    private final Stream[] last = new Stream[URGENCIES];
    private final boolean cycles;
    private final boolean rotates;
    private boolean held;
    private int occupied;
    private int size;

    /** A scheduler in whose lines incremental streams go to the end after each turn. */
    public DataScheduler() {
        this(false, true);
    }

    /**
     * A scheduler.
     *
     * @param cycles whether it works as nghttp2's does
     * @param rotates whether incremental streams share there; they do on servers
     */
    public DataScheduler(boolean cycles, boolean rotates) {
        this.cycles = cycles;
        this.rotates = rotates;
    }

    /** While held no stream has a turn, whichever are in line. */
    public void hold(boolean hold) {
        held = hold;
    }

    /** The stream whose turn it is, or null. It stays in line. */
    public Stream next() {
        return occupied == 0 || held ? null : first[Integer.numberOfTrailingZeros(occupied)];
    }

    /** How many streams are in line. */
    public int size() {
        return size;
    }

    /** Puts a stream with a body in line. */
    public void add(Stream stream) {
        int urgency = stream.priority().urgency();
        stream.bodyState(BodyState.SCHEDULED);
        stream.scheduledUrgency = urgency;
        if (cycles) {
            long lowest = first[urgency] == null ? 0 : first[urgency].scheduledCycle;
            stream.scheduledCycle = lowest + (stream.priority().incremental() ? stream.scheduledOctets : 0);
            insertByCycle(stream, urgency);
            return;
        }
        Stream after = last[urgency];
        if (!stream.priority().incremental()) {
            while (after != null && !after.priority().incremental() && after.cameAfter(stream)) {
                after = after.scheduledPrevious;
            }
        }
        insertAfter(after, stream, urgency);
        occupied |= 1 << urgency;
        size++;
    }

    private void insertByCycle(Stream stream, int urgency) {
        Stream after = last[urgency];
        while (after != null && goesBefore(stream, after)) {
            after = after.scheduledPrevious;
        }
        insertAfter(after, stream, urgency);
        occupied |= 1 << urgency;
        size++;
    }

    private static boolean goesBefore(Stream stream, Stream other) {
        return stream.scheduledCycle < other.scheduledCycle
                || (stream.scheduledCycle == other.scheduledCycle && other.cameAfter(stream));
    }

    /** Takes a stream out of line; its body then waits as {@code state} says. */
    public void remove(Stream stream, BodyState state) {
        if (stream.bodyState() == BodyState.SCHEDULED) {
            unlink(stream);
            size--;
        }
        stream.bodyState(state);
    }

    /** A stream has had its turn, in nghttp2's way as soon as its frame of that many octets is made. */
    public void served(Stream stream, int octets) {
        stream.scheduledOctets = octets;
        int urgency = stream.scheduledUrgency;
        if (rotates
                && stream.bodyState() == BodyState.SCHEDULED
                && stream.priority().incremental()
                && first[urgency] != last[urgency]) {
            unlink(stream);
            size--;
            stream.scheduledCycle += octets;
            insertByCycle(stream, urgency);
        }
    }

    /** A stream has had its turn. */
    public void served(Stream stream) {
        if (cycles) {
            return;
        }
        if (stream.bodyState() == BodyState.SCHEDULED
                && stream.priority().incremental()
                && stream.scheduledNext != null) {
            unlink(stream);
            size--;
            add(stream);
        }
    }

    /** A stream's priority was changed. */
    public void reprioritized(Stream stream) {
        if (stream.bodyState() == BodyState.SCHEDULED) {
            unlink(stream);
            size--;
            add(stream);
        }
    }

    private void insertAfter(Stream after, Stream stream, int urgency) {
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
    }

    private void unlink(Stream stream) {
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
    }
}
