package io.h2session.netty.client;

import static java.util.Objects.requireNonNull;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.client.Http2ResponseException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Promise;
import java.util.Arrays;

/**
 * Makes one whole response of the events of its stream, within a bound: what {@link Http2Requests}, and a pool that is asked for a
 * response, have in common. For a client that is told of a stream in another way, such as a {@code StreamHandler}.
 *
 * <p>All of it is called on the event loop of the stream's connection. What comes after the promise is complete is ignored.
 *
 * @since 0.1
 */
public final class Http2ResponseCollector {
    private static final int FIRST_CAPACITY = 256;
    private static final byte[] NOTHING = {};
    private static final HeaderList NO_FIELDS = HeaderList.of();

    private final Promise<Http2Response> response;
    private final int maxContentLength;

    private HeaderList headers;
    private HeaderList trailers = NO_FIELDS;
    private byte[] content = NOTHING;
    private int length;

    /**
     * Begins with nothing.
     *
     * @param response is completed, unless it was cancelled
     * @param maxContentLength how many bytes of content the response may have, 0 or more
     */
    public Http2ResponseCollector(Promise<Http2Response> response, int maxContentLength) {
        if (maxContentLength < 0) {
            throw new IllegalArgumentException("maxContentLength: " + maxContentLength);
        }
        this.response = requireNonNull(response, "response");
        this.maxContentLength = maxContentLength;
    }

    /** A head, or the trailers. Informational responses (1xx) are left out. */
    public void headers(Http2SessionEvent.Headers event) {
        if (headers == null) {
            boolean informational = event.headers().value(HeaderToken.STATUS).startsWith("1");
            headers = informational ? null : event.headers();
        } else {
            trailers = event.headers();
        }
        if (event.endStream()) {
            complete();
        }
    }

    /**
     * A piece of the content, which is copied; the event is still the caller's.
     *
     * @return whether it still fits. If not, the response has failed with {@link Reason#TOO_LARGE}, and the caller resets the stream with
     *     CANCEL
     */
    public boolean data(Http2SessionEvent.Data event) {
        if (response.isDone()) {
            return true;
        }
        ByteBuf bytes = event.content();
        int added = bytes.readableBytes();
        if (added > maxContentLength - length) {
            content = NOTHING;
            failed(Reason.TOO_LARGE, ErrorCode.CANCEL.code(), false);
            return false;
        }
        if (length + added > content.length) {
            int doubled = (int) Math.min(maxContentLength, Math.max(FIRST_CAPACITY, content.length * 2L));
            content = Arrays.copyOf(content, Math.max(length + added, doubled));
        }
        bytes.getBytes(bytes.readerIndex(), content, length, added);
        length += added;
        if (event.endStream()) {
            complete();
        }
        return true;
    }

    private void complete() {
        response.trySuccess(new Http2Response(
                headers, length == content.length ? content : Arrays.copyOf(content, length), trailers));
    }

    /** There is no whole response, and will be none. */
    public void failed(Reason reason, long errorCode, boolean retryIsSafe) {
        response.tryFailure(new Http2ResponseException(reason, errorCode, retryIsSafe, null));
    }
}
