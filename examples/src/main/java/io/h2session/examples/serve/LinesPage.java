package io.h2session.examples.serve;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.io.IOException;

/** {@code /lines?n=N}: N numbered lines, each written as a piece of its own, and of unknown length before. */
final class LinesPage implements PipelinePage {
    /** The number of lines unless the request says it. */
    static final long DEFAULT = 10;

    /** The largest number of lines. */
    static final long MAX = 1_000_000_000;

    private static final AsciiString TYPE = AsciiString.cached("text/plain; charset=utf-8");
    private static final Page WRONG = ConstantPage.text(HttpResponseStatus.BAD_REQUEST, "n is a number of lines\n");

    @Override
    public void answer(ChannelExchange exchange) throws IOException {
        long count = Parameters.number(exchange, "n", DEFAULT, MAX);
        if (count < 0) {
            WRONG.answer(exchange);
            return;
        }
        HttpHeaders headers = DatedHeaders.once()
                .set(HttpHeaderNames.CONTENT_TYPE, TYPE)
                .set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        exchange.compress();
        exchange.respond(
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers), new Lines(count));
    }

    /** A line of the page. */
    static String line(long number) {
        return "line " + number + " of many, each of them written alone\n";
    }

    private static final class Lines implements Body {
        private final long count;
        private long written;

        Lines(long count) {
            this.count = count;
        }

        @Override
        public HttpContent next(ByteBufAllocator allocator) {
            if (written == count) {
                return LastHttpContent.EMPTY_LAST_CONTENT;
            }
            written++;
            return new DefaultHttpContent(ByteBufUtil.writeAscii(allocator, line(written)));
        }
    }
}
