package io.h2session.examples.proxy;

import io.h2session.examples.net.Accepting;
import io.h2session.examples.net.Inspection;
import io.h2session.examples.net.Interrupt;
import io.h2session.examples.net.Metering;
import io.h2session.examples.net.Reason;
import io.h2session.examples.net.TlsSetup;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code proxy}: a reverse proxy until it is stopped. */
@Command(
        name = "proxy",
        description = {
            "A reverse proxy: HTTP/2 and HTTP/1.1 from clients (cleartext: prior knowledge, Upgrade: h2c, HTTP/1.1; or TLS"
                    + " with ALPN), HTTP/2 or HTTP/1.1 to the servers. Each request goes to the server with the fewest open"
                    + " ones; a server that cannot be reached is left alone for a quarter of a second, and twice as long"
                    + " each time, up to 8 s.",
            "",
            "Ctrl-C, or SIGTERM, lets running exchanges finish, a second one does not.",
            ""
        },
        footerHeading =
                "%nWhat goes wrong, whether the request is sent again first, and what the client is answered:%n",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ProxyCommand implements Callable<Integer> {
    private static final int NAME_BITS = 1 << 24;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            required = true,
            description = "Where clients connect; 127.0.0.1 unless HOST is given; 0 takes a free port.")
    private String listen;

    @Option(
            names = "--upstream",
            paramLabel = "URL",
            required = true,
            description = "A server: http:// is HTTP/1.1, h2c:// HTTP/2 with prior knowledge, https:// either, by ALPN."
                    + " Repeat it for more.")
    private List<String> upstreams;

    @Option(names = "--tls", description = "TLS to clients; with a self-signed certificate unless --cert is given.")
    private boolean tls;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate chain, PEM.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key, PEM (PKCS #8).")
    private Path key;

    @Option(
            names = "--upstream-ca",
            paramLabel = "FILE",
            description = "Trust servers that this certificate (PEM) has signed, in place of those that Java trusts.")
    private Path upstreamCa;

    @Option(names = "--insecure", description = "Accept every certificate of a server.")
    private boolean insecure;

    @Option(names = "--access-log", description = "Write a line for each exchange to stdout.")
    private boolean accessLog;

    @Option(
            names = "--trust-forwarded",
            description = "Keep what clients say in Forwarded and X-Forwarded-*; it is replaced otherwise.")
    private boolean trustForwarded;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The name in Via, by which loops are found; a random one unless given.")
    private String name;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long an exchange may wait for its next step (${DEFAULT-VALUE}).")
    private int timeout;

    @Mixin
    private Metering metering;

    @Mixin
    private Inspection inspection;

    @Option(names = "--threads", paramLabel = "N", description = "Event loops; one per processor unless given.")
    private Integer threads;

    private String host;
    private int port;

    /** Adds the table of failures to the help. */
    public static void completeHelp(CommandSpec proxy) {
        proxy.usageMessage().footer(Failure.table());
    }

    @Override
    public Integer call() throws Exception {
        List<UpstreamAddress> addresses = check();
        ProxySettings settings;
        if (!inspection.listen(spec.commandLine().getOut(), spec.commandLine().getErr())) {
            return 1;
        }
        if (!metering.listen("proxy", spec.commandLine().getErr())) {
            return 1;
        }
        try {
            settings = settings(addresses);
        } catch (Exception cause) {
            say("h2session proxy: " + Reason.of(cause));
            metering.close();
            return 1;
        }
        Proxy proxy;
        try {
            proxy = Proxy.start(settings);
        } catch (Exception cause) {
            say("h2session proxy: cannot listen on " + host + ":" + port + ": " + Reason.of(cause));
            metering.close();
            return 1;
        }
        String stopping = "stopping: what is running may take " + Proxy.SHUTDOWN_TIMEOUT.toSeconds() + " s";
        AtomicBoolean atOnce = new AtomicBoolean();
        boolean heard = Interrupt.handle(() -> say(stopping + "; Ctrl-C again ends it at once"), () -> {
            atOnce.set(true);
            say("stopped at once");
            proxy.closeAtOnce();
        });
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!heard) {
                                say(stopping);
                            }
                            proxy.close();
                            if (!atOnce.get()) {
                                say("stopped");
                            }
                        },
                        "shutdown"));
        spec.commandLine().getOut().println("listening on " + url(proxy.port()));
        metering.tell(spec.commandLine().getOut());
        proxy.awaitClosed();
        return 0;
    }

    private void say(String what) {
        spec.commandLine().getErr().println(what);
    }

    private ProxySettings settings(List<UpstreamAddress> addresses) throws Exception {
        SslContext context = null;
        if (tls) {
            context = certificate == null ? TlsSetup.selfSignedServer() : TlsSetup.server(certificate, key);
        }
        boolean secure = addresses.stream().anyMatch(one -> one.kind() == UpstreamAddress.Kind.TLS);
        Via via = Via.of(
                name == null
                        ? String.format(
                                Locale.ROOT,
                                "h2session-%06x",
                                ThreadLocalRandom.current().nextInt(NAME_BITS))
                        : name);
        return new ProxySettings(
                host,
                port,
                addresses,
                context,
                secure ? TlsSetup.upstream(upstreamCa, insecure, true) : null,
                secure ? TlsSetup.upstream(upstreamCa, insecure, false) : null,
                new RequestRules(via, trustForwarded),
                new ResponseRules(via),
                CONNECT_TIMEOUT,
                timeout,
                timeout,
                threads == null ? Runtime.getRuntime().availableProcessors() : threads,
                Accepting.fitting(),
                metering.watch().observedBy(inspection.inspector()),
                accessLog ? System.out : null,
                System.err);
    }

    private String url(int actualPort) {
        String address = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (tls ? "https://" : "http://") + address + ":" + actualPort;
    }

    // ---- the arguments ---------------------------------------------------------------------------------------------

    private List<UpstreamAddress> check() {
        parseListen();
        require(threads == null || threads > 0, "--threads must be positive");
        require(metering.complaint() == null, metering.complaint());
        require(inspection.complaint() == null, inspection.complaint());
        require(timeout > 0, "--timeout must be positive");
        require((certificate == null) == (key == null), "--cert and --key go together");
        require(certificate == null || tls, "--cert needs --tls");
        require(upstreamCa == null || !insecure, "--upstream-ca or --insecure, not both");
        require(
                name == null || name.matches("[a-z0-9._-]+"),
                "--name has letters in lower case, digits, '.', '_' and '-'");
        List<UpstreamAddress> addresses = new ArrayList<>();
        for (String url : upstreams) {
            try {
                addresses.add(UpstreamAddress.parse(url));
            } catch (IllegalArgumentException wrong) {
                throw new ParameterException(spec.commandLine(), "--upstream: " + wrong.getMessage(), wrong);
            }
        }
        return addresses;
    }

    private void parseListen() {
        int colon = listen.lastIndexOf(':');
        String before = colon < 0 ? "127.0.0.1" : listen.substring(0, colon);
        boolean brackets = before.startsWith("[") && before.endsWith("]");
        host = brackets ? before.substring(1, before.length() - 1) : before;
        String digits = listen.substring(colon + 1);
        require(
                digits.matches("[0-9]{1,5}") && !host.isEmpty() && (brackets || host.indexOf(':') < 0),
                "--listen wants [HOST:]PORT, an address of IPv6 in brackets");
        port = Integer.parseInt(digits);
        require(port <= 65535, "--listen: a port is from 0 to 65535");
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), complaint);
        }
    }
}
