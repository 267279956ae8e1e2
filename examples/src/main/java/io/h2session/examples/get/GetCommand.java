package io.h2session.examples.get;

import io.h2session.examples.net.Reason;
import io.h2session.examples.net.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code get}: sends requests and writes the responses. */
@Command(
        name = "get",
        description = {
            "Sends requests over HTTP/2: prior knowledge or, with -u, HTTP Upgrade for http, ALPN h2 for https. URLs of one origin share a"
                    + " connection. Bodies are written one after the other.",
            "",
            "The letters are those of nghttp and curl where they mean the same. Where they differ: -n and -m are nghttp's, and h2load's"
                    + " with a COUNT; -w is nghttp's with a number and curl's otherwise; -d is curl's; -s, -p, -a, -u and -c are"
                    + " not curl's.",
            "",
            "Exit status 0 if every response was complete, whatever its status code; 1 otherwise; 2 for wrong usage; with -f, 22"
                    + " if a status code was 400 or higher.",
            ""
        },
        preprocessor = Letters.class,
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class GetCommand implements Callable<Integer> {
    /** The number of requests that the session keeps while they wait for the server's limit on concurrent streams. */
    private static final int MAX_CONCURRENCY = 1000;

    /** The exit status of curl when it has failed because of {@code -f}. */
    private static final int HTTP_ERROR = 22;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "-n",
            paramLabel = "[COUNT]",
            description = "Discard bodies. With COUNT: send COUNT requests, the URLs in turn, and report.")
    private Integer count;

    @Option(
            names = {"-m", "--multiply"},
            paramLabel = "N",
            description =
                    "With -n COUNT: how many at once on a connection (1). Otherwise send each URL N times, all at once, and"
                            + " report.")
    private Integer times;

    @Option(
            names = {"-a", "--get-assets"},
            description =
                    "Get also the style sheets, scripts and images that an HTML page links to, of the same origin.")
    private boolean assets;

    @Option(
            names = "-w",
            paramLabel = "BITS|FORMAT",
            description = "A number is --window-bits, anything else --write-out.")
    private List<String> windowOrFormat = List.of();

    @ArgGroup(validate = false, heading = "%nRequests:%n")
    private RequestOptions request = new RequestOptions();

    @ArgGroup(validate = false, heading = "%nConnections:%n")
    private ConnectOptions connect = new ConnectOptions();

    @ArgGroup(validate = false, heading = "%nOutput:%n")
    private OutputOptions write = new OutputOptions();

    @Parameters(paramLabel = "URL", arity = "1..*", description = "What to get.")
    private List<String> urls;

    @Override
    public Integer call() {
        List<Request> requests;
        List<Report> reports;
        Client.Settings settings;
        try {
            check();
            reports = write.reports(out(), version());
            requests = request.requests(urls);
            settings = settings(requests);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        } catch (IOException cause) {
            complain(Reason.of(cause));
            return 1;
        }
        try (Client client = new Client(settings);
                BodyOutput output = write.output(isLoad())) {
            Thread atInterrupt = new Thread(output::interrupt, "interrupt");
            Runtime.getRuntime().addShutdownHook(atInterrupt);
            try {
                return run(client, output, requests, reports);
            } finally {
                leaveToItself(atInterrupt);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** A TLS context takes a while to make, so there is one only if a URL needs it. */
    private Client.Settings settings(List<Request> requests) throws IOException {
        boolean needsTls =
                requests.stream().anyMatch(one -> one.target().origin().tls());
        // What epoll is better at is not worth its library for a few downloads.
        boolean plain = !isLoad() && requests.stream().allMatch(one -> one.body() == null);
        return new Client.Settings(
                plain ? Transport.NIO : Transport.best(),
                needsTls ? connect.tlsContext() : null,
                connect.upgrade(),
                connect.timeoutSeconds(),
                connect.routes(),
                connect::apply,
                write.log(),
                write.colours(),
                write.hexDump(),
                Math.min(connect.connections(), Runtime.getRuntime().availableProcessors()));
    }

    private int run(Client client, BodyOutput output, List<Request> requests, List<Report> reports)
            throws InterruptedException {
        ResponseRules rules = write.rules(request.head(), isLoad());
        int status = isLoad()
                ? load(client, output, rules, requests, reports)
                : each(client, output, rules, requests, reports);
        try {
            for (Report report : reports) {
                report.end();
            }
        } catch (IOException cause) {
            complain("cannot write the report: " + Reason.of(cause));
            return 1;
        }
        return status;
    }

    private int each(
            Client client, BodyOutput output, ResponseRules rules, List<Request> requests, List<Report> reports)
            throws InterruptedException {
        int status = 0;
        Sequence sequence = new Sequence(client, output, rules, assets);
        for (Exchange ended = sequence.first(requests); ended != null; ended = sequence.next()) {
            String url = ended.request.target().url();
            for (Report report : reports) {
                report.add(ended);
            }
            if (!ended.complete()) {
                complain(url + ": " + ended.failure);
                status = 1;
            } else if (rules.fails(ended.status)) {
                complain(url + ": status " + ended.status);
                status = status == 0 ? HTTP_ERROR : status;
            }
        }
        return status;
    }

    private int load(
            Client client, BodyOutput output, ResponseRules rules, List<Request> requests, List<Report> reports)
            throws InterruptedException {
        int all = count != null ? count : Math.multiplyExact(times, requests.size());
        int atOnce = count != null ? (times == null ? 1 : times) : Math.min(all, MAX_CONCURRENCY);
        LoadRun.Tally tally;
        try {
            LoadRun run = new LoadRun(client, output, rules, ended -> reports.forEach(report -> report.add(ended)));
            tally = run.run(requests, all, connect.connections(), atOnce);
        } catch (ExecutionException notConnected) {
            complain(client.reason(notConnected));
            return 1;
        }
        if (!write.ownsStandardOutput()) {
            out().println(tally.report());
        }
        for (Map.Entry<String, Integer> failure : tally.failures().entrySet()) {
            complain(failure.getValue() + " failed: " + failure.getKey());
        }
        if (tally.complete() < all) {
            return 1;
        }
        return rules.failing() && tally.errors() > 0 ? HTTP_ERROR : 0;
    }

    /** Whether requests run beside each other, and their outcomes are counted. */
    private boolean isLoad() {
        return count != null || times != null;
    }

    private void check() {
        List<String> formats = new ArrayList<>();
        for (String value : windowOrFormat) {
            if (value.matches("\\d+")) {
                connect.windowBits(value.length() > 2 ? Integer.MAX_VALUE : Integer.parseInt(value));
            } else {
                formats.add(value);
            }
        }
        require(formats.size() <= 1 && windowOrFormat.size() - formats.size() <= 1, "-w wants one BITS and one FORMAT");
        formats.forEach(write::format);
        require(count == null || count > 0, "-n must be positive");
        require(times == null || (times > 0 && times <= MAX_CONCURRENCY), "-m must be from 1 to " + MAX_CONCURRENCY);
        require(!assets || !isLoad(), "-a excludes -n COUNT and -m");
        connect.check();
        require(isLoad() || connect.connections() == 1, "-c needs -n COUNT or -m");
        write.check();
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }

    private static void leaveToItself(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException interrupted) {
            // It is running.
        }
    }

    private static String version() {
        String version = GetCommand.class.getPackage().getImplementationVersion();
        return version == null ? "" : version;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void complain(String what) {
        spec.commandLine().getErr().println("h2session get: " + what);
    }
}
