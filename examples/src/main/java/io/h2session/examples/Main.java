package io.h2session.examples;

import io.h2session.examples.get.GetCommand;
import io.h2session.examples.load.LoadCommand;
import io.h2session.examples.proxy.ProxyCommand;
import io.h2session.examples.serve.ServeCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code serve}, {@code proxy}, {@code get} and {@code load}. Exit status 0 is success, 1 failure, 2 wrong usage. */
@Command(
        name = "h2session",
        description = "An HTTP/2 server, proxy, client and load program built on the h2session handler.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Runnable {
    private static final String ALLOCATION_EVENTS = "io.netty.jfr.enabled";

    private static final Map<String, Supplier<Callable<Integer>>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("serve", ServeCommand::new);
        COMMANDS.put("proxy", ProxyCommand::new);
        COMMANDS.put("get", GetCommand::new);
        COMMANDS.put("load", LoadCommand::new);
    }

    @Spec
    private CommandSpec spec;

    /** Runs the command named by the arguments and exits with its status. */
    public static void main(String[] args) {
        String command = args.length == 0 ? "" : args[0];
        if (command.equals("get")) {
            leaveOutFlightRecorder();
            TlsStart.begin(args);
        }
        System.exit(commandLine(command).execute(args));
    }

    /** Netty's allocators tell it of each buffer, and it takes a sixth of a short run to begin that. */
    private static void leaveOutFlightRecorder() {
        if (System.getProperty(ALLOCATION_EVENTS) == null) {
            System.setProperty(ALLOCATION_EVENTS, "false");
        }
    }

    /** The command line, ready to be executed. */
    public static CommandLine commandLine() {
        return commandLine("");
    }

    /** The command line of one command, which is there sooner than all; or of all if there is no such command. */
    static CommandLine commandLine(String only) {
        CommandLine line = new CommandLine(new Main());
        COMMANDS.forEach((name, command) -> {
            if (name.equals(only) || !COMMANDS.containsKey(only)) {
                line.addSubcommand(name, command.get());
            }
        });
        if (line.getSubcommands().containsKey("proxy")) {
            ProxyCommand.completeHelp(line.getSubcommands().get("proxy").getCommandSpec());
        }
        line.setParameterExceptionHandler(Main::explain);
        // "-d @FILE" names a body, not a file of arguments.
        line.setExpandAtFiles(false);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: serve, proxy, get or load");
    }

    private static int explain(ParameterException wrong, String[] args) {
        CommandLine line = wrong.getCommandLine();
        String command = line.getCommandSpec().qualifiedName();
        line.getErr().println(command + ": " + wrong.getMessage());
        line.getErr().println("Try '" + command + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }
}
