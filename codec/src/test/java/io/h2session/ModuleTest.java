package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the jar shows to applications, said twice: to the module system and to OSGi. */
class ModuleTest {
    private static final Path MAIN = Path.of("src", "main", "java");

    /** The engine below its root package is nobody's API but the session's own. */
    private static final Set<String> INTERNAL = Set.of(
            "io.h2session.connection",
            "io.h2session.flow",
            "io.h2session.message",
            "io.h2session.queue",
            "io.h2session.receive",
            "io.h2session.send",
            "io.h2session.stream",
            "io.h2session.submit");

    @Test
    void everyPackageButTheEnginesOwnIsExported() throws IOException {
        Set<String> expected = packages();
        expected.removeAll(INTERNAL);

        assertThat(exported()).containsExactlyElementsOf(expected);
        assertThat(packages()).containsAll(INTERNAL);
    }

    @Test
    void theBundleExportsWhatTheModuleExports() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String list = pom.substring(pom.indexOf("-exportcontents:"), pom.indexOf("Import-Package:"));

        assertThat(found("(io\\.h2session[a-z0-9.]*)", list)).containsExactlyElementsOf(exported());
    }

    @Test
    void nettysOptionalModulesAreOptionalHere() throws IOException {
        String descriptor = Files.readString(MAIN.resolve("module-info.java"));

        assertThat(found("requires static ([a-z0-9.]+);", descriptor))
                .contains("io.netty.handler", "io.netty.codec.http", "io.netty.codec.http2");
        assertThat(descriptor).doesNotContain("requires static transitive");
        assertThat(found("requires (?:transitive )?([a-z0-9.]+);", descriptor))
                .containsExactly("io.netty.buffer", "io.netty.codec", "io.netty.common", "io.netty.transport");
    }

    @Test
    void whatIsExportedNamesOnlyWhatIsExported() throws IOException {
        Set<String> exported = exported();
        Set<String> leaks = new TreeSet<>();
        int members = 0;
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.h2session")) {
            if (!exported.contains(type.getPackageName()) || !isVisible(type)) {
                continue;
            }
            Set<JavaClass> named = new HashSet<>(type.getAllRawSuperclasses());
            named.addAll(type.getAllRawInterfaces());
            for (JavaCodeUnit member : type.getCodeUnits()) {
                if (isVisible(member.getModifiers())) {
                    named.addAll(member.getAllInvolvedRawTypes());
                    members++;
                }
            }
            type.getFields().stream()
                    .filter(field -> isVisible(field.getModifiers()))
                    .forEach(field -> named.addAll(field.getAllInvolvedRawTypes()));
            named.stream()
                    .map(JavaClass::getBaseComponentType)
                    .filter(other -> other.getPackageName().startsWith("io.h2session"))
                    .filter(other -> !exported.contains(other.getPackageName()))
                    .forEach(other -> leaks.add(type.getName() + " names " + other.getName()));
        }

        assertThat(leaks).isEmpty();
        assertThat(members).isGreaterThan(1000);
    }

    @Test
    void everyExportedTypeTellsSinceWhen() throws IOException {
        Set<String> silent = new TreeSet<>();
        int types = 0;
        for (Path source : exportedSources()) {
            String text = Files.readString(source);
            Matcher type = Pattern.compile(
                            "^public [\\w -]*(?:class|interface|record|enum|@interface) ", Pattern.MULTILINE)
                    .matcher(text);
            if (type.find()) {
                types++;
                if (!text.substring(0, type.start()).contains(" * @since 0.")) {
                    silent.add(source.toString());
                }
            }
        }

        assertThat(silent).isEmpty();
        assertThat(types).isGreaterThan(100);
    }

    @Test
    void everyExportedPackageSaysWhereNullIsAllowed() throws IOException {
        Set<String> unmarked = new TreeSet<>();
        for (Path source : exportedSources()) {
            if (source.endsWith("package-info.java")
                    && !Files.readString(source).contains("@NullMarked")) {
                unmarked.add(source.toString());
            }
        }

        assertThat(unmarked).isEmpty();
    }

    @Test
    void thePageOfPromisesNamesWhatIsUnstable() throws IOException {
        Set<String> unstable = new TreeSet<>();
        for (Path source : exportedSources()) {
            String text = Files.readString(source);
            if (Pattern.compile("^ *@Unstable$", Pattern.MULTILINE)
                    .matcher(text)
                    .find()) {
                Path named = source.endsWith("package-info.java") ? source.getParent() : source;
                unstable.add(
                        MAIN.relativize(named).toString().replace(".java", "").replace(File.separatorChar, '.'));
            }
        }
        String page = Files.readString(Path.of("..", "docs", "versions-and-promises.md"));
        String list = page.substring(page.indexOf("## What may change"));

        assertThat(found("^- `([\\w.]+)`", list)).containsExactlyElementsOf(unstable);
        assertThat(unstable).isNotEmpty();
    }

    private static List<Path> exportedSources() throws IOException {
        Set<String> exported = exported();
        try (Stream<Path> files = Files.walk(MAIN)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> exported.contains(
                            MAIN.relativize(file.getParent()).toString().replace(File.separatorChar, '.')))
                    .toList();
        }
    }

    private static boolean isVisible(JavaClass type) {
        return isVisible(type.getModifiers())
                && type.getEnclosingClass().map(ModuleTest::isVisible).orElse(true);
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static Set<String> exported() throws IOException {
        return found("exports ([a-z0-9.]+);", Files.readString(MAIN.resolve("module-info.java")));
    }

    private static Set<String> packages() throws IOException {
        try (Stream<Path> files = Files.walk(MAIN)) {
            return files.filter(file -> file.endsWith("package-info.java"))
                    .map(file -> MAIN.relativize(file.getParent()).toString().replace(File.separatorChar, '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> found(String pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
