package io.h2session.receive;

import io.h2session.connection.Connection;
import io.h2session.stream.Stream;

/**
 * What becomes of frames on a stream whose input has stopped: the peer has ended or reset its side, or we have queued or sent
 * RST_STREAM (RFC 9113 section 5.1). A connection has {@link SafeLateFrames} or {@link Nghttp2LateFrames}.
 */
abstract sealed class LateFrames permits SafeLateFrames, Nghttp2LateFrames {
    final Connection connection;

    LateFrames(Connection connection) {
        this.connection = connection;
    }

    static LateFrames of(Connection connection) {
        return connection.semantics().lateFramesAreJudged()
                ? new SafeLateFrames(connection)
                : new Nghttp2LateFrames(connection);
    }

    /** Whether the peer may not send HEADERS on a stream, because it has ended its side before. */
    abstract boolean headersAreLate(Stream stream);

    /** The same for DATA. */
    abstract boolean dataIsLate(Stream stream);

    /** Whether a header block is reported as a later one of its stream because the stream is being reset. */
    abstract boolean isLaterBlock(Stream stream);

    /** Whether HEADERS on a stream that is gone are as on one that never was. */
    abstract boolean pastIsIdle(int streamId);

    /**
     * Whether the rest of a frame that has begun is not delivered.
     *
     * @param stream one whose input does not count any more
     */
    abstract boolean restIsDropped(Stream stream);

    /**
     * Whether the application is told of a frame of the header block being received.
     *
     * @param stream null if nothing of the block is delivered any more
     * @param toldBefore whether it was told of the first frame of the block, and has not refused the stream since
     */
    abstract boolean tellsOfBlock(Stream stream, boolean toldBefore);

    /** Whether a further fault on a stream is not reported. */
    abstract boolean faultIsIgnored(Stream stream);

    /** A block that ends the stream is not delivered any more. */
    abstract void endDropped(Stream stream);

    /** A frame that ends its stream was ignored. */
    abstract void endIgnored(int streamId);
}
