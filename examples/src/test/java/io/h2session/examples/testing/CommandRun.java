package io.h2session.examples.testing;

import io.h2session.examples.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Runs a command of the program in this process. */
public final class CommandRun {
    private CommandRun() {}

    /**
     * Runs it to its end.
     *
     * @return the exit code
     */
    public static int of(StringWriter out, StringWriter err, String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(arguments));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.toArray(new String[0]));
    }
}
