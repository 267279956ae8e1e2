package io.h2session.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.h2session.differential.Comparison.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final String GOAWAY =
            "  tx GOAWAY flags=0x00 stream=0 last=0 code=PROTOCOL_ERROR debug=DATA:\\x20stream\\x20in\\x20idle";

    private static List<String> lines(String... lines) {
        return Arrays.asList(lines);
    }

    private static Verdict verdict(List<String> expected, List<String> actual) {
        return Comparison.of(expected, actual).verdict();
    }

    @Test
    void informationAndTheShapeOfHeaderBlocksNeverMatter() {
        assertEquals(
                Verdict.AGREE,
                verdict(
                        lines(
                                "~ hd_out=3",
                                "  ~ tx-partial 4",
                                "  tx HEADERS flags=0x04 stream=1 pad=0 cont=2 tsu=1",
                                "  tx-h a=b !never"),
                        lines("  tx HEADERS flags=0x04 stream=1 pad=0 cont=0 tsu=0", "  tx-h a=b")));
    }

    @Test
    void textsMatterLittle() {
        assertEquals(
                Verdict.AGREE_IN_SUBSTANCE,
                verdict(
                        lines("  error code=ERR_PROTO msg=\"a b\"", GOAWAY),
                        lines("  error code=ERR_PROTO msg=\"c\"", GOAWAY.replaceFirst("debug=.*", "debug=idle"))));
    }

    @Test
    void theDebugDataOfAGracefulGoAwayMatters() {
        String graceful = GOAWAY.replace("PROTOCOL_ERROR", "NO_ERROR");
        assertEquals(Verdict.DIFFER, verdict(lines(graceful), lines(graceful + "x")));
    }

    @Test
    void aClosedStreamMayBeForgotten() {
        assertEquals(
                Verdict.AGREE_IN_SUBSTANCE,
                verdict(
                        lines("state stream 1 st=CLOSED", "query stream_state 1 = CLOSED"),
                        lines("state stream 1 st=NONE", "query stream_state 1 = NONE")));
    }

    @Test
    void streamsMayCloseInAnyOrderOneAfterTheOther() {
        assertEquals(
                Verdict.AGREE_IN_SUBSTANCE,
                verdict(
                        lines("  stream_close stream=1", "  stream_close stream=3", "rc OK"),
                        lines("  stream_close stream=3", "  stream_close stream=1", "rc OK")));
        assertEquals(
                Verdict.DIFFER,
                verdict(
                        lines("  stream_close stream=1", "rc OK", "  stream_close stream=3"),
                        lines("  stream_close stream=3", "rc OK", "  stream_close stream=1")));
    }

    @Test
    void windowsMayBeUpdatedInAnyOrderOneAfterTheOther() {
        assertEquals(
                Verdict.AGREE_IN_SUBSTANCE,
                verdict(
                        lines(
                                "  tx WINDOW_UPDATE flags=0x00 stream=11 inc=1",
                                "  tx WINDOW_UPDATE flags=0x00 stream=3 inc=2"),
                        lines(
                                "  tx WINDOW_UPDATE flags=0x00 stream=3 inc=2",
                                "  tx WINDOW_UPDATE flags=0x00 stream=11 inc=1")));
    }

    @Test
    void theResultOfACallThatOneSideLacksIsAnything() {
        assertEquals(
                Verdict.AGREE,
                verdict(
                        lines("op 1 get_extpri", "rc OK u=3 i=0 want=r-", "fn parse_priority i = OK"),
                        lines("op 1 get_extpri", "rc UNSUPPORTED want=r-", "fn parse_priority i = UNSUPPORTED")));
    }

    @Test
    void withoutAnOptionTheSidesCannotBeCompared() {
        assertEquals(
                Verdict.UNSUPPORTED, verdict(lines("  unsupported option max_continuations", "rc OK"), lines("rc OK")));
    }

    @Test
    void theFirstDifferenceIsFound() {
        Comparison comparison = Comparison.of(lines("a", "~ b", "c"), lines("a"));
        assertFalse(comparison.agrees());
        assertEquals(1, comparison.common());
        assertEquals("c", comparison.expected(1));
        assertNull(comparison.actual(1));
        assertTrue(Comparison.of(lines("a"), lines("a")).agrees());
    }
}
