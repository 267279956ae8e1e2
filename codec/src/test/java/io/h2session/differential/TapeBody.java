package io.h2session.differential;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import java.util.function.BiConsumer;

/** A body of a tape: steps that say what each read gives. */
final class TapeBody implements DataSource {
    private final String[] steps;
    private final Trace trace;
    private final Behaviours behaviours;
    private final BiConsumer<Integer, String> submitTrailer;

    private int step;
    private int left = -1;
    private int cap = Integer.MAX_VALUE;
    private boolean noCopy;
    private int position;
    private int closed;

    TapeBody(String text, Trace trace, Behaviours behaviours, BiConsumer<Integer, String> submitTrailer) {
        steps = text.split("/", -1);
        this.trace = trace;
        this.behaviours = behaviours;
        this.submitTrailer = submitTrailer;
    }

    /** Whether the bytes of the last read are to be written by the application itself. */
    boolean noCopy() {
        return noCopy;
    }

    /** How often the session was done with it. */
    int closed() {
        return closed;
    }

    @Override
    public void close() {
        closed++;
    }

    @Override
    public DataResult read(int streamId, int max, BodySink sink) {
        String head = "  data_read stream=" + streamId + " max=" + max + " -> ";
        int ret = behaviours.fire(Behaviours.Event.of("data_read", streamId, 0, 0));
        if (ret != Result.OK) {
            trace.line("    ret " + Result.of(ret));
            return answer(ret);
        }
        if (step < steps.length && steps[step].equals("sep")) {
            step++;
        }
        while (step < steps.length) {
            String[] word = steps[step].split(":", 2);
            switch (word[0]) {
                case "cap" -> cap = Integer.parseInt(word[1]);
                case "nocopy" -> noCopy = !word[1].equals("0");
                case "trailer" -> submitTrailer.accept(streamId, word[1]);
                case "bytes" -> {
                    return give(streamId, Integer.parseInt(word[1]), max, sink, head);
                }
                case "eof", "eof-nes" -> {
                    step++;
                    return end(word[0], 0, head);
                }
                case "zero" -> {
                    step++;
                    trace.line(head + "0" + copied());
                    return DataResult.MORE;
                }
                case "sep" -> {}
                case "too-long" -> {
                    step++;
                    trace.line(head + (max + 1) + copied());
                    throw new TapeFailure();
                }
                default -> {
                    step++;
                    return refused(head, error(word[0]));
                }
            }
            step++;
        }
        return refused(head, Result.DEFERRED);
    }

    private static int error(String word) {
        return switch (word) {
            case "defer" -> Result.DEFERRED;
            case "pause" -> Result.PAUSE;
            case "fail-temporal" -> Result.TEMPORAL_CALLBACK_FAILURE;
            default -> -902;
        };
    }

    private DataResult refused(String head, int ret) {
        trace.line(head + Result.of(ret));
        return answer(ret);
    }

    private static DataResult answer(int ret) {
        return switch (ret) {
            case Result.DEFERRED -> DataResult.DEFERRED;
            case Result.PAUSE -> DataResult.PAUSED;
            case Result.TEMPORAL_CALLBACK_FAILURE -> DataResult.FAILED;
            default -> throw new TapeFailure();
        };
    }

    private DataResult give(int streamId, int count, int max, BodySink sink, String head) {
        if (left < 0) {
            left = count;
        }
        int given = Math.min(left, Math.min(max, cap));
        byte[] bytes = new byte[given];
        for (int i = 0; i < given; i++) {
            bytes[i] = (byte) (position + i + streamId);
        }
        sink.write(bytes, 0, given);
        position += given;
        left -= given;
        if (left > 0) {
            trace.line(head + given + copied());
            return DataResult.MORE;
        }
        left = -1;
        step++;
        while (step < steps.length && steps[step].startsWith("trailer:")) {
            submitTrailer.accept(streamId, steps[step++].substring("trailer:".length()));
        }
        if (step < steps.length && steps[step].startsWith("eof")) {
            return end(steps[step++], given, head);
        }
        trace.line(head + given + copied());
        return DataResult.MORE;
    }

    private DataResult end(String word, int given, String head) {
        boolean endsStream = word.equals("eof");
        trace.line(head + given + " EOF" + (endsStream ? "" : " NO_END_STREAM") + copied());
        return endsStream ? DataResult.END : DataResult.END_WITHOUT_END_STREAM;
    }

    private String copied() {
        return noCopy ? " NO_COPY" : "";
    }
}
