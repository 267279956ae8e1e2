package io.h2session.examples.proxy;

import io.h2session.api.Http2SubmitException;
import io.h2session.netty.Http2NotSentException;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * A request and its answer on their way through. Lives on the event loop of its client.
 *
 * <pre>
 *   judged ─► connecting ─► sent ─► answered ─► over
 *     │           ▲           │         │
 *     │           └── again ──┤         └─ the client's stream is reset, its connection closed
 *     └───────────────────────┴─ the client is answered here
 * </pre>
 *
 * <p>Nothing is collected. Each side is read as long as the other is writable: a client that does not read stops its own stream of the
 * upstream server, whose window is opened again as the client takes what came. Only what may have to be sent again is kept
 * ({@link Replay}).
 */
final class Exchange {
    /** How many informational responses are passed on; no more than clients of this library take at once. */
    private static final int MAX_INFORMATIONAL = 16;

    private final Worker worker;
    private final Front front;
    private final HttpRequest request;
    private final boolean webSocket;
    private final Attempts attempts;
    private final ExchangeRecord record;

    // The request.
    private boolean requestWhole;
    private boolean requestSent;
    private ArrayDeque<HttpContent> waiting;

    // The answer.
    private Back back;
    private boolean answering;
    private boolean over;
    private int informational;
    private WebSocketKey webSocketKey;

    /** In seconds of the worker: when something was last moved. */
    private int moved;

    /** The neighbours in the list of the worker's exchanges. */
    Exchange before;

    Exchange after;

    Exchange(Worker worker, Front front, HttpRequest request) {
        this.worker = worker;
        this.front = front;
        this.request = request;
        requestWhole = request instanceof LastHttpContent;
        record = new ExchangeRecord(front.client(), request, worker.keepsLog());
        attempts = new Attempts(worker, request.method());
        webSocket = request.decoderResult().isSuccess() && RequestRules.isWebSocket(request, front.client());
        moved = worker.now();
        worker.add(this);
    }

    // ---- asked by both sides ---------------------------------------------------------------------------------------

    HttpMethod method() {
        return request.method();
    }

    HttpRequest request() {
        return request;
    }

    Client client() {
        return front.client();
    }

    boolean isWebSocket() {
        return webSocket;
    }

    /** What the upstream server of HTTP/1.1 has to answer to. */
    WebSocketKey webSocketKey() {
        if (webSocketKey == null) {
            webSocketKey = WebSocketKey.random();
        }
        return webSocketKey;
    }

    boolean isOver() {
        return over;
    }

    boolean isRequestWhole() {
        return requestWhole;
    }

    ExchangeRecord record() {
        return record;
    }

    Front front() {
        return front;
    }

    // ---- the request -----------------------------------------------------------------------------------------------

    /** Judges the request, and sends it on or answers it. */
    void begin() {
        RequestRules rules = worker.settings().requestRules();
        Failure wrong = rules.judge(request, front.client());
        if (wrong != null) {
            fail(wrong);
        } else if (RequestRules.takesHop(request)) {
            rules.rewrite(request, front.client());
            connect();
        } else {
            answerHere(LocalAnswer.lastHop(request));
        }
    }

    private void connect() {
        attempts.next(this, record);
    }

    /** A connection to the upstream server is there. */
    void upstreamReached() {
        attempts.reached();
    }

    /** A connection is there; perhaps it is too late. */
    boolean connected(Back connected) {
        if (over) {
            return false;
        }
        back = connected;
        record.connected(connected.http2());
        connected.exchange(this);
        moved = worker.now();
        if (webSocket && !connected.takesWebSocket()) {
            upstreamFailed(Failure.NO_WEBSOCKET, false);
            return true;
        }
        HttpRequest head = UpstreamRequest.of(this, connected.http2());
        requestSent = requestWhole && head instanceof LastHttpContent;
        connected.write(head);
        if (back == connected) {
            sendWaiting(connected);
        }
        return true;
    }

