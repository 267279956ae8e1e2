package io.h2session.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.examples.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The tables of options have each option of their program, under all its names, and no other. */
class OptionTablesTest {
    private static final Path DOCUMENTS = Path.of("../docs");
    private static final Pattern OPTION = Pattern.compile("`(-[\\w#-]+)[^`]*`");

    @ParameterizedTest
    @CsvSource({
        "get, get-and-serve.md, ## All options of get",
        "serve, get-and-serve.md, ## All options of serve",
        "load, load.md, ## Options",
        "proxy, proxy.md, ## Options"
    })
    void aTableHasEachOption(String command, String page, String title) throws IOException {
        String text = Files.readString(DOCUMENTS.resolve(page));
        assertThat(text).contains(title + "\n");
        String table = text.substring(text.indexOf(title + "\n")).split("\n## ", 2)[0];
        Set<String> named = new TreeSet<>();
        table.lines().filter(line -> line.startsWith("| `")).forEach(row -> OPTION.matcher(row.split(" \\| ", -1)[0])
                .results()
                .map(found -> found.group(1))
                .forEach(named::add));
        Set<String> known = new TreeSet<>();
        CommandLine line = Main.commandLine().getSubcommands().get(command);
        line.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
        assertThat(named).isEqualTo(known);
    }
}
