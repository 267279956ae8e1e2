package io.h2session.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the field Range asks for, of a file of 10000 bytes. */
class ByteRangeTest {
    private static final long LENGTH = 10_000;

    private static String parse(String field) {
        List<ByteRange> ranges = ByteRange.parse(field, LENGTH);
        if (ranges == null) {
            return "ignored";
        }
        StringBuilder text = new StringBuilder();
        for (ByteRange range : ranges) {
            text.append(text.isEmpty() ? "" : " ")
                    .append(range.first())
                    .append('-')
                    .append(range.last());
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-499, 0-499",
        "bytes=500-999, 500-999",
        "bytes=-500, 9500-9999",
        "bytes=9500-, 9500-9999",
        "bytes=0-0, 0-0",
        "bytes=9999-, 9999-9999",
        "bytes=0-99999, 0-9999",
        "bytes=0-99999999999999999999999, 0-9999",
        "bytes=-20000, 0-9999",
        "BYTES=1-2, 1-2",
        "bytes=000000000000000000000001-2, 1-2",
    })
    void aRangeIsCutToTheFile(String field, String expected) {
        assertThat(parse(field)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0,-1 | 0-0 9999-9999",
                "bytes= 0-0 , , 5000-5001, | 0-0 5000-5001",
                "bytes=5000-5001,0-0 | 5000-5001 0-0",
                "bytes=0-0,10000-,20000-30000 | 0-0",
            })
    void severalComeInTheirOrder(String field, String expected) {
        assertThat(parse(field)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-99,50-149 | 0-149",
                "bytes=50-149,0-99 | 0-149",
                "bytes=0-99,100-199 | 0-199",
                "bytes=0-99,180-199 | 0-199",
                "bytes=0-99,181-199 | 0-99 181-199",
                "bytes=0-10,1000-1010,5-1005 | 0-1010",
                "bytes=0-10,5000-5010,1000-1010,8-1002 | 0-1010 5000-5010",
                "bytes=0-,0-,0-,0-,0-,0- | 0-9999",
            })
    void thoseThatOverlapOrAreNearAreOne(String field, String expected) {
        assertThat(parse(field)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10000-", "bytes=10000-10001,20000-", "bytes=-0", "bytes=99999999999999999999-"})
    void rangesBeyondTheFileAreNone(String field) {
        assertThat(parse(field)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=1",
                "bytes=a-b",
                "bytes=2-1",
                "bytes=0-1,2-1",
                "bytes=-1-2",
                "bytes=1-2-3",
                "bytes=+1-2",
                "bytes=\u0661-\u0662",
                "bytes 0-1",
                "lines=0-1",
                ""
            })
    void whatIsMalformedOrOfAnotherUnitIsIgnored(String field) {
        assertThat(parse(field)).isEqualTo("ignored");
    }

    @Test
    void aListOfMoreThanAServerShouldReadIsIgnored() {
        assertThat(parse("bytes=" + "0-0,".repeat(63) + "0-0")).isEqualTo("0-0");
        assertThat(parse("bytes=" + "0-0,".repeat(64) + "0-0")).isEqualTo("ignored");
        assertThat(parse("bytes=" + ",".repeat(5000))).isEqualTo("ignored");
    }

    @Test
    void anEmptyFileHasNoRange() {
        assertThat(ByteRange.parse("bytes=0-", 0)).isEmpty();
        assertThat(ByteRange.parse("bytes=-1", 0)).isEmpty();
    }
}
