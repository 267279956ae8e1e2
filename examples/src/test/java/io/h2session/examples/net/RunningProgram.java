package io.h2session.examples.net;

import io.h2session.examples.Main;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A command in a Java machine of its own. */
public final class RunningProgram implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    /** Starts it. */
    public RunningProgram(String... command) throws IOException, URISyntaxException {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath()));
        line.add(Main.class.getName());
        line.addAll(List.of(command));
        process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        out = process.inputReader();
    }

    /** Starts {@code proxy} in front of a {@code serve} that has just been started, with more options. */
    static RunningProgram proxy(RunningProgram serve, String... options) throws IOException, URISyntaxException {
        String upstream = serve.word("listening on ").replace("http:", "h2c:");
        List<String> command =
                new ArrayList<>(List.of("proxy", "--listen", "0", "--threads", "1", "--upstream", upstream));
        command.addAll(List.of(options));
        return new RunningProgram(command.toArray(String[]::new));
    }

    /** That of the tests, whose loader is the application's or one of the launcher's. */
    public static String classPath() throws URISyntaxException {
        if (RunningProgram.class.getClassLoader() instanceof URLClassLoader loader) {
            List<String> places = new ArrayList<>();
            for (URL place : loader.getURLs()) {
                places.add(Path.of(place.toURI()).toString());
            }
            return places.stream().collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    /** What the next line says after this. */
    public String word(String label) throws IOException {
        String line = out.readLine();
        if (line == null || !line.startsWith(label)) {
            throw new AssertionError("expected \"" + label + "...\", not " + line);
        }
        return line.substring(label.length());
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
