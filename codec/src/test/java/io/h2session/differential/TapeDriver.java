package io.h2session.differential;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Plays tapes on sessions with the nghttp2 preset and prints what happens, one line for each thing. */
public final class TapeDriver {
    private TapeDriver() {}

    /**
     * Plays tapes.
     *
     * @param arguments the tapes' files, gzipped or not; the trace goes to standard output
     */
    public static void main(String[] arguments) throws IOException {
        PrintWriter out = new PrintWriter(
                new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.ISO_8859_1), 1 << 16));
        for (String file : arguments) {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                Tape.read(in, scenario -> print(scenario, out));
            }
        }
        out.flush();
    }

    private static void print(Tape.Scenario scenario, PrintWriter out) {
        out.append("scenario ").append(scenario.name()).append('\n');
        for (String line : play(scenario)) {
            out.append(line).append('\n');
        }
        out.append("end\n");
    }

    /** The trace of a scenario. */
    static List<String> play(Tape.Scenario scenario) {
        Trace trace = new Trace();
        new TapeSession(trace).play(scenario.operations());
        return trace.lines();
    }
}
