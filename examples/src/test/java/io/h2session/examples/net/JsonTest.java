package io.h2session.examples.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@link Json} writes. */
class JsonTest {
    @Test
    void valuesOfEveryKind() {
        assertThat(Json.line(Arrays.asList(null, true, false, 0, -1, 1L << 40, 0.5, "text", List.of(), Map.of())))
                .isEqualTo("[null,true,false,0,-1,1099511627776,0.5,\"text\",[],{}]");
    }

    @Test
    void membersKeepTheirOrder() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("b", 1);
        members.put("a", List.of(2, Map.of("c", 3)));

        assertThat(Json.line(members)).isEqualTo("{\"b\":1,\"a\":[2,{\"c\":3}]}");
        assertThat(Json.indented(members)).isEqualTo("""
                {
                  "b": 1,
                  "a": [
                    2,
                    {
                      "c": 3
                    }
                  ]
                }""");
    }

    @Test
    void everyCharacterThatHasAMeaningInJsonOrOnATerminalIsEscaped() {
        assertThat(Json.line("\"\\/\n\r\t\b\u0000\u001b[31m\u007f\u00e9\u2028\ud83d\ude00"))
                .isEqualTo("\"\\\"\\\\/\\n\\r\\t\\u0008\\u0000\\u001b[31m\\u007f\\u00e9\\u2028\\ud83d\\ude00\"");
        assertThat(Json.line(Map.of("\n", ""))).isEqualTo("{\"\\n\":\"\"}");
    }

    @Test
    void whatJsonCannotExpressIsRefused() {
        assertThatThrownBy(() -> Json.line(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.line(List.of(Double.POSITIVE_INFINITY)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.line(new Object())).isInstanceOf(IllegalArgumentException.class);
    }
}
