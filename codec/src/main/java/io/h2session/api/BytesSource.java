package io.h2session.api;

/** A body that is there already, as an array. */
final class BytesSource implements DataSource {
    private final byte[] octets;
    private int position;

    BytesSource(byte[] octets) {
        this.octets = octets;
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        int length = Math.min(maxLength, octets.length - position);
        sink.write(octets, position, length);
        position += length;
        return position == octets.length ? DataResult.END : DataResult.MORE;
    }
}
