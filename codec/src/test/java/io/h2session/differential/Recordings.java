package io.h2session.differential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The tapes among the resources, with what libnghttp2 1.71-dev did when they were played. */
final class Recordings {
    private static final Pattern SHAPE = Pattern.compile("^(  tx .*) cont=\\d+ tsu=\\d+$");

    private Recordings() {}

    /** A scenario and its trace by libnghttp2, without what two encoders may do differently. */
    record Recording(Tape.Scenario scenario, List<String> expected) {
        String name() {
            return scenario.name();
        }

        /** Whether somebody wrote it, and not chance. */
        boolean written() {
            return !name().startsWith("gen-");
        }
    }

    static List<Recording> all(String... tapes) {
        List<Recording> recordings = new ArrayList<>();
        for (String tape : tapes) {
            Map<String, List<String>> traces = traces(tape);
            try (InputStream in = open(tape + ".tape.gz")) {
                Tape.read(in, scenario -> recordings.add(new Recording(scenario, traces.get(scenario.name()))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return recordings;
    }

    private static Map<String, List<String>> traces(String tape) {
        Map<String, List<String>> traces = new LinkedHashMap<>();
        List<String> lines = null;
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Tape.unpacked(open(tape + ".trace.gz")), StandardCharsets.ISO_8859_1))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("scenario ")) {
                    lines = new ArrayList<>();
                    traces.put(line.substring("scenario ".length()), lines);
                } else if (!line.equals("end") && lines != null) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        traces.replaceAll((name, trace) -> significant(trace));
        return traces;
    }

    private static InputStream open(String name) {
        return Recordings.class.getResourceAsStream(name);
    }

    /** What this session does when a scenario is played, in the same form. */
    static List<String> played(Tape.Scenario scenario) {
        return significant(SentBytes.decoded(TapeDriver.play(scenario)));
    }

    // Lines that begin with ~ inform; how a header block was encoded is the encoder's business.
    private static List<String> significant(List<String> trace) {
        List<String> lines = new ArrayList<>();
        for (String line : trace) {
            if (line.stripLeading().startsWith("~")) {
                continue;
            }
            if (line.startsWith("  tx-h ") && line.endsWith(" !never")) {
                lines.add(line.substring(0, line.length() - " !never".length()));
            } else {
                lines.add(SHAPE.matcher(line).replaceFirst("$1"));
            }
        }
        return lines;
    }
}
