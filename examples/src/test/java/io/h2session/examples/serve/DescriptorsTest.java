package io.h2session.examples.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code serve} as a process that may open 256 files, on each transport, while there are more clients than that. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class DescriptorsTest {
    private static final int DESCRIPTORS = 256;
    private static final int CONNECTIONS = 296;
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    private Path directory;

    private final List<Socket> clients = new ArrayList<>();
    private Process server;
    private BufferedReader errors;
    private int port;

    @BeforeEach
    void putAFileThere() throws IOException {
        Files.writeString(directory.resolve("file.txt"), "content");
    }

    @AfterEach
    void stop() throws Exception {
        disconnect();
        server.destroyForcibly().waitFor();
    }

    private void serve(boolean nativeTransport, String... options) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                "bash",
                "-c",
                "ulimit -n " + DESCRIPTORS + " && exec \"$@\"",
                "serve",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dio.netty.transport.noNative=" + !nativeTransport,
                "-cp",
                System.getProperty("java.class.path"),
                "io.h2session.examples.Main",
                "serve",
                "--port",
                "0",
                "--root",
                directory.toString()));
        line.addAll(List.of(options));
        server = new ProcessBuilder(line).start();
        errors = server.errorReader(UTF_8);
        String listening = server.inputReader(UTF_8).readLine();
        port = Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(PATIENCE_MILLIS);
        clients.add(client);
        return client;
    }

    private void disconnect() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    /** Asks on a connection that stays open, and gives status line, fields and body. */
    private static String ask(Socket client, String path) throws IOException {
        client.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));
        InputStream in = client.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.read());
        }
        String length = answer.substring(answer.indexOf("content-length: ") + 16);
        int bytes = Integer.parseInt(length.substring(0, length.indexOf('\r')));
        return answer + new String(in.readNBytes(bytes), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptsAgainWhenDescriptorsAreFree(boolean nativeTransport) throws Exception {
        serve(nativeTransport, "--max-connections", "1000");

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < CONNECTIONS; i++) {
                connect();
            }
            assertThat(errors.readLine()).contains("cannot accept a connection: Too many open files");
            disconnect();

            assertThat(ask(connect(), "/hello")).startsWith("HTTP/1.1 200 ").endsWith("hello, world\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptsOneMoreForEachThatCloses(boolean nativeTransport) throws Exception {
        serve(nativeTransport, "--max-connections", "1000");
        Socket early = connect();
        assertThat(ask(early, "/hello")).startsWith("HTTP/1.1 200 ");
        for (int i = 0; i < CONNECTIONS; i++) {
            connect();
        }
        assertThat(errors.readLine()).contains("cannot accept a connection: Too many open files");

        assertThat(ask(early, "/hello")).startsWith("HTTP/1.1 200 ");
        for (int i = 1; i <= CONNECTIONS / 2; i++) {
            clients.get(i).close();
        }

        assertThat(ask(clients.get(CONNECTIONS), "/hello")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatCannotBeOpenedForWantOfDescriptorsIsServedLater(boolean nativeTransport) throws Exception {
        serve(nativeTransport, "--max-connections", "1000");
        Socket early = connect();
        assertThat(ask(early, "/file.txt")).startsWith("HTTP/1.1 200 ").endsWith("content");
        assertThat(ask(early, "/none.txt")).startsWith("HTTP/1.1 404 ");
        for (int i = 0; i < CONNECTIONS; i++) {
            connect();
        }
        assertThat(errors.readLine()).contains("cannot accept a connection: Too many open files");

        assertThat(ask(early, "/file.txt")).startsWith("HTTP/1.1 503 ").contains("retry-after: ");
        assertThat(ask(early, "/none.txt")).startsWith("HTTP/1.1 404 ");
        for (Socket other : clients.subList(1, clients.size())) {
            other.close();
        }

        String answer = ask(early, "/file.txt");
        while (answer.startsWith("HTTP/1.1 503 ")) {
            answer = ask(early, "/file.txt");
        }
        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("content");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theUsualNumberOfConnectionsNeverRunsOutOfDescriptors(boolean nativeTransport) throws Exception {
        serve(nativeTransport);
        for (int i = 0; i < CONNECTIONS; i++) {
            connect();
        }
        assertThat(ask(clients.get(0), "/file.txt")).startsWith("HTTP/1.1 200 ");
        disconnect();

        assertThat(ask(connect(), "/file.txt")).startsWith("HTTP/1.1 200 ");
        server.toHandle().destroy();
        assertThat(errors.lines()).noneMatch(line -> line.contains("cannot accept"));
    }
}
