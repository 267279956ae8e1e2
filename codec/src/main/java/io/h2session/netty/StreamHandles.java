package io.h2session.netty;

import io.h2session.api.Http2SessionContext;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;

/**
 * Finds the one handle of a stream. It is the stream's user data in the session, except where that is the application's: streams
 * that were opened, or given data, by the methods of the session itself.
 */
final class StreamHandles {
    private final OutboundWrites writes;

    /** The handles of streams whose user data is not the handle; null for the many sessions that have none. */
    private IntObjectMap<Http2StreamHandle> others;

    StreamHandles(OutboundWrites writes) {
        this.writes = writes;
    }

    /** The handle of a stream; null if it has none yet. */
    Http2StreamHandle find(Http2SessionContext session, int streamId) {
        return session.userData(streamId) instanceof Http2StreamHandle stream
                ? stream
                : others == null ? null : others.get(streamId);
    }

    /** The handle of a live stream; made here if the peer opened it, or the application did so without one. */
    Http2StreamHandle of(Http2SessionContext session, int streamId) {
        Object known = session.userData(streamId);
        if (known instanceof Http2StreamHandle stream) {
            return adopted(stream, streamId);
        }
        Http2StreamHandle stream = others == null ? null : others.get(streamId);
        if (stream == null) {
            stream = new Http2StreamHandle(writes, streamId);
            // An application that opens a stream without user data may set it at any time.
            if (known != null || session.role().opens(streamId)) {
                if (others == null) {
                    others = new IntObjectHashMap<>(4);
                }
                others.put(streamId, stream);
            } else {
                session.userData(streamId, stream);
            }
        }
        return stream;
    }

    /** The handle of a stream that is over; made here if nothing was told of the stream before. */
    Http2StreamHandle last(Http2SessionContext session, int streamId) {
        if (session.userData(streamId) instanceof Http2StreamHandle stream) {
            return adopted(stream, streamId);
        }
        Http2StreamHandle stream = others == null ? null : others.remove(streamId);
        return stream == null ? new Http2StreamHandle(writes, streamId) : stream;
    }

    // A handle that was given to the session itself, as user data.
    private Http2StreamHandle adopted(Http2StreamHandle stream, int streamId) {
        if (stream.owner == null) {
            stream.id(streamId);
            stream.owner = writes;
        }
        return stream;
    }
}
