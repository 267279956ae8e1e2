package io.h2session.priority;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityFieldTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            ``|3|false
            `   `|3|false
            u=0|0|false
            u=7,i|7|true
            u=3, i=?1|3|true
            u=3, i=?0|3|false
            i|3|true
            i,u=1|1|true
            `  u=2`|2|false
            `u=2  `|2|false
            `u=2\t`|2|false
            `u=2 \t,\t i`|2|true
            u=2 ,i|2|true
            u=2,u=4|4|false
            i,i=?0|3|false
            u=001|1|false
            u=000000000000007|7|false
            u=-0|0|false
            a,b=1,u=2|2|false
            uu=2,ii|3|false
            u=2;p=1,i;q|2|true
            u=2; p="a;b,c"; q=?0 ,i=?1;x|2|true
            x=(1 2);a=b,u=5|5|false
            x=(),u=5|5|false
            x=( 1 "two" three;p=4  ),u=5|5|false
            x=:YWJj:,u=1|1|false
            x=:YWI=:,u=1|1|false
            x=:YWI:,u=1|1|false
            x=:YQ==:,u=1|1|false
            x=::,u=1|1|false
            x="str",u=1|1|false
            x="q\\"b\\\\",u=1|1|false
            x=*tok/en:1,u=1|1|false
            x=1.125,u=1|1|false
            x=-123456789012.5,u=1|1|false
            x=123456789012345,u=1|1|false
            x=@1700000000,u=1|1|false
            x=@-1,u=1|1|false
            x=%"f%c3%bc",u=1|1|false
            *a-b_c.d*=1,u=1|1|false""")
    void readsMembersAndSkipsTheRest(String value, int urgency, boolean incremental) {
        assertThat(parse(value, Priority.DEFAULT)).isEqualTo(new Priority(urgency, incremental));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u=8",
                "u=9",
                "u=10",
                "u=-1",
                "u=a",
                "u=?1",
                "u",
                "u;p=1",
                "u=",
                "u= 1",
                "u=1.0",
                "u=1.",
                "u=\"1\"",
                "u=1234567890123456",
                "u=0000000000000001",
                "u=(1 2);a=b",
                "u=1x",
                "u=9,u=2",
                "i=1",
                "i=?2",
                "i=?",
                "i=",
                "i=true",
                "i=x,i",
                "u=2,",
                "u=2, ",
                ",u=2",
                ",",
                "u=2,,i",
                "\tu=2",
                "u=2 i",
                "u=2;",
                "u=2;P",
                "u=2;p=",
                "U=2",
                "I",
                "=1",
                "1=1",
                "-a=1",
                "u=2\u0000",
                "u=2\u00ff",
                "x=,u=1",
                "x=(1 2,u=1",
                "x=(1,2)",
                "x=(1;)",
                "x=((1))",
                "x=\"abc",
                "x=\"a\\b\"",
                "x=\"a\u007f\"",
                "x=\"a\u0080\"",
                "x=\"a\\",
                "x=\"\\",
                "u=1, x=\"\\\"",
                "x=%",
                "x=%\"%",
                "x=%\"%c",
                "x=%\"%c3",
                "x=%\"f%c\"",
                "x=%\"%C3%BC\"",
                "x=:YWJj",
                "x=:Y:",
                "x=:YWJjZ:",
                "x=:Y=:",
                "x=:YW===:",
                "x=:YWJj=:",
                "x=:Y!:",
                "x=-",
                "x=-a",
                "x=1.",
                "x=1.1234",
                "x=1234567890123.5",
                "x=1.2.3",
                "x=@1.5",
                "x=@",
                "x=@a",
                "x=%\"abc",
                "x=%a",
                "x=%\"%zz\"",
                "x=%\"%C3\"",
                "x=%\"%c\"",
                "x={",
                "x=[",
                "x=/"
            })
    void answersNullWhenGrammarTypeOrRangeIsBroken(String value) {
        assertThat(parse(value, Priority.DEFAULT)).isNull();
    }

    @Test
    void membersNotNamedComeFromTheBase() {
        Priority base = new Priority(6, true);
        assertThat(parse("", base)).isEqualTo(base);
        assertThat(parse("a=1", base)).isEqualTo(base);
        assertThat(parse("u=1", base)).isEqualTo(new Priority(1, true));
        assertThat(parse("i=?0", base)).isEqualTo(new Priority(6, false));
    }

    @Test
    void longestValueIsReadAndLongerIsNot() {
        String longest = "u=1,x=\"" + "a".repeat(PriorityField.MAX_LENGTH - 8) + "\"";
        assertThat(longest).hasSize(PriorityField.MAX_LENGTH);
        assertThat(parse(longest, Priority.DEFAULT)).isEqualTo(new Priority(1, false));
        assertThat(parse(longest + " ", Priority.DEFAULT)).isNull();
    }

    @Test
    void readsFromTheMiddleOfAnArray() {
        AsciiString padded = AsciiString.of("u=0,iu=5, iu=0");
        assertThat(PriorityField.parse(padded.subSequence(5, 11, false), Priority.DEFAULT))
                .isEqualTo(new Priority(5, true));
        assertThat(PriorityField.parse(padded.subSequence(5, 8, false), Priority.DEFAULT))
                .isEqualTo(new Priority(5, false));
    }

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    /** The grammar of RFC 9651 section 3 once more, as a regular expression. */
    private static final Pattern DICTIONARY = dictionary();

    private static Pattern dictionary() {
        String item = "(?:-?\\d{1,15}(?!\\d|\\.)|-?\\d{1,12}\\.\\d{1,3}(?![\\d.])|\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*\""
                + "|[A-Za-z*][!#$%&'*+.^_`|~:/0-9A-Za-z-]*"
                + "|:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?:|\\?[01]|@-?\\d{1,15}(?![\\d.])"
                + "|%\"(?:[ !#$&-~]|%[0-9a-f]{2})*\")";
        String key = "[a-z*][a-z0-9_.*-]*";
        String parameters = "(?:; *" + key + "(?:=" + item + ")?)*";
        String list = "\\( *(?:" + item + parameters + "(?: +" + item + parameters + ")* *)?\\)";
        String member =
                "(?:u=-?0{1,15}(?![\\d.])|u=0{0,14}[1-7](?![\\d.])|i(?:=\\?[01])?(?![a-z0-9_.*=-])|(?!(?:u|i)(?![a-z0-9_.*-]))"
                        + key + "(?:=(?:" + list + "|" + item + "))?)" + parameters;
        return Pattern.compile(" *(?:" + member + "(?:[ \\t]*,[ \\t]*" + member + ")*)?[ \\t]*");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithTheGrammarOnRandomValues(int seed) {
        String[] parts = {
            "u", "i", "x", "*a", "=", "=", ",", ", ", " ", "\t", ";", "; ", "?0", "?1", "0", "1", "7", "8", "12", ".5",
            "-", "(", ")", "\"", "\\", "%\"", "%c3", ":", "YWJj", "YW==", "tok", "@", "/", "u=2", "i=?1", "x=(1 a)",
            "\u0000", "\u00e9", "A"
        };
        Random random = new Random(seed);
        int valid = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(7); n > 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            String value = text.toString();
            // Only leading spaces are discarded, so a value of nothing but tabs is broken (RFC 9651 section 4.2).
            boolean expected = DICTIONARY.matcher(value).matches() && !(value.isBlank() && value.contains("\t"));
            assertThat(parse(value, Priority.DEFAULT) != null).as("'%s'", value).isEqualTo(expected);
            valid += expected ? 1 : 0;
        }
        assertThat(valid).isGreaterThan(1000);
    }

    @Test
    void sharesItsAnswers() {
        assertThat(parse("u=5,i", Priority.DEFAULT)).isSameAs(Priority.of(5, true));
        assertThat(Arrays.asList(parse("u=5", Priority.DEFAULT))).doesNotContainNull();
    }

    private static Priority parse(String value, Priority base) {
        return PriorityField.parse(AsciiString.of(value), base);
    }
}
