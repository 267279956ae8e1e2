package io.h2session.hpack;

import io.netty.util.AsciiString;
import java.util.Random;

/** Header lists that hit every branch: repeated and new names and values, all bytes, sensitive, empty, large. */
final class RandomFields {
    private RandomFields() {}

    static HeaderList list(Random random) {
        HeaderList.Builder fields = HeaderList.builder();
        for (int i = random.nextInt(12); i > 0; i--) {
            fields.add(field(random));
        }
        return fields.build();
    }

    static HeaderField field(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> StaticTable.get(1 + random.nextInt(61));
            case 1 -> HeaderField.of(HeaderToken.name(random.nextInt(HeaderToken.count())), value(random, 40), false);
            case 2 -> HeaderField.sensitive("secret-" + random.nextInt(5), value(random, 30));
            case 3 -> HeaderField.of("large-" + random.nextInt(3), value(random, 5000));
            case 4 -> HeaderField.of("", value(random, 10));
            default -> HeaderField.of("x-name-" + random.nextInt(20), "value " + random.nextInt(10));
        };
    }

    static AsciiString value(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        if (random.nextInt(3) != 0) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ('a' + (bytes[i] & 15));
            }
        }
        return new AsciiString(bytes, false);
    }
}
