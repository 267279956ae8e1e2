package io.h2session.api;

/** A body in an array. */
final class BytesSource implements DataSource {
    private final byte[] bytes;
    private int position;

    BytesSource(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        int length = Math.min(maxLength, bytes.length - position);
        sink.write(bytes, position, length);
        position += length;
        return position == bytes.length ? DataResult.END : DataResult.MORE;
    }
}
