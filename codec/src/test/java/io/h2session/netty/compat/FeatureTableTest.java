package io.h2session.netty.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of features names types that are there: ours in the first column, those of netty-codec-http2 in the second. */
class FeatureTableTest {
    private static final List<String> OURS = List.of(
            "io.h2session.",
            "io.h2session.api.",
            "io.h2session.netty.",
            "io.h2session.netty.channel.",
            "io.h2session.netty.client.",
            "io.h2session.netty.compat.",
            "io.h2session.netty.http.",
            "io.h2session.netty.negotiation.",
            "io.h2session.netty.pool.");
    private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w+)`");

    @Test
    void everyRowHasFourCells() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(20).allMatch(row -> row.length == 4);
    }

    @Test
    void oursAreThere() throws IOException {
        assertThat(typesIn(1)).hasSizeGreaterThan(8).allMatch(name -> OURS.stream()
                .anyMatch(in -> isPublic(in + name)));
    }

    @Test
    void nettysAreThere() throws IOException {
        assertThat(typesIn(2)).hasSizeGreaterThan(5).allMatch(name -> isPublic("io.netty.handler.codec.http2." + name));
    }

    private static List<String[]> rows() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("## Beside others");
        return readme.substring(start, readme.indexOf("\n## ", start))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| |"))
                .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1))
                .toList();
    }

    private static List<String> typesIn(int column) throws IOException {
        return rows().stream()
                .flatMap(row -> TYPE.matcher(row[column]).results())
                .map(found -> found.group(1))
                .toList();
    }

    private static boolean isPublic(String name) {
        return Stream.of(name).flatMap(FeatureTableTest::find).anyMatch(type -> Modifier.isPublic(type.getModifiers()));
    }

    private static Stream<Class<?>> find(String name) {
        try {
            return Stream.of(Class.forName(name, false, FeatureTableTest.class.getClassLoader()));
        } catch (ClassNotFoundException absent) {
            return Stream.empty();
        }
    }
}
