package io.h2session.netty.pool;

import static java.util.Objects.requireNonNull;

import io.h2session.netty.channel.StreamBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import java.util.LinkedHashMap;
import java.util.Map;

/** The options and attributes of the channels of all streams of a pool. */
final class StreamDefaults {
    private final Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
    private final Map<AttributeKey<?>, Object> attributes = new LinkedHashMap<>();

    void option(ChannelOption<?> option, Object value) {
        put(options, requireNonNull(option, "option"), value);
    }

    void attr(AttributeKey<?> key, Object value) {
        put(attributes, requireNonNull(key, "key"), value);
    }

    private static <K> void put(Map<K, Object> map, K key, Object value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    /** Those there are now. */
    StreamDefaults copy() {
        StreamDefaults copy = new StreamDefaults();
        copy.options.putAll(options);
        copy.attributes.putAll(attributes);
        return copy;
    }

    // Only values of the right type were put in.
    @SuppressWarnings("unchecked")
    void applyTo(StreamBootstrap stream) {
        options.forEach((option, value) -> stream.option((ChannelOption<Object>) option, value));
        attributes.forEach((key, value) -> stream.attr((AttributeKey<Object>) key, value));
    }
}
