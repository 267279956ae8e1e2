package io.h2session.hpack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Header blocks in tests: written as hex, decoded whole or in pieces. */
final class Blocks {
    private Blocks() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    static List<HeaderField> decode(HpackDecoder decoder, String hex) throws HpackException {
        return decode(decoder, hex(hex));
    }

    static List<HeaderField> decode(HpackDecoder decoder, byte[] block) throws HpackException {
        return decode(decoder, block, block.length);
    }

    /** Decodes a block that arrives in pieces cut at the given offsets, with the tails carried over. */
    static List<HeaderField> decode(HpackDecoder decoder, byte[] block, int... cuts) throws HpackException {
        decoder.beginBlock();
        return decodeRest(decoder, block, cuts);
    }

    static List<HeaderField> decodeRest(HpackDecoder decoder, byte[] block, int... cuts) throws HpackException {
        List<HeaderField> fields = new ArrayList<>();
        byte[] tail = {};
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : block.length;
            byte[] input = join(new byte[] {77, 77, 77}, tail, Arrays.copyOfRange(block, from, to), new byte[] {77});
            boolean last = to == block.length;
            decoder.input(input, 3, input.length - 1, last);
            HeaderField field;
            while ((field = decoder.next()) != null) {
                fields.add(field);
            }
            tail = Arrays.copyOfRange(input, decoder.position(), input.length - 1);
            from = to;
            if (last) {
                break;
            }
        }
        return fields;
    }

    static byte[] encode(HpackEncoder encoder, HeaderList fields) {
        byte[] out = new byte[(int) HpackEncoder.encodedBound(fields) + 5];
        int end = encoder.encode(fields, out, 5);
        return Arrays.copyOfRange(out, 5, end);
    }

    static List<String> texts(List<HeaderField> fields) {
        List<String> texts = new ArrayList<>();
        for (HeaderField field : fields) {
            texts.add(field.name() + ": " + field.value());
        }
        return texts;
    }

    static List<HeaderField> dynamicTable(HpackDecoder decoder) {
        List<HeaderField> entries = new ArrayList<>();
        for (int index = 62; index <= decoder.tableLength(); index++) {
            entries.add(decoder.entry(index));
        }
        return entries;
    }

    static List<HeaderField> dynamicTable(HpackEncoder encoder) {
        List<HeaderField> entries = new ArrayList<>();
        for (int index = 62; index <= encoder.tableLength(); index++) {
            entries.add(encoder.entry(index));
        }
        return entries;
    }
}
