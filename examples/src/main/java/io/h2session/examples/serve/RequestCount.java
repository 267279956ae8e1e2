package io.h2session.examples.serve;

import java.util.concurrent.atomic.LongAdder;

/** Counts the outcomes of requests: answered completely, cancelled by the client, or lost. */
final class RequestCount {
    private final LongAdder begun = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder givenUp = new LongAdder();

    /** Called when the header block of a request arrived. */
    void begin() {
        begun.increment();
    }

    /** Called when its response was sent completely. */
    void answer() {
        answered.increment();
    }

    /** Called when its client cancelled it. */
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
