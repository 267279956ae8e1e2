package io.h2session.netty.compat;

import io.h2session.Http2Session;
import io.h2session.netty.Http2StreamHandle;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;

/** A stream as Netty's frames name it. */
final class FrameStream implements Http2FrameStream {
    /** The number of a stream that has none yet. */
    private static final int NO_ID = -1;

    private final Http2StreamHandle handle;
    private final Http2Session session;

    FrameStream(Http2StreamHandle handle, Http2Session session) {
        this.handle = handle;
        this.session = session;
    }

    Http2StreamHandle handle() {
        return handle;
    }

    @Override
    public int id() {
        int id = handle.id();
        return id == 0 ? NO_ID : id;
    }

    /** On the event loop only. */
    @Override
    public Http2Stream.State state() {
        int id = handle.id();
        if (id == 0) {
            return Http2Stream.State.IDLE;
        }
        return switch (session.streamState(id)) {
            case IDLE -> Http2Stream.State.IDLE;
            case RESERVED_LOCAL -> Http2Stream.State.RESERVED_LOCAL;
            case RESERVED_REMOTE -> Http2Stream.State.RESERVED_REMOTE;
            case OPEN -> Http2Stream.State.OPEN;
            case HALF_CLOSED_LOCAL -> Http2Stream.State.HALF_CLOSED_LOCAL;
            case HALF_CLOSED_REMOTE -> Http2Stream.State.HALF_CLOSED_REMOTE;
            case CLOSED -> Http2Stream.State.CLOSED;
        };
    }

    @Override
    public String toString() {
        return handle.toString();
    }
}
