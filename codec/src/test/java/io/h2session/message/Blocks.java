package io.h2session.message;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import java.util.ArrayList;
import java.util.List;

/** Feeds blocks written as text to a message and tells what became of them. */
final class Blocks {
    private Blocks() {}

    /**
     * One block of fields, each "name: value", separated by line feeds, the first separator being the first colon that is
     * not the first character. {@code <CR> <LF> <NUL> <SP> <TAB>} stand for these bytes.
     *
     * @return "ok" or "ok -name" for removed fields, "INVALID reason" or "MALFORMED reason" of the first field which is
     *     that, or "MESSAGE reason" when only the whole was wrong
     */
    static String play(InboundMessage message, boolean extendedConnect, boolean push, boolean endStream, String text) {
        message.beginBlock(extendedConnect, push);
        StringBuilder result = new StringBuilder("ok");
        for (HeaderField field : fields(text)) {
            FieldVerdict verdict = message.field(field);
            if (verdict == FieldVerdict.REMOVE) {
                result.append(" -").append(field.name());
            } else if (verdict != FieldVerdict.ACCEPT) {
                return verdict + " " + message.reason();
            }
        }
        return message.endBlock(endStream) ? result.toString() : "MESSAGE " + message.reason();
    }

    static HeaderList list(String text) {
        return HeaderList.of(fields(text).toArray(new HeaderField[0]));
    }

    static List<HeaderField> fields(String text) {
        List<HeaderField> fields = new ArrayList<>();
        if (text.isEmpty()) {
            return fields;
        }
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(": ", 1);
            if (line.startsWith(": ")) {
                colon = 0;
            }
            String value = line.substring(colon + 2)
                    .replace("<CR>", "\r")
                    .replace("<LF>", "\n")
                    .replace("<NUL>", "\0")
                    .replace("<SP>", " ")
                    .replace("<EMPTY>", "")
                    .replace("<TAB>", "\t");
            fields.add(HeaderField.of(line.substring(0, colon), value));
        }
        return fields;
    }

    static MessageRules rules(boolean safe) {
        return safe ? MessageRules.SAFE : MessageRules.NGHTTP2;
    }
}
