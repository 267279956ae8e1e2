package io.h2session.differential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** A tape: scenarios, each a list of operations on one session, one a line. */
final class Tape {
    private static final int GZIP_MAGIC = 0x1f;

    private Tape() {}

    /** One scenario. The number of an operation is its index, from 1. */
    record Scenario(String name, List<Operation> operations) {}

    /** A line of a tape: the operation's name and its arguments. */
    record Operation(int number, String[] words) {
        String name() {
            return words[0];
        }
    }

    /** Is given the scenarios of a tape one by one. */
    interface Reader {
        void scenario(Scenario scenario) throws IOException;
    }

    static void read(InputStream in, Reader reader) throws IOException {
        String name = null;
        List<Operation> operations = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(unpacked(in), StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                if (line.startsWith("scenario ")) {
                    name = line.substring("scenario ".length());
                    operations = new ArrayList<>();
                } else if (line.equals("end")) {
                    reader.scenario(new Scenario(name, operations));
                } else {
                    operations.add(new Operation(operations.size() + 1, line.split(" ", -1)));
                }
            }
        }
    }

    /** What is packed with gzip, unpacked; anything else as it is. */
    static InputStream unpacked(InputStream in) throws IOException {
        PushbackInputStream first = new PushbackInputStream(in);
        int b = first.read();
        if (b >= 0) {
            first.unread(b);
        }
        return b == GZIP_MAGIC ? new GZIPInputStream(first) : first;
    }
}
