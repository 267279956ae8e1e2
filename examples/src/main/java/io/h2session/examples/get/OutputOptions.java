package io.h2session.examples.get;

import io.h2session.examples.net.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of what is written. */
final class OutputOptions {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write bodies to this file.")
    private Path file;

    @Option(names = "--null-out", description = "Discard bodies. Also -n without COUNT.")
    private boolean discard;

    @Option(
            names = {"-i", "--include"},
            description = "Write the header fields before the body, and the trailers after it.")
    private boolean include;

    @Option(
            names = {"-f", "--fail"},
            description = "Discard the body of a response with status 400 or higher, and exit with status 22.")
    private boolean fail;

    @Option(
            names = {"-s", "--stat"},
            description = "Write a table of times at the end: connect, TLS, first byte, total.")
    private boolean statistics;

    @Option(
            names = "--write-out",
            paramLabel = "FORMAT",
            description =
                    "After each response, write this: %%{http_code}, %%{time_total}, %%{json} and others with curl's names,"
                            + " %%header{name}. @FILE or @- reads the format. Also -w FORMAT.")
    private String format;

    @Option(
            names = "--json",
            description =
                    "Instead of bodies, write all about each request as JSON, an object a line. (Not curl's --json, which"
                            + " sends.)")
    private boolean json;

    @Option(
            names = {"--har"},
            paramLabel = "FILE",
            description =
                    "Write an HTTP Archive 1.2 of all requests, without bodies and secrets; - is standard output.")
    private String har;

    @Option(
            names = {"-v", "--verbose"},
            description = "Write every frame to stderr, and how connections are made.")
    private boolean verbose;

    @Option(names = "--hexdump", description = "Write what is received to stderr, in hexadecimal, without its TLS.")
    private boolean hexDump;

    @Option(
            names = "--color",
            description =
                    "Colours in -v even if stderr is not a terminal. On a terminal they are there unless NO_COLOR is set.")
    private boolean colour;

    @Option(
            names = {"-#", "--progress-bar"},
            description = "Show the progress of large bodies both ways on stderr even if it is not a terminal.")
    private boolean progress;

    /** Sets what {@code -w} has if that is no number. */
    void format(String text) {
        format = text;
    }

    /** Whether bodies go nowhere. */
    boolean discards() {
        return file == null && (discard || ownsStandardOutput());
    }

    /** Whether nothing but a report may be on standard output. */
    boolean ownsStandardOutput() {
        return json || "-".equals(har);
    }

    PrintStream log() {
        return verbose ? System.err : null;
    }

    boolean colours() {
        return colour || (verbose && Terminal.hasColours(Terminal.ERR));
    }

    PrintStream hexDump() {
        return hexDump ? System.err : null;
    }

    ResponseRules rules(boolean head, boolean manyRequests) {
        return new ResponseRules(include || head, fail, bars(manyRequests) ? new UploadProgress(System.err) : null);
    }

    /** @throws IllegalArgumentException with a message for the user */
    void check() {
        require(file == null || !discard, "-o and --null-out exclude each other");
        require(!json || !include, "--json has the header fields; leave out -i");
        require(!"-".equals(har) || !json, "--har - and --json cannot share standard output");
        require(har == null || !har.isEmpty(), "--har wants a file");
        require(file == null || !file.toString().isEmpty(), "-o wants a file");
    }

    /**
     * What tells of the requests.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    List<Report> reports(PrintWriter out, String version) throws IOException {
        List<Report> reports = new ArrayList<>();
        if (json) {
            reports.add(new JsonReport(out));
        }
        if (format != null) {
            reports.add(new WriteOut(readFormat(System.in), out));
        }
        if (statistics) {
            reports.add(new Statistics(out));
        }
        if (har != null) {
            reports.add(new HarReport(har, out, version));
        }
        return reports;
    }

    BodyOutput output(boolean manyRequests) {
        if (file != null) {
            return withProgress(FileOutput.file(file), manyRequests);
        }
        if (manyRequests || discards()) {
            return new DiscardedOutput();
        }
        return Terminal.is(Terminal.OUT)
                ? FileOutput.standard(true)
                : withProgress(FileOutput.standard(false), manyRequests);
    }

    private BodyOutput withProgress(BodyOutput output, boolean manyRequests) {
        return bars(manyRequests) ? new ProgressOutput(output, System.err) : output;
    }

    private boolean bars(boolean manyRequests) {
        return progress || (!manyRequests && Terminal.is(Terminal.ERR));
    }

    private String readFormat(InputStream standardInput) throws IOException {
        if (!format.startsWith("@")) {
            return format;
        }
        return format.equals("@-")
                ? new String(standardInput.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(format.substring(1)));
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
