package io.h2session.netty.inspect;

import org.jspecify.annotations.Nullable;

/** A header field as it is shown. A null value is not shown. */
record Field(String name, @Nullable String value) {
    void write(Json json) {
        json.object().put("name", name).put("value", value).end();
    }
}
