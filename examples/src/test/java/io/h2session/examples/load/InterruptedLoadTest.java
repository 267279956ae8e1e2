package io.h2session.examples.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.h2session.examples.testing.TestServer;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C at the program itself. */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
class InterruptedLoadTest {
    @TempDir
    private Path directory;

    @Test
    void anInterruptedRunReportsWhatItHasMeasured() throws Exception {
        CountDownLatch requests = new CountDownLatch(100);
        Path json = directory.resolve("result.json");
        try (TestServer server = TestServer.http2((connection, request) -> {
            connection.write(Http2SessionWrite.response(request.stream(), HeaderList.of(":status", "200")));
            requests.countDown();
        })) {
            Process load = new ProcessBuilder(
                            // What a shell starts in the background ignores SIGINT, and so do the processes that it
                            // starts.
                            "env",
                            "--default-signal=INT",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "io.h2session.examples.Main",
                            "load",
                            "-D",
                            "1h",
                            "--json",
                            json.toString(),
                            server.url("/"))
                    .redirectErrorStream(true)
                    .start();
            try {
                requests.await();
                new ProcessBuilder("kill", "-INT", Long.toString(load.pid()))
                        .start()
                        .waitFor();
                assertThat(new String(load.getInputStream().readAllBytes(), UTF_8))
                        .contains("stopped before its time")
                        .contains("latency");
                assertThat(load.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(load.exitValue()).isEqualTo(130);
            } finally {
                load.destroyForcibly();
            }
        }
        JsonObject result = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertThat(result.get("stopped").getAsBoolean()).isTrue();
        assertThat(result.getAsJsonObject("requests").get("succeeded").getAsInt())
                .isGreaterThanOrEqualTo(90);
    }
}
