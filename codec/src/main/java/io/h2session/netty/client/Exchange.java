package io.h2session.netty.client;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.client.Http2ResponseException.Reason;
import io.netty.util.concurrent.Promise;

/** What has arrived of one response. */
final class Exchange {
    final Http2StreamHandle stream;
    final Promise<Http2Response> response;
    private final Http2ResponseCollector collector;
    private boolean resetByPeer;

    Exchange(Http2StreamHandle stream, Promise<Http2Response> response, int maxContentLength) {
        this.stream = stream;
        this.response = response;
        collector = new Http2ResponseCollector(response, maxContentLength);
    }

    void received(Http2SessionEvent.Headers event) {
        collector.headers(event);
    }

    void received(Http2SessionEvent.Data event) {
        collector.data(event);
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
        if (!response.isDone()) {
            collector.failed(reason(event, sessionOver), event.errorCode(), event.retryIsSafe());
        }
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
