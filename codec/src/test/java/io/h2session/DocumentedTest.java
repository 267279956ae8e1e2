package io.h2session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What Javadoc itself cannot ask for without also asking for a tag on every parameter. */
class DocumentedTest {
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern CLASS_NAME = Pattern.compile("`((?:[a-z]+/)+[A-Z]\\w+)`");

    @Test
    void everyPublicTypeAndMethodHasAComment() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null);
        JavacTask task = (JavacTask) compiler.getTask(
                null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromFiles(sources()));
        Scanner scanner = new Scanner(DocTrees.instance(task));
        for (CompilationUnitTree unit : task.parse()) {
            scanner.scan(unit, null);
        }

        assertThat(scanner.silent).isEmpty();
    }

    @Test
    void everyPackageIsDescribed() throws IOException {
        Set<String> bare = new TreeSet<>();
        for (File source : sources()) {
            if (!new File(source.getParentFile(), "package-info.java").exists()) {
                bare.add(source.getParent());
            }
        }

        assertThat(bare).isEmpty();
    }

    /** A name such as {@code frame/FrameReader}: a class of main or of the tests; {@code io.h2session} may be left out. */
    @Test
    void thePagesForContributorsNameClassesThatExist() throws IOException {
        Set<String> missing = new TreeSet<>();
        int found = 0;
        for (String page : List.of("../docs/architecture.md", "../CONTRIBUTING.md")) {
            Matcher name = CLASS_NAME.matcher(Files.readString(Path.of(page)));
            while (name.find()) {
                found++;
                String file = "io/h2session/" + name.group(1) + ".java";
                if (!Files.exists(SOURCES.resolve(file)) && !Files.exists(TESTS.resolve(file))) {
                    missing.add(name.group(1));
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(50);
    }

    @Test
    void theArchitecturePageListsEveryPackage() throws IOException {
        String page = Files.readString(Path.of("../docs/architecture.md"));
        Set<String> packages = new TreeSet<>();
        for (File source : sources()) {
            Path folder =
                    SOURCES.resolve("io/h2session").relativize(source.toPath().getParent());
            packages.add(
                    folder.toString().isEmpty()
                            ? "io.h2session"
                            : folder.toString().replace(File.separator, "."));
        }

        assertThat(packages).allSatisfy(name -> assertThat(page).contains("\n| `" + name + "` | "));
    }

    @Test
    void everyPackageOfTestsIsDescribed() throws IOException {
        Set<Path> bare = new TreeSet<>();
        try (Stream<Path> files = Files.walk(TESTS)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .forEach(bare::add);
        }

        assertThat(bare).isEmpty();
    }

    private static List<File> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("module-info.java"))
                    .map(Path::toFile)
                    .toList();
        }
    }

    /** Walks the declarations an importer of the project can see. */
    private static final class Scanner extends TreePathScanner<Void, Void> {
        private final DocTrees trees;
        private final List<String> silent = new ArrayList<>();

        Scanner(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (!isVisible(type.getModifiers())) {
                return null;
            }
            requireComment(type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            if (isVisible(method.getModifiers()) && !overrides(method)) {
                requireComment(method.getName() + "()");
            }
            return null;
        }

        /** A constant may speak by its name. */
        @Override
        public Void visitVariable(VariableTree field, Void nothing) {
            return null;
        }

        @Override
        public Void visitBlock(BlockTree initializer, Void nothing) {
            return null;
        }

        private boolean isVisible(ModifiersTree modifiers) {
            Set<Modifier> flags = modifiers.getFlags();
            ClassTree outer = enclosingType();
            boolean implicitlyPublic =
                    outer != null && outer.getKind() == Kind.INTERFACE && !flags.contains(Modifier.PRIVATE);
            return implicitlyPublic || flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
        }

        private static boolean overrides(MethodTree method) {
            return method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
        }

        private ClassTree enclosingType() {
            TreePath parent = getCurrentPath().getParentPath();
            Tree leaf = parent == null ? null : parent.getLeaf();
            return leaf instanceof ClassTree type ? type : null;
        }

        private void requireComment(String name) {
            String comment = trees.getDocComment(getCurrentPath());
            if (comment == null || comment.isBlank()) {
                CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
                long line = unit.getLineMap()
                        .getLineNumber(trees.getSourcePositions()
                                .getStartPosition(unit, getCurrentPath().getLeaf()));
                silent.add(unit.getSourceFile().getName() + ":" + line + " " + name);
            }
        }
    }
}
