package io.h2session.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentBytesTest {
    private static final String PREFACE =
            Text.hex("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    private static final String PING = "0000080600000000000102030405060708";

    private static List<String> decoded(String... bytes) {
        List<String> lines = new ArrayList<>();
        for (String hex : bytes) {
            lines.add("  txraw " + hex);
        }
        return SentBytes.decoded(lines);
    }

    @Test
    void otherLinesStay() {
        assertEquals(List.of("op 1 send", "rc OK"), SentBytes.decoded(List.of("op 1 send", "rc OK")));
    }

    @Test
    void aClientBeginsWithThePreface() {
        assertEquals(
                List.of("  tx MAGIC", "  tx SETTINGS flags=0x00 stream=0 3=100"),
                decoded(PREFACE + "000006040000000000000300000064"));
    }

    @Test
    void whatIsCutIsShownWhereItEnds() {
        for (int cut = 2; cut < PING.length(); cut += 2) {
            assertEquals(
                    List.of("  tx PING flags=0x00 stream=0 data=0102030405060708"),
                    decoded(PING.substring(0, cut), PING.substring(cut)));
        }
        assertEquals(List.of("  tx MAGIC"), decoded(PREFACE.substring(0, 10), PREFACE.substring(10)));
    }

    @Test
    void aHeaderBlockIsOneFrameHoweverItIsSplit() {
        assertEquals(
                List.of(
                        "  tx HEADERS flags=0x2d stream=3 pri=1:16:1 pad=2 cont=2 tsu=1",
                        "  tx-h :method=GET",
                        "  tx-h a=b !never"),
                decoded("000008" + "01" + "29" + "00000003" + "01" + "80000001" + "0f" + "3f" + "00"
                        + "000002" + "09" + "00" + "00000003" + "e11f"
                        + "000006" + "09" + "04" + "00000003" + "821001610162"));
    }

    @Test
    void aBlockThatCannotBeDecodedIsShownAsSuch() {
        assertEquals(
                List.of("  tx HEADERS flags=0x04 stream=1 pad=0 cont=0 tsu=0", "  tx-error hpack"),
                decoded("000001" + "01" + "04" + "00000001" + "ff"));
    }

    @Test
    void everyKindOfFrameIsShown() {
        assertEquals(
                List.of(
                        "  tx DATA flags=0x09 stream=1 len=1 pad=2 fnv=" + hash("07"),
                        "  tx PRIORITY flags=0x00 stream=1 pri=0:1:0",
                        "  tx RST_STREAM flags=0x00 stream=1 code=0x77",
                        "  tx PUSH_PROMISE flags=0x04 stream=1 promised=2 pad=0 cont=0 tsu=0",
                        "  tx GOAWAY flags=0x00 stream=0 last=1 code=NO_ERROR debug=\\x20",
                        "  tx WINDOW_UPDATE flags=0x00 stream=0 inc=1",
                        "  tx ALTSVC flags=0x00 stream=0 len=2 fnv=" + hash("0000"),
                        "  tx EXT_d3 flags=0x03 stream=5 len=0 fnv=" + hash("-")),
                decoded("000003" + "00" + "09" + "00000001" + "010700"
                        + "000005" + "02" + "00" + "00000001" + "0000000000"
                        + "000004" + "03" + "00" + "00000001" + "00000077"
                        + "000004" + "05" + "04" + "00000001" + "00000002"
                        + "000009" + "07" + "00" + "00000000" + "000000010000000020"
                        + "000004" + "08" + "00" + "00000000" + "00000001"
                        + "000002" + "0a" + "00" + "00000000" + "0000"
                        + "000000" + "d3" + "03" + "00000005"));
    }

    private static String hash(String hex) {
        return String.format("%08x", Trace.fnv(Text.bytes(hex)));
    }
}
