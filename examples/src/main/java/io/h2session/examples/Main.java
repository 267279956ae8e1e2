package io.h2session.examples;

import io.h2session.examples.get.GetCommand;
import io.h2session.examples.load.LoadCommand;
import io.h2session.examples.proxy.ProxyCommand;
import io.h2session.examples.serve.ServeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code serve}, {@code proxy}, {@code get} and {@code load}. Exit status 0 is success, 1 failure, 2 wrong usage. */
@Command(
        name = "h2session",
        description = "An HTTP/2 server, proxy, client and load program built on the h2session handler.",
        subcommands = {ServeCommand.class, ProxyCommand.class, GetCommand.class, LoadCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs the command named by the arguments and exits with its status. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line, ready to be executed. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        ProxyCommand.completeHelp(line.getSubcommands().get("proxy").getCommandSpec());
        // "@FILE" is a request's body here, not a file of arguments.
        line.setExpandAtFiles(false);
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
