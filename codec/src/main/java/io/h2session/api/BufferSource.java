package io.h2session.api;

import io.netty.buffer.ByteBuf;

/** A body in a buffer. Its slices are sent without a copy. */
final class BufferSource implements DataSource {
    private final ByteBuf bytes;

    BufferSource(ByteBuf bytes) {
        this.bytes = bytes;
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        int length = Math.min(maxLength, bytes.readableBytes());
        if (length > 0) {
            sink.addFrom(bytes, length);
        }
        return bytes.isReadable() ? DataResult.MORE : DataResult.END;
    }

    @Override
    public void close() {
        bytes.release();
    }
}
