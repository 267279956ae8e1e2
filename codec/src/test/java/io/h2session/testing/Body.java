package io.h2session.testing;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A body whose every read was written down beforehand, and which counts how often it was closed. */
public final class Body implements DataSource {
    private final Deque<Step> steps = new ArrayDeque<>();
    private int reads;
    private int closed;

    private record Step(String text, DataResult result, RuntimeException thrown, Runnable action) {}

    /** A body without reads; after the last it is DEFERRED for ever. */
    public static Body script() {
        return new Body();
    }

    /** A read gives this text, as much of it as may be given, and answers when all was given. */
    public Body then(String text, DataResult result) {
        steps.add(new Step(text, result, null, null));
        return this;
    }

    /** A read answers this, without bytes. */
    public Body then(DataResult result) {
        return then("", result);
    }

    /** A read does this first. */
    public Body then(Runnable action, String text, DataResult result) {
        steps.add(new Step(text, result, null, action));
        return this;
    }

    /** A read throws. */
    public Body thenThrows(RuntimeException thrown) {
        steps.add(new Step("", DataResult.MORE, thrown, null));
        return this;
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        reads++;
        Step step = steps.poll();
        if (step == null) {
            return DataResult.DEFERRED;
        }
        if (step.thrown != null) {
            throw step.thrown;
        }
        if (step.action != null) {
            step.action.run();
        }
        byte[] bytes = step.text.getBytes(StandardCharsets.ISO_8859_1);
        int count = Math.min(bytes.length, maxLength);
        sink.write(bytes, 0, count);
        if (count < bytes.length) {
            steps.push(new Step(step.text.substring(count), step.result, null, null));
            return DataResult.MORE;
        }
        return step.result;
    }

    @Override
    public void close() {
        closed++;
    }

    /** How often it was read. */
    public int reads() {
        return reads;
    }

    /** How often it was closed. */
    public int closed() {
        return closed;
    }
}
