package io.h2session.benchmarks;

import com.sun.management.ThreadMXBean;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Random;

/**
 * Compares the benchmarks of two revisions in one JVM: the same cells, in short slots that alternate in random order on one
 * thread, so that a busy machine disturbs both alike. Each revision has a class loader of its own; Netty is shared.
 *
 * <p>Arguments: the jar of the old revision, the jar of the new one, and optionally the seconds for each cell. The exit code
 * is 1 if a cell of the new revision is slower by more than {@value #ALLOWED} (a ratio of medians).
 */
public final class Revisions {
    private static final double ALLOWED = 1.03;

    private static final Contestant[] OURS = {Contestant.ENGINE, Contestant.HANDLER};
    private static final int[] REQUESTS_PER_READ = {100, 1};

    /** Long enough for the clock of a thread's CPU time to be exact, short beside the phases of a busy machine. */
    private static final long SLOT_NANOS = 10_000_000;

    private static final int WARM_UP_BATCHES = 10_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final String[] jars;
    private final long secondsPerCell;
    private boolean slower;

    private Revisions(String[] jars, long secondsPerCell) {
        this.jars = jars;
        this.secondsPerCell = secondsPerCell;
    }

    /** Runs all cells. */
    public static void main(String[] args) throws InterruptedException {
        long seconds = args.length > 2 ? Long.parseLong(args[2]) : 20;
        Revisions revisions = new Revisions(Arrays.copyOf(args, 2), seconds);
        Thread.UncaughtExceptionHandler abort = (thread, failure) -> {
            failure.printStackTrace();
            System.exit(2);
        };
        Thread eventLoop = new FastThreadLocalThread(revisions::compareAll, "event loop");
        eventLoop.setUncaughtExceptionHandler(abort);
        eventLoop.start();
        eventLoop.join();
        System.exit(revisions.slower ? 1 : 0);
    }

    private void compareAll() {
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

    private void compare(Contestant contestant, Shape shape, int requestsPerRead) {
        Revision[] revisions = new Revision[jars.length];
        for (int i = 0; i < revisions.length; i++) {
            revisions[i] = new Revision(jars[i], contestant.name(), shape.name(), requestsPerRead);
        }
        for (int i = 0; i < WARM_UP_BATCHES; i++) {
            revisions[i & 1].exchange();
            revisions[~i & 1].exchange();
        }
        int slots = (int) (secondsPerCell * 1_000_000_000 / (SLOT_NANOS * revisions.length));
        double[][] figures = new double[revisions.length][slots];
        double[] ratios = new double[slots];
        Random random = new Random(slots);
        for (int slot = 0; slot < slots; slot++) {
            int first = random.nextInt(revisions.length);
            figures[first][slot] = revisions[first].slot();
            figures[1 - first][slot] = revisions[1 - first].slot();
            ratios[slot] = figures[1][slot] / figures[0][slot];
        }
        for (Revision revision : revisions) {
            revision.close();
        }
        double ratio = median(ratios);
        slower |= ratio > ALLOWED;
        System.out.printf(
                "%-34s %7.0f ns %7.0f ns %8.3f %7.0f B %7.0f B%s%n",
                contestant + ", " + shape + ", " + requestsPerRead + " per read",
                median(figures[0]),
                median(figures[1]),
                ratio,
                revisions[0].garbage(),
                revisions[1].garbage(),
                ratio > ALLOWED ? "  SLOWER" : "");
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A connection to the server of one revision. Its classes have the names of ours, so they are reached by reflection. */
    private static final class Revision {
        private final RevisionLoader loader;
        private final Object connection;
        private final Method close;
        private final MethodHandle exchange;
        private long allocated;
        private long requests;

        Revision(String jar, String contestant, String shape, int requestsPerRead) {
            loader = new RevisionLoader(jar);
            try {
                Class<?> contestants = loader.loadClass(Contestant.class.getName());
                Class<?> shapes = loader.loadClass(Shape.class.getName());
                Class<?> connections = loader.loadClass(Connection.class.getName());
                Constructor<?> connect = connections.getDeclaredConstructor(contestants, shapes, int.class);
                connect.setAccessible(true);
                connection = connect.newInstance(
                        constant(contestants, contestant), constant(shapes, shape), requestsPerRead);
                Method verify =
                        loader.loadClass(Verification.class.getName()).getDeclaredMethod("of", connections, shapes);
                verify.setAccessible(true);
                verify.invoke(null, connection, constant(shapes, shape));
                close = connections.getDeclaredMethod("close");
                close.setAccessible(true);
                Method batch = connections.getDeclaredMethod("exchange");
                batch.setAccessible(true);
                exchange = MethodHandles.lookup()
                        .unreflect(batch)
                        .bindTo(connection)
                        .asType(MethodType.methodType(Object.class));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(jar + " holds other benchmarks", e);
            }
        }

        private static Object constant(Class<?> type, String name) throws ReflectiveOperationException {
            return type.getMethod("valueOf", String.class).invoke(null, name);
        }

        void exchange() {
            try {
                Object batch = exchange.invokeExact();
                if (batch == null) {
                    throw new IllegalStateException("no requests");
                }
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        /** CPU time per request in nanoseconds. */
        double slot() {
            long batches = 0;
            long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
            long end = System.nanoTime() + SLOT_NANOS;
            long began = cpuTime();
            do {
                exchange();
                batches++;
            } while (System.nanoTime() < end);
            long time = cpuTime() - began;
            allocated += THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
            requests += batches * RequestBatch.REQUESTS;
            return (double) time / (batches * RequestBatch.REQUESTS);
        }

        /** Bytes allocated for each request in all slots so far. */
        double garbage() {
            return (double) allocated / requests;
        }

        private static long cpuTime() {
            return THREADS.getCurrentThreadCpuTime();
        }

        void close() {
            try {
                close.invoke(connection);
                loader.close();
            } catch (ReflectiveOperationException | IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Finds the project's classes in its own jar and all others where this class's loader does. */
    private static final class RevisionLoader extends URLClassLoader {
        RevisionLoader(String jar) {
            super(new URL[] {url(jar)}, Revisions.class.getClassLoader());
        }

        private static URL url(String jar) {
            try {
                return new File(jar).toURI().toURL();
            } catch (IOException e) {
                throw new IllegalArgumentException(jar, e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.h2session.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
