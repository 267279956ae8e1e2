package io.h2session.hpack;

import static io.h2session.hpack.HpackDecoderTableTest.literal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The list limit and unwanted blocks: no field comes out, yet the table stays what the peer thinks it is. */
class HpackDecoderLimitTest {
    private static final HeaderList MIXED = HeaderList.builder()
            .add(":method", "GET")
            .add("x-first", "one two three")
            .add("x-second", "four five six")
            .addSensitive("x-secret", "hush")
            .add("content-length", "12345")
            .add("x-third", "\u00ff\u00fe")
            .build();

    @Test
    void fieldsOverTheLimitAreCountedAndNotReturned() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        decoder.maxHeaderListSize(MIXED.get(0).size() + MIXED.get(1).size());
        List<HeaderField> fields = Blocks.decode(decoder, Blocks.encode(new HpackEncoder(4096), MIXED));
        assertThat(fields).containsExactly(MIXED.get(0), MIXED.get(1));
        assertThat(decoder.overflowed()).isTrue();
        assertThat(decoder.listSize()).isBetween(MIXED.listSize() - 10L, (long) MIXED.listSize());
    }

    @Test
    void limitIsInclusive() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        decoder.maxHeaderListSize(MIXED.listSize());
        assertThat(Blocks.decode(decoder, Blocks.encode(new HpackEncoder(4096), MIXED)))
                .hasSize(MIXED.size());
        assertThat(decoder.overflowed()).isFalse();
        assertThat(decoder.listSize()).isEqualTo(MIXED.listSize());
    }

    @Test
    void smallFieldAfterTheOverflowIsNotReturnedEither() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        decoder.maxHeaderListSize(100);
        assertThat(Blocks.decode(decoder, Blocks.join(literal(0x00, "x", 90), Blocks.hex("82"))))
                .isEmpty();
        assertThat(decoder.listSize()).isEqualTo(123 + 42);
        assertThat(Blocks.decode(decoder, "82")).hasSize(1);
        assertThat(decoder.overflowed()).isFalse();
    }

    @Test
    void tableIsExactWhateverHappensToTheFields() throws HpackException {
        Random random = new Random(7);
        HpackEncoder encoder = new HpackEncoder(4096);
        HpackDecoder reference = new HpackDecoder(4096);
        HpackDecoder limited = new HpackDecoder(4096);
        HpackDecoder discarding = new HpackDecoder(4096);
        for (int round = 0; round < 500; round++) {
            byte[] block = Blocks.encode(encoder, RandomFields.list(random));
            List<HeaderField> fields = Blocks.decode(reference, block);
            limited.maxHeaderListSize(random.nextInt(400));
            List<HeaderField> some = Blocks.decode(limited, block);
            assertThat(some).containsExactlyElementsOf(fields.subList(0, some.size()));
            assertThat(limited.overflowed()).isEqualTo(some.size() < fields.size());
            discarding.beginBlock();
            discarding.discarding(true);
            assertThat(Blocks.decodeRest(discarding, block)).isEmpty();
            assertThat(Blocks.dynamicTable(limited)).isEqualTo(Blocks.dynamicTable(reference));
            assertThat(Blocks.dynamicTable(discarding)).isEqualTo(Blocks.dynamicTable(reference));
        }
    }

    @Test
    void discardingEndsWithTheBlock() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        decoder.beginBlock();
        decoder.discarding(true);
        assertThat(Blocks.decodeRest(decoder, Blocks.hex("82 84"))).isEmpty();
        assertThat(decoder.listSize()).isEqualTo(42 + 38);
        assertThat(Blocks.decode(decoder, "82")).hasSize(1);
    }

    @Test
    void discardingMayBeginInsideABlock() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        byte[] block = Blocks.hex("82 84 86");
        decoder.beginBlock();
        decoder.input(block, 0, 3, true);
        assertThat(decoder.next()).hasToString(":method: GET");
        decoder.discarding(true);
        assertThat(decoder.next()).isNull();
        assertThat(decoder.position()).isEqualTo(3);
    }

    @Test
    void literalThatCannotEnterTheTableEmptiesItWhileDiscarding() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(100);
        for (byte[] block : List.of(literal(0x40, "x", 68), Blocks.join(Blocks.hex("41 ff 83 02"), new byte[386]))) {
            Blocks.decode(decoder, "40 0161 0162");
            assertThat(decoder.tableLength()).isEqualTo(62);
            decoder.beginBlock();
            decoder.discarding(true);
            assertThat(Blocks.decodeRest(decoder, block)).isEmpty();
            assertThat(decoder.tableLength()).isEqualTo(61);
        }
    }

    @Test
    void unneededHuffmanCodeIsNotDecoded() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        decoder.beginBlock();
        decoder.discarding(true);
        assertThat(Blocks.decodeRest(decoder, Blocks.hex("00 84 ffffffff 84 ffffffff 82")))
                .isEmpty();
        assertThat(decoder.listSize()).isEqualTo(32 + 4 + 4 + 42);
        decoder.beginBlock();
        decoder.discarding(true);
        assertThatThrownBy(() -> Blocks.decodeRest(decoder, Blocks.hex("40 84 ffffffff 00")))
                .hasMessage("huffman_eos");
    }

    @Test
    void thousandsOfReferencesCostOneField() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        decoder.maxHeaderListSize(16384);
        byte[] references = new byte[16_000];
        Arrays.fill(references, (byte) 0xbe);
        List<HeaderField> fields = Blocks.decode(decoder, Blocks.join(literal(0x40, "x", 4000), references));
        assertThat(fields).hasSize(4);
        assertThat(fields).allSatisfy(field -> assertThat(field).isSameAs(fields.get(0)));
        assertThat(decoder.listSize()).isEqualTo(16_001L * 4033);
    }

    @Test
    void positionStaysAtAnIncompleteRepresentation() throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        byte[] block = Blocks.hex("82 40 0161 0162 41 8c f1e3c2e5f23a6ba0ab90f4ff 84");
        List<Integer> positions = new ArrayList<>();
        for (int to = 0; to < block.length; to++) {
            decoder.beginBlock();
            decoder.input(block, 0, to, false);
            while (decoder.next() != null) {
                // only the position counts here
            }
            assertThat(decoder.next()).isNull();
            positions.add(decoder.position());
        }
        assertThat(positions).containsExactly(0, 1, 1, 1, 1, 1, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 20);
    }
}
