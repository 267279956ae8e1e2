package io.h2session.netty.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the guide to migrating says is so: types and methods exist, Netty's are all in it, and its code is compiled. */
class MigrationGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "migrating-from-netty-codec-http2.md");
    private static final Path TESTS = Path.of("src/test/java/io/h2session/netty/compat");
    private static final String NETTYS = "io.netty.handler.codec.http2.";

    private static final List<String> PACKAGES = List.of(
            "io.h2session.netty.compat.",
            "io.h2session.netty.channel.",
            "io.h2session.netty.http.",
            "io.h2session.netty.negotiation.",
            "io.h2session.netty.pool.",
            "io.h2session.netty.",
            "io.h2session.api.",
            "io.h2session.frame.",
            "io.h2session.hpack.",
            "io.h2session.priority.",
            "io.h2session.",
            NETTYS,
            "io.netty.handler.codec.http.",
            "io.netty.handler.stream.",
            "java.lang.",
            "java.nio.channels.",
            "io.netty.buffer.");

    /** Constants that are named by themselves. */
    private static final Set<String> CONSTANTS = Set.of("AUTO_STREAM_FLOW_CONTROL", "NEXT_READ", "MANUAL");

    /** Events that are named without the type they are nested in, and what Netty has in a nested type. */
    private static final Set<String> NESTED = Set.of("StreamClosed", "GoAway");

    private static String guide() throws IOException {
        return Files.readString(GUIDE);
    }

    /** The cells of the rows of all tables. */
    private static List<String[]> rows() throws IOException {
        return guide().lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("|--"))
                .map(line -> line.split("\\|", -1))
                .toList();
    }

    private static Class<?> find(String name) {
        for (String where : PACKAGES) {
            try {
                return Class.forName(where + name, false, MigrationGuideTest.class.getClassLoader());
            } catch (ClassNotFoundException elsewhere) {
                // It is looked for in the next package.
            }
        }
        return null;
    }

    private static Set<String> publicTypesOfNetty() throws IOException, URISyntaxException {
        Path jar = Path.of(Http2StreamChannel.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(entry -> entry.getName().replace('/', '.'))
                    .filter(name -> name.startsWith(NETTYS) && name.endsWith(".class") && !name.contains("$"))
                    .map(name -> name.substring(NETTYS.length(), name.length() - ".class".length()))
                    .filter(name -> !name.equals("package-info")
                            && Modifier.isPublic(nettys(name).getModifiers()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Class<?> nettys(String name) {
        try {
            return Class.forName(NETTYS + name, false, MigrationGuideTest.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new AssertionError(missing);
        }
    }

    @Test
    void everyPublicTypeOfNettysCodecHasItsRow() throws Exception {
        Set<String> first = new TreeSet<>();
        for (String[] cells : rows()) {
            first.add(cells[1].trim().replace("`", ""));
        }
        Set<String> types = publicTypesOfNetty();
        assertThat(types).hasSizeGreaterThan(90);
        assertThat(first).containsAll(types);
    }

    @Test
    void everyRowSaysWhatBecomesOfIt() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(130).allSatisfy(cells -> {
            assertThat(cells).hasSize(5);
            assertThat(cells[2]).as(cells[1]).isNotBlank();
        });
    }

    @Test
    void everyMethodOfNettysBuilderAndBootstrapHasItsRow() throws IOException {
        Set<String> first = new TreeSet<>();
        for (String[] cells : rows()) {
            first.add(cells[1].trim().replace("`", ""));
        }
        for (Class<?> type : List.of(Http2FrameCodecBuilder.class, Http2StreamChannelBootstrap.class)) {
            List<String> methods = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                    .map(Method::getName)
                    .filter(name -> !name.equals("build"))
                    .toList();
            assertThat(methods).isNotEmpty();
            assertThat(first).as(type.getSimpleName()).containsAll(methods);
        }
    }

    @Test
    void everyTypeAndMethodThatIsNamedExists() throws IOException {
        List<String> missing = new ArrayList<>();
        int named = 0;
        Matcher matcher =
                Pattern.compile("`([A-Z]\\w+)(?:\\.(\\w+))?(?:\\(\\))?s?`").matcher(guide());
        while (matcher.find()) {
            String type = matcher.group(1);
            String member = matcher.group(2);
            if (CONSTANTS.contains(type) || NESTED.contains(type) || Files.exists(TESTS.resolve(type + ".java"))) {
                continue;
            }
            named++;
            Class<?> found = find(type.endsWith("Events") ? type.substring(0, type.length() - 1) : type);
            if (found == null || (member != null && !has(found, member))) {
                missing.add(matcher.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(200);
    }

    private static boolean has(Class<?> type, String member) {
        return Arrays.stream(type.getMethods())
                        .anyMatch(method -> method.getName().equals(member))
                || Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> method.getName().equals(member))
                || Arrays.stream(type.getFields())
                        .anyMatch(field -> field.getName().equals(member))
                || find(type.getSimpleName() + "$" + member) != null;
    }

    @Test
    void whatTheSecondColumnOfTheBuildersTableNamesIsOneOfItsMethods() throws IOException {
        for (String[] cells : rows()) {
            Matcher method = Pattern.compile(" `([a-z]\\w+)` ").matcher(cells[2]);
            if (method.matches()) {
                assertThat(has(FrameSessionBuilder.class, method.group(1))
                                || has(FrameStreamBootstrap.class, method.group(1)))
                        .as(cells[1] + cells[2])
                        .isTrue();
            }
        }
    }

    @Test
    void allCodeIsCompiledHere() throws IOException {
        String sources = Files.readString(TESTS.resolve("Stack.java")).replaceAll("\n +", "\n");
        Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(guide());
        int snippets = 0;
        while (code.find()) {
            snippets++;
            assertThat(sources).contains(code.group(1));
        }
        assertThat(snippets).isEqualTo(6);
    }
}
