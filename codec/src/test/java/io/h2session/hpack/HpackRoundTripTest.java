package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HpackRoundTripTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 4096, 65536})
    void bothSidesAgreeWhileTheTableSizeFlips(int cap) throws HpackException {
        Random random = new Random(11L + cap);
        HpackEncoder encoder = new HpackEncoder(cap);
        HpackDecoder decoder = new HpackDecoder(4096);
        for (int round = 0; round < 2_000; round++) {
            if (random.nextInt(10) == 0) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    int setting = random.nextInt(3) == 0 ? 0 : random.nextInt(70_000);
                    encoder.peerMaxTableSize(setting);
                    decoder.maxTableSize(setting);
                }
            }
            if (random.nextInt(20) == 0) {
                Blocks.encode(encoder, RandomFields.list(random));
                encoder.resetTable();
            }
            HeaderList list = RandomFields.list(random);
            List<HeaderField> fields = Blocks.decode(decoder, Blocks.encode(encoder, list));
            assertThat(fields).containsExactlyElementsOf(list);
            assertThat(decoder.listSize()).isEqualTo(list.listSize());
            for (int i = 0; i < fields.size(); i++) {
                if (list.get(i).isSensitive()) {
                    assertThat(fields.get(i).isSensitive()).isTrue();
                }
            }
            assertThat(Blocks.dynamicTable(decoder)).isEqualTo(Blocks.dynamicTable(encoder));
            assertThat(decoder.tableSize()).isEqualTo(encoder.tableSize());
        }
    }

    @Test
    void everySplitGivesTheSameFieldsAndTable() throws HpackException {
        Random random = new Random(3);
        HpackEncoder encoder = new HpackEncoder(4096);
        HpackDecoder whole = new HpackDecoder(4096);
        for (int round = 0; round < 60; round++) {
            if (round % 7 == 0) {
                encoder.peerMaxTableSize((round % 14) * 200L);
                encoder.peerMaxTableSize(4096);
            }
            HeaderList list = smallList(random);
            byte[] block = Blocks.encode(encoder, list);
            List<HeaderField> before = Blocks.dynamicTable(whole);
            assertThat(Blocks.decode(whole, block)).containsExactlyElementsOf(list);
            for (int cut = 0; cut <= block.length; cut++) {
                HpackDecoder halves = primed(before);
                assertThat(Blocks.decode(halves, block, cut)).containsExactlyElementsOf(list);
                assertThat(Blocks.dynamicTable(halves)).isEqualTo(Blocks.dynamicTable(whole));
            }
            HpackDecoder bytes = primed(before);
            int[] everywhere = IntStream.range(0, block.length).toArray();
            assertThat(Blocks.decode(bytes, block, everywhere)).containsExactlyElementsOf(list);
            assertThat(Blocks.dynamicTable(bytes)).isEqualTo(Blocks.dynamicTable(whole));
            assertThat(bytes.listSize()).isEqualTo(whole.listSize());
        }
    }

    /** Valid blocks, damaged ones and noise: the naive decoder and ours accept the same and read the same. */
    @Test
    void anIndependentDecoderAgrees() {
        Random random = new Random(5);
        int refused = 0;
        int accepted = 0;
        for (int round = 0; round < 3_000; round++) {
            HpackEncoder encoder = new HpackEncoder(4096);
            HpackDecoder decoder = new HpackDecoder(4096);
            NaiveDecoder naive = new NaiveDecoder(4096);
            boolean alive = true;
            for (int i = 0; alive && i < 4; i++) {
                byte[] block = damaged(random, Blocks.encode(encoder, smallList(random)));
                List<String> expected = null;
                try {
                    expected = naive.decode(block);
                } catch (NaiveDecoder.Refused e) {
                    refused++;
                }
                try {
                    assertThat(Blocks.texts(Blocks.decode(decoder, block))).isEqualTo(expected);
                    assertThat(Blocks.texts(Blocks.dynamicTable(decoder))).isEqualTo(naive.tableTexts());
                    accepted++;
                } catch (HpackException e) {
                    assertThat(expected)
                            .as("%s refused: %s", Blocks.hex(block), e.reason())
                            .isNull();
                    alive = false;
                }
            }
        }
        assertThat(refused).isGreaterThan(500);
        assertThat(accepted).isGreaterThan(500);
    }

    private static byte[] damaged(Random random, byte[] block) {
        if (random.nextInt(3) == 0) {
            byte[] noise = new byte[random.nextInt(12)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] damaged = block.clone();
        for (int i = random.nextInt(3); i > 0 && damaged.length > 0; i--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length + 1)) : damaged;
    }

    private static HeaderList smallList(Random random) {
        HeaderList.Builder fields = HeaderList.builder();
        while (fields.size() < 6) {
            HeaderField field = RandomFields.field(random);
            if (field.size() < 300) {
                fields.add(field);
            }
        }
        return fields.build();
    }

    private static HpackDecoder primed(List<HeaderField> table) throws HpackException {
        HpackDecoder decoder = new HpackDecoder(4096);
        for (int i = table.size() - 1; i >= 0; i--) {
            HeaderField field = table.get(i);
            byte[] name = field.name().toByteArray();
            byte[] value = field.value().toByteArray();
            byte[] head = {0x40, (byte) name.length};
            byte[] length = value.length < 127
                    ? new byte[] {(byte) value.length}
                    : new byte[] {0x7f, (byte) ((value.length - 127) | 0x80), (byte) ((value.length - 127) >>> 7)};
            Blocks.decode(decoder, Blocks.join(head, name, length, value));
        }
        return decoder;
    }
}