    private void sendWaiting(Back to) {
        attempts.replay().sendTo(to);
        if (webSocket && !to.http2()) {
            to.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        if (waiting != null) {
            ArrayDeque<HttpContent> held = waiting;
            waiting = null;
            for (HttpContent content = held.poll(); content != null; content = held.poll()) {
                if (back == to) {
                    send(content);
                } else {
                    keep(content);
                }
            }
        } else if (attempts.replay().isWhole() && requestWhole && !requestSent && !webSocket) {
            requestSent = true;
            to.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        if (back == to) {
            to.flush();
            if (!requestWhole) {
                front.wantMore(to.isWritable());
            }
        }
    }

    /** A piece of the request's content, or its end. */
    void requestContent(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        requestWhole |= last;
        if (over || webSocket) {
            content.release();
            return;
        }
        moved = worker.now();
        record.received(content.content().readableBytes());
        if (last) {
            HopFields.removeFromTrailers(((LastHttpContent) content).trailingHeaders());
        }
        if (back != null) {
            send(content);
            return;
        }
        keep(content);
        if (!last) {
            front.wantMore(false);
        }
    }

    private void keep(HttpContent content) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        waiting.add(content);
    }

    private void send(HttpContent content) {
        requestSent |= content instanceof LastHttpContent;
        attempts.replay().sent(content, back.alloc());
        back.write(content);
    }

    /** For now nothing more comes from the client. */
    void requestPaused() {
        if (back != null) {
            back.flush();
        }
    }

    /** What follows cannot be read. */
    void requestBroken() {
        requestWhole = true;
    }

    void backWritabilityChanged() {
        if (back != null && !requestWhole) {
            front.wantMore(back.isWritable());
        }
    }

    // ---- the answer ------------------------------------------------------------------------------------------------

    /** The head of an answer, perhaps an informational one. */
    void answer(HttpResponse response) {
        moved = worker.now();
        int status = response.status().code();
        if (!ResponseRules.isSound(response) || answering) {
            ReferenceCountUtil.release(response);
            upstreamFailed(Failure.MALFORMED_ANSWER, false);
        } else if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code() || (webSocket && status / 100 == 2)) {
            switchProtocols(response);
        } else if (status / 100 == 1) {
            inform(response);
        } else {
            answering = true;
            attempts.replay().drop();
            record.answered(status);
            worker.settings().responseRules().rewrite(response, request.method(), back.http2());
            boolean whole = response instanceof LastHttpContent;
            front.head(response);
            if (whole && !over) {
                answered();
            }
        }
    }

    private void inform(HttpResponse response) {
        if (++informational > MAX_INFORMATIONAL) {
            upstreamFailed(Failure.MALFORMED_ANSWER, false);
        } else if (front.takesInformational()) {
            worker.settings().responseRules().rewrite(response, request.method(), back.http2());
            DefaultFullHttpResponse whole = new DefaultFullHttpResponse(
                    response.protocolVersion(),
                    response.status(),
                    Unpooled.EMPTY_BUFFER,
                    response.headers(),
                    EmptyHttpHeaders.INSTANCE);
            front.write(whole);
        }
    }

    private void switchProtocols(HttpResponse response) {
        Back tunnelled = back;
        if (!webSocket || !Tunnel.isAgreed(this, response, tunnelled.http2())) {
            upstreamFailed(Failure.MALFORMED_ANSWER, false);
            return;
        }
        answering = true;
        record.answered(response.status().code());
        worker.settings().responseRules().rewrite(response, request.method(), tunnelled.http2());
        over = true;
        back = null;
        attempts.replay().drop();
        worker.remove(this);
        String key = front.client().http2() ? null : request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        // A WebSocket has been asked for: both sides have pipelines.
        Tunnel.open(response, key, (FrontHandler) front, (BackHandler) tunnelled, record, this::ended);
    }

    /** A piece of the answer's content, or its end. */
    void answerContent(HttpContent content) {
        if (over || !answering) {
            content.release();
            return;
        }
        moved = worker.now();
        record.sent(content.content().readableBytes());
        boolean last = content instanceof LastHttpContent;
        if (last) {
            HopFields.removeFromTrailers(((LastHttpContent) content).trailingHeaders());
        }
        front.write(content);
        if (last && !over) {
            answered();
        }
    }

