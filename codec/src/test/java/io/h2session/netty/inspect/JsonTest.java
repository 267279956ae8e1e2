package io.h2session.netty.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void membersAndElementsAreSeparated() {
        Json json = new Json().object().put("a", 1).array("b");
        json.value(1).value("x").object().end().array().endArray().endArray();
        json.object("c").end().put("d", true).put("e", 1.5).put("f", "g").end();

        assertThat(json).hasToString("{\"a\":1,\"b\":[1,\"x\",{},[]],\"c\":{},\"d\":true,\"e\":1.5,\"f\":\"g\"}");
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        Json json = new Json()
                .object()
                .put("a", (String) null)
                .putKnown("b", -1)
                .putKnown("c", 0)
                .end();

        assertThat(json).hasToString("{\"c\":0}");
    }

    @Test
    void wordsOfAPeerCannotEndAStringALineOrAScript() {
        Json json = new Json()
                .array()
                .value("\"\\\n\r\u0000\u007f\u00e9\u2028</script>&")
                .endArray();

        assertThat(json)
                .hasToString("[\"\\\"\\\\\\u000a\\u000d\\u0000\\u007f\\u00e9\\u2028\\u003c/script\\u003e\\u0026\"]");
    }
}
