package io.h2session.netty;

import io.h2session.hpack.HeaderList;
import io.netty.channel.ChannelPromise;

/**
 * The promise of a header block that was submitted, an element of the list of its stream. If the head ends the stream by
 * itself, later writes are dropped; their promises follow in the list.
 */
final class HeadPromise {
    final HeaderList headers;
    final ChannelPromise promise;
    private final boolean follows;
    HeadPromise next;

    HeadPromise(HeaderList headers, ChannelPromise promise, boolean follows) {
        this.headers = headers;
        this.promise = promise;
        this.follows = follows;
    }

    /** Appends to a stream's list. */
    static void add(Http2StreamHandle stream, HeadPromise added) {
        HeadPromise last = stream.record.heads;
        if (last == null) {
            stream.record.heads = added;
            return;
        }
        while (last.next != null) {
            last = last.next;
        }
        last.next = added;
    }

    /**
     * Takes the first promise for these fields (the same object) out of the list of a stream; null if there is none.
     *
     * @param followers whether to take only a promise that follows a head
     */
    static ChannelPromise take(Http2StreamHandle stream, HeaderList headers, boolean followers) {
        HeadPromise before = null;
        for (HeadPromise head = stream.record.heads; head != null; head = head.next) {
            if (head.headers == headers && (head.follows || !followers)) {
                if (before == null) {
                    stream.record.heads = head.next;
                } else {
                    before.next = head.next;
                }
                return head.promise;
            }
            before = head;
        }
        return null;
    }
}
