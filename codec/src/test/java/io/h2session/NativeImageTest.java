package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What a native image has to be told: which classes are looked at by reflection. Netty asks every handler which of its methods are
 * overridden, and finds no answer for one that is not named; {@code InputEnd} looks for a class that may be absent. {@code mvn -pl
 * codec test -Dtest=NativeImageTest -Dnative.config=write} writes the file.
 */
class NativeImageTest {
    private static final Path CONFIG =
            Path.of("src/main/resources/META-INF/native-image/io.h2session/h2session-codec/reflect-config.json");
    private static final String REFLECTIVE = "io.h2session.netty.InputEnd$Tls";

    /** {@code packsExtensions} asks an application's class, which nobody can name here, and does without an answer. */
    private static final String NEEDS_NO_ANSWER = "io.h2session.api.Http2SessionListener";

    /** Asks which methods a handler has; one that it cannot see counts as there. */
    private static final String SEES_ALL_OR_ASSUMES = "io.h2session.netty.channel.HandlerEvents";

    /** Reads the files that {@code resource-config.json} names. */
    private static final String READS_ITS_PAGE = "io.h2session.netty.inspect.InspectorPage";

    private static final JavaClasses MAIN =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("io.h2session");

    @Test
    void everyHandlerIsNamed() throws IOException {
        String config = config();
        if ("write".equals(System.getProperty("native.config"))) {
            Files.createDirectories(CONFIG.getParent());
            Files.writeString(CONFIG, config);
        }

        assertThat(CONFIG).hasContent(config);
        assertThat(handlers())
                .contains("io.h2session.netty.Http2SessionHandler")
                .hasSizeGreaterThan(10);
    }

    @Test
    void nothingElseIsReflective() {
        Set<String> callers = MAIN.stream()
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(NativeImageTest::isReflective)
                .map(access -> access.getOriginOwner().getName())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(callers).containsExactly(NEEDS_NO_ANSWER, REFLECTIVE, SEES_ALL_OR_ASSUMES, READS_ITS_PAGE);
    }

    private static boolean isReflective(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        return (owner.equals("java.lang.Class")
                        && name.matches("forName|newInstance|get\\w*(Method|Field|Constructor|Resource)\\w*"))
                || (owner.equals("java.lang.ClassLoader")
                        && name.matches("loadClass|getResource\\w*|getSystemResource\\w*"))
                || (owner.startsWith("java.lang.reflect.") && !owner.equals("java.lang.reflect.Array"))
                || owner.startsWith("java.lang.invoke.MethodHandles$Lookup")
                || owner.equals("java.util.ServiceLoader")
                || owner.equals("java.util.ResourceBundle")
                || owner.equals("java.io.ObjectInputStream");
    }

    private static Set<String> handlers() {
        return MAIN.stream()
                .filter(type -> type.isAssignableTo(ChannelHandler.class) && !type.isInterface())
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String config() {
        StringBuilder json = new StringBuilder("[\n");
        for (String handler : handlers()) {
            json.append(entry(handler, handler, "\"queryAllPublicMethods\": true"))
                    .append(",\n");
        }
        json.append(entry(
                        "io.netty.handler.ssl.SslHandler",
                        REFLECTIVE,
                        "\"methods\": [{ \"name\": \"engine\", \"parameterTypes\": [] }]"))
                .append(",\n");
        json.append(entry(
                "io.netty.handler.ssl.SslCloseCompletionEvent", REFLECTIVE, "\"fields\": [{ \"name\": \"SUCCESS\" }]"));
        return json.append("\n]\n").toString();
    }

    private static String entry(String name, String when, String what) {
        return """
                  {
                    "name": "%s",
                    "condition": { "typeReachable": "%s" },
                    %s
                  }""".formatted(name, when, what);
    }
}
