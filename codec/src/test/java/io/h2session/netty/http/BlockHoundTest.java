package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing on the way of a request blocks its event loop: {@link NonBlockingTraffic} says so under BlockHound. */
class BlockHoundTest {
    /** Where this test's classes come from: some launchers of tests have a loader of their own for them. */
    private static String classPath() {
        if (BlockHoundTest.class.getClassLoader() instanceof URLClassLoader loader) {
            return Stream.of(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    @Test
    void noEventLoopIsBlocked(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("traffic.log");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+AllowRedefinitionToAddDeleteMethods",
                        "-Djdk.attach.allowAttachSelf=true",
                        "-Dio.netty.leakDetection.level=disabled",
                        "-cp",
                        classPath(),
                        NonBlockingTraffic.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(program.waitFor(100, TimeUnit.SECONDS)).isTrue();
        } finally {
            program.destroyForcibly();
        }

        assertThat(Files.readString(log, StandardCharsets.UTF_8))
                .contains("a call that blocks is found: true", "exchanges: 50", "blocking calls: []");
    }
}
