package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.channel.StreamChannel;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} names options, reasons and tests that exist, and each limit that is a defence. */
class SecurityPageTest {
    private static final String PAGE = Page.text("security.md");
    private static final String CODE = Page.code();

    /** Options that no attack is about. */
    private static final Set<String> NO_DEFENCES = Set.of(
            "maxRequests",
            "maxSendHeaderBlockLength",
            "abuseWeighted",
            "pingWithoutStreams",
            "keepAlive",
            "keepAliveAnswer",
            "maxAge",
            "maxAgeJitter",
            "maxAgeGrace");

    @Test
    void thePointsAreTheCodes() {
        List<String> shown = Page.rows(section("## The abuse budget"))
                .filter(row -> row[0].startsWith("`") && !row[0].contains("Http2Glitch"))
                .map(row -> Page.names(row[0]).findFirst().orElseThrow() + " " + row[1])
                .toList();
        assertThat(shown)
                .containsExactlyElementsOf(Arrays.stream(Http2Glitch.values())
                        .map(glitch -> glitch + " " + glitch.points())
                        .toList());
    }

    @Test
    void theOptionsAreThere() {
        List<String> named =
                attacks().flatMap(row -> Page.names(row[row.length - 2])).toList();
        assertThat(named).hasSizeGreaterThan(50).allSatisfy(SecurityPageTest::assertExists);
    }

    private static void assertExists(String name) {
        if (Character.isUpperCase(name.charAt(0))) {
            assertThat(CODE)
                    .containsPattern("public (final |sealed |abstract )*(class|record|interface|enum) "
                            + name.split("\\.", 2)[0] + "\\b");
            assertThat(CODE).contains(name.substring(name.indexOf('.') + 1));
        } else {
            assertThat(Stream.concat(
                            declared(),
                            Stream.of(Http2SessionOptions.class, Http2SessionHandlerBuilder.class, StreamChannel.class)
                                    .flatMap(type -> Arrays.stream(type.getMethods()))
                                    .map(Method::getName)))
                    .contains(name);
        }
    }

    @Test
    void noDefenceIsLeftOut() {
        Set<String> left = new TreeSet<>();
        Stream.of(Http2Limits.options(), Http2Timeouts.options())
                .flatMap(set -> set.all().stream())
                .map(Option::name)
                .filter(name -> !NO_DEFENCES.contains(name) && !PAGE.contains('`' + name + '`'))
                .forEach(left::add);
        assertThat(left).isEmpty();
    }

    @Test
    void theReasonsAreTheCodes() {
        List<String> reasons = Page.names(PAGE).filter(Page::isReason).toList();
        assertThat(reasons).hasSizeGreaterThan(10).allSatisfy(reason -> assertThat(CODE)
                .contains('"' + reason + '"'));
    }

    @Test
    void eachAttackHasATest() throws IOException {
        List<Path> tests;
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            tests = files.toList();
        }
        assertThat(attacks().map(row -> row[row.length - 1]))
                .hasSizeGreaterThan(45)
                .allSatisfy(cell -> {
                    assertThat(Page.names(cell)).isNotEmpty().allSatisfy(named -> {
                        String[] parts = named.split("\\.", -1);
                        assertThat(parts).as(named).hasSize(2);
                        assertThat(tests.stream()
                                        .filter(file -> file.endsWith(parts[0] + ".java"))
                                        .map(Page::read))
                                .as(named)
                                .anyMatch(code -> code.contains(" void " + parts[1] + "("));
                    });
                });
    }

    private static Stream<String[]> attacks() {
        return Page.rows(section("## Attacks and defences")).filter(row -> !row[0].equals("attack") && row.length > 3);
    }

    private static Stream<String> declared() {
        return Stream.of(Http2SessionOptions.options(), Http2Limits.options(), Http2Timeouts.options())
                .flatMap(set -> set.all().stream())
                .map(Option::name);
    }

    private static String section(String title) {
        String rest = PAGE.substring(PAGE.indexOf(title));
        return rest.substring(0, rest.indexOf("\n## "));
    }
}
