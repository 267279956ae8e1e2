package io.h2session.examples.serve;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * {@code /bytes/N}: N bytes, as repeated lines of 64 bytes. All responses on all connections send slices of the same buffer.
 */
final class BytesPage implements Page {
    /** The bytes of the page, repeated. */
    static final byte[] LINE =
            "The quick brown fox jumps over the lazy dog, 0123456789 times.\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The largest page: 16 GiB. */
    static final long MAX = 16L << 30;

    private static final int PIECE = 16 * 1024;
    private static final ByteBuf LINES = lines();

    private final DatedHeaders headers;
    private final long length;

    BytesPage(long length) {
        this.length = length;
        headers = new DatedHeaders(HeaderList.of(
                HeaderNames.STATUS, "200",
                HeaderNames.CONTENT_TYPE, "application/octet-stream",
                HeaderNames.CONTENT_LENGTH, Long.toString(length)));
    }

    @Override
    public void answer(Exchange exchange) {
        if (exchange.isHead()) {
            exchange.respond(headers.now());
        } else {
            exchange.respond(headers.now(), new Lines(length));
        }
    }

    /** One line longer than a piece, so that a piece can begin anywhere in a line. Releasing slices does not release it. */
    private static ByteBuf lines() {
        int count = PIECE / LINE.length + 1;
        ByteBuf lines = Unpooled.directBuffer(count * LINE.length);
        for (int i = 0; i < count; i++) {
            lines.writeBytes(LINE);
        }
        return Unpooled.unreleasableBuffer(lines);
    }

    /** The first {@code length} bytes of endless lines. */
    private static final class Lines implements DataSource {
        private final long length;
        private long position;

        Lines(long length) {
            this.length = length;
        }

        @Override
        public DataResult read(int streamId, int maxLength, BodySink sink) {
            int count = (int) Math.min(Math.min(maxLength, PIECE), length - position);
            if (count > 0) {
                sink.add(LINES.retainedSlice((int) (position % LINE.length), count));
                position += count;
            }
            return position == length ? DataResult.END : DataResult.MORE;
        }
    }
}
