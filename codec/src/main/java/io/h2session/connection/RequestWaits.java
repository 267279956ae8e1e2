package io.h2session.connection;

import io.h2session.api.Http2Deadline;
import io.h2session.api.Http2RunningDeadline;
import io.h2session.api.NotSentReason;
import io.h2session.queue.OutboundItem;
import io.h2session.queue.OutboundQueue;
import java.util.Arrays;
import java.util.List;

/**
 * Since when our requests wait for a free stream. Requests are opened in the order of their ids, so one mark for each send that
 * left some behind is enough: all requests up to the mark's id wait since its time, or longer.
 *
 * <pre>
 *   queue     7   9   11   13   15   17      17 was submitted since the last send: it does not wait
 *   marks         9@t0     13@t1 15@t2
 * </pre>
 */
final class RequestWaits {
    private static final int FIRST_CAPACITY = 8;
    private static final int[] NO_IDS = {};
    private static final long[] NO_TIMES = {};

    private final Connection connection;
    private final Deadlines deadlines;

    // A ring: the capacity is 0 or a power of two.
    private int[] ids = NO_IDS;
    private long[] times = NO_TIMES;
    private int first;
    private int count;

    RequestWaits(Connection connection, Deadlines deadlines) {
        this.connection = connection;
        this.deadlines = deadlines;
    }

    /** A send has ended: what is left waits. */
    void sendEnded() {
        OutboundQueue queue = connection.queue();
        int newest = queue.newestOpening();
        if (newest == 0) {
            count = 0;
            return;
        }
        forgetBelow(queue.oldestOpening());
        if (count == 0 || ids[place(count - 1)] < newest) {
            long now = deadlines.peerTime();
            add(newest, now);
            deadlines.waitBegun(Http2Deadline.REQUEST_WAIT, now);
        }
    }

    private void forgetBelow(int oldest) {
        while (count > 0 && ids[first] < oldest) {
            removeFirst();
        }
    }

    private void removeFirst() {
        first = place(1);
        count--;
    }

    private int place(int index) {
        return first + index & ids.length - 1;
    }

    private void add(int id, long time) {
        if (count == ids.length) {
            grow();
        }
        ids[place(count)] = id;
        times[place(count)] = time;
        count++;
    }

    private void grow() {
        int capacity = ids.length;
        int[] moreIds = Arrays.copyOf(ids, Math.max(FIRST_CAPACITY, capacity * 2));
        long[] moreTimes = Arrays.copyOf(times, moreIds.length);
        // What was in front of the first moves behind the last.
        System.arraycopy(ids, 0, moreIds, capacity, first);
        System.arraycopy(times, 0, moreTimes, capacity, first);
        ids = moreIds;
        times = moreTimes;
    }

    /** Adds the waits, each once for all requests that wait since the same time. */
    void addRunning(List<Http2RunningDeadline> found) {
        int oldest = connection.queue().oldestOpening();
        for (int i = 0; oldest > 0 && i < count; i++) {
            int place = place(i);
            if (ids[place] >= oldest) {
                found.add(deadlines.running(Http2Deadline.REQUEST_WAIT, ids[place], times[place]));
            }
        }
    }

    /** When the longest wait is due, by real time. */
    long next() {
        return count == 0 ? Deadlines.NEVER : deadlines.due(Http2Deadline.REQUEST_WAIT, times[first]);
    }

    /** Gives up the requests that have waited too long. */
    void expire(long now) {
        while (count > 0 && next() <= now) {
            int last = ids[first];
            removeFirst();
            giveUpTo(last);
        }
    }

    private void giveUpTo(int id) {
        OutboundQueue queue = connection.queue();
        for (int oldest = queue.oldestOpening(); oldest > 0 && oldest <= id; oldest = queue.oldestOpening()) {
            OutboundItem item = queue.pollOpening();
            connection.handled(item);
            try {
                NotSentReason reason = item.cancelled() ? NotSentReason.CANCEL : NotSentReason.WAITED_TOO_LONG;
                connection.shutdown().giveUp(item, reason, true);
            } finally {
                connection.handled(null);
            }
        }
    }
}
