package io.h2session.examples.get;

import io.h2session.examples.net.Reason;
import io.h2session.examples.net.TlsSetup;
import io.h2session.hpack.HeaderField;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
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
            "Sends requests over HTTP/2: prior knowledge for http, ALPN h2 for https. URLs of one origin share a"
                    + " connection. Bodies are written one after the other.",
            "",
            "Exit status 0 if every response was complete, whatever its status code; 1 otherwise; 2 for wrong usage.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class GetCommand implements Callable<Integer> {
    /** The number of requests that the session keeps while they wait for the server's limit on concurrent streams. */
    private static final int MAX_CONCURRENCY = 1000;

    /** An hour. */
    private static final int MAX_TIMEOUT = 3600;

    @Spec
    private CommandSpec spec;

    @Option(names = "-X", paramLabel = "METHOD", description = "Method; GET, or POST with -d.")
    private String method;

    @Option(names = "-H", paramLabel = "'name: value'", description = "A header field; any number of them.")
    private List<String> headers = List.of();

    @Option(names = "-d", paramLabel = "@FILE|TEXT", description = "The body of the request.")
    private String data;

    @Option(names = "-o", paramLabel = "FILE", description = "Write bodies to this file.")
    private Path file;

    @Option(names = "-n", paramLabel = "COUNT", description = "Send COUNT requests, the URLs in turn, and report.")
    private Integer count;

    @Option(
            names = "-m",
            paramLabel = "MAX",
            description = "With -n: how many at once on a connection (${DEFAULT-VALUE}).")
    private int concurrency = 1;

    @Option(
            names = {"-k", "--insecure"},
            description = "Accept any certificate.")
    private boolean insecure;

    @Option(names = "--cacert", paramLabel = "FILE", description = "Trust this authority (PEM), and no other.")
    private Path authority;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long a server may take to speak: to accept, to finish the TLS handshake, to begin HTTP/2"
                    + " (${DEFAULT-VALUE}).")
    private int timeout = 10;

    @Option(names = "-v", description = "Write every frame to stderr.")
    private boolean verbose;

    @Parameters(paramLabel = "URL", arity = "1..*", description = "What to get.")
    private List<String> urls;

    @Override
    public Integer call() {
        check();
        List<Request> requests;
        SslContext tls;
        try {
            requests = requests();
            tls = tlsContext();
        } catch (IOException cause) {
            complain(Reason.of(cause));
            return 1;
        }
        PrintStream frames = verbose ? System.err : null;
        try (Client client = new Client(tls, timeout, frames);
                BodyOutput output = output()) {
            Thread atInterrupt = new Thread(output::interrupt, "interrupt");
            Runtime.getRuntime().addShutdownHook(atInterrupt);
            try {
                return (count == null ? each(client, output, requests) : load(client, output, requests)) ? 0 : 1;
            } finally {
                leaveToItself(atInterrupt);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void leaveToItself(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException interrupted) {
            // It is running.
        }
    }

    /** Sends one request after the other, so that their bodies do not mix. */
    private boolean each(Client client, BodyOutput output, List<Request> requests) throws InterruptedException {
        boolean allComplete = true;
        for (Request request : requests) {
            String failure;
            try {
                CompletableFuture<Outcome> outcome = new CompletableFuture<>();
                client.connection(request.target().origin()).fetch(request, output, outcome::complete);
                failure = outcome.get().failure();
            } catch (ExecutionException notConnected) {
                failure = client.reason(notConnected);
            }
            if (failure != null) {
                complain(request.target().url() + ": " + failure);
                allComplete = false;
            }
        }
        return allComplete;
    }

    private boolean load(Client client, BodyOutput output, List<Request> requests) throws InterruptedException {
        LoadRun.Tally tally;
        try {
            tally = new LoadRun(client, output, concurrency).run(requests, count);
        } catch (ExecutionException notConnected) {
            complain(client.reason(notConnected));
            return false;
        }
        spec.commandLine().getOut().println(tally.report());
        for (Map.Entry<String, Integer> failure : tally.failures().entrySet()) {
            complain(failure.getValue() + " failed: " + failure.getKey());
        }
        return tally.complete() == count;
    }

    private List<Request> requests() throws IOException {
        List<HeaderField> fields = new ArrayList<>();
        for (String header : headers) {
            fields.add(usage(() -> Request.field(header)));
        }
        RequestBody body = data == null ? null : requestBody();
        String verb = method != null ? method : body == null ? "GET" : "POST";
        List<Request> requests = new ArrayList<>();
        for (String url : urls) {
            requests.add(usage(() -> Request.of(Target.parse(url), verb, fields, body)));
        }
        return requests;
    }

    /** Reports an invalid argument as wrong usage. */
    private <T> T usage(Supplier<T> parsed) {
        try {
            return parsed.get();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    private RequestBody requestBody() throws IOException {
        try {
            return RequestBody.of(data);
        } catch (InvalidPathException noName) {
            throw new ParameterException(spec.commandLine(), "-d names no file: " + data, noName);
        }
    }

    private SslContext tlsContext() throws IOException {
        if (insecure) {
            return TlsSetup.insecureClient();
        }
        return authority == null ? TlsSetup.client() : TlsSetup.clientTrusting(authority);
    }

    private BodyOutput output() {
        if (file != null) {
            return withProgress(FileOutput.file(file));
        }
        if (count != null) {
            return new DiscardedOutput();
        }
        return ProgressOutput.isTerminal(1) ? FileOutput.standard(true) : withProgress(FileOutput.standard(false));
    }

    private BodyOutput withProgress(BodyOutput output) {
        return count == null && ProgressOutput.isTerminal(2) ? new ProgressOutput(output, System.err) : output;
    }

    private void check() {
        require(count == null || count > 0, "-n must be positive");
        require(concurrency > 0 && concurrency <= MAX_CONCURRENCY, "-m must be from 1 to " + MAX_CONCURRENCY);
        require(timeout > 0 && timeout <= MAX_TIMEOUT, "--timeout must be from 1 to " + MAX_TIMEOUT);
        require(!insecure || authority == null, "-k and --cacert exclude each other");
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), complaint);
        }
    }

    private void complain(String what) {
        spec.commandLine().getErr().println("h2session get: " + what);
    }
}
