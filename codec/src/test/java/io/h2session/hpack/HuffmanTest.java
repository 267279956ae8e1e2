package io.h2session.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuffmanTest {
    /** Rows of RFC 7541 appendix B. */
    @ParameterizedTest
    @CsvSource({
        "0, 1ff8, 13",
        "10, 3ffffffc, 30",
        "32, 14, 6",
        "33, 3f8, 10",
        "48, 0, 5",
        "65, 21, 6",
        "88, fc, 8",
        "92, 7fff0, 19",
        "97, 3, 5",
        "122, 7b, 7",
        "126, 1ffd, 13",
        "127, ffffffc, 28",
        "128, fffe6, 20",
        "220, ffffffd, 28",
        "249, ffffffe, 28",
        "255, 3ffffee, 26",
        "256, 3fffffff, 30"
    })
    void codesAreThoseOfTheRfc(int symbol, String code, int length) {
        assertThat(Integer.toHexString(HuffmanCode.CODES[symbol])).isEqualTo(code);
        assertThat(HuffmanCode.LENGTHS[symbol]).isEqualTo((byte) length);
    }

    @Test
    void codeIsComplete() {
        long sum = 0;
        for (byte length : HuffmanCode.LENGTHS) {
            sum += 1L << (30 - length);
        }
        assertThat(sum).isEqualTo(1L << 30);
    }

    @Test
    void everyPairOfSymbolsComesBack() throws HpackException {
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                checkRoundTrip(new byte[] {(byte) first, (byte) second});
            }
        }
    }

    @Test
    void everySymbolComesBackAtEveryPlace() throws HpackException {
        for (int symbol = 0; symbol < 256; symbol++) {
            for (int place = 0; place < 24; place++) {
                byte[] text = "0123456789abcdefghijklmn".getBytes(StandardCharsets.US_ASCII);
                text[place] = (byte) symbol;
                checkRoundTrip(text);
            }
        }
    }

    @Test
    void randomStringsComeBack() throws HpackException {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j++) {
                if (random.nextInt(8) != 0) {
                    bytes[j] = (byte) (32 + (bytes[j] & 0x5f));
                }
            }
            checkRoundTrip(bytes);
        }
    }

    @Test
    void lengthIsKnownBeforehand() {
        byte[] all = new byte[256];
        int bits = 0;
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
            bits += HuffmanCode.LENGTHS[i];
        }
        assertThat(HuffmanEncoder.encodedLength(all, 0, 256)).isEqualTo((bits + 7) / 8);
        assertThat(HuffmanEncoder.encodedLength(all, 7, 7)).isZero();
    }

    /** Codes of 5 to 8 and 10 to 13 bits before the padding, which fills up 0 to 7 bits. */
    @ParameterizedTest
    @CsvSource({
        "00000 111, 0",
        "010100 11, ' '",
        "1011100 1, :",
        "11111000, &",
        "11111110 00 111111, !",
        "11111111 010 11111, ''''",
        "11111111 100 11111, |",
        "11111111 1010 1111, #",
        "11111111 11001 111, $",
        "00000 00000 111111, 00",
        "00000 00000 00000 1, 000",
        "00000 010100 11111, '0 '",
        "010100 010100 1111, '  '",
        "010100 1011100 111, ' :'"
    })
    void paddingOfUpToSevenOnesIsAccepted(String bits, String text) throws HpackException {
        assertThat(decode(bytes(bits))).isEqualTo(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000 000",
                "00000 110",
                "00000 011",
                "00000 101",
                "010100 00",
                "010100 10",
                "010100 01",
                "1011100 0",
                "11111110 00 111110",
                "11111110 00 110111",
                "11111111 1010 1110",
                "11111111 1010 0111",
                "00000 00000 111110",
                "00000 111 11111111",
                "11111000 11111111",
                "11111111",
                "11111111 11111111",
                "11111111 11111111 11111111",
                "010100 11 11111111",
                "00000 00000 00000 0"
            })
    void otherPaddingIsRefused(String bits) {
        assertThatThrownBy(() -> decode(bytes(bits))).hasMessage("huffman_padding");
        String longer = "00000 00000 00000 00000 00000 00000 00000 00000".repeat(2) + bits;
        assertThatThrownBy(() -> decode(bytes(longer))).hasMessage("huffman_padding");
    }

    @Test
    void codeCutOffIsRefused() {
        for (int symbol = 0; symbol < 256; symbol++) {
            int length = HuffmanCode.LENGTHS[symbol];
            String bits = Integer.toBinaryString(HuffmanCode.CODES[symbol]);
            bits = "0".repeat(length - bits.length()) + bits;
            int kept = (length - 1) / 8 * 8;
            if (kept > 0 && length > 8) {
                byte[] cut = bytes(bits.substring(0, kept));
                assertThatThrownBy(() -> decode(cut)).hasMessage("huffman_padding");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17})
    void endOfStringSymbolIsRefusedAnywhere(int before) {
        String bits = "00000".repeat(before) + "1".repeat(30);
        String filled = bits + "1".repeat((8 - bits.length() % 8) % 8);
        assertThatThrownBy(() -> decode(bytes(filled))).hasMessage("huffman_eos");
        String followed = bits + "00000".repeat(16);
        String followedFilled = followed + "1".repeat((8 - followed.length() % 8) % 8);
        assertThatThrownBy(() -> decode(bytes(followedFilled))).hasMessage("huffman_eos");
    }

    @Test
    void emptyCodeIsTheEmptyString() throws HpackException {
        assertThat(decode(new byte[0])).isEmpty();
    }

    private static void checkRoundTrip(byte[] text) throws HpackException {
        int length = HuffmanEncoder.encodedLength(text, 0, text.length);
        byte[] code = new byte[length];
        assertThat(HuffmanEncoder.encode(text, 0, text.length, code, 0)).isEqualTo(length);
        byte[] back = decode(code);
        if (!Arrays.equals(back, text)) {
            assertThat(back).isEqualTo(text);
        }
        assertThat(text.length).isBetween(HuffmanDecoder.leastLength(length), (int) HuffmanDecoder.mostLength(length));
    }

    /** Decodes at the end of an array and with other bytes behind, which must change nothing. */
    private static byte[] decode(byte[] code) throws HpackException {
        String expected = outcome(code, 0, 0);
        for (int behind : new int[] {1, 8, 20}) {
            assertThat(outcome(code, behind, 0x00)).isEqualTo(expected);
            assertThat(outcome(code, behind, 0xff)).isEqualTo(expected);
        }
        if (expected.startsWith("huffman_")) {
            throw new HpackException(expected);
        }
        return HexFormat.of().parseHex(expected);
    }

    /** The bytes in hex or the reason, out of an array of exactly the length promised to suffice. */
    private static String outcome(byte[] code, int behind, int filler) {
        byte[] in = new byte[2 + code.length + behind];
        Arrays.fill(in, (byte) filler);
        System.arraycopy(code, 0, in, 2, code.length);
        byte[] out = new byte[3 + (int) HuffmanDecoder.mostLength(code.length) + HuffmanDecoder.SLACK];
        try {
            int end = HuffmanDecoder.decode(in, 2, 2 + code.length, out, 3);
            return Blocks.hex(Arrays.copyOfRange(out, 3, end));
        } catch (HpackException e) {
            return e.reason();
        }
    }

    private static byte[] bytes(String bits) {
        String packed = bits.replace(" ", "");
        assertThat(packed.length() % 8).isZero();
        byte[] bytes = new byte[packed.length() / 8];
        byte[] number = new BigInteger("1" + packed, 2).toByteArray();
        System.arraycopy(number, number.length - bytes.length, bytes, 0, bytes.length);
        return bytes;
    }
}
