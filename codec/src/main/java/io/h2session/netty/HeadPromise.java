package io.h2session.netty;

import io.h2session.hpack.HeaderList;
import io.netty.channel.ChannelPromise;

/** The promise of a header block that was submitted: one of a stream's list. */
final class HeadPromise {
    final HeaderList headers;
    final ChannelPromise promise;
    HeadPromise next;

    HeadPromise(HeaderList headers, ChannelPromise promise) {
        this.headers = headers;
        this.promise = promise;
    }

    /** Appends to a stream's list. */
    static void add(Http2StreamHandle stream, HeadPromise added) {
        HeadPromise last = stream.heads;
        if (last == null) {
            stream.heads = added;
            return;
        }
        while (last.next != null) {
            last = last.next;
        }
        last.next = added;
    }

    /** Takes the first promise for these very fields out of a stream's list; null if there is none. */
    static ChannelPromise take(Http2StreamHandle stream, HeaderList headers) {
        HeadPromise before = null;
        for (HeadPromise head = stream.heads; head != null; head = head.next) {
            if (head.headers == headers) {
                if (before == null) {
                    stream.heads = head.next;
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
