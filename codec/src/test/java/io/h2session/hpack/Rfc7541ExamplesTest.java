package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 7541 appendix C. */
class Rfc7541ExamplesTest {
    private static final List<String> REQUEST_1 =
            List.of(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    private static final List<String> REQUEST_2 = List.of(
            ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache");
    private static final List<String> REQUEST_3 = List.of(
            ":method: GET",
            ":scheme: https",
            ":path: /index.html",
            ":authority: www.example.com",
            "custom-key: custom-value");
    private static final List<String> RESPONSE_1 = List.of(
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    private static final List<String> RESPONSE_2 = List.of(
            ":status: 307",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    private static final List<String> RESPONSE_3 = List.of(
            ":status: 200",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:22 GMT",
            "location: https://www.example.com",
            "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");

    private final HpackDecoder decoder = new HpackDecoder(4096);

    @Test
    void c_2_1_literalWithIndexing() throws HpackException {
        check(
                "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
                List.of("custom-key: custom-header"),
                55,
                "custom-key: custom-header");
    }

    @Test
    void c_2_2_literalWithoutIndexing() throws HpackException {
        check("040c 2f73 616d 706c 652f 7061 7468", List.of(":path: /sample/path"), 0);
    }

    @Test
    void c_2_3_literalNeverIndexed() throws HpackException {
        List<HeaderField> fields = Blocks.decode(decoder, "1008 7061 7373 776f 7264 0673 6563 7265 74");
        assertThat(Blocks.texts(fields)).containsExactly("password: secret");
        assertThat(fields.get(0).isSensitive()).isTrue();
        assertThat(decoder.tableSize()).isZero();
    }

    @Test
    void c_2_4_indexed() throws HpackException {
        check("82", List.of(":method: GET"), 0);
    }

    @Test
    void c_3_requestsWithoutHuffman() throws HpackException {
        check("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", REQUEST_1, 57, ":authority: www.example.com");
        check(
                "8286 84be 5808 6e6f 2d63 6163 6865",
                REQUEST_2,
                110,
                "cache-control: no-cache",
                ":authority: www.example.com");
        check(
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
                REQUEST_3,
                164,
                "custom-key: custom-value",
                "cache-control: no-cache",
                ":authority: www.example.com");
    }

    @Test
    void c_4_requestsWithHuffman() throws HpackException {
        check("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", REQUEST_1, 57, ":authority: www.example.com");
        check(
                "8286 84be 5886 a8eb 1064 9cbf",
                REQUEST_2,
                110,
                "cache-control: no-cache",
                ":authority: www.example.com");
        check(
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
                REQUEST_3,
                164,
                "custom-key: custom-value",
                "cache-control: no-cache",
                ":authority: www.example.com");
    }

    @Test
    void c_4_isWhatTheEncoderWrites() {
        HpackEncoder encoder = new HpackEncoder(4096);
        assertThat(encode(encoder, REQUEST_1)).isEqualTo("828684418cf1e3c2e5f23a6ba0ab90f4ff");
        assertThat(encode(encoder, REQUEST_2)).isEqualTo("828684be5886a8eb10649cbf");
        assertThat(encode(encoder, REQUEST_3)).isEqualTo("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf");
        assertThat(encoder.tableSize()).isEqualTo(164);
    }

    @Test
    void c_5_responsesWithoutHuffman() throws HpackException {
        decoder.maxTableSize(256);
        Blocks.decode(decoder, "3fe101");
        check(
                "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
                        + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861"
                        + "6d70 6c65 2e63 6f6d",
                RESPONSE_1,
                222,
                "location: https://www.example.com",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "cache-control: private",
                ":status: 302");
        check(
                "4803 3330 37c1 c0bf",
                RESPONSE_2,
                222,
                ":status: 307",
                "location: https://www.example.com",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "cache-control: private");
        check(
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
                        + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f"
                        + "5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572"
                        + "7369 6f6e 3d31",
                RESPONSE_3,
                215,
                "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
                "content-encoding: gzip",
                "date: Mon, 21 Oct 2013 20:13:22 GMT");
    }

    @Test
    void c_6_responsesWithHuffman() throws HpackException {
        decoder.maxTableSize(256);
        Blocks.decode(decoder, "3fe101");
        check(
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                        + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                RESPONSE_1,
                222,
                "location: https://www.example.com",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "cache-control: private",
                ":status: 302");
        check(
                "4883 640e ffc1 c0bf",
                RESPONSE_2,
                222,
                ":status: 307",
                "location: https://www.example.com",
                "date: Mon, 21 Oct 2013 20:13:21 GMT",
                "cache-control: private");
        check(
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                        + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                        + "291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
                RESPONSE_3,
                215,
                "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
                "content-encoding: gzip",
                "date: Mon, 21 Oct 2013 20:13:22 GMT");
    }

    private void check(String block, List<String> fields, int tableSize, String... table) throws HpackException {
        assertThat(Blocks.texts(Blocks.decode(decoder, block))).isEqualTo(fields);
        assertThat(decoder.tableSize()).isEqualTo(tableSize);
        assertThat(Blocks.texts(Blocks.dynamicTable(decoder))).containsExactly(table);
    }

    private static String encode(HpackEncoder encoder, List<String> texts) {
        HeaderList.Builder fields = HeaderList.builder();
        for (String text : texts) {
            int colon = text.indexOf(": ");
            fields.add(text.substring(0, colon), text.substring(colon + 2));
        }
        return Blocks.hex(Blocks.encode(encoder, fields.build()));
    }
}
