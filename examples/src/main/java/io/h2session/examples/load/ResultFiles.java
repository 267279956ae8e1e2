package io.h2session.examples.load;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** The files that a result goes to. They are opened before the run, so that it is not made in vain. */
final class ResultFiles implements AutoCloseable {
    /** Rows for each half of the rest, as the tools that draw these files expect. */
    private static final int TICKS = 5;

    private static final double MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final PrintStream json;
    private final PrintStream percentiles;
    private final PrintStream log;

    /**
     * Creates the files. Each may be null.
     *
     * @param json the whole result
     * @param percentiles the distribution of latencies in milliseconds as text ({@code .hgrm})
     * @param log all three distributions, in full ({@code .hlog})
     */
    ResultFiles(Path json, Path percentiles, Path log) throws IOException {
        this.json = open(json);
        this.percentiles = open(percentiles);
        this.log = open(log);
    }

    private static PrintStream open(Path file) throws IOException {
        if (file == null) {
            return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        }
        return new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8);
    }

    /** @throws IOException if a file cannot be written */
    void write(LoadRun.Result result) throws IOException {
        json.print(JsonReport.of(result));
        result.tally().latency.outputPercentileDistribution(percentiles, TICKS, MILLISECOND);
        writeLog(result);
        if (json.checkError() || percentiles.checkError() || log.checkError()) {
            throw new IOException("the result could not be written whole");
        }
    }

    private void writeLog(LoadRun.Result result) {
        Tally tally = result.tally();
        long end = System.currentTimeMillis();
        long start = end - (long) (result.seconds() * 1000);
        HistogramLogWriter writer = new HistogramLogWriter(log);
        writer.outputComment("h2session load; values are nanoseconds");
        writer.outputLogFormatVersion();
        writer.outputStartTime(start);
        writer.setBaseTime(start);
        writer.outputBaseTime(start);
        writer.outputLegend();
        writeLog(writer, "latency", tally.latency, start, end);
        writeLog(writer, "service", tally.service, start, end);
        writeLog(writer, "first_byte", tally.firstByte, start, end);
    }

    private static void writeLog(HistogramLogWriter writer, String tag, Histogram times, long start, long end) {
        times.setTag(tag);
        times.setStartTimeStamp(start);
        times.setEndTimeStamp(end);
        writer.outputIntervalHistogram(times);
    }

    @Override
    public void close() {
        json.close();
        percentiles.close();
        log.close();
    }
}
