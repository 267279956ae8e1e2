package io.h2session.examples.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.net.RunningProgram;
import io.h2session.examples.testing.CommandRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of the page about get and serve do what it shows, section by section. */
@Timeout(240)
class GetAndServePageTest {
    private static final Path PAGE = Path.of("../docs/get-and-serve.md");
    private static final String PROGRAM = "h2session ";
    private static final String ADDRESS = "127.0.0.1:8080";

    /** What a command of the page names and the test makes, in a directory of its own. */
    private static final Pattern FILE = Pattern.compile("(@?)(site|notes\\.txt|get\\.har)");

    /** A word, or several in quotes. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir
    private static Path directory;

    /** The URL of the server of each command. A server has nothing to remember of its clients, so that sections may share it. */
    private static final Map<List<String>, String> URLS = new HashMap<>();

    private static final List<RunningProgram> SERVERS = new ArrayList<>();

    private String address = ADDRESS;
    private int status;

    @BeforeAll
    static void makeTheFiles() throws IOException {
        Path site = Files.createDirectory(directory.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<link rel=stylesheet href=style.css>\n");
        Files.writeString(site.resolve("style.css"), "body { color: black; }");
        Files.writeString(directory.resolve("notes.txt"), "a note\n");
    }

    @AfterAll
    static void endTheServers() {
        SERVERS.forEach(RunningProgram::close);
    }

    @ParameterizedTest
    @MethodSource("sections")
    void itsCommandsDoWhatIsShown(String title, List<String> terminal) throws Exception {
        int line = 0;
        while (line < terminal.size()) {
            String command = terminal.get(line++).substring(2);
            List<String> shown = new ArrayList<>();
            while (line < terminal.size() && !terminal.get(line).startsWith("$ ")) {
                shown.add(terminal.get(line++));
            }
            String said = run(command);
            assertThat(said).as(command).matches(pattern(shown));
        }
    }

    // ---- running ---------------------------------------------------------------------------------------------------

    private String run(String command) throws Exception {
        if (command.equals("echo $?")) {
            return status + "\n";
        }
        assertThat(command).startsWith(PROGRAM);
        List<String> words = new ArrayList<>();
        WORD.matcher(command.substring(PROGRAM.length()).replace(ADDRESS, address))
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .map(word -> FILE.matcher(word).matches()
                        ? FILE.matcher(word).replaceFirst("$1" + directory.resolve("$2"))
                        : word)
                .forEach(words::add);
        String name = words.remove(0);
        return name.equals("serve") ? serve(words) : get(words);
    }

    private String serve(List<String> options) throws Exception {
        assertThat(options.subList(0, 2)).containsExactly("--port", "8080");
        String url = URLS.get(options);
        if (url == null) {
            List<String> line = new ArrayList<>(List.of("serve", "--port", "0"));
            line.addAll(options.subList(2, options.size()));
            RunningProgram server = new RunningProgram(line.toArray(String[]::new));
            SERVERS.add(server);
            url = server.word("listening on ");
            URLS.put(options, url);
        }
        address = URI.create(url).getAuthority();
        return "listening on " + url.replace(address, ADDRESS) + "\n";
    }

    /** The body, then what is written about it, then the log. */
    private String get(List<String> options) throws IOException {
        Path body = directory.resolve("body");
        Files.deleteIfExists(body);
        if (Stream.of("-n", "-nv", "-knv", "-unv", "--json").noneMatch(options::contains)) {
            options.addAll(0, List.of("-o", body.toString()));
        }
        String port = address.substring(address.lastIndexOf(':') + 1);
        options.replaceAll(option -> option.contains("site.example") ? option.replace("8080", port) : option);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream systemErr = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        try {
            status = CommandRun.of(out, err, "get", options.toArray(String[]::new));
        } finally {
            System.setErr(systemErr);
        }
        String text = Files.exists(body) ? Files.readString(body) : "";
        return (text + out + log.toString(UTF_8) + err).replace("\r", "").replace(address, ADDRESS);
    }

    // ---- the page --------------------------------------------------------------------------------------------------

    /** The indented lines of each section that has some, without the indentation. */
    static List<Arguments> sections() throws IOException {
        List<Arguments> sections = new ArrayList<>();
        for (String section : Files.readString(PAGE).split("\n## ", -1)) {
            List<String> terminal = section.lines()
                    .filter(line -> line.startsWith("    "))
                    .map(line -> line.substring(4))
                    .toList();
            if (!terminal.isEmpty()) {
                String title = section.lines().findFirst().orElseThrow();
                sections.add(Arguments.of(title, terminal));
            }
        }
        return sections;
    }

    /** Three dots are anything; alone in a line, any lines. Space at the end of a line does not count. */
    private static Pattern pattern(List<String> shown) {
        StringBuilder pattern = new StringBuilder();
        for (String line : shown) {
            if (line.equals("...")) {
                pattern.append("(.*\n)*?");
                continue;
            }
            String[] known = line.split(Pattern.quote("..."), -1);
            for (int i = 0; i < known.length; i++) {
                pattern.append(i == 0 ? "" : ".*").append(Pattern.quote(known[i]));
            }
            pattern.append(" *(\n|\\z)");
        }
        return Pattern.compile("\n?" + pattern + "\\s*");
    }
}
