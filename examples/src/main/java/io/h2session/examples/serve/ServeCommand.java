package io.h2session.examples.serve;

import io.h2session.examples.net.Accepting;
import io.h2session.examples.net.Inspection;
import io.h2session.examples.net.Interrupt;
import io.h2session.examples.net.Metering;
import io.h2session.examples.net.Reason;
import io.h2session.examples.net.TlsSetup;
import io.h2session.examples.net.Watch;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve}: an HTTP/2 server until it is stopped. */
@Command(
        name = "serve",
        description = {
            "Serves HTTP/2, and HTTP/1.1 on the same port: cleartext with prior knowledge, or TLS with ALPN.",
            "",
            "Pages: /hello, /bytes/N (N bytes), /echo (sends the request's body back), /lines?n=N (N lines, each"
                    + " written alone), /events (server-sent events; every=MILLISECONDS, n=COUNT), /websocket (sends"
                    + " WebSocket messages back); everything else is a file of --root, or / a page about these.",
            "",
            "Files: index.html of directories, parts (Range), conditions (If-None-Match and the like), FILE.br, FILE.zst"
                    + " or FILE.gz in place of a FILE that is not newer, texts compressed on their way. Names that begin"
                    + " with a dot are not served.",
            "",
            "The letters are those of nghttpd where they mean the same.",
            "",
            "Ctrl-C lets running requests finish, a second one does not.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"--host", "-a"},
            defaultValue = "127.0.0.1",
            description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "8080", description = "Port (${DEFAULT-VALUE}); 0 takes a free one.")
    private int port;

    @Option(
            names = {"--root", "-d"},
            paramLabel = "DIR",
            description = "Serve the files of this directory.")
    private Path root;

    @Option(names = "--tls", description = "TLS 1.2 or 1.3; with a self-signed certificate unless --cert is given.")
    private boolean tls;

    @Option(names = "--upgrade", description = "Let clients of HTTP/1.1 in cleartext go on in HTTP/2 (Upgrade: h2c).")
    private boolean upgrade;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate chain, PEM.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key, PEM (PKCS #8).")
    private Path key;

    @Option(
            names = {"--threads", "-n"},
            paramLabel = "N",
            description = "Event loops; one per processor unless given.")
    private Integer threads;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description =
                    "Connections at a time; further ones wait to be accepted. Half of the file descriptors that the"
                            + " process may open, 10000 at most, unless given.")
    private Integer maxConnections;

    @Mixin
    private Metering metering;

    @Mixin
    private Inspection inspection;

    @Option(names = "-v", description = "Write every frame to stderr.")
    private boolean verbose;

    @ArgGroup(validate = false, heading = "%nSessions:%n")
    private SessionOptions session = new SessionOptions();

    @Override
    public Integer call() throws Exception {
        check();
        Page pages;
        SslContext context;
        Server server;
        if (!inspection.listen(spec.commandLine().getOut(), spec.commandLine().getErr())) {
            return 1;
        }
        try {
            pages = root == null ? Pages.builtIn() : Pages.withFiles(root);
            context = tls ? tlsContext() : null;
        } catch (Exception cause) {
            say("h2session serve: " + Reason.of(cause));
            return 1;
        }
        if (!metering.listen("serve", spec.commandLine().getErr())) {
            return 1;
        }
        try {
            server = start(pages, context);
        } catch (Exception cause) {
            say("h2session serve: cannot listen on " + host + ":" + port + ": " + Reason.of(cause));
            metering.close();
            return 1;
        }
        stopWith(server);
        spec.commandLine().getOut().println("listening on " + url(server.port()));
        metering.tell(spec.commandLine().getOut());
        server.awaitClosed();
        return 0;
    }

    /** Lets the server finish when the program is told to stop. */
    private void stopWith(Server server) {
        String stopping = "stopping: what is running may take " + Server.SHUTDOWN_TIMEOUT.toSeconds() + " s";
        AtomicBoolean atOnce = new AtomicBoolean();
        boolean heard = Interrupt.handle(() -> say(stopping + "; Ctrl-C again ends it at once"), () -> {
            atOnce.set(true);
            say("stopped at once after " + server.requests());
            server.closeAtOnce();
        });
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!heard) {
                                say(stopping);
                            }
                            server.close();
                            if (!atOnce.get()) {
                                say("stopped after " + server.requests());
                            }
                        },
                        "shutdown"));
    }

    private void say(String what) {
        spec.commandLine().getErr().println(what);
    }

    private Server start(Page pages, SslContext context) throws Exception {
        int loops = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Watch watch = metering.watch().observedBy(inspection.inspector());
        int most = maxConnections == null ? Accepting.fitting() : maxConnections;
        return Server.start(new Server.Settings(
                host, port, pages, context, upgrade, loops, most, watch, System.err, verbose, session));
    }

    private SslContext tlsContext() throws Exception {
        return certificate == null ? TlsSetup.selfSignedServer() : TlsSetup.server(certificate, key);
    }

    private String url(int actualPort) {
        String address = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (tls ? "https://" : "http://") + address + ":" + actualPort;
    }

    private void check() {
        require(port >= 0 && port <= 65535, "--port must be from 0 to 65535");
        require(metering.complaint() == null, metering.complaint());
        require(inspection.complaint() == null, inspection.complaint());
        require(threads == null || threads > 0, "--threads must be positive");
        require(maxConnections == null || maxConnections > 0, "--max-connections must be positive");
        // An empty word is most likely a variable that was not set, and would mean the current directory.
        require(root == null || !root.toString().isEmpty(), "--root wants a directory");
        require(root == null || Files.isDirectory(root), "--root is not a directory: " + root);
        require(!host.isEmpty(), "--host wants an address");
        require((certificate == null) == (key == null), "--cert and --key go together");
        require(certificate == null || tls, "--cert needs --tls");
        require(session.complaint() == null, session.complaint());
        require(!upgrade || !tls, "--upgrade is for cleartext; TLS has ALPN");
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), complaint);
        }
    }
}
