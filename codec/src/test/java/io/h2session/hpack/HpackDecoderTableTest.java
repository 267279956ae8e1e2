package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The decoder's dynamic table: eviction (RFC 7541 4.3, 4.4) and size updates (4.2, 6.3). */
class HpackDecoderTableTest {
    private final HpackDecoder decoder = new HpackDecoder(4096);

    @Test
    void newTableIsEmpty() {
        assertThat(decoder.tableLength()).isEqualTo(61);
        assertThat(decoder.tableSize()).isZero();
        assertThat(decoder.entry(2)).hasToString(":method: GET");
        assertThatThrownBy(() -> decoder.entry(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> decoder.entry(62)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theLimitOfTheTableCannotChangeWithinABlock() throws HpackException {
        byte[] block = Blocks.hex("3f45 40 0161 0162 82");
        decoder.maxTableSize(100);
        decoder.beginBlock();
        assertThatThrownBy(() -> decoder.maxTableSize(50)).isInstanceOf(IllegalStateException.class);
        decoder.input(block, 0, 7, false);
        assertThat(decoder.next()).hasToString("a: b");
        assertThatThrownBy(() -> decoder.maxTableSize(50)).isInstanceOf(IllegalStateException.class);
        assertThat(decoder.next()).isNull();
        assertThatThrownBy(() -> decoder.maxTableSize(50)).isInstanceOf(IllegalStateException.class);
        assertThat(decoder.maxTableSize()).isEqualTo(100);
        assertThat(decoder.tableSize()).isEqualTo(34);
        decoder.input(block, 7, 8, true);
        assertThat(decoder.next()).hasToString(":method: GET");
        decoder.maxTableSize(30);
        assertThat(decoder.tableSize()).as("the block was used up").isZero();
        decoder.beginBlock();
        decoder.input(block, 0, 0, true);
        assertThat(decoder.next()).isNull();
        decoder.maxTableSize(0);
        assertThat(decoder.maxTableSize()).isZero();
    }

    @Test
    void entryOfTheWholeSizeFits() throws HpackException {
        Blocks.decode(decoder, "40 0161 0162");
        List<HeaderField> fields = Blocks.decode(decoder, literal(0x40, "x", 4096 - 32 - 1));
        assertThat(decoder.tableSize()).isEqualTo(4096);
        assertThat(Blocks.dynamicTable(decoder)).containsExactlyElementsOf(fields);
    }

    @Test
    void entryLargerThanTheTableEmptiesItAndIsReturned() throws HpackException {
        Blocks.decode(decoder, "40 0161 0162");
        List<HeaderField> fields = Blocks.decode(decoder, literal(0x40, "x", 4097 - 32 - 1));
        assertThat(fields).hasSize(1);
        assertThat(decoder.tableSize()).isZero();
        assertThat(decoder.tableLength()).isEqualTo(61);
    }

    @Test
    void entryMayEvictTheEntryItTakesItsNameFrom() throws HpackException {
        HpackDecoder small = new HpackDecoder(40);
        Blocks.decode(small, "40 026162 0163");
        List<HeaderField> fields = Blocks.decode(small, "7e 0664 6566 6768 69");
        assertThat(Blocks.texts(fields)).containsExactly("ab: defghi");
        assertThat(Blocks.texts(Blocks.dynamicTable(small))).containsExactly("ab: defghi");
        assertThat(small.tableSize()).isEqualTo(40);
        assertThat(Blocks.texts(Blocks.decode(small, "7e 0764 6566 6768 696a"))).containsExactly("ab: defghij");
        assertThat(small.tableLength()).isEqualTo(61);
    }

    @Test
    void indexedFieldIsTheEntryItself() throws HpackException {
        HeaderField inserted = Blocks.decode(decoder, "40 0161 0162").get(0);
        assertThat(decoder.entry(62)).isSameAs(inserted);
        assertThat(Blocks.decode(decoder, "be").get(0)).isSameAs(inserted);
        assertThat(Blocks.decode(decoder, "82").get(0)).isSameAs(decoder.entry(2));
    }

    @Test
    void namesAreShared() throws HpackException {
        HeaderField inserted = Blocks.decode(decoder, "40 0161 0162").get(0);
        assertThat((Object) Blocks.decode(decoder, "0f 2f 0163").get(0).name()).isSameAs(inserted.name());
        assertThat((Object) Blocks.decode(decoder, "00 026964 0163").get(0).name())
                .hasToString("id");
        HeaderField spelled = Blocks.decode(decoder, "00 0564 61746531 0163").get(0);
        assertThat(spelled.token()).isEqualTo(HeaderToken.UNKNOWN);
        HeaderField date = Blocks.decode(decoder, "00 0464 617465 0163").get(0);
        assertThat((Object) date.name()).isSameAs(HeaderNames.DATE);
        assertThat(date.token()).isEqualTo(HeaderToken.DATE);
    }

    @Test
    void onlyNeverIndexedLiteralsAreSensitive() throws HpackException {
        List<HeaderField> fields = Blocks.decode(decoder, "82 40 0161 0162 00 0161 0162 10 0161 0162 50 0161 be");
        assertThat(fields)
                .extracting(HeaderField::isSensitive)
                .containsExactly(false, false, false, true, false, false);
    }

    @Test
    void manyInsertionsKeepTheNewest() throws HpackException {
        for (int i = 0; i < 10_000; i++) {
            byte[] value = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            Blocks.decode(decoder, Blocks.join(Blocks.hex("40 0161"), new byte[] {(byte) value.length}, value));
            assertThat(decoder.tableSize()).isLessThanOrEqualTo(4096);
        }
        assertThat(decoder.tableLength()).isEqualTo(61 + 4096 / 37);
        for (int i = 0; i < 4096 / 37; i++) {
            assertThat(decoder.entry(62 + i)).hasToString("a: " + (9_999 - i));
        }
    }

    @Test
    void sizeUpdateEvicts() throws HpackException {
        Blocks.decode(decoder, "40 0161 0162 40 0163 0164");
        Blocks.decode(decoder, "3f 03");
        assertThat(decoder.tableCapacity()).isEqualTo(34);
        assertThat(Blocks.texts(Blocks.dynamicTable(decoder))).containsExactly("c: d");
        Blocks.decode(decoder, "20 3f e1 1f 82");
        assertThat(decoder.tableLength()).isEqualTo(61);
        assertThat(decoder.tableCapacity()).isEqualTo(4096);
    }

    @Test
    void sizeUpdatesStayAllowedInTheNextPieceUntilTheFirstField() throws HpackException {
        decoder.beginBlock();
        Blocks.decodeRest(decoder, Blocks.hex("20 3f e1 1f 82"), 0, 1, 2, 3, 4);
        assertThat(decoder.tableCapacity()).isEqualTo(4096);
        assertThatThrownBy(() -> Blocks.decode(decoder, Blocks.hex("20 20 20"), 1, 2))
                .hasMessage("too_many_size_updates");
    }

    @Test
    void anyNumberOfSizeUpdatesIfAskedFor() throws HpackException {
        decoder.maxSizeUpdates(Integer.MAX_VALUE);
        byte[] block = Blocks.hex("20 3f e1 1f".repeat(4000) + "82");
        assertThat(Blocks.decode(decoder, block)).hasSize(1);
    }

    @Test
    void enlargedSettingDemandsNoUpdate() throws HpackException {
        decoder.maxTableSize(8192);
        assertThat(decoder.tableCapacity()).isEqualTo(4096);
        assertThat(Blocks.decode(decoder, "82")).hasSize(1);
        Blocks.decode(decoder, "3f e1 3f");
        assertThat(decoder.tableCapacity()).isEqualTo(8192);
        assertThat(decoder.maxTableSize()).isEqualTo(8192);
    }

    @Test
    void reducedSettingDemandsAnUpdate() {
        decoder.maxTableSize(1024);
        assertThatThrownBy(() -> Blocks.decode(decoder, "82")).hasMessage("size_update_missing");
        HpackDecoder other = new HpackDecoder(4096);
        other.maxTableSize(1024);
        assertThatThrownBy(() -> Blocks.decode(other, "40 0161 0162")).hasMessage("size_update_missing");
    }

    @Test
    void reducedSettingEvictsAtOnceAndIsObeyed() throws HpackException {
        Blocks.decode(decoder, "40 0161 0162");
        decoder.maxTableSize(33);
        assertThat(decoder.tableSize()).isZero();
        Blocks.decode(decoder, "3f 02 82");
        assertThat(decoder.tableCapacity()).isEqualTo(33);
        assertThat(Blocks.decode(decoder, "82")).hasSize(1);
    }

    @Test
    void reductionIsRememberedWhenTheSettingRisesAgain() throws HpackException {
        decoder.maxTableSize(0);
        decoder.maxTableSize(4096);
        assertThatThrownBy(() -> Blocks.decode(decoder, "3f e1 1f 82")).hasMessage("size_update_too_large");
        HpackDecoder other = new HpackDecoder(4096);
        other.maxTableSize(1000);
        other.maxTableSize(31);
        other.maxTableSize(2000);
        Blocks.decode(other, "3f 00 3f b1 0f 82");
        assertThat(other.tableCapacity()).isEqualTo(2000);
    }

    @Test
    void noUpdateIsOwedWhenTheTableIsSmallerAlready() throws HpackException {
        Blocks.decode(decoder, "3f 45");
        decoder.maxTableSize(1000);
        assertThat(Blocks.decode(decoder, "82")).hasSize(1);
        assertThatThrownBy(() -> Blocks.decode(decoder, "3f e1 1f")).hasMessage("size_update_too_large");
    }

    @Test
    void emptyBlockLeavesTheUpdateOwed() throws HpackException {
        decoder.maxTableSize(10);
        assertThat(Blocks.decode(decoder, "")).isEmpty();
        assertThatThrownBy(() -> Blocks.decode(decoder, "82")).hasMessage("size_update_missing");
    }

    static byte[] literal(int pattern, String name, int valueLength) {
        byte[] head = new byte[] {(byte) pattern, (byte) name.length()};
        byte[] length = length(valueLength);
        return Blocks.join(
                head,
                name.getBytes(StandardCharsets.ISO_8859_1),
                length,
                "v".repeat(valueLength).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] length(int length) {
        int rest = length - 0x7f;
        return rest < 0
                ? new byte[] {(byte) length}
                : new byte[] {0x7f, (byte) (rest | 0x80), (byte) (rest >>> 7 | 0x80), (byte) (rest >>> 14)};
    }
}
