package io.h2session.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.FieldRules;
import io.h2session.hpack.HeaderField;
import io.netty.util.AsciiString;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldBytesTest {
    /** The rules once more, written from the RFCs' grammars with characters instead of tables. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Rule {
        NAME(FieldRules::checkName, "abc", c -> isToken(c) && !(c >= 'A' && c <= 'Z')),
        VALUE(FieldRules::checkValue, "abc", c -> c == 9 || (c >= 32 && c != 127)),
        METHOD(FieldRules::checkMethod, "ABC", Rule::isToken),
        PATH(FieldRules::checkPath, "/bc", c -> c > 32 && c != 127),
        TRIMMED_VALUE(FieldRules::checkTrimmedValue, "abc", c -> c == 9 || (c >= 32 && c != 127)),
        HOST(FieldRules::checkHost, "abc", Rule::isHost),
        AUTHORITY(FieldRules::checkAuthority, "abc", c -> c == '@' || isHost(c)),
        SCHEME(FieldRules::checkScheme, "abc", c -> isAlphanumeric(c) || c == '+' || c == '-' || c == '.');

        private final Predicate<AsciiString> check;
        private final String sample;
        private final IntPredicate oracle;

        Rule(Predicate<AsciiString> check, String sample, IntPredicate oracle) {
            this.check = check;
            this.sample = sample;
            this.oracle = oracle;
        }

        boolean allows(int b, int position) {
            if (this == NAME && b == ':') {
                return position == 0;
            }
            if (this == TRIMMED_VALUE && position != 1 && (b == 9 || b == 32)) {
                return false;
            }
            if (this == SCHEME && position == 0) {
                return isAlphanumeric(b) && !Character.isDigit(b);
            }
            return oracle.test(b);
        }

        static boolean isHost(int c) {
            return isAlphanumeric(c)
                    || "-._~".indexOf(c) >= 0
                    || "!$&'()*+,;=".indexOf(c) >= 0
                    || ":[]%".indexOf(c) >= 0;
        }

        static boolean isAlphanumeric(int c) {
            return c < 128 && Character.isLetterOrDigit(c);
        }

        static boolean isToken(int c) {
            return c > 32 && c < 127 && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyByteAtEveryPositionIsJudgedByTheGrammar(Rule rule) {
        for (int b = 0; b < 256; b++) {
            for (int position = 0; position < 3; position++) {
                assertThat(rule.check.test(with(rule.sample, position, b)))
                        .as("byte %x at %d", b, position)
                        .isEqualTo(rule.allows(b, position));
            }
        }
    }

    @Test
    void emptyStringsAreValuesPathsAndAuthoritiesButNotNamesMethodsAndSchemes() {
        AsciiString empty = AsciiString.EMPTY_STRING;
        assertThat(FieldRules.checkValue(empty)).isTrue();
        assertThat(FieldRules.checkTrimmedValue(empty)).isTrue();
        assertThat(FieldRules.checkPath(empty)).isTrue();
        assertThat(FieldRules.checkAuthority(empty)).isTrue();
        assertThat(FieldRules.checkHost(empty)).isTrue();
        assertThat(FieldRules.checkName(empty)).isFalse();
        assertThat(FieldRules.checkName(AsciiString.of(":"))).isFalse();
        assertThat(FieldRules.checkMethod(empty)).isFalse();
        assertThat(FieldRules.checkScheme(empty)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a ", "\ta", "a\t", " ", "\t"})
    void trimmedValuesHaveNoWhitespaceAtTheEdges(String value) {
        assertThat(FieldRules.checkTrimmedValue(AsciiString.of(value))).isFalse();
        assertThat(FieldRules.checkValue(AsciiString.of(value))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a b", "a\tb", "\u00e9"})
    void whitespaceWithinIsFine(String value) {
        assertThat(FieldRules.checkTrimmedValue(AsciiString.of(value))).isTrue();
    }

    @Test
    void trimmedValuesHaveNoControls() {
        assertThat(FieldRules.checkTrimmedValue(AsciiString.of("a\nb"))).isFalse();
    }

    @Test
    void onlyTheStringItselfIsJudgedNotTheArrayAroundIt() {
        AsciiString window = AsciiString.of("\0\0ab\0\0").subSequence(2, 4, false);
        assertThat(FieldRules.checkName(window)).isTrue();
        assertThat(FieldRules.checkTrimmedValue(window)).isTrue();
        assertThat(FieldBytes.judge(HeaderField.of(window, window, false))).isEqualTo(FieldBytes.CLEAN);
    }

    @ParameterizedTest
    @CsvSource({
        ":path,/a?b,true",
        ":path,/a#b,false",
        ":path,/a<b,false",
        ":path,/\u00e9,false",
        ":authority,a:1,true",
        ":authority,a:b,false",
        ":authority,u@a,false",
        "a,b,true",
        "a,'b ',false",
        "A,b,false",
        ":a,b,false"
    })
    void aStrictCheckAppliesEveryRule(String name, String value, boolean valid) {
        assertThat(FieldRules.checkStrictly(HeaderField.of(name, value))).isEqualTo(valid);
    }

    @Test
    void aFieldIsJudgedOnce() {
        HeaderField field = HeaderField.of("x", "y\0");
        assertThat(field.validity()).isZero();
        assertThat(FieldBytes.judge(field)).isEqualTo(FieldBytes.CLEAN | FieldBytes.BAD_VALUE);
        assertThat(field.validity()).isNotZero();
        field.validity((byte) FieldBytes.CLEAN);
        assertThat(FieldBytes.judge(field)).isEqualTo(FieldBytes.CLEAN);
    }

    @Test
    void theHighestBitSurvivesTheCache() {
        HeaderField field = HeaderField.of(":x", "y");
        int first = FieldBytes.judge(field);
        assertThat(first).isEqualTo(FieldBytes.CLEAN | FieldBytes.UNKNOWN_PSEUDO);
        assertThat(FieldBytes.judge(field)).isEqualTo(first);
    }

    static AsciiString with(String sample, int position, int b) {
        byte[] bytes = AsciiString.of(sample).toByteArray();
        bytes[position] = (byte) b;
        return new AsciiString(bytes, false);
    }
}
