package io.h2session.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures every contestant, in short runs that take turns so that a busy machine is unfair to all of them alike, and
 * prints JMH's table and what it means. {@code --smoke} takes about a minute, measures {@code tiny} only, and proves no more than that
 * everything works. Other arguments are JMH's, for instance {@code -p contestant=ENGINE -p shape=TINY -prof stack}.
 */
public final class Comparison {
    private final Plan plan;
    private final Options extra;
    private final List<Contestant> contestants = new ArrayList<>();
    private final List<Cell> cells = new ArrayList<>();

    private Comparison(Plan plan, Options extra) {
        this.plan = plan;
        this.extra = extra;
        for (String contestant : chosen("contestant", Contestant.values())) {
            contestants.add(Contestant.valueOf(contestant));
        }
        for (String shape : chosen("shape", Shape.values())) {
            for (String requestsPerRead : chosen("requestsPerRead", plan.requestsPerRead)) {
                cells.add(new Cell(Shape.valueOf(shape), Integer.parseInt(requestsPerRead)));
            }
        }
    }

    /** What {@code -p name=a,b} says, or all. */
    private Collection<String> chosen(String name, Object[] all) {
        return extra.getParameter(name)
                .orElse(Arrays.stream(all).map(Object::toString).toList());
    }

    /** Runs it all. */
    public static void main(String[] args) throws RunnerException, CommandLineOptionException {
        boolean smoke = args.length > 0 && args[0].equals("--smoke");
        String[] others = smoke ? List.of(args).subList(1, args.length).toArray(new String[0]) : args;
        Comparison comparison = new Comparison(smoke ? Plan.SMOKE : Plan.FULL, new CommandLineOptions(others));
        comparison.verify();
        comparison.measure();
        comparison.report();
    }

    /** Every contestant answers rightly, and with how many bytes and writes. */
    private void verify() {
        System.out.println("Answers verified         shape    per read   bytes/response  writes/flush  buffers/flush");
        for (Cell cell : cells) {
            for (Contestant contestant : contestants) {
                Connection connection = new Connection(contestant, cell.shape, cell.requestsPerRead);
                Verification verified = Verification.of(connection, cell.shape);
                connection.close();
                System.out.printf(
                        "  %-22s %-8s %8d %17.1f %13.1f %14.1f%n",
                        contestant,
                        cell.shape,
                        cell.requestsPerRead,
                        verified.bytesPerResponse(),
                        verified.writesPerFlush(),
                        verified.buffersPerFlush());
            }
        }
    }

    private void measure() throws RunnerException {
        for (int round = 1; round <= plan.rounds; round++) {
            for (Cell cell : measured()) {
                System.out.printf("%nround %d of %d, %s:", round, plan.rounds, cell);
                System.out.flush();
                for (Contestant contestant : contestants) {
                    cell.add(contestant, run(cell, contestant));
                    System.out.printf("  %s %.0f ns", contestant, cell.nanoseconds(contestant));
                    System.out.flush();
                }
            }
        }
        System.out.println();
    }

    private List<Cell> measured() {
        return plan == Plan.SMOKE && !extra.getParameter("shape").hasValue()
                ? cells.stream().filter(cell -> cell.shape == Shape.TINY).toList()
                : cells;
    }

