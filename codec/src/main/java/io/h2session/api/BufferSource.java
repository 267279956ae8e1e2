package io.h2session.api;

import io.netty.buffer.ByteBuf;

/** A body that is there already, as a buffer; slices of it are passed through uncopied. */
final class BufferSource implements DataSource {
    private final ByteBuf octets;

    BufferSource(ByteBuf octets) {
        this.octets = octets;
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        int length = Math.min(maxLength, octets.readableBytes());
        if (length > 0) {
            sink.addFrom(octets, length);
        }
        return octets.isReadable() ? DataResult.MORE : DataResult.END;
    }

    @Override
    public void close() {
        octets.release();
    }
}
