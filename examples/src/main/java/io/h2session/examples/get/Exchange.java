package io.h2session.examples.get;

import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One request and what became of it. It is written by the threads that work on it, one after the other, and read when it has ended.
 * Times are of {@link System#nanoTime}, 0 for what did not happen.
 */
final class Exchange {
    private static final int SEPARATORS = 4;

    final Request request;
    final Instant startedAt = Instant.now();
    final long began = System.nanoTime();

    /** Null if there was none. */
    Connection connection;

    /** Whether the connection was opened for this request. */
    boolean opened;

    /** 0 if no stream was opened. */
    int streamId;

    /** When the whole request was handed to the transport. */
    long sent;

    /** When the first header block of the response arrived. */
    long answered;

    long ended;
    long uploaded;
    long bytes;

    /** 0 if there is no response. */
    int status;

    /** The headers of informational responses, and then those of the response. */
    final List<HeaderList> heads = new ArrayList<>(1);

    HeaderList trailers = HeaderList.EMPTY;

    /** Why the response is not complete, in a few words; null if it is. */
    String failure;

    Exchange(Request request) {
        this.request = request;
    }

    boolean complete() {
        return failure == null;
    }

    /** The headers of the response; empty if there is none. */
    HeaderList head() {
        return status == 0 ? HeaderList.EMPTY : heads.get(heads.size() - 1);
    }

    /** The value of a field of the response, as text; null if it has none. */
    String value(CharSequence name) {
        AsciiString value = head().value(name);
        return value == null ? null : value.toString();
    }

    /** Seconds from the beginning of the request to a moment; 0 for what did not happen, or had happened before. */
    double seconds(long moment) {
        return moment == 0 ? 0 : Math.max(0, moment - began) / 1e9;
    }

    /** When the host was resolved for this request. */
    double resolved() {
        return opened ? seconds(connection.times().resolved) : 0;
    }

    /** When the connection was there that was opened for this request. */
    double connected() {
        return opened ? seconds(connection.times().connected) : 0;
    }

    /** When the TLS handshake of the connection that was opened for this request had ended. */
    double secured() {
        return opened ? seconds(connection.times().secured) : 0;
    }

    double firstByte() {
        return seconds(answered);
    }

    double total() {
        return seconds(ended);
    }

    /** How long header fields would be in HTTP/1.1. */
    static long size(HeaderList headers) {
        long size = 0;
        for (HeaderField field : headers) {
            size += field.name().length() + (long) field.value().length() + SEPARATORS;
        }
        return size;
    }
}
