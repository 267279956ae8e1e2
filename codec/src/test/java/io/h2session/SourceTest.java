package io.h2session;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What the sources of the codec and of the examples look like, read with the parser of the JDK. Blank lines and comments are no code. */
class SourceTest {
    private static final int FILE_LINES = 500;
    private static final int METHOD_LINES = 50;
    private static final int MOST_WORDS_CUT_OFF = 3;

    private static final List<Source> SOURCES = parse(Path.of("src/main/java"), Path.of("../examples/src/main/java"));

    @Test
    void noFileHasMoreThan500LinesOfCode() {
        Map<String, Integer> sizes = SOURCES.stream().collect(toMap(Source::name, source -> source.code.cardinality()));
        assertThat(sizes).hasSizeGreaterThan(200);
        sizes.values().removeIf(lines -> lines <= FILE_LINES);
        assertThat(sizes).isEmpty();
    }

    @Test
    void noMethodHasMoreThan50LinesOfCode() {
        Map<String, Integer> sizes = new TreeMap<>();
        SOURCES.forEach(source -> source.methods(
                (owner, method) -> sizes.merge(owner + "." + method.getName(), source.lines(method), Math::max)));
        assertThat(sizes).hasSizeGreaterThan(1000);
        sizes.values().removeIf(lines -> lines <= METHOD_LINES);
        assertThat(sizes).isEmpty();
    }

    /** Constructors, and methods that set the field that they are named after, are the exception. */
    @Test
    void noParameterOrVariableHidesAField() {
        List<String> hiding = new ArrayList<>();
        SOURCES.forEach(source -> source.unit.accept(new HiddenFields(source.name(), hiding), null));
        assertThat(hiding).isEmpty();
    }

    /** The formatter cuts a line that is too long, and leaves its last words on a line of their own. */
    @Test
    void noCommentIsCutInTwo() {
        List<String> cutOff = new ArrayList<>();
        for (Source source : SOURCES) {
            for (int i = 1; i < source.lines.size() - 1; i++) {
                if (source.isCutOff(i)) {
                    cutOff.add(source.name() + ":" + (i + 1) + " " + source.lines.get(i));
                }
            }
        }
        assertThat(cutOff).isEmpty();
    }

    @Test
    void noSwitchHasOneCase() {
        List<String> switches = new ArrayList<>();
        SOURCES.forEach(source -> source.unit.accept(
                new TreeScanner<Void, Void>() {
                    @Override
                    public Void visitSwitch(SwitchTree tree, Void none) {
                        judge(tree, tree.getCases());
                        return super.visitSwitch(tree, null);
                    }

                    @Override
                    public Void visitSwitchExpression(SwitchExpressionTree tree, Void none) {
                        judge(tree, tree.getCases());
                        return super.visitSwitchExpression(tree, null);
                    }

                    private void judge(Tree tree, List<? extends CaseTree> cases) {
                        int labels = cases.stream()
                                .mapToInt(one -> one.getExpressions().size())
                                .sum();
                        if (labels < 2) {
                            switches.add(source.name() + ":" + source.line(tree));
                        }
                    }
                },
                null));
        assertThat(switches).isEmpty();
    }

