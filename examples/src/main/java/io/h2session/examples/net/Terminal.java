package io.h2session.examples.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What is known of the terminal that a program writes to. */
public final class Terminal {
    /** The file descriptor of standard output. */
    public static final int OUT = 1;

    /** The file descriptor of standard error. */
    public static final int ERR = 2;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private Terminal() {}

    /**
     * Whether a file descriptor is a terminal. Linux tells it of each one; elsewhere Java tells it only of standard input and output
     * together.
     */
    public static boolean is(int descriptor) {
        try {
            Path device = Files.readSymbolicLink(DESCRIPTORS.resolve(Integer.toString(descriptor)));
            return device.startsWith("/dev/pts") || device.startsWith("/dev/tty") || device.startsWith("/dev/console");
        } catch (IOException notLinux) {
            return !Files.exists(DESCRIPTORS) && hasConsole();
        }
    }

    /** Whether text for this file descriptor may be coloured: it is a terminal that knows colours, and the user has not declined them. */
    public static boolean hasColours(int descriptor) {
        return mayColour(System.getenv()) && is(descriptor);
    }

    /** The conventions of <a href="https://no-color.org">no-color.org</a> and of terminals without any abilities. */
    static boolean mayColour(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
    }

    /** From JDK 22 on there is a console also where there is no terminal, and it tells so by a method that JDK 17 does not have. */
    @SuppressWarnings("SystemConsoleNull") // up to JDK 21 it may be null
    private static boolean hasConsole() {
        Object console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) console.getClass().getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException older) {
            return true;
        }
    }
}
