package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RFC 7541 makes a decoding error, and what just looks like one. */
class HpackDecoderErrorTest {
    private final HpackDecoder decoder = new HpackDecoder(4096);

    @ParameterizedTest
    @CsvSource({
        // index
        "80, index_out_of_range",
        "be, index_out_of_range",
        "7e 00, index_out_of_range",
        "0f 2f 00, index_out_of_range",
        "1f 2f 00, index_out_of_range",
        "ff 00, index_out_of_range",
        "ff 80 80 80 80 00, index_out_of_range",
        "40 0161 0162 bf, index_out_of_range",
        // integers
        "ff 80 80 80 80 08, integer_too_large",
        "ff ff ff ff ff 0f, integer_too_large",
        "ff 80 80 80 80 80, integer_too_large",
        "ff 80 80 80 80 80 80 00, integer_too_large",
        "ff ff ff ff ff ff ff ff ff ff 01, integer_too_large",
        "7f 80 80 80 80 80, integer_too_large",
        "0f 80 80 80 80 80, integer_too_large",
        "1f 80 80 80 80 80, integer_too_large",
        "3f 80 80 80 80 80, integer_too_large",
        "40 7f 80 80 80 80 80, integer_too_large",
        "40 0161 ff 80 80 80 80 80, integer_too_large",
        // strings
        "40 7f 82 ff 03, string_too_long",
        "40 ff 82 ff 03, string_too_long",
        "41 7f 80 ff ff ff 07, string_too_long",
        "41 82 07ff, huffman_padding",
        "41 81 00, huffman_padding",
        "41 81 ff, huffman_padding",
        "41 84 ffffffff, huffman_eos",
        "40 84 ffffffff 00, huffman_eos",
        // size updates
        "82 20, size_update_misplaced",
        "40 0161 0162 20, size_update_misplaced",
        "3f e2 1f, size_update_too_large",
        "3f ff ff ff ff 07, integer_too_large",
        "3f e0 ff ff ff 07, size_update_too_large",
        "20 20 20, too_many_size_updates",
        // cut off
        "ff, block_truncated",
        "ff 80, block_truncated",
        "40, block_truncated",
        "40 01, block_truncated",
        "40 0161, block_truncated",
        "40 0161 02, block_truncated",
        "40 0161 0262, block_truncated",
        "40 7f, block_truncated",
        "41, block_truncated",
        "41 ff, block_truncated",
        "41 ff ff7f, block_truncated",
        "0f, block_truncated",
        "3f, block_truncated",
        "3f e1, block_truncated",
        "82 00, block_truncated"
    })
    void malformedBlocksAreRefusedForGood(String block, String reason) {
        assertThatThrownBy(() -> Blocks.decode(decoder, block))
                .isInstanceOfSatisfying(
                        HpackException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThatThrownBy(() -> Blocks.decode(decoder, "82"))
                .isInstanceOfSatisfying(
                        HpackException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @CsvSource({
        "82, :method: GET",
        "bd, 'www-authenticate: '",
        "0f 2e 0178, www-authenticate: x",
        "0f ae80 8080 00 0178, www-authenticate: x",
        "7d 0178, www-authenticate: x",
        "00 0161 0162, a: b",
        "10 0161 0162, a: b",
        "00 00 00, ': '",
        "00 80 80, ': '",
        "01 00, ':authority: '",
        "01 80, ':authority: '",
        "01 81 07, ':authority: 0'"
    })
    void wellFormedRepresentationsAreDecoded(String block, String text) throws HpackException {
        assertThat(Blocks.texts(Blocks.decode(decoder, block))).containsExactly(text);
    }

    @Test
    void errorsInPiecesAreTheSame() {
        byte[] block = Blocks.hex("82 40 0161 0162 be ff 80 80 80 80 80");
        for (int cut = 0; cut < block.length; cut++) {
            HpackDecoder fresh = new HpackDecoder(4096);
            int at = cut;
            assertThatThrownBy(() -> Blocks.decode(fresh, block, at)).hasMessage("integer_too_large");
        }
    }

    @Test
    void exceptionsCarryNoStackTrace() {
        assertThatThrownBy(() -> Blocks.decode(decoder, "80"))
                .isInstanceOfSatisfying(
                        HpackException.class, e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void stringsUpToTheLimitAreAccepted() throws HpackException {
        decoder.maxStringLength(200);
        byte[] accepted = Blocks.join(Blocks.hex("01 7f 49"), "x".repeat(200).getBytes(StandardCharsets.US_ASCII));
        assertThat(Blocks.decode(decoder, accepted)).hasSize(1);
        assertThatThrownBy(() -> Blocks.decode(decoder, "01 7f 4a")).hasMessage("string_too_long");
    }

    @Test
    void lengthBeyondTheLimitIsRefusedBeforeTheStringArrives() {
        decoder.beginBlock();
        byte[] input = Blocks.hex("40 7f 82 ff 03");
        decoder.input(input, 0, input.length, false);
        assertThatThrownBy(decoder::next).hasMessage("string_too_long");
    }

    /** RFC 7541 5.1 for the five bits of a size update, around every length an integer can have. */
    @ParameterizedTest
    @CsvSource({
        "20, 0",
        "21, 1",
        "3e, 30",
        "3f 00, 31",
        "3f 7f, 158",
        "3f 80 01, 159",
        "3f 9a 0a, 1337",
        "3f ff 7f, 16414",
        "3f ff ff 7f, 2097182",
        "3f ff ff ff 7f, 268435486",
        "3f e0 ff ff ff 07, 2147483647",
        "3f 80 80 80 80 00, 31",
        "3f 80 00, 31"
    })
    void integersOfSizeUpdates(String block, int size) throws HpackException {
        HpackDecoder unlimited = new HpackDecoder(Integer.MAX_VALUE);
        byte[] bytes = Blocks.hex(block);
        assertThat(Blocks.decode(unlimited, bytes)).isEmpty();
        assertThat(unlimited.tableCapacity()).isEqualTo(size);
        for (int cut = 0; cut < bytes.length; cut++) {
            HpackDecoder inPieces = new HpackDecoder(Integer.MAX_VALUE);
            Blocks.decode(inPieces, bytes, cut);
            assertThat(inPieces.tableCapacity()).isEqualTo(size);
        }
        HpackDecoder tooSmall = new HpackDecoder(Math.max(0, size - 1));
        if (size > 0) {
            assertThatThrownBy(() -> Blocks.decode(tooSmall, bytes)).hasMessage("size_update_too_large");
        }
    }

    /** The four prefixes in front of an index, and the seven bits of a length, with indices up to 400. */
    @Test
    void integersOfIndicesAndLengths() throws HpackException {
        HpackEncoder encoder = new HpackEncoder(1 << 20);
        encoder.peerMaxTableSize(1 << 20);
        HpackDecoder large = new HpackDecoder(1 << 20);
        HeaderList.Builder fields = HeaderList.builder();
        for (int i = 0; i < 340; i++) {
            fields.add("name-" + i, "v".repeat(i));
        }
        HeaderList list = fields.build();
        assertThat(Blocks.decode(large, Blocks.encode(encoder, list))).containsExactlyElementsOf(list);
        byte[] indexed = Blocks.encode(encoder, list);
        assertThat(indexed.length).isLessThan(3 * 340);
        assertThat(Blocks.decode(large, indexed)).containsExactlyElementsOf(list);

        HeaderList.Builder named = HeaderList.builder();
        for (int i = 0; i < 340; i++) {
            named.addSensitive("name-" + i, "!" + i);
        }
        HeaderList sensitive = named.build();
        assertThat(Blocks.decode(large, Blocks.encode(encoder, sensitive))).containsExactlyElementsOf(sensitive);
        HeaderList again = HeaderList.of("name-0", "other", "name-300", "other");
        assertThat(Blocks.decode(large, Blocks.encode(encoder, again))).containsExactlyElementsOf(again);
    }
}
