package io.h2session.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The two commands as programs of their own, with less memory than what goes through them. */
class EndToEndTest {
    private static final int BODY = 96 << 20;
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    private Path directory;

    private Process server;
    private BufferedReader serverOutput;
    private BufferedReader serverErrors;
    private Socket upload;

    @AfterEach
    void stop() throws Exception {
        if (upload != null) {
            upload.close();
        }
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void bodiesOfAnySizePassThroughLittleMemory() throws Exception {
        Path big = directory.resolve("big.bin");
        byte[] megabyte = new byte[1 << 20];
        Random random = new Random(5);
        try (var out = Files.newOutputStream(big)) {
            for (int i = 0; i < BODY / megabyte.length; i++) {
                random.nextBytes(megabyte);
                out.write(megabyte);
            }
        }
        String url = serve("--root", directory.toString());

        Path down = directory.resolve("down");
        assertThat(run(null, "get", "-o", down.toString(), url + "/big.bin")).isEmpty();
        assertThat(Files.mismatch(big, down)).isEqualTo(-1);

        Path echoed = directory.resolve("echoed");
        assertThat(run(null, "get", "-d", "@" + big, "-o", echoed.toString(), url + "/echo"))
                .isEmpty();
        assertThat(Files.mismatch(big, echoed)).isEqualTo(-1);
    }

    @Test
    void bodiesGoToStandardOutput() throws Exception {
        String url = serve("--tls");

        assertThat(url).startsWith("https://127.0.0.1:");
        Path out = directory.resolve("out");
        assertThat(run(out, "get", "-k", url + "/hello", url + "/hello")).isEmpty();
        assertThat(out).hasContent("hello, world\nhello, world\n");
    }

    /** Whichever way it is said which certificates are trusted. */
    @Test
    void onlyAServerThatIsTrustedIsAsked() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path certificate = Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePEM());
        Path key = Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
        String url = serve("--tls", "--cert", certificate.toString(), "--key", key.toString()) + "/hello";
        Path out = directory.resolve("out");

        assertThat(run(1, out, "get", url)).contains("the server's certificate is not trusted");
        assertThat(out).isEmptyFile();
        for (String[] trusting : new String[][] {
            {"--cacert", certificate.toString()}, {"--cacert=" + certificate}, {"-k"}, {"-kp", "u=1"}, {"--insecure"}
        }) {
            List<String> command = new ArrayList<>(List.of("get"));
            command.addAll(List.of(trusting));
            command.add(url);
            assertThat(run(out, command.toArray(String[]::new))).isEmpty();
            assertThat(out).hasContent("hello, world\n");
        }
    }

    @Test
    void framesAreLoggedOnStandardErrorOnly() throws Exception {
        String url = serve("-v");
        Path out = directory.resolve("out");

        String log = run(out, "get", "-v", url + "/hello");

        assertThat(out).hasContent("hello, world\n");
        assertThat(log)
                .contains("send SETTINGS stream=0")
                .contains("          :path: /hello")
                .containsPattern("recv HEADERS stream=1 .*length=\\d+")
                .contains("          :status: 200")
                .contains("recv DATA stream=1 flags=END_STREAM length=13");
    }

    @Test
    void theClientUpgradesAServerThatLetsIt() throws Exception {
        String url = serve("--upgrade");
        Path out = directory.resolve("out");

        String log = run(out, "get", "-uv", url + "/hello", url + "/hello");

        assertThat(out).hasContent("hello, world\nhello, world\n");
        assertThat(log)
                .contains("HTTP Upgrade: recv HTTP/1.1 101")
                .contains("recv HEADERS stream=1")
                .contains("recv HEADERS stream=3");
        assertThat(run(out, "get", "-u", "-d", "text", url + "/echo")).isEmpty();
        assertThat(out).hasContent("text");
    }

    @Test
    void theServerStopsWhenItIsTold() throws Exception {
        serve();

        server.toHandle().destroy();

        assertThat(server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(serverOutput.readLine()).isNull();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theFirstInterruptDrainsAndSaysSoAndTheSecondEndsTheServerAtOnce() throws Exception {
        beginUpload(serve());

        interrupt();
        assertThat(serverErrors.readLine())
                .isEqualTo("stopping: what is running may take 30 s; Ctrl-C again ends it at once");
        interrupt();

        assertThat(serverErrors.readLine())
                .isEqualTo("stopped at once after 1 requests: 0 answered, 0 given up by clients, 1 lost");
        assertThat(server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(130);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anInterruptedServerFinishesWhatIsRunning() throws Exception {
        beginUpload(serve());
        interrupt();
        assertThat(serverErrors.readLine()).startsWith("stopping: ");

        upload.getOutputStream().write("whole".getBytes(UTF_8));

        assertThat(new String(upload.getInputStream().readAllBytes(), UTF_8)).endsWith("\r\n\r\nhalfwhole");
        assertThat(serverErrors.readLine())
                .isEqualTo("stopped after 1 requests: 1 answered, 0 given up by clients, 0 lost");
        assertThat(server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Makes a request whose response has begun, and of whose body five bytes are still to come. */
    private void beginUpload(String url) throws IOException {
        int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        upload = new Socket(InetAddress.getLoopbackAddress(), port);
        upload.setSoTimeout(PATIENCE_SECONDS * 1000);
        upload.getOutputStream()
                .write("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf".getBytes(UTF_8));
        assertThat(upload.getInputStream().read()).isEqualTo('H');
    }

    /** What a terminal does at Ctrl-C. */
    private void interrupt() throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).start().waitFor();
    }

    /** Starts the server; what it prints first, and all it prints, is where it listens. */
    private String serve(String... options) throws IOException {
        List<String> line = new ArrayList<>(List.of("serve", "--port", "0"));
        line.addAll(List.of(options));
        ProcessBuilder builder = program(line);
        if (OS.LINUX.isCurrentOs()) {
            // What a shell starts in the background ignores SIGINT, and so do the processes that are started by it.
            builder.command().addAll(0, List.of("env", "--default-signal=INT"));
        }
        server = builder.start();
        serverErrors = server.errorReader(UTF_8);
        serverOutput = server.inputReader(UTF_8);
        String first = serverOutput.readLine();
        assertThat(first).startsWith("listening on http");
        return first.substring("listening on ".length());
    }

    /** Runs a command that must succeed, and returns what it wrote to standard error. */
    private String run(Path output, String... arguments) throws Exception {
        return run(0, output, arguments);
    }

    /** Runs a command that must end with this status. */
    private String run(int status, Path output, String... arguments) throws Exception {
        Path errors = directory.resolve("errors");
        Process process = program(List.of(arguments))
                .redirectError(errors.toFile())
                .redirectOutput(
                        output == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(output.toFile()))
                .start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(errors);
        assertThat(ended).as("ends in time: %s", said).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(status);
        return said;
    }

    private static ProcessBuilder program(List<String> arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:MaxDirectMemorySize=32m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.h2session.examples.Main"));
        line.addAll(arguments);
        return new ProcessBuilder(line);
    }
}
