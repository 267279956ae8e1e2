package io.h2session.examples.load;

import io.h2session.examples.get.Origin;
import io.h2session.examples.get.Request;
import io.h2session.examples.get.RequestBody;
import io.h2session.examples.get.Target;
import io.h2session.examples.net.Reason;
import io.h2session.examples.net.TlsSetup;
import io.h2session.hpack.HeaderField;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code load}: measures how a server does under load. */
@Command(
        name = "load",
        description = {
            "Sends many requests and measures the responses.",
            "",
            "Without --rate, a request is sent whenever a connection has room (closed model): the server sets the pace, and -c"
                    + " times -m requests run at once. With --rate, requests are due at fixed times (open model), as users are"
                    + " who know nothing of each other. Latency then counts from when a request was due, whether it could be"
                    + " sent then or not: a server that stalls makes all those wait that come meanwhile.",
            "",
            "Exit status 0 if every response was complete with a status below 400; 1 otherwise; 2 for wrong usage.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class LoadCommand implements Callable<Integer> {
    private static final int MOST_CONNECTIONS = 60_000;
    private static final int MOST_STREAMS = 10_000;
    private static final int MOST_THREADS = 256;
    private static final int USUAL_SECONDS = 10;
    private static final double MOST_RATE = 10_000_000;
    private static final long MOST_REQUESTS = 1_000_000_000_000L;
    private static final long MOST_SECONDS = TimeUnit.DAYS.toSeconds(366);

    /** How long the report of an interrupted run may take. */
    private static final int REPORT_SECONDS = 30;

    /** In the open model a connection should not keep requests back. */
    private static final int OPEN_STREAMS = 100;

    @Spec
    private CommandSpec spec;

    @Option(names = "-n", paramLabel = "COUNT", description = "How many requests to measure.")
    private Long count;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "TIME",
            description = "How long to measure: seconds, or with a unit, as 500ms, 10s, 2m. 10s without -n.")
    private String duration;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            description = "How long requests are sent before that, unmeasured.")
    private String warmUp;

    @Option(names = "--rate", paramLabel = "R", description = "Open model: R requests a second, on all connections.")
    private Double rate;

    @Option(names = "-c", paramLabel = "N", description = "Connections (${DEFAULT-VALUE}).")
    private int connections = 1;

    @Option(
            names = "-m",
            paramLabel = "N",
            description = "Requests at once on a connection (1; 100 with --rate), as far as the server lets.")
    private Integer streams;

    @Option(
            names = "-t",
            paramLabel = "N",
            description = "Event loops, each with its share of connections (${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(names = "-X", paramLabel = "METHOD", description = "Method; GET, or POST with -d.")
    private String method;

    @Option(names = "-H", paramLabel = "'name: value'", description = "A header field; any number of them.")
    private List<String> headers = List.of();

    @Option(names = "-d", paramLabel = "FILE", description = "A file with the body of each request.")
    private Path file;

    @Option(names = "--h1", description = "HTTP/1.1, one request at a time on a connection.")
    private boolean http1;

    @Option(
            names = {"-k", "--insecure"},
            description = "Accept any certificate.")
    private boolean insecure;

    @Option(names = "--cacert", paramLabel = "FILE", description = "Trust this authority (PEM), and no other.")
    private Path authority;

    @Option(
            names = "-w",
            paramLabel = "BITS",
            description = "Windows for responses of 2^BITS-1 bytes (${DEFAULT-VALUE}: as good as no flow control).")
    private int windowBits = 30;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long a connection or a response may take; then it has failed (${DEFAULT-VALUE}).")
    private String timeout = "30s";

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON, with the settings.")
    private Path json;

    @Option(
            names = "--hgrm",
            paramLabel = "FILE",
            description = "Write the distribution of latencies as text that HdrHistogram's plotters read.")
    private Path percentiles;

    @Option(
            names = "--hlog",
            paramLabel = "FILE",
            description = "Write the histograms of all times in full, as a log of HdrHistogram.")
    private Path histograms;

    @Parameters(paramLabel = "URL", arity = "1..*", description = "What to request, in turn; all of one server.")
    private List<String> urls;

    @Override
    public Integer call() {
        Plan plan;
        SslContext tls;
        try {
            plan = plan();
            tls = origin(plan).tls() ? tlsContext() : null;
        } catch (IOException cause) {
            complain(Reason.of(cause));
            return 1;
        }
        try (ResultFiles files = new ResultFiles(json, percentiles, histograms);
                LoadRun run = new LoadRun(plan, origin(plan), tls)) {
            return measure(run, files) ? 0 : 1;
        } catch (UnknownHostException cause) {
            complain("unknown host: " + origin(plan).host());
            return 1;
        } catch (IOException cause) {
            complain(Reason.of(cause));
            return 1;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** An interrupted run reports what it has measured. */
    private boolean measure(LoadRun run, ResultFiles files) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        CountDownLatch reported = new CountDownLatch(1);
        Thread atInterrupt = new Thread(() -> stop(run, reported), "interrupt");
        Runtime.getRuntime().addShutdownHook(atInterrupt);
        ProgressLine progress = ProgressLine.onTerminal();
        try {
            LoadRun.Result result = run.run(progress);
            progress.clear();
            out.print(new Report(result, canPrintBlocks()).text());
            out.flush();
            files.write(result);
            return result.good();
        } finally {
            reported.countDown();
            leaveToItself(atInterrupt);
        }
    }

    private static void stop(LoadRun run, CountDownLatch reported) {
        run.stop();
        try {
            reported.await(REPORT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static void leaveToItself(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException interrupted) {
            // It is running.
        }
    }

    private static boolean canPrintBlocks() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        Charset charset = name == null ? Charset.defaultCharset() : Charset.forName(name);
        return charset.newEncoder().canEncode('\u2588');
    }

    private static Origin origin(Plan plan) {
        return plan.requests().get(0).target().origin();
    }

    private Plan plan() throws IOException {
        check();
        byte[] body = file == null ? null : Files.readAllBytes(file);
        long nanos =
                duration != null ? time("--duration", duration) : count != null ? 0 : time("", USUAL_SECONDS + "s");
        require(nanos > 0 || count != null, "--duration must be positive");
        int usualStreams = rate == null || http1 ? 1 : OPEN_STREAMS;
        long timeoutNanos = time("--timeout", timeout);
        require(
                timeoutNanos >= TimeUnit.MILLISECONDS.toNanos(1) && timeoutNanos <= TimeUnit.HOURS.toNanos(1),
                "--timeout must be from 1ms to 1h");
        return new Plan(
                http1,
                requests(body),
                body,
                connections,
                streams == null ? usualStreams : streams,
                Math.min(threads, connections),
                count == null ? 0 : count,
                nanos,
                warmUp == null ? 0 : time("--warm-up", warmUp),
                rate == null ? 0 : rate,
                timeoutNanos,
                windowBits);
    }

    private List<Request> requests(byte[] body) {
        List<HeaderField> fields = new ArrayList<>();
        for (String header : headers) {
            fields.add(usage(() -> Request.field(header)));
        }
        RequestBody content = body == null ? null : RequestBody.of(body);
        String verb = method != null ? method : body == null ? "GET" : "POST";
        List<Request> requests = new ArrayList<>();
        for (String url : urls) {
            requests.add(usage(() -> Request.of(Target.parse(url), verb, fields, content)));
        }
        Origin origin = requests.get(0).target().origin();
        for (Request request : requests) {
            require(
                    request.target().origin().equals(origin),
                    "all URLs must be of one server: " + request.target().url());
        }
        return requests;
    }

    private long time(String option, String text) {
        return usage(() -> Times.parse(option, text));
    }

    /** Reports an invalid argument as wrong usage. */
    private <T> T usage(Supplier<T> parsed) {
        try {
            return parsed.get();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    private SslContext tlsContext() throws IOException {
        if (http1) {
            return TlsSetup.upstream(authority, insecure, false);
        }
        if (insecure) {
            return TlsSetup.insecureClient();
        }
        return authority == null ? TlsSetup.client() : TlsSetup.clientTrusting(authority);
    }

    private void check() {
        require(count == null || count > 0, "-n must be positive");
        require(count == null || count <= MOST_REQUESTS, "-n must be at most " + MOST_REQUESTS);
        require(
                count == null || rate == null || count / rate <= MOST_SECONDS,
                "-n requests take more than a year at this --rate");
        require(count == null || duration == null, "-n and --duration exclude each other");
        require(
                rate == null || rate > 0 && rate <= MOST_RATE,
                "--rate must be above 0 and at most " + (long) MOST_RATE);
        between("-c", connections, MOST_CONNECTIONS);
        between("-t", threads, MOST_THREADS);
        between("-m", streams == null ? 1 : streams, MOST_STREAMS);
        require(!http1 || streams == null || streams == 1, "-m is for HTTP/2: HTTP/1.1 has one request at a time");
        require(windowBits > 0 && windowBits <= 31, "-w must be from 1 to 31");
        require(!insecure || authority == null, "-k and --cacert exclude each other");
    }

    private void between(String option, int value, int most) {
        require(value >= 1 && value <= most, option + " must be from 1 to " + most);
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), complaint);
        }
    }

    private void complain(String what) {
        spec.commandLine().getErr().println("h2session load: " + what);
    }
}