    private static List<Source> parse(Path... roots) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = new ArrayList<>();
            for (Path root : roots) {
                try (Stream<Path> found = Files.walk(root)) {
                    found.filter(path -> path.toString().endsWith(".java")).forEach(paths::add);
                }
            }
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(paths));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<Source> sources = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                sources.add(new Source(
                        unit,
                        positions,
                        unit.getSourceFile().getCharContent(true).toString()));
            }
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface MethodVisitor {
        void visit(String owner, MethodTree method);
    }

    private static final class Source {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> lines;
        private final BitSet code;

        Source(CompilationUnitTree unit, SourcePositions positions, String text) {
            this.unit = unit;
            this.positions = positions;
            lines = text.lines().map(String::strip).toList();
            code = linesOfCode(text);
        }

        /** Whether a line is a comment, between two others, of a few words that do not end a sentence. */
        boolean isCutOff(int index) {
            String line = lines.get(index);
            return lines.subList(index - 1, index + 2).stream().allMatch(near -> near.startsWith("// "))
                    && line.split(" ", -1).length <= MOST_WORDS_CUT_OFF + 1
                    && !line.matches(".*[.:;]");
        }

        String name() {
            String path = unit.getSourceFile().getName();
            return path.substring(path.indexOf("io/h2session") + "io/h2session/".length());
        }

        long line(Tree tree) {
            return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
        }

        int lines(Tree tree) {
            int first = (int) unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
            int last = (int) unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
            return code.get(first, last + 1).cardinality();
        }

        void methods(MethodVisitor visitor) {
            unit.accept(
                    new TreeScanner<Void, String>() {
                        @Override
                        public Void visitClass(ClassTree type, String owner) {
                            return super.visitClass(
                                    type,
                                    owner == null
                                            ? type.getSimpleName().toString()
                                            : owner + "." + type.getSimpleName());
                        }

                        @Override
                        public Void visitMethod(MethodTree method, String owner) {
                            visitor.visit(owner, method);
                            return super.visitMethod(method, owner);
                        }
                    },
                    null);
        }

        /** The numbers of the lines, from 1, on which something stands that is neither space nor comment. */
        private static BitSet linesOfCode(String text) {
            BitSet lines = new BitSet();
            int line = 1;
            int at = 0;
            while (at < text.length()) {
                char c = text.charAt(at);
                int end = endOfToken(text, at);
                boolean comment = text.startsWith("//", at) || text.startsWith("/*", at);
                if (!comment && !Character.isWhitespace(c)) {
                    lines.set(line);
                }
                for (; at < end; at++) {
                    if (text.charAt(at) == '\n') {
                        line++;
                        if (!comment && !Character.isWhitespace(c)) {
                            lines.set(line);
                        }
                    }
                }
            }
            return lines;
        }

        /** Where a comment or a literal ends that begins here; anything else is one character. */
        private static int endOfToken(String text, int at) {
            if (text.startsWith("//", at)) {
                return text.indexOf('\n', at);
            }
            if (text.startsWith("/*", at)) {
                return text.indexOf("*/", at + 2) + 2;
            }
            for (String quote : List.of("\"\"\"", "\"", "'")) {
                if (text.startsWith(quote, at)) {
                    int end = at + quote.length();
                    while (!text.startsWith(quote, end)) {
                        end += text.charAt(end) == '\\' ? 2 : 1;
                    }
                    return end + quote.length();
                }
            }
            return at + 1;
        }
    }

    /** Finds parameters and local variables named as a field of a class around them. */
    private static final class HiddenFields extends TreeScanner<Void, Set<String>> {
        private final String file;
        private final List<String> hiding;
        private String method = "";

        HiddenFields(String file, List<String> hiding) {
            this.file = file;
            this.hiding = hiding;
        }

        @Override
        public Void visitClass(ClassTree type, Set<String> outer) {
            Set<String> fields = new TreeSet<>(constants(type));
            boolean anonymous = type.getSimpleName().isEmpty();
            if (anonymous && outer != null) {
                fields.addAll(outer);
            }
            for (Tree member : type.getMembers()) {
                if (member instanceof VariableTree field) {
                    fields.add(field.getName().toString());
                }
            }
            for (Tree member : type.getMembers()) {
                if (member instanceof MethodTree method) {
                    boolean shared = method.getModifiers().getFlags().contains(Modifier.STATIC);
                    scan(method, shared ? constants(type) : fields);
                } else if (member instanceof VariableTree field) {
                    scan(field.getInitializer(), fields);
                } else {
                    scan(member, fields);
                }
            }
            return null;
        }

        /** A static method cannot mean a field of an object. */
        private static Set<String> constants(ClassTree type) {
            return type.getMembers().stream()
                    .filter(member -> member instanceof VariableTree field
                            && field.getModifiers().getFlags().contains(Modifier.STATIC))
                    .map(member -> ((VariableTree) member).getName().toString())
                    .collect(toSet());
        }

        @Override
        public Void visitMethod(MethodTree declared, Set<String> fields) {
            method = declared.getName().toString();
            Set<String> forbidden = new TreeSet<>(fields);
            for (VariableTree parameter : declared.getParameters()) {
                String name = parameter.getName().toString();
                boolean constructor = declared.getReturnType() == null;
                boolean setter = method.equals(name) || method.equalsIgnoreCase("with" + name);
                if (constructor || (setter && declared.getParameters().size() == 1)) {
                    forbidden.remove(name);
                }
            }
            return super.visitMethod(declared, forbidden);
        }

        @Override
        public Void visitVariable(VariableTree variable, Set<String> fields) {
            if (fields.contains(variable.getName().toString())) {
                hiding.add(file + " " + method + ": " + variable.getName());
            }
            return super.visitVariable(variable, fields);
        }
    }
}