    /** For now nothing more comes from the upstream server. */
    void answerPaused() {
        if (!over) {
            front.flush();
        }
    }

    void frontWritabilityChanged() {
        if (back != null) {
            back.wantMore(front.isWritable());
        }
    }

    private void answered() {
        Back used = back;
        end();
        used.done(requestSent);
        ended();
        front.answered(requestWhole);
    }

    private void answerHere(HttpResponse response) {
        record.answered(response.status().code());
        end();
        front.head(response);
        if (!(response instanceof LastHttpContent)) {
            front.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        front.flush();
        ended();
        front.answered(requestWhole);
    }

    // ---- what goes wrong -------------------------------------------------------------------------------------------

    /** There is no connection for the request. */
    void notConnected(Failure why) {
        if (!over) {
            upstreamFailed(why, true);
        }
    }

    /**
     * The upstream server did not answer, or not completely.
     *
     * @param unprocessed whether it has certainly not begun to process the request
     */
    void upstreamFailed(Failure why, boolean unprocessed) {
        Back failed = back;
        back = null;
        if (over) {
            return;
        }
        if (failed != null) {
            failed.abort();
        }
        requestSent = false;
        if (!answering && attempts.again(why, unprocessed)) {
            connect();
        } else {
            fail(why);
        }
    }

    /** The request, or a part of it, was not written to the upstream connection. */
    void requestNotWritten(Throwable cause) {
        if (cause instanceof IOException || cause instanceof Http2NotSentException) {
            // The connection or its stream has ended before the write was complete: channelInactive, which follows,
            // tells how.
            return;
        }
        boolean malformed = cause instanceof IllegalArgumentException
                || (cause instanceof Http2SubmitException refused
                        && refused.reason() == Http2SubmitException.Reason.HTTP_HEADER);
        upstreamFailed(malformed ? Failure.MALFORMED : Failure.MALFORMED_ANSWER, false);
    }

    /** The answer, or a part of it, was refused by the client's side. */
    void answerNotWritten(Throwable cause) {
        if (over) {
            return;
        }
        boolean head = cause instanceof IllegalArgumentException
                || (cause instanceof Http2SubmitException refused
                        && refused.reason() == Http2SubmitException.Reason.HTTP_HEADER);
        if (head) {
            // What the server has said has no place in the client's version; nothing was sent of it.
            answering = false;
        }
        fail(Failure.MALFORMED_ANSWER);
    }

    /** Ends the exchange with what the client is to be told. */
    void fail(Failure why) {
        if (over) {
            return;
        }
        record.failed(why);
        if (why.isClients()) {
            front.lastAnswer();
        }
        Back used = back;
        if (used != null) {
            used.abort();
        }
        if (answering || why == Failure.CANCELLED) {
            end();
            ended();
            front.abort(why);
        } else if (front.client().http2() && why.resetsUnanswered()) {
            end();
            ended();
            front.abort(why);
        } else {
            answerHere(LocalAnswer.of(why, request));
        }
    }

    /** The client has reset its request, or is gone. */
    void clientLeft() {
        fail(Failure.CANCELLED);
    }

    private void end() {
        over = true;
        back = null;
        worker.remove(this);
        attempts.replay().drop();
        if (waiting != null) {
            waiting.forEach(ReferenceCountUtil::release);
            waiting = null;
        }
    }

    private void ended() {
        attempts.ended();
        worker.ended(record);
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** Looks whether it has waited too long. */
    void checkTime(int now) {
        if (over || !worker.settings().isTimedOut(moved, now)) {
            return;
        }
        if (back == null) {
            upstreamFailed(Failure.CONNECT_TIMEOUT, true);
        } else if (!answering && requestWhole) {
            fail(Failure.ANSWER_TIMEOUT);
        } else if (!front.isWritable()) {
            fail(Failure.CANCELLED);
        } else if (!requestWhole && back.isWritable() && !answering) {
            fail(Failure.CLIENT_TIMEOUT);
        } else {
            fail(Failure.ANSWER_TIMEOUT);
        }
    }
}
