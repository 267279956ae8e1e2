package io.h2session.differential;

import io.h2session.FieldRules;
import io.h2session.priority.Priority;
import io.h2session.priority.PriorityField;
import io.netty.util.AsciiString;

/** The functions of a tape that need no session. */
final class TapeFunctions {
    private TapeFunctions() {}

    static String call(String[] words) {
        AsciiString argument = Text.string(words[2]);
        return "fn " + words[1] + " " + Text.escaped(argument) + " = " + value(words[1], argument);
    }

    private static String value(String name, AsciiString argument) {
        return switch (name) {
            case "check_header_name" -> bit(FieldRules.checkName(argument));
            case "check_header_value" -> bit(FieldRules.checkValue(argument));
            case "check_header_value_rfc9113" -> bit(FieldRules.checkTrimmedValue(argument));
            case "check_method" -> bit(FieldRules.checkMethod(argument));
            case "check_path" -> bit(FieldRules.checkPath(argument));
            case "check_authority" -> bit(FieldRules.checkAuthority(argument));
            case "parse_priority" -> priority(argument);
            default -> Result.UNSUPPORTED;
        };
    }

    private static String priority(AsciiString value) {
        Priority parsed = PriorityField.parse(value, Priority.DEFAULT);
        Priority shown = parsed == null ? Priority.DEFAULT : parsed;
        return (parsed == null ? Result.of(Result.INVALID_ARGUMENT) : "OK") + " u=" + shown.urgency() + " i="
                + (shown.incremental() ? 1 : 0);
    }

    private static String bit(boolean set) {
        return set ? "1" : "0";
    }
}
