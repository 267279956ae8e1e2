package io.h2session.netty.inspect;

import io.h2session.api.Http2Stall;

/** A time in which something waited, in nanoseconds of the inspector's clock. */
record Stretch(Http2Stall cause, long from, long to) {
    /** Three numbers in place of an object, because there are many: cause, from, to. */
    void write(Json json, long begun) {
        json.array()
                .value(cause.name())
                .value((from - begun) / 1000)
                .value((to - begun) / 1000)
                .endArray();
    }
}
