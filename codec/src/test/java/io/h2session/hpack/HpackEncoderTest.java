package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HpackEncoderTest {
    private final HpackEncoder encoder = new HpackEncoder(4096);
    private final HpackDecoder decoder = new HpackDecoder(4096);

    @Test
    void repeatedFieldIsOneByte() {
        HeaderList list = HeaderList.of("x-a", "b");
        Blocks.encode(encoder, list);
        assertThat(hex(list)).isEqualTo("be");
        assertThat(hex(HeaderList.of("x-a", "b"))).isEqualTo("be");
        assertThat(encoder.entry(62)).isSameAs(list.get(0));
        assertThat(encoder.tableSize()).isEqualTo(36);
    }

    @Test
    void duplicateInOneListIsIndexed() {
        assertThat(hex(HeaderList.of("x", "!", "x", "!"))).isEqualTo("4001780121be");
    }

    @Test
    void newValueTakesItsNameFromTheTable() {
        assertThat(hex(HeaderList.of("x", "!", "x", "#"))).isEqualTo("40017801217e0123");
        assertThat(hex(HeaderList.of("date", "!"))).isEqualTo("610121");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":path",
                "age",
                "content-length",
                "etag",
                "if-modified-since",
                "if-none-match",
                "location",
                "set-cookie"
            })
    void valuesUnlikelyToRepeatAreNotIndexed(String name) {
        byte[] block = Blocks.encode(encoder, HeaderList.of(name, "some value"));
        assertThat(block[0] & 0xf0).isZero();
        assertThat(encoder.tableLength()).isEqualTo(61);
    }

    @Test
    void fieldsThatDifferInADigitAreFound() {
        HeaderList.Builder fields = HeaderList.builder();
        for (int i = 0; i < 60; i++) {
            fields.add(HeaderField.of("x-name-" + i % 20, "value " + i / 20));
        }
        HeaderList list = fields.build();
        Blocks.encode(encoder, list);
        assertThat(encoder.tableLength()).isEqualTo(61 + list.size());
        assertThat(Blocks.encode(encoder, list)).hasSize(list.size());
    }

    /** Fields are found by identity first; whatever happens to the tables, the result is that of a search. */
    @ParameterizedTest
    @ValueSource(ints = {4096, 300, 64, 0})
    void theSameObjectsGiveTheBytesOfEqualOnes(int tableSize) throws HpackException {
        Random random = new Random(tableSize);
        HeaderField[] pool = new HeaderField[60];
        for (int i = 0; i < pool.length; i++) {
            pool[i] = RandomFields.field(random);
        }
        HpackEncoder copies = new HpackEncoder(4096);
        decoder.maxTableSize(4096);
        encoder.peerMaxTableSize(tableSize);
        copies.peerMaxTableSize(tableSize);
        for (int i = 0; i < 3000; i++) {
            if (random.nextInt(100) == 0) {
                int size = random.nextInt(3) * tableSize / 2;
                encoder.peerMaxTableSize(size);
                copies.peerMaxTableSize(size);
            } else if (random.nextInt(200) == 0) {
                encoder.resetTable();
                copies.resetTable();
            }
            HeaderList.Builder same = HeaderList.builder();
            HeaderList.Builder equal = HeaderList.builder();
            for (int j = random.nextInt(12); j > 0; j--) {
                HeaderField field = pool[random.nextInt(pool.length)];
                same.add(field);
                equal.add(HeaderField.of(field.name(), field.value(), field.isSensitive()));
            }
            byte[] block = Blocks.encode(encoder, same.build());
            assertThat(block).isEqualTo(Blocks.encode(copies, equal.build()));
            assertThat(Blocks.texts(Blocks.decode(decoder, block))).isEqualTo(lowerCase(same.build()));
        }
        assertThat(encoder.dynamicTable()).isEqualTo(copies.dynamicTable());
    }

    private static List<String> lowerCase(HeaderList list) {
        return Blocks.texts(StreamSupport.stream(list.spliterator(), false)
                .map(HeaderField::withLowerCaseName)
                .toList());
    }

    @Test
    void staticMatchIsUsedEvenForThose() {
        assertThat(hex(HeaderList.of(":path", "/", ":path", "/index.html", "content-length", "", "etag", "")))
                .isEqualTo("84859ca2");
    }

    @ParameterizedTest
    @CsvSource({"authorization, xyz", "authorization, ''", "cookie, ''", "cookie, 1234567890123456789"})
    void secretsAreNeverIndexed(String name, String value) throws HpackException {
        byte[] block = Blocks.encode(encoder, HeaderList.of(name, value));
        assertThat(block[0] & 0xf0).isEqualTo(0x10);
        assertThat(encoder.tableLength()).isEqualTo(61);
        assertThat(Blocks.decode(decoder, block).get(0).isSensitive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"authorization", "proxy-authorization", "set-cookie", "x-api-key", "x-request-id", "Set-Cookie"})
    void namedFieldsAreNeverIndexedWhateverTheirLength(String name) throws HpackException {
        HpackEncoder careful = new HpackEncoder(4096, NeverIndexed.SECRETS.plus("X-Api-Key", "x-request-id"));
        for (int i = 0; i < 2; i++) {
            byte[] block = Blocks.encode(careful, HeaderList.of(name, "12345678901234567890"));
            assertThat(block[0] & 0xf0).isEqualTo(0x10);
            assertThat(Blocks.decode(decoder, block).get(0).isSensitive()).isTrue();
        }
        assertThat(careful.tableLength()).isEqualTo(61);
        Blocks.encode(careful, HeaderList.of("x-api-keys", "1", "proxy-authenticate", "2", "cookie", "1".repeat(20)));
        assertThat(careful.tableLength()).isEqualTo(64);
    }

    @Test
    void longCookieIsIndexed() {
        Blocks.encode(encoder, HeaderList.of("cookie", "12345678901234567890"));
        assertThat(encoder.tableLength()).isEqualTo(62);
    }

    @Test
    void sensitiveFieldUsesNoIndexButThatOfItsName() throws HpackException {
        Blocks.decode(decoder, Blocks.encode(encoder, HeaderList.of("x", "!", ":method", "GET")));
        HeaderList list = HeaderList.builder()
                .addSensitive("x", "!")
                .addSensitive(":method", "GET")
                .addSensitive("y", "!")
                .build();
        byte[] block = Blocks.encode(encoder, list);
        assertThat(Blocks.hex(block)).isEqualTo("1f2f0121" + "1203474554" + "1001790121");
        List<HeaderField> fields = Blocks.decode(decoder, block);
        assertThat(fields).containsExactlyElementsOf(list).allMatch(HeaderField::isSensitive);
        assertThat(Blocks.hex(Blocks.encode(new HpackEncoder(4096), HeaderList.of(fields.toArray(HeaderField[]::new)))))
                .startsWith("10")
                .doesNotContain("4001");
    }

    @Test
    void fieldsOverThreeQuartersOfTheTableAreNotIndexed() {
        Blocks.encode(encoder, HeaderList.of("x", "v".repeat(3072 - 33)));
        assertThat(encoder.tableSize()).isEqualTo(3072);
        Blocks.encode(encoder, HeaderList.of("x", "v".repeat(3073 - 33)));
        assertThat(encoder.tableSize()).isEqualTo(3072);
    }

    @Test
    void huffmanOnlyWhenShorter() {
        assertThat(hex(HeaderList.of(":path", "!!!!"))).isEqualTo("040421212121");
        assertThat(hex(HeaderList.of(":path", "a"))).isEqualTo("040161");
        assertThat(hex(HeaderList.of(":path", "aaaaaaaa"))).startsWith("0485");
    }

    @Test
    void upperCaseNamesAreLowered() throws HpackException {
        HeaderList list = HeaderList.of("X-Name", "Value", "Content-Type", "text/html", "X-Name", "Value");
        byte[] block = Blocks.encode(encoder, list);
        assertThat(Blocks.texts(Blocks.decode(decoder, block)))
                .containsExactly("x-name: Value", "content-type: text/html", "x-name: Value");
        assertThat(block[block.length - 1] & 0x80).isEqualTo(0x80);
        assertThat((Object) list.get(0).name()).hasToString("X-Name");
    }

    @Test
    void slicedStringsAreUnderstood() throws HpackException {
        byte[] bytes = "..x-name: value..".getBytes(StandardCharsets.US_ASCII);
        HeaderField sliced =
                HeaderField.of(new AsciiString(bytes, 2, 6, false), new AsciiString(bytes, 10, 5, false), false);
        HeaderList list = HeaderList.of(sliced, HeaderField.of("x-name", "value"));
        byte[] block = Blocks.encode(encoder, list);
        assertThat(Blocks.texts(Blocks.decode(decoder, block))).containsExactly("x-name: value", "x-name: value");
        assertThat(encoder.tableLength()).isEqualTo(62);
    }

    @Test
    void roomIsCheckedBeforeAnythingChanges() {
        HeaderList list = HeaderList.of("x", "!");
        int bound = (int) HpackEncoder.encodedBound(list);
        assertThat(bound).isEqualTo(12 + 12 + 2);
        assertThatThrownBy(() -> encoder.encode(list, new byte[bound], 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> encoder.encode(list, new byte[bound], -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(encoder.tableLength()).isEqualTo(61);
        assertThat(encoder.encode(list, new byte[bound + 1], 1)).isEqualTo(1 + 5);
    }

    @Test
    void smallCapIsSignalledInTheFirstBlock() {
        HpackEncoder small = new HpackEncoder(100);
        assertThat(Blocks.hex(Blocks.encode(small, HeaderList.of(":method", "GET"))))
                .isEqualTo("3f4582");
        assertThat(Blocks.hex(Blocks.encode(small, HeaderList.of(":method", "GET"))))
                .isEqualTo("82");
    }

    @Test
    void everySettingIsAnsweredWithAnUpdate() {
        encoder.peerMaxTableSize(4096);
        assertThat(hex(HeaderList.of(":method", "GET"))).isEqualTo("3fe11f82");
        encoder.peerMaxTableSize(0);
        assertThat(hex(HeaderList.of(":method", "GET"))).isEqualTo("2082");
        encoder.peerMaxTableSize(4096);
        assertThat(hex(HeaderList.of(":method", "GET"))).isEqualTo("3fe11f82");
        encoder.peerMaxTableSize(0);
        encoder.peerMaxTableSize(31);
        encoder.peerMaxTableSize(4096);
        assertThat(hex(HeaderList.of(":method", "GET"))).isEqualTo("203fe11f82");
        assertThat(hex(HeaderList.EMPTY)).isEmpty();
    }

    @Test
    void hugeSettingIsCapped() {
        encoder.peerMaxTableSize(0xffffffffL);
        assertThat(hex(HeaderList.EMPTY)).isEqualTo("3fe11f");
        for (int i = 0; i < 10_000; i++) {
            Blocks.encode(encoder, HeaderList.of("x-" + i, "y"));
            assertThat(encoder.tableSize()).isLessThanOrEqualTo(4096);
        }
        HpackEncoder large = new HpackEncoder(Integer.MAX_VALUE);
        assertThat(large.maxTableSize()).isEqualTo(4096);
        large.peerMaxTableSize(0xffffffffL);
        assertThat(Blocks.hex(Blocks.encode(large, HeaderList.EMPTY))).isEqualTo("3fe0ffffff07");
    }

    @Test
    void resetTableIsSignalled() throws HpackException {
        HeaderList list = HeaderList.of("x", "!");
        Blocks.encode(encoder, list);
        encoder.resetTable();
        byte[] block = Blocks.encode(encoder, list);
        assertThat(Blocks.hex(block)).isEqualTo("203fe11f4001780121");
        assertThat(Blocks.decode(decoder, block)).containsExactlyElementsOf(list);
        encoder.peerMaxTableSize(0);
        encoder.resetTable();
        assertThat(hex(list)).isEqualTo("200001780121");
    }

    @Test
    void resetTableKeepsAReductionOfTheCancelledBlock() {
        encoder.peerMaxTableSize(100);
        Blocks.encode(encoder, HeaderList.of("x", "!"));
        encoder.resetTable();
        assertThat(hex(HeaderList.EMPTY)).isEqualTo("203f45");
    }

    /** AsciiString's hash ignores case: 4096 values with one hash. A search gives up early, and that is all. */
    @Test
    void collidingFieldsCostBytesAndNoMore() throws HpackException {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 4096; i++) {
                StringBuilder value = new StringBuilder();
                for (int bit = 0; bit < 12; bit++) {
                    value.append((i >> bit & 1) == 0 ? 'a' : 'A');
                }
                HeaderList list = HeaderList.of("x", value);
                assertThat(Blocks.decode(decoder, Blocks.encode(encoder, list))).containsExactlyElementsOf(list);
            }
        }
        assertThat(hex(HeaderList.of("x", "AAAAAAAAAAAA"))).isEqualTo("be");
        assertThat(hex(HeaderList.of("x", encoder.entry(62 + 20).value()))).startsWith("7e");
    }

    /** What is remembered of a list must not show: an encoder that is given the same objects again makes the same blocks. */
    @Test
    void listsThatAreEncodedAgainHaveTheSameBytesAsEqualOnes() throws HpackException {
        Random random = new Random(9113);
        HeaderList[] lists = new HeaderList[4];
        HpackEncoder other = new HpackEncoder(4096);
        for (int round = 0; round < 2_000; round++) {
            int which = random.nextInt(lists.length);
            if (lists[which] == null || random.nextInt(50) == 0) {
                lists[which] = RandomFields.list(random);
            }
            if (random.nextInt(20) == 0) {
                int size = random.nextInt(600);
                encoder.peerMaxTableSize(size);
                other.peerMaxTableSize(size);
            }
            if (random.nextInt(20) == 0) {
                encoder.resetTable();
                other.resetTable();
            }
            for (int times = 1 + random.nextInt(40); times > 0; times--) {
                HeaderList equal = HeaderList.of(
                        StreamSupport.stream(lists[which].spliterator(), false).toArray(HeaderField[]::new));
                assertThat(Blocks.encode(encoder, lists[which])).isEqualTo(Blocks.encode(other, equal));
                assertThat(encoder.dynamicTable()).isEqualTo(other.dynamicTable());
            }
        }
    }

    @Test
    void listThatIsRepeatedFollowsTheTable() {
        HeaderList list = HeaderList.of(":status", "200", "content-type", "text/plain", "content-length", "13");
        String literal = "0f0d023133";
        assertThat(hex(list)).startsWith("885f").endsWith(literal);
        for (int i = 0; i < 40; i++) {
            assertThat(hex(list)).isEqualTo("88be" + literal);
        }
        assertThat(hex(HeaderList.of("x", "!"))).isEqualTo("4001780121");
        for (int i = 0; i < 40; i++) {
            assertThat(hex(list)).isEqualTo("88bf" + literal);
        }
    }

    private String hex(HeaderList list) {
        return Blocks.hex(Blocks.encode(encoder, list));
    }
}
