package io.h2session.differential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Traces of many scenarios in one file, gzipped or not. */
final class TraceFile {
    private TraceFile() {}

    /** The lines of each scenario, by its name and in the file's order. */
    static Map<String, List<String>> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    static Map<String, List<String>> read(InputStream in) throws IOException {
        Map<String, List<String>> traces = new LinkedHashMap<>();
        List<String> trace = null;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Tape.unpacked(in), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (trace == null && line.startsWith("scenario ")) {
                    trace = new ArrayList<>();
                    traces.put(line.substring("scenario ".length()), trace);
                } else if (line.equals("end")) {
                    trace = null;
                } else if (trace != null) {
                    trace.add(line);
                }
            }
        }
        return traces;
    }
}
