package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page of a first project tells to copy is the project that {@code .ci/consumers} builds, tests and runs. */
class FirstProjectPageTest {
    private static final Path TOP = Path.of("..");
    private static final Path PAGE = TOP.resolve("docs/first-project.md");
    private static final Path PROJECT = TOP.resolve("consumers/hello");

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void itsFilesAreThoseOfTheProject() throws IOException {
        assertThat(blocks("xml")).containsExactly(Files.readString(PROJECT.resolve("pom.xml")));
        assertThat(blocks("java"))
                .startsWith(
                        Files.readString(PROJECT.resolve("src/main/java/com/example/hello/Hello.java")),
                        Files.readString(PROJECT.resolve("src/test/java/com/example/hello/GreeterTest.java")));
    }

    @Test
    void itsServerIsTheReadmes() throws IOException {
        Path readmes = Path.of("src/main/java/io/h2session/examples/hello/Hello.java");
        assertThat(blocks("java").get(0))
                .isEqualTo(Files.readString(readmes)
                        .replace("package io.h2session.examples.hello;", "package com.example.hello;"));
    }

    /** The versions are those that the project itself is built with. */
    @ParameterizedTest
    @CsvSource({
        "<h2session.version>, </, '\n  <version>'",
        "<netty.version>, </, <netty.version>",
        "'<artifactId>junit-jupiter</artifactId>\n      <version>', </, <junit.version>",
        "'<artifactId>maven-compiler-plugin</artifactId>\n        <version>', </, "
                + "'<artifactId>maven-compiler-plugin</artifactId>\n          <version>'",
        "'<artifactId>maven-surefire-plugin</artifactId>\n        <version>', </, "
                + "'<artifactId>maven-surefire-plugin</artifactId>\n          <version>'"
    })
    void itsVersionsAreTheProjects(String here, String end, String there) throws IOException {
        String parent = Files.readString(TOP.resolve("pom.xml"));
        assertThat(after(blocks("xml").get(0), here, end)).isEqualTo(after(parent, there, end));
    }

    @Test
    void itsClassesAreInThePackagesThatItNames() throws Exception {
        Map<String, String> packages = new HashMap<>();
        Pattern.compile("\\| `(\\w+)` \\| `(io\\.h2session[\\w.]*)` \\|")
                .matcher(Files.readString(PAGE))
                .results()
                .forEach(row -> packages.put(row.group(1), row.group(2)));
        for (Map.Entry<String, String> row : packages.entrySet()) {
            Class<?> type = Class.forName(row.getValue() + "." + row.getKey());
            assertThat(Modifier.isPublic(type.getModifiers())).as(row.getKey()).isTrue();
        }

        assertThat(packages).hasSizeGreaterThan(30);
    }

    private static String after(String text, String start, String end) {
        int from = text.indexOf(start);
        assertThat(from).as(start).isNotNegative();
        return text.substring(from + start.length(), text.indexOf(end, from + start.length()));
    }
}
