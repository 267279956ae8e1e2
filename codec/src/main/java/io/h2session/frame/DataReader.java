package io.h2session.frame;

import io.netty.buffer.ByteBuf;

/** Reads the data and the padding of DATA (RFC 9113 section 6.1). */
final class DataReader {
    private final ReadState frame;
    private final FrameSink sink;

    DataReader(ReadState frame, FrameSink sink) {
        this.frame = frame;
        this.sink = sink;
    }

    boolean read(ByteBuf in) throws ConnectionError {
        if (frame.remaining == 0 && frame.paddingLeft == 0) {
            frame.place = ReadState.Place.HEADER;
            sink.onDataEnd(frame.streamId, frame.flags, frame.length, frame.padding);
            return true;
        }
        int readable = in.readableBytes();
        if (readable == 0) {
            return false;
        }
        if (frame.remaining == 0) {
            readPadding(in, readable);
            return true;
        }
        int index = in.readerIndex();
        int bytes = Math.min(frame.remaining, readable);
        frame.remaining -= bytes;
        in.readerIndex(index + bytes);
        sink.onData(frame.streamId, frame.flags, in, index, bytes);
        if (frame.paused
                && frame.rules.paddingComesWithLastData
                && frame.remaining == 0
                && frame.place == ReadState.Place.DATA) {
            readPadding(in, in.readableBytes());
        }
        return true;
    }

    private void readPadding(ByteBuf in, int readable) throws ConnectionError {
        int bytes = Math.min(frame.paddingLeft, readable);
        if (bytes > 0) {
            frame.paddingLeft -= bytes;
            in.readerIndex(in.readerIndex() + bytes);
            sink.onDataPadding(frame.streamId, bytes);
        }
    }
}
