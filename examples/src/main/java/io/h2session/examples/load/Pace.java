package io.h2session.examples.load;

/** When the requests of one event loop are due. Times are those of the clock of the run. */
abstract class Pace {
    /** No request is due, now or ever. */
    static final long NEVER = Long.MAX_VALUE;

    private boolean measured;

    /** What the pace of an event loop is. */
    static Pace of(Plan plan, int thread) {
        return plan.open() ? new Open(plan, thread) : new Closed(plan, thread);
    }

    /** Begins the run. */
    abstract void begin(long now);

    /** Takes the next request if it is due, and returns when it was due; {@link #NEVER} if none is. */
    abstract long take(long now);

    /** When the next request is due; {@link #NEVER} if that does not depend on the time. */
    abstract long next();

    /** Whether no more requests will be due. */
    abstract boolean over(long now);

    /** Ends it early, and returns how many requests that count were not taken. */
    abstract long abandon();

    /** Whether the request that was taken last is measured, and not one of the warm-up. */
    final boolean measured() {
        return measured;
    }

    final void measured(boolean value) {
        measured = value;
    }

    /** The closed model: a request is due whenever a connection has room for it. */
    private static final class Closed extends Pace {
        private final Plan plan;
        private long measureFrom;
        private long end;
        private long left;

        Closed(Plan plan, int thread) {
            this.plan = plan;
            // In proportion to its connections.
            left = plan.timed() ? NEVER : shareBefore(plan, thread + 1) - shareBefore(plan, thread);
        }

        private static long shareBefore(Plan plan, int thread) {
            return (long) ((double) plan.count() * plan.connectionsBefore(thread) / plan.connections());
        }

        @Override
        void begin(long now) {
            measureFrom = now + plan.warmUpNanos();
            end = plan.timed() ? measureFrom + plan.nanos() : NEVER;
        }

        @Override
        long take(long now) {
            if (over(now)) {
                return NEVER;
            }
            measured(now >= measureFrom);
            if (measured()) {
                left--;
            }
            return now;
        }

        @Override
        long next() {
            return NEVER;
        }

        @Override
        boolean over(long now) {
            return left == 0 || now >= end;
        }

        @Override
        long abandon() {
            long untaken = plan.timed() ? 0 : left;
            left = 0;
            return untaken;
        }
    }

    /**
     * The open model: a request is due at its time, whatever became of those before it. Event loops take turns in one schedule.
     */
    private static final class Open extends Pace {
        private final Plan plan;
        private final long firstMeasured;
        private final long end;
        private long begun;
        private long index;

        Open(Plan plan, int thread) {
            this.plan = plan;
            firstMeasured = plan.due(plan.warmUpNanos());
            end = firstMeasured + plan.dueMeasured();
            index = thread;
        }

        @Override
        void begin(long now) {
            begun = now;
        }

        @Override
        long take(long now) {
            long due = next();
            if (due > now) {
                return NEVER;
            }
            measured(index >= firstMeasured);
            index += plan.threads();
            return due;
        }

        @Override
        long next() {
            return index < end ? begun + plan.dueAfter(index) : NEVER;
        }

        @Override
        boolean over(long now) {
            return index >= end;
        }

        @Override
        long abandon() {
            long turns = Math.max(0, firstMeasured - index + plan.threads() - 1) / plan.threads();
            long from = index + turns * plan.threads();
            index = end;
            return from < end ? (end - 1 - from) / plan.threads() + 1 : 0;
        }
    }
}
