package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionOptions;
import io.h2session.examples.Main;
import io.h2session.examples.net.Watch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the letters of nghttpd do in {@code serve}. */
@Timeout(180)
class SessionOptionsTest {
    private static final Http2SessionOptions DEFAULTS =
            Http2SessionOptions.builder().build();

    private static Http2SessionOptions parsed(String... arguments) {
        return options(arguments).applied(DEFAULTS);
    }

    private static SessionOptions options(String... arguments) {
        SessionOptions options = new SessionOptions();
        CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create()).addMixin("session", options);
        line.parseArgs(arguments);
        return options;
    }

    @Test
    void nothingIsChangedUnasked() {
        assertThat(parsed().initialWindowSize()).isEqualTo(DEFAULTS.initialWindowSize());
        assertThat(parsed().maxConcurrentStreams()).isEqualTo(DEFAULTS.maxConcurrentStreams());
    }

    @Test
    void wAndCapitalWSetTheWindows() {
        Http2SessionOptions session = parsed("-w", "10", "-W", "20");
        assertThat(session.initialWindowSize()).isEqualTo(1023);
        assertThat(session.connectionWindowSize()).isEqualTo((1 << 20) - 1);
    }

    @Test
    void mSetsTheLimitOnStreams() {
        assertThat(parsed("-m", "7").maxConcurrentStreams()).isEqualTo(7);
    }

    @Test
    void cSetsTheHeaderTables() {
        Http2SessionOptions session = parsed("-c", "100", "--encoder-header-table-size", "200");
        assertThat(session.headerTableSize()).isEqualTo(100);
        assertThat(session.limits().maxEncoderTableSize()).isEqualTo(200);
    }

    @Test
    void framesInColoursAndADumpAreWrittenAndClientsLearnTheSettings() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Server.Settings settings = new Server.Settings(
                "127.0.0.1",
                0,
                Pages.builtIn(),
                null,
                false,
                1,
                100,
                Watch.NONE,
                new PrintStream(log, true, UTF_8),
                true,
                options("-m", "7", "--color", "--hexdump"));
        Server server = Server.start(settings);
        StringWriter out = new StringWriter();
        try {
            List<String> line =
                    List.of("get", "-n", "-w", "%{http_code}", "http://127.0.0.1:" + server.port() + "/hello");
            int status = Main.commandLine().setOut(new PrintWriter(out, true)).execute(line.toArray(new String[0]));
            assertThat(status).isZero();
        } finally {
            server.close();
        }
        assertThat(out).hasToString("200");
        assertThat(log.toString(UTF_8))
                .contains("\u001b[1;36mrecv HEADERS stream=1")
                .contains("MAX_CONCURRENT_STREAMS=7,")
                .contains("|00000000| ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-w|31",
                "-w|-1",
                "-w|x",
                "-W|15",
                "-W|31",
                "-m|0",
                "-c|-1",
                "--encoder-header-table-size|-1",
                "-n|0",
                "-d|/no/such/directory",
                "-a|"
            })
    void whatCannotBeIsRefused(String arguments) {
        StringWriter err = new StringWriter();
        String[] line = ("serve|" + arguments).split("\\|", -1);
        assertThat(Main.commandLine().setErr(new PrintWriter(err, true)).execute(line))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("h2session serve: ").contains("Try 'h2session serve --help'.");
    }
}
