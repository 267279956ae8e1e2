package io.h2session.netty.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** The rows of all sessions, which are gathered from their event loops. Used on the event loop of who asked. */
final class SessionList {
    private final SessionRow.Order order;
    private final int shown;
    private final Consumer<SessionList> consumer;
    private final List<SessionRow> rows = new ArrayList<>();
    private int missing;
    private boolean complete;

    /** @param loops how many times {@link #add} will be called */
    SessionList(SessionRow.Order order, int shown, int loops, Consumer<SessionList> consumer) {
        this.order = order;
        this.shown = shown;
        this.consumer = consumer;
        missing = loops;
        if (loops == 0) {
            complete();
        }
    }

    void add(List<SessionRow> ofOneLoop) {
        missing--;
        if (!complete) {
            rows.addAll(ofOneLoop);
            if (missing == 0) {
                complete();
            }
        }
    }

    boolean isComplete() {
        return complete;
    }

    /** Does not wait for the rest. */
    void complete() {
        if (!complete) {
            complete = true;
            rows.sort(order.comparator);
            consumer.accept(this);
        }
    }

    String json() {
        Json json = new Json().object();
        json.put("sessions", rows.size())
                .put("bytesIn", sum(SessionRow::bytesIn))
                .put("bytesOut", sum(SessionRow::bytesOut))
                .put("active", sum(SessionRow::activeStreams))
                .put("silentLoops", missing)
                .put("order", order.name())
                .array("rows");
        rows.stream().limit(shown).forEach(row -> row.write(json));
        return json.endArray().end().toString();
    }

    private long sum(ToLongFunction<SessionRow> value) {
        return rows.stream().mapToLong(value).sum();
    }
}
