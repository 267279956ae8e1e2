package io.h2session.netty.http;

import io.h2session.netty.Http2SessionEvent;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * What one stream receives, as objects of HTTP/1.1.
 *
 * <pre>
 *   1xx*  HEAD ─► CONTENT* ─► ENDED            what does not fit: the stream is reset with PROTOCOL_ERROR, and nothing more is told
 * </pre>
 *
 * <p>What a client sends behind a CONNECT waits until it is accepted. A proxy that sent it on at once to a server that refuses the
 * CONNECT would have it taken for the next request.
 */
final class IncomingMessages {
    private enum State {
        HEAD,
        CONTENT,
        ENDED
    }

    private final HttpStreamCodec codec;
    private State state = State.HEAD;
    private ContentKind kind = ContentKind.CONTENT;

    /** How much of the content that was announced has not come; -1 if nothing was announced. */
    private long left = -1;

    /** Whether a CONNECT waits for its answer. */
    private boolean asking;

    private boolean refused;

    /** What came behind a CONNECT that was not answered; null if nothing did. */
    private ArrayDeque<HttpContent> waiting;

    private boolean readWanted;

    /** Whether anything was passed on since the last read was complete. */
    private boolean told;

    IncomingMessages(HttpStreamCodec codec) {
        this.codec = codec;
    }

    // ---- events ----------------------------------------------------------------------------------------------------

    void headers(ChannelHandlerContext context, Http2SessionEvent.Headers event) {
        if (state == State.HEAD) {
            head(context, event);
        } else if (state == State.CONTENT) {
            if (left > 0) {
                malformed(context);
                return;
            }
            LastHttpContent last = IncomingHead.trailers(event.headers());
            state = State.ENDED;
            content(context, last);
        }
    }

    private void head(ChannelHandlerContext context, Http2SessionEvent.Headers event) {
        IncomingHead head = IncomingHead.of(event.headers(), codec.options());
        boolean ends = event.endStream();
        HttpMessage message = null;
        boolean informational = false;
        if (head == null) {
            malformed(context);
            return;
        }
        if (codec.server()) {
            message = head.request(event.stream().id(), ends);
            kind = message != null && HttpStreamCodec.isConnect(head.method())
                    ? ContentKind.TUNNEL
                    : ContentKind.CONTENT;
        } else {
            message = head.answer(codec.method(), ends);
            informational = head.status() / 100 == 1;
            kind = informational ? kind : ContentKind.ofReceived(codec.method(), head.status());
        }
        left = kind == ContentKind.CONTENT && !informational ? head.contentLength() : -1;
        if (message == null || (ends && left > 0)) {
            malformed(context);
            return;
        }
        if (!informational) {
            state = ends ? State.ENDED : State.CONTENT;
            asking = codec.server() && kind == ContentKind.TUNNEL;
            codec.received(head);
        }
        told = true;
        context.fireChannelRead(message);
        if (ends && !(message instanceof LastHttpContent)) {
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    void data(ChannelHandlerContext context, Http2SessionEvent.Data data) {
        int length = data.content().readableBytes();
        boolean ends = data.endStream();
        boolean fits = state == State.CONTENT
                && (length == 0 || kind != ContentKind.NOTHING)
                && (left < 0 || (ends ? length == left : length <= left));
        if (!fits) {
            data.release();
            if (state == State.CONTENT) {
                malformed(context);
            }
            return;
        }
        if (left >= 0) {
            left -= length;
        }
        if (ends) {
            state = State.ENDED;
        }
        if (length == 0) {
            data.release();
            if (ends) {
                content(context, LastHttpContent.EMPTY_LAST_CONTENT);
            }
        } else {
            content(context, ends ? new LastStreamContent(data) : new StreamContent(data));
        }
    }

    void promise(Http2SessionEvent.PushPromise promise) {
        told = true;
        IncomingHead head = IncomingHead.of(promise.headers(), codec.options());
        if (head != null && head.method() != null) {
            codec.asked(HttpMethod.valueOf(head.method().toString()));
        }
    }

    private void content(ChannelHandlerContext context, HttpContent content) {
        if (refused) {
            content.release();
            if (content instanceof LastHttpContent) {
                told = true;
                context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        } else if (asking || waiting != null) {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.add(content);
        } else {
            told = true;
            context.fireChannelRead(content);
        }
    }

    private void malformed(ChannelHandlerContext context) {
        state = State.ENDED;
        discard();
        codec.reset(context);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** Whether a read is to be passed on. Otherwise it will be when what waits was read. */
    boolean wantsRead() {
        readWanted = waiting != null;
        return !readWanted;
    }

    /** A read is complete; one that brought nothing for the handlers is done again, unless that happens by itself. */
    void readComplete(ChannelHandlerContext context) {
        boolean nothing = !told && waiting == null;
        told = false;
        context.fireChannelReadComplete();
        if (nothing && state != State.ENDED && !context.channel().config().isAutoRead()) {
            context.read();
        }
    }

    // ---- the answer to a CONNECT -----------------------------------------------------------------------------------

    /** The response to the request was written. */
    void answered(ChannelHandlerContext context, ContentKind answer) {
        if (!asking) {
            return;
        }
        asking = false;
        refused = answer != ContentKind.TUNNEL;
        if (waiting != null) {
            // The handlers have first to make of the pipeline what the tunnel needs.
            context.executor().execute(() -> tellWaiting(context));
        }
    }

    private void tellWaiting(ChannelHandlerContext context) {
        ArrayDeque<HttpContent> kept = waiting;
        waiting = null;
        if (kept == null || context.isRemoved()) {
            return;
        }
        for (HttpContent content = kept.poll(); content != null; content = kept.poll()) {
            content(context, content);
        }
        context.fireChannelReadComplete();
        if (readWanted) {
            readWanted = false;
            context.read();
        }
    }

    /** Nothing more will be told. */
    void discard() {
        ArrayDeque<HttpContent> kept = waiting;
        waiting = null;
        if (kept != null) {
            kept.forEach(ReferenceCountUtil::release);
        }
    }
}