    private RunResult run(Cell cell, Contestant contestant) throws RunnerException {
        Options options = new OptionsBuilder()
                .parent(extra)
                .include(ServerCycle.class.getName())
                .param("contestant", contestant.name())
                .param("shape", cell.shape.name())
                .param("requestsPerRead", Integer.toString(cell.requestsPerRead))
                .param("warmUpBatches", Integer.toString(plan.warmUpBatches))
                .warmupIterations(extra.getWarmupIterations().orElse(plan.warmups))
                .warmupTime(extra.getWarmupTime().orElse(plan.iteration))
                .measurementIterations(extra.getMeasurementIterations().orElse(plan.iterations))
                .measurementTime(extra.getMeasurementTime().orElse(plan.iteration))
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuTimeProfiler.class)
                .verbosity(extra.getProfilers().isEmpty() ? VerboseMode.SILENT : VerboseMode.NORMAL)
                .shouldFailOnError(true)
                .build();
        return new Runner(options).runSingle();
    }

    private void report() {
        List<RunResult> all = new ArrayList<>();
        for (Cell cell : measured()) {
            all.addAll(cell.merged());
        }
        System.out.println();
        ResultFormatFactory.getInstance(ResultFormatType.TEXT, System.out).writeOut(all);
        System.out.println();
        System.out.println(
                "CPU time, lower quartiles                  ours      Netty's   ratio    goal     (of medians)"
                        + "   garbage    goal");
        for (Cell cell : measured()) {
            int garbage = cell.shape == Shape.TINY ? 700 : 1000;
            line(cell, Contestant.ENGINE, Contestant.NETTY_LISTENER, 0.4, garbage);
            line(cell, Contestant.HANDLER, Contestant.NETTY_FRAME_CODEC, 0.5, garbage);
            line(cell, Contestant.STREAM_CHANNEL, Contestant.NETTY_MULTIPLEX, 0.35, garbage + 300);
            line(cell, Contestant.STREAM_HTTP, Contestant.NETTY_HTTP, 0.45, garbage + 900);
            line(cell, Contestant.STREAM_HANDLER, Contestant.HANDLER, 1.1, garbage);
        }
    }

    private static void line(Cell cell, Contestant ours, Contestant theirs, double goal, int garbageGoal) {
        if (!cell.runs.keySet().containsAll(List.of(ours, theirs))) {
            return;
        }
        double time = cell.nanoseconds(ours);
        double theirTime = cell.nanoseconds(theirs);
        double ratio = time / theirTime;
        double ratioOfMedians = cell.median(ours, CpuTimeProfiler.LABEL) / cell.median(theirs, CpuTimeProfiler.LABEL);
        double garbage = cell.garbage(ours);
        System.out.printf(
                "  %-14s %-18s %8.0f ns %8.0f ns  %6.2f  %4.1f %-6s  (%4.2f)  %9.0f B  %5d %-6s (Netty %.0f B)%n",
                ours,
                cell,
                time,
                theirTime,
                ratio,
                goal,
                ratio <= goal ? "ok" : "MISSED",
                ratioOfMedians,
                garbage,
                garbageGoal,
                garbage <= garbageGoal ? "ok" : "MISSED",
                cell.garbage(theirs));
    }

    /** How much is measured. */
    @SuppressWarnings("ImmutableEnumChecker")
    private enum Plan {
        SMOKE(1, 100, 1, 1, TimeValue.milliseconds(200), 100),
        FULL(5, 10_000, 2, 8, TimeValue.milliseconds(400), 100, 1);

        private final int rounds;
        private final int warmUpBatches;
        private final int warmups;
        private final int iterations;
        private final TimeValue iteration;
        private final Integer[] requestsPerRead;

        Plan(
                int rounds,
                int warmUpBatches,
                int warmups,
                int iterations,
                TimeValue iteration,
                Integer... requestsPerRead) {
            this.rounds = rounds;
            this.warmUpBatches = warmUpBatches;
            this.warmups = warmups;
            this.iterations = iterations;
            this.iteration = iteration;
            this.requestsPerRead = requestsPerRead;
        }
    }

    /** What is compared with each other: the same bytes in. */
    private static final class Cell {
        private final Shape shape;
        private final int requestsPerRead;
        private final Map<Contestant, List<RunResult>> runs = new EnumMap<>(Contestant.class);

        Cell(Shape shape, int requestsPerRead) {
            this.shape = shape;
            this.requestsPerRead = requestsPerRead;
        }

        void add(Contestant contestant, RunResult run) {
            runs.computeIfAbsent(contestant, key -> new ArrayList<>()).add(run);
        }

        /**
         * CPU time per request in the iteration that a quarter of all are faster than. A shared machine has phases, of
         * seconds, in which everything takes half as long again; they fall on whoever runs then, and a median of few
         * rounds lies in the one phase for the one and in the other for the other. What disturbs only ever adds time.
         */
        double nanoseconds(Contestant contestant) {
            List<Double> values = sorted(contestant, CpuTimeProfiler.LABEL);
            return values.get(values.size() / 4);
        }

        double garbage(Contestant contestant) {
            return median(contestant, "gc.alloc.rate.norm");
        }

        Collection<RunResult> merged() {
            List<RunResult> merged = new ArrayList<>();
            for (List<RunResult> ofOne : runs.values()) {
                List<BenchmarkResult> results = new ArrayList<>();
                ofOne.forEach(run -> results.addAll(run.getBenchmarkResults()));
                merged.add(new RunResult(ofOne.get(0).getParams(), results));
            }
            return merged;
        }

        private double median(Contestant contestant, String figure) {
            List<Double> values = sorted(contestant, figure);
            int middle = values.size() / 2;
            return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
        }

        private List<Double> sorted(Contestant contestant, String figure) {
            List<Double> values = new ArrayList<>();
            for (RunResult run : runs.get(contestant)) {
                for (BenchmarkResult fork : run.getBenchmarkResults()) {
                    for (IterationResult iteration : fork.getIterationResults()) {
                        values.add(iteration.getSecondaryResults().get(figure).getScore());
                    }
                }
            }
            values.sort(null);
            return values;
        }

        @Override
        public String toString() {
            return shape + ", " + requestsPerRead + " per read";
        }
    }
}
