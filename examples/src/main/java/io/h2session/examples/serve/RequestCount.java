package io.h2session.examples.serve;

import java.util.concurrent.atomic.LongAdder;

/** What became of a server's requests. Each that began is answered to the end, given up by its client, or lost. */
final class RequestCount {
    private final LongAdder begun = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder givenUp = new LongAdder();

    /** A request has arrived, at least its head. */
    void begin() {
        begun.increment();
    }

    /** Its response was sent to the end. */
    void answer() {
        answered.increment();
    }

    /** Its client did not want it any more. */
    void giveUp() {
        givenUp.increment();
    }

    long begun() {
        return begun.sum();
    }

    long answered() {
        return answered.sum();
    }

    @Override
    public String toString() {
        long lost = begun.sum() - answered.sum() - givenUp.sum();
        return begun + " requests: " + answered + " answered, " + givenUp + " given up by clients, " + lost + " lost";
    }
}
