package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a list of entity tags contains one, compared weakly and strongly. */
class EntityTagsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "\"a\" | \"a\" | true | true",
                "\"b\", \"a\" | \"a\" | true | true",
                "\"b\"\t,, W/\"c\",\"a\" | \"a\" | true | true",
                "\"b,a\" | \"a\" | false | false",
                "\"x, \"a\" | \"a\" | false | false",
                "\"a | \"a\" | false | false",
                "a | \"a\" | false | false",
                "\"ab\" | \"a\" | false | false",
                "\"A\" | \"a\" | false | false",
                "W/\"a\" | \"a\" | true | false",
                "\"a\" | W/\"a\" | true | false",
                "W/\"a\" | W/\"a\" | true | false",
                "w/\"a\" | \"a\" | false | false",
                "* | \"a\" | true | true",
                "* | W/\"a\" | true | true",
                "'' | \"a\" | false | false",
            })
    void areComparedAsTheRfcSays(String list, String tag, boolean weakly, boolean strongly) {
        assertThat(EntityTags.contains(list, tag, true)).isEqualTo(weakly);
        assertThat(EntityTags.contains(list, tag, false)).isEqualTo(strongly);
    }
}
