package io.h2session.hpack;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** RFC 7541 read aloud: bit strings, big integers, a list for a table. Slow on purpose, and shares no decoding code. */
final class NaiveDecoder {
    private static final Map<String, Integer> SYMBOLS = new HashMap<>();

    static {
        BigInteger code = BigInteger.ZERO;
        for (int length = 1; length <= 30; length++) {
            code = code.shiftLeft(1);
            for (int symbol = 0; symbol < 257; symbol++) {
                if (HuffmanCode.LENGTHS[symbol] == length) {
                    String bits = code.toString(2);
                    SYMBOLS.put("0".repeat(length - bits.length()) + bits, symbol);
                    code = code.add(BigInteger.ONE);
                }
            }
        }
    }

    /** What a block cannot be decoded for. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
    }

    private final List<String[]> table = new ArrayList<>();
    private final int setting;
    private int capacity;
    private byte[] block;
    private int at;

    NaiveDecoder(int setting) {
        this.setting = setting;
        this.capacity = setting;
    }

    List<String> tableTexts() {
        List<String> texts = new ArrayList<>();
        for (String[] entry : table) {
            texts.add(entry[0] + ": " + entry[1]);
        }
        return texts;
    }

    List<String> decode(byte[] whole) throws Refused {
        block = whole;
        at = 0;
        int updates = 0;
        List<String> fields = new ArrayList<>();
        while (at < block.length) {
            String bits = bits(block[at]);
            if (bits.startsWith("1")) {
                String[] entry = entry(integer(7));
                fields.add(entry[0] + ": " + entry[1]);
            } else if (bits.startsWith("001")) {
                int size = integer(5);
                if (!fields.isEmpty() || ++updates > 2 || size > setting) {
                    throw new Refused();
                }
                capacity = size;
                evict(0);
            } else {
                boolean indexing = bits.startsWith("01");
                int index = integer(indexing ? 6 : 4);
                String name = index == 0 ? string() : entry(index)[0];
                String value = string();
                fields.add(name + ": " + value);
                if (indexing) {
                    evict(size(name, value));
                    if (size(name, value) <= capacity) {
                        table.add(0, new String[] {name, value});
                    }
                }
            }
        }
        return fields;
    }

    private void evict(int room) {
        while (!table.isEmpty() && used() + room > capacity) {
            table.remove(table.size() - 1);
        }
    }

    private int used() {
        int used = 0;
        for (String[] entry : table) {
            used += size(entry[0], entry[1]);
        }
        return used;
    }

    private static int size(String name, String value) {
        return name.length() + value.length() + 32;
    }

    private String[] entry(int index) throws Refused {
        if (index == 0 || index > 61 + table.size()) {
            throw new Refused();
        }
        if (index > 61) {
            return table.get(index - 62);
        }
        HeaderField field = StaticTable.get(index);
        return new String[] {field.name().toString(), field.value().toString()};
    }

    private int integer(int prefix) throws Refused {
        int mask = (1 << prefix) - 1;
        int first = next() & mask;
        if (first < mask) {
            return first;
        }
        BigInteger value = BigInteger.valueOf(mask);
        for (int bytes = 0; bytes < 5; bytes++) {
            int b = next();
            value = value.add(BigInteger.valueOf(b & 0x7f).shiftLeft(7 * bytes));
            if ((b & 0x80) == 0) {
                if (value.bitLength() > 31) {
                    throw new Refused();
                }
                return value.intValue();
            }
        }
        throw new Refused();
    }

    private String string() throws Refused {
        if (at == block.length) {
            throw new Refused();
        }
        boolean huffman = (block[at] & 0x80) != 0;
        int length = integer(7);
        if (length > 65536) {
            throw new Refused();
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) next();
        }
        return huffman ? huffman(bytes) : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String huffman(byte[] bytes) throws Refused {
        StringBuilder text = new StringBuilder();
        StringBuilder code = new StringBuilder();
        for (byte b : bytes) {
            String bits = bits(b);
            for (int i = 0; i < 8; i++) {
                code.append(bits.charAt(i));
                Integer symbol = SYMBOLS.get(code.toString());
                if (symbol != null) {
                    if (symbol == 256) {
                        throw new Refused();
                    }
                    text.append((char) symbol.intValue());
                    code.setLength(0);
                }
            }
        }
        if (code.length() > 7 || code.indexOf("0") >= 0) {
            throw new Refused();
        }
        return text.toString();
    }

    private static String bits(byte b) {
        String bits = Integer.toBinaryString(b & 0xff);
        return "0".repeat(8 - bits.length()) + bits;
    }

    private int next() throws Refused {
        if (at == block.length) {
            throw new Refused();
        }
        return block[at++] & 0xff;
    }
}
