package io.h2session.netty.client;

import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.client.Http2ResponseException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Promise;
import java.util.Arrays;

/** What has arrived of one response. */
final class Exchange {
    private static final int FIRST_CAPACITY = 256;
    private static final byte[] NOTHING = {};
    private static final HeaderList NO_FIELDS = HeaderList.of();

    final Http2StreamHandle stream;
    final Promise<Http2Response> response;
    private final int maxContentLength;

    private HeaderList headers;
    private HeaderList trailers = NO_FIELDS;
    private byte[] content = NOTHING;
    private int length;
    private boolean resetByPeer;

    Exchange(Http2StreamHandle stream, Promise<Http2Response> response, int maxContentLength) {
        this.stream = stream;
        this.response = response;
        this.maxContentLength = maxContentLength;
    }

    void received(Http2SessionEvent.Headers event) {
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

    /** Returns whether it still fits into the limit. */
    boolean received(Http2SessionEvent.Data event) {
        ByteBuf bytes = event.content();
        int added = bytes.readableBytes();
        if (added > maxContentLength - length) {
            content = NOTHING;
            response.tryFailure(new Http2ResponseException(Reason.TOO_LARGE, ErrorCode.CANCEL.code(), false, null));
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

    void resetByPeer() {
        resetByPeer = true;
    }

    /** The write of the request failed. If the stream was opened, its end tells more. */
    void writeFailed(Throwable cause, boolean retryIsSafe) {
        if (stream.id() == 0) {
            response.tryFailure(
                    new Http2ResponseException(Reason.NOT_SENT, ErrorCode.NO_ERROR.code(), retryIsSafe, cause));
        }
    }

    /** The stream is over; without its whole response, it has failed. */
    void ended(Http2SessionEvent.StreamClosed event, boolean sessionOver) {
        if (response.isDone()) {
            return;
        }
        response.tryFailure(
                new Http2ResponseException(reason(event, sessionOver), event.errorCode(), event.retryIsSafe(), null));
    }

    private Reason reason(Http2SessionEvent.StreamClosed event, boolean sessionOver) {
        if (event.http11Required() && resetByPeer) {
            return Reason.HTTP_1_1_REQUIRED;
        } else if (resetByPeer) {
            return event.retryIsSafe() ? Reason.REFUSED : Reason.RESET_BY_PEER;
        } else if (sessionOver) {
            return Reason.CONNECTION_ENDED;
        }
        return event.retryIsSafe() ? Reason.REFUSED : Reason.RESET;
    }
}
