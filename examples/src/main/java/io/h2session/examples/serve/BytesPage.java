package io.h2session.examples.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
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

    private static final int PIECE = 64 * 1024;
    private static final ByteBuf LINES = lines();

    private final DatedHeaders headers;
    private final long length;

    BytesPage(long length) {
        this.length = length;
        headers = new DatedHeaders(new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM)
                .set(HttpHeaderNames.CONTENT_LENGTH, AsciiString.of(Long.toString(length))));
    }

    @Override
    public void answer(Exchange exchange) {
        if (length <= PIECE) {
            exchange.respond(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    slice(0, length),
                    headers.now(),
                    EmptyHttpHeaders.INSTANCE));
        } else {
            exchange.respond(
                    new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers.now()),
                    new Lines(length));
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

    private static ByteBuf slice(long position, long count) {
        return LINES.slice((int) (position % LINE.length), (int) count);
    }

    /** The first {@code length} bytes of endless lines. */
    private static final class Lines implements Body {
        private final long length;
        private long position;

        Lines(long length) {
            this.length = length;
        }

        @Override
        public HttpContent next(ByteBufAllocator allocator) {
            long count = Math.min(PIECE, length - position);
            ByteBuf piece = slice(position, count);
            position += count;
            return position == length ? new DefaultLastHttpContent(piece) : new DefaultHttpContent(piece);
        }
    }
}
