package io.h2session.examples.net;

import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The option of every command whose sessions can be measured, and the port where the meters are. */
public final class Metering {
    @Option(
            names = "--metrics",
            paramLabel = "PORT",
            description = "Answer Prometheus at /metrics on this port of 127.0.0.1; 0 takes a free one.")
    private Integer port;

    private MetricsPort listening;

    /** What is wrong with the option; null for nothing. */
    public String complaint() {
        return port == null || (port >= 0 && port <= 65535) ? null : "--metrics must be from 0 to 65535";
    }

    /**
     * Listens, if the meters were asked for, or says why not.
     *
     * @param command the name of the command, for the complaint
     * @return false if it cannot listen
     */
    public boolean listen(String command, PrintWriter err) {
        try {
            listening = port == null ? null : MetricsPort.open(port);
            return true;
        } catch (Exception notListening) {
            err.println(
                    "h2session " + command + ": cannot listen on 127.0.0.1:" + port + ": " + Reason.of(notListening));
            return false;
        }
    }

    /** Says where the meters are, if they were asked for. */
    public void tell(PrintWriter out) {
        if (listening != null) {
            out.println("metrics on " + listening.url());
        }
    }

    /** Who looks at the sessions: the meters, if they were asked for. */
    public Watch watch() {
        return listening == null ? Watch.NONE : listening.watch();
    }

    /** Stops listening. */
    public void close() {
        if (listening != null) {
            listening.close();
        }
    }
}
