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
 * Measures one cell of two revisions in this JVM: in short slots that alternate in random order on one thread, so that a busy
 * machine disturbs both alike. Each revision has a class loader of its own; Netty is shared. {@link Revisions} starts it.
 *
 * <p>Arguments: the jar of the revision that is warmed up first, the jar of the other one, contestant, shape, requests in a
 * read, and the milliseconds to measure.
 */
final class RevisionCell {
    /** Long enough for the clock of a thread's CPU time to be exact, short beside the phases of a busy machine. */
    private static final long SLOT_NANOS = 10_000_000;

    private static final int WARM_UP_BATCHES = 10_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private RevisionCell() {}

    /** Measures, and prints the {@link Figures} as the last line. */
    public static void main(String[] args) throws InterruptedException {
        Thread eventLoop =
                new FastThreadLocalThread(() -> System.out.println(measure(args).line()), "event loop");
        eventLoop.setUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            System.exit(2);
        });
        eventLoop.start();
        eventLoop.join();
    }

    private static Figures measure(String[] args) {
        Revision[] revisions = new Revision[2];
        for (int i = 0; i < revisions.length; i++) {
            revisions[i] = new Revision(args[i], args[2], args[3], Integer.parseInt(args[4]));
        }
        for (int i = 0; i < WARM_UP_BATCHES; i++) {
            revisions[i & 1].exchange();
            revisions[~i & 1].exchange();
        }
        int slots = (int) (Long.parseLong(args[5]) * 1_000_000 / (SLOT_NANOS * revisions.length));
        double[][] times = new double[revisions.length][slots];
        double[] ratios = new double[slots];
        Random random = new Random(slots);
        for (int slot = 0; slot < slots; slot++) {
            int first = random.nextInt(revisions.length);
            times[first][slot] = revisions[first].slot();
            times[1 - first][slot] = revisions[1 - first].slot();
            ratios[slot] = times[1][slot] / times[0][slot];
        }
        for (Revision revision : revisions) {
            revision.close();
        }
        return new Figures(
                median(times[0]), median(times[1]), median(ratios), revisions[0].garbage(), revisions[1].garbage());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /**
     * What was measured of a request.
     *
     * @param first nanoseconds of CPU time of the revision that was warmed up first, the median
     * @param second the same of the other one
     * @param secondToFirst the median of the slots' ratios
     * @param firstGarbage bytes that the first one allocated
     * @param secondGarbage the same of the other one
     */
    record Figures(double first, double second, double secondToFirst, double firstGarbage, double secondGarbage) {
        String line() {
            return first + " " + second + " " + secondToFirst + " " + firstGarbage + " " + secondGarbage;
        }

        static Figures parse(String line) {
            double[] figures = Arrays.stream(line.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            return new Figures(figures[0], figures[1], figures[2], figures[3], figures[4]);
        }
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
            super(new URL[] {url(jar)}, RevisionCell.class.getClassLoader());
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
