package io.h2session.netty.compat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Headers of a program's own class, which keeps any fields in any order. */
final class UnorderedHeaders extends DefaultHttp2Headers {
    private final List<Map.Entry<CharSequence, CharSequence>> fields = new ArrayList<>();

    UnorderedHeaders(String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new SimpleEntry<>(namesAndValues[i], namesAndValues[i + 1]));
        }
    }

    @Override
    public int size() {
        return fields.size();
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return fields.iterator();
    }

    @Override
    public String toString() {
        return fields.toString();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
