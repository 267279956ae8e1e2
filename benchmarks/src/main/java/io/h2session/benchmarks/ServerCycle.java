package io.h2session.benchmarks;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Nanoseconds (and with {@code -prof gc} bytes of garbage) per request, bytes in to bytes out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgs = {
            "-Xms1g",
            "-Xmx1g",
            // With the warm-up by count: code is as well compiled on a busy machine as on an idle one.
            "-XX:-BackgroundCompilation",
            "-Dio.netty.leakDetection.level=disabled",
            "-Djmh.executor=CUSTOM",
            "-Djmh.executor.class=io.h2session.benchmarks.EventLoopThreads"
        })
public class ServerCycle {
    /** Whose server. */
    @Param({
        "ENGINE",
        "NETTY_LISTENER",
        "HANDLER",
        "NETTY_FRAME_CODEC",
        "STREAM_CHANNEL",
        "NETTY_MULTIPLEX",
        "STREAM_HANDLER",
        "STREAM_HTTP",
        "NETTY_HTTP"
    })
    private Contestant contestant;

    /** What the messages look like. */
    @Param({"TINY", "BROWSER"})
    private Shape shape;

    /** How many requests arrive together: many on a busy connection, one on a quiet one. */
    @Param({"100", "1"})
    private int requestsPerRead;

    /** How many batches precede the measurement, enough for the compiler to have seen everything. */
    @Param("10000")
    private int warmUpBatches;

    private Connection connection;

    /** Connects, verifies some answers before any is measured, and warms up. */
    @Setup
    public void connect() {
        if (!(Thread.currentThread() instanceof FastThreadLocalThread)) {
            throw new IllegalStateException("not an event loop's thread: run with the jvmArgs of this class");
        }
        connection = new Connection(contestant, shape, requestsPerRead);
        Verification.of(connection, shape);
        for (int i = 0; i < warmUpBatches; i++) {
            connection.exchange();
        }
    }

    /** Finds out whether the server kept what it had read. */
    @TearDown
    public void close() {
        connection.close();
    }

    /** A batch of requests and their answers. */
    @Benchmark
    @OperationsPerInvocation(RequestBatch.REQUESTS)
    public long cycle() {
        connection.exchange();
        return connection.server().output().bytes();
    }
}
