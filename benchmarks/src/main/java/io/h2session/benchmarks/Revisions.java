package io.h2session.benchmarks;

import io.h2session.benchmarks.RevisionCell.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the benchmarks of two revisions: each cell in two JVMs of its own ({@link RevisionCell}), in which both revisions
 * alternate. One JVM warms up the old revision first, the other one the new, because that order matters: both share the
 * compiled code of Netty, whose profiles of types put the classes of the first revision first, and the second one pays up to
 * 3 %. The geometric mean of both ratios is free of it. A JVM measures no more than one cell, because the cells before leave
 * profiles behind as well.
 *
 * <p>Arguments: the jar of the old revision, the jar of the new one, and optionally the seconds for each cell, half of them in
 * each JVM. The exit code is 1 if a cell of the new revision is slower by more than {@value #ALLOWED} (a ratio of medians), and
 * 2 if a JVM failed.
 */
public final class Revisions {
    private static final double ALLOWED = 1.03;

    private static final Contestant[] OURS = {Contestant.ENGINE, Contestant.HANDLER};
    private static final int[] REQUESTS_PER_READ = {100, 1};

    private final String oldJar;
    private final String newJar;
    private final long millisPerOrder;
    private boolean slower;

    private Revisions(String oldJar, String newJar, long millisPerOrder) {
        this.oldJar = oldJar;
        this.newJar = newJar;
        this.millisPerOrder = millisPerOrder;
    }

    /** Runs all cells. */
    public static void main(String[] args) throws IOException, InterruptedException {
        // An exception would end with 1, which says that a cell is slower.
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            System.exit(2);
        });
        Runtime.getRuntime().addShutdownHook(new Thread(Revisions::endChildren, "end of children"));
        long seconds = args.length > 2 ? Long.parseLong(args[2]) : 20;
        Revisions revisions = new Revisions(args[0], args[1], seconds * 1000 / 2);
        revisions.compareAll();
        System.exit(revisions.slower ? 1 : 0);
    }

    private static void endChildren() {
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
    }

    private void compareAll() throws IOException, InterruptedException {
        System.out.printf(
                "%-34s %10s %10s %8s %18s%n",
                "CPU time of a request, medians", "old", "new", "new/old", "garbage, old, new");
        for (Contestant contestant : OURS) {
            for (Shape shape : Shape.values()) {
                for (int requestsPerRead : REQUESTS_PER_READ) {
                    compare(contestant, shape, requestsPerRead);
                }
            }
        }
    }

    private void compare(Contestant contestant, Shape shape, int requestsPerRead)
            throws IOException, InterruptedException {
        Figures oldFirst = measure(oldJar, newJar, contestant, shape, requestsPerRead);
        Figures newFirst = measure(newJar, oldJar, contestant, shape, requestsPerRead);
        // What the second place costs is a factor of both ratios, of which the other one is old to new.
        double ratio = Math.sqrt(oldFirst.secondToFirst() / newFirst.secondToFirst());
        slower |= ratio > ALLOWED;
        System.out.printf(
                "%-34s %7.0f ns %7.0f ns %8.3f %7.0f B %7.0f B%s%n",
                contestant + ", " + shape + ", " + requestsPerRead + " per read",
                (oldFirst.first() + newFirst.second()) / 2,
                (oldFirst.second() + newFirst.first()) / 2,
                ratio,
                (oldFirst.firstGarbage() + newFirst.secondGarbage()) / 2,
                (oldFirst.secondGarbage() + newFirst.firstGarbage()) / 2,
                ratio > ALLOWED ? "  SLOWER" : "");
    }

    /** Measures a cell in a JVM like this one. */
    private Figures measure(String firstJar, String secondJar, Contestant contestant, Shape shape, int requestsPerRead)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RevisionCell.class.getName()));
        command.addAll(List.of(firstJar, secondJar, contestant.name(), shape.name()));
        command.addAll(List.of(Integer.toString(requestsPerRead), Long.toString(millisPerOrder)));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String last = "";
        try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = line;
            }
        }
        int exitCode = child.waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + exitCode);
        }
        return Figures.parse(last);
    }
}
