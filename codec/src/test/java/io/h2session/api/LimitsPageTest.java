package io.h2session.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.Http2SessionHandlerBuilder;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/limits.md} has every limit, its default as it is declared, and reasons that the code gives. */
class LimitsPageTest {
    private static final String PAGE = Page.text("limits.md");

    /** Numbers of {@link Http2SessionOptions} and others that nothing happens at. */
    private static final Set<String> NO_LIMITS =
            Set.of("closedStreamHistory", "maxEncoderTableSize", "pingWithoutStreams");

    private static final String BUILDERS = "\n## What waits to be sent";

    @Test
    void everyLimitAndTimeoutHasOneRow() {
        List<String> named = rows(options()).flatMap(row -> Page.names(row[0])).toList();

        assertThat(named).doesNotHaveDuplicates();
        assertThat(named)
                .containsAll(Stream.of(Http2Limits.options(), Http2Timeouts.options())
                        .flatMap(set -> set.all().stream())
                        .map(Option::name)
                        .filter(name -> !NO_LIMITS.contains(name) && !name.equals("abuseWeighted"))
                        .toList());
        assertThat(declared().map(Option::name)).containsAll(named);
    }

    @Test
    void theDefaultIsTheDeclaredOneOfTheFirst() {
        assertThat(rows(options())).allSatisfy(row -> {
            String first = Page.names(row[0]).findFirst().orElseThrow();
            Option option = declared()
                    .filter(one -> one.name().equals(first))
                    .findFirst()
                    .orElseThrow();
            assertThat(row[1]).as(first).isEqualTo(OptionsPage.value(option, option.safe()));
        });
    }

    @Test
    void theReasonsAreTheCodes() {
        String code = Page.code();
        List<String> reasons = rows(PAGE)
                .flatMap(row -> Page.names(row[2]))
                .filter(Page::isReason)
                .toList();
        assertThat(reasons).hasSizeGreaterThan(20).allSatisfy(reason -> assertThat(code)
                .contains('"' + reason + '"'));
    }

    @Test
    void theSettingsOfTheBuilderAreThere() {
        List<String> settings = rows(PAGE.substring(PAGE.indexOf(BUILDERS)))
                .flatMap(row -> Page.names(row[0]))
                .toList();
        assertThat(settings).hasSizeGreaterThan(5);
        assertThat(Arrays.stream(Http2SessionHandlerBuilder.class.getMethods()).map(Method::getName))
                .containsAll(settings);
    }

    private static Stream<Option> declared() {
        return Stream.of(Http2SessionOptions.options(), Http2Limits.options(), Http2Timeouts.options())
                .flatMap(set -> set.all().stream());
    }

    /** The part about options, without that about the handler's builder. */
    private static String options() {
        return PAGE.substring(0, PAGE.indexOf(BUILDERS));
    }

    private static Stream<String[]> rows(String text) {
        return Page.rows(text).filter(row -> row[0].startsWith("`"));
    }
}
