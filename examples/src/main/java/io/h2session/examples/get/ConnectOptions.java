package io.h2session.examples.get;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.net.SessionSizes;
import io.h2session.examples.net.TlsSetup;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of connections. */
final class ConnectOptions {
    private static final int MAX_CONNECTIONS = 10_000;
    /** An hour. */
    private static final int MAX_TIMEOUT = 3600;

    @Option(
            names = {"-u", "--upgrade"},
            description =
                    "For http: begin in HTTP/1.1 and ask for HTTP/2 with HTTP Upgrade. The first request asks if it is a GET or"
                            + " HEAD, otherwise OPTIONS *. Fails if the server stays in HTTP/1.1.")
    private boolean upgrade;

    @Option(
            names = {"-k", "--insecure"},
            description = "Accept any certificate.")
    private boolean insecure;

    @Option(names = "--cacert", paramLabel = "FILE", description = "Trust this authority (PEM), and no other.")
    private Path authority;

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate chain of the client, PEM.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its private key, PEM (PKCS #8).")
    private Path key;

    @Option(
            names = "--connect-to",
            paramLabel = "HOST:PORT:HOST2:PORT2",
            description = "Connect to HOST2:PORT2 for URLs of HOST:PORT. An empty part is any, or the same.")
    private List<String> connectTo = List.of();

    @Option(
            names = "--resolve",
            paramLabel = "HOST:PORT:ADDRESS[,ADDRESS]",
            description = "Use these addresses for HOST:PORT; * is any host.")
    private List<String> resolve = List.of();

    @Option(
            names = {"--timeout", "--connect-timeout"},
            paramLabel = "SECONDS",
            description = "How long a server may take to speak: to accept, to finish the TLS handshake, to begin HTTP/2"
                    + " (${DEFAULT-VALUE}).")
    private int timeout = 10;

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "N",
            description = "With -n COUNT or -m: so many connections to each origin (${DEFAULT-VALUE}).")
    private int connections = 1;

    @Option(
            names = "--window-bits",
            paramLabel = "BITS",
            description = "Window of each stream: 2^BITS-1 bytes, BITS from 0 to 30. Also -w BITS.")
    private Integer windowBits;

    @Option(
            names = {"-W", "--connection-window-bits"},
            paramLabel = "BITS",
            description = "Window of each connection: 2^BITS-1 bytes, BITS from 16 to 30.")
    private Integer connectionWindowBits;

    @Option(
            names = "--header-table-size",
            paramLabel = "BYTES",
            description = "Largest header table of the server's encoder (SETTINGS_HEADER_TABLE_SIZE).")
    private Integer headerTableSize;

    @Option(
            names = "--encoder-header-table-size",
            paramLabel = "BYTES",
            description = "Largest header table of our encoder; the server may allow less.")
    private Integer encoderHeaderTableSize;

    @Option(
            names = {"-M", "--peer-max-concurrent-streams"},
            paramLabel = "N",
            description = "How many streams to open before the server has told its limit (100).")
    private Integer peerMaxConcurrentStreams;

    /** Sets what {@code -w} has if that is a number. */
    void windowBits(int bits) {
        windowBits = bits;
    }

    boolean upgrade() {
        return upgrade;
    }

    int timeoutSeconds() {
        return timeout;
    }

    int connections() {
        return connections;
    }

    /** @throws IllegalArgumentException with a message for the user */
    Routes routes() {
        return new Routes(connectTo, resolve);
    }

    /** @throws IllegalArgumentException with a message for the user */
    void check() {
        require(timeout > 0 && timeout <= MAX_TIMEOUT, "--timeout must be from 1 to " + MAX_TIMEOUT);
        require(connections > 0 && connections <= MAX_CONNECTIONS, "-c must be from 1 to " + MAX_CONNECTIONS);
        require(!insecure || authority == null, "-k and --cacert exclude each other");
        require((certificate == null) == (key == null), "--cert and --key go together");
        require(sizes().windowFits(), "-w BITS must be from 0 to " + SessionSizes.MAX_BITS);
        require(
                sizes().connectionWindowFits(),
                "-W must be from " + SessionSizes.MIN_CONNECTION_BITS + " to " + SessionSizes.MAX_BITS);
        require(SessionSizes.isIn(headerTableSize, 0, Integer.MAX_VALUE), "--header-table-size must not be negative");
        require(
                SessionSizes.isIn(encoderHeaderTableSize, 0, Integer.MAX_VALUE),
                "--encoder-header-table-size must not be negative");
        require(SessionSizes.isIn(peerMaxConcurrentStreams, 1, Integer.MAX_VALUE), "-M must be positive");
    }

    /** Sets what the user has asked for. */
    Http2SessionOptions.Builder apply(Http2SessionOptions.Builder session) {
        sizes().applyTo(session);
        if (peerMaxConcurrentStreams != null) {
            session.assumedPeerMaxConcurrentStreams(peerMaxConcurrentStreams);
        }
        return session;
    }

    SslContext tlsContext() throws IOException {
        return TlsSetup.client(authority, insecure, certificate, key);
    }

    private SessionSizes sizes() {
        return new SessionSizes(windowBits, connectionWindowBits, headerTableSize, encoderHeaderTableSize);
    }

    private static void require(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
