package io.h2session.netty.http;

import io.h2session.hpack.HeaderList;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;

/**
 * The fields of responses whose headers cannot change: each is made once. The session then sees the same list, which it has judged
 * before. Any thread; of two threads that write the same place one wins, and nothing is lost but an object.
 */
final class RecurringHeads {
    /** A power of two: about 64 KiB if all places are taken by the largest. */
    private static final int PLACES = 64;

    /** What is larger is kept for one response only. */
    private static final int MAX_LIST_SIZE = 1024;

    private static final Head[] HEADS = new Head[PLACES];

    private RecurringHeads() {}

    /** The fields made before; null if there are none. */
    static HeaderList find(ReadOnlyHttpHeaders headers, int status) {
        Head known = HEADS[place(headers)];
        return known != null && known.headers == headers && known.status == status ? known.fields : null;
    }

    static void keep(ReadOnlyHttpHeaders headers, int status, HeaderList fields) {
        if (fields.listSize() <= MAX_LIST_SIZE) {
            HEADS[place(headers)] = new Head(headers, status, fields);
        }
    }

    private static int place(ReadOnlyHttpHeaders headers) {
        int hash = System.identityHashCode(headers);
        return (hash ^ (hash >>> 15)) & (PLACES - 1);
    }

    private record Head(ReadOnlyHttpHeaders headers, int status, HeaderList fields) {}
}
