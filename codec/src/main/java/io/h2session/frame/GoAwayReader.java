package io.h2session.frame;

import io.netty.buffer.ByteBuf;

/** Reads the debug data of GOAWAY (RFC 9113 section 6.8) and keeps the beginning of it. */
final class GoAwayReader {
    private static final byte[] NO_BYTES = {};

    private final ReadState frame;
    private final FrameSink sink;
    private int lastStreamId;
    private long errorCode;
    private byte[] debugData = NO_BYTES;
    private int count;

    GoAwayReader(ReadState frame, FrameSink sink) {
        this.frame = frame;
        this.sink = sink;
    }

    /** The fixed fields were read. */
    void begin(int last, long code) {
        lastStreamId = last;
        errorCode = code;
        int kept = Math.min(frame.remaining, frame.limits.maxDebugData());
        debugData = kept == 0 ? NO_BYTES : new byte[kept];
        count = 0;
        frame.place = ReadState.Place.GOAWAY_DEBUG;
    }

    boolean read(ByteBuf in) throws ConnectionError {
        int index = in.readerIndex();
        int bytes = Math.min(frame.remaining, in.readableBytes());
        int kept = Math.min(bytes, debugData.length - count);
        in.getBytes(index, debugData, count, kept);
        in.readerIndex(index + bytes);
        count += kept;
        frame.remaining -= bytes;
        if (frame.remaining > 0) {
            return false;
        }
        frame.place = ReadState.Place.HEADER;
        byte[] read = debugData;
        debugData = NO_BYTES;
        if (frame.streamId != 0) {
            sink.onMisplaced(new MisplacedFrame(frame.streamId, new GoAwayFrame(lastStreamId, errorCode, read)));
        } else {
            sink.onGoAway(lastStreamId, errorCode, read);
        }
        return true;
    }

    void release() {
        debugData = NO_BYTES;
    }
}
