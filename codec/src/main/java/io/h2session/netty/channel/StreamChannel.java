package io.h2session.netty.channel;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/**
 * A stream as a channel: a child of its connection's, on the same event loop, with a pipeline of its own.
 *
 * <p><b>Messages.</b> Its handlers read {@link io.h2session.netty.Http2SessionEvent.Headers}, {@link
 * io.h2session.netty.Http2SessionEvent.Data} and frames of extensions, and write {@link Http2SessionWrite}s of its {@link #stream()},
 * or {@link io.netty.buffer.ByteBuf}s, which are sent as DATA. Anything else is released and fails.
 *
 * <p><b>Reading</b> is that of any channel: autoRead, {@code read()}, {@code channelReadComplete}. A stream that is not read holds
 * its own window only. Credit is given at the next {@code read()} ({@link CreditMode}).
 *
 * <p><b>Writing.</b> Writability counts what the transport has not taken, against the marks of this channel. A promise completes when
 * the transport has taken the write. What comes after the end of the stream fails with a {@link
 * java.nio.channels.ClosedChannelException}, whose cause is a {@link io.h2session.netty.Http2NotSentException} that tells whether the
 * request may be sent again.
 *
 * <p><b>The end.</b> The channel closes by itself when the stream is over, everything that came was read and everything that was
 * written was taken: {@code channelInactive} comes after the last promise. {@link #end()} tells why. {@code close()} before that resets
 * the stream with CANCEL; a server that has written its whole response only tells the client to stop sending (NO_ERROR), and where both
 * messages are whole nothing is sent. {@link #reset(long)}, or an exception that reaches the end of the pipeline, resets with a code.
 *
 * <p>Not a {@link io.netty.channel.socket.DuplexChannel}: the end of the peer's message closes nothing. It fires {@link
 * StreamChannelEvent#INPUT_ENDED}.
 *
 * @since 0.1
 */
public final class StreamChannel extends ChildChannel {
    StreamChannel(Http2StreamsHandler streams, Http2StreamHandle stream, int serial, boolean promised) {
        super(streams, stream, serial, promised);
    }

    /**
     * Its name in events and writes, the same for its whole life. Its number is 0 until the request was written, also while that
     * waits because the peer allows no more streams now.
     */
    public Http2StreamHandle stream() {
        return handle();
    }

    /**
     * Promises the client a response and lets the server's own handlers answer it ({@code PUSH_PROMISE}, RFC 9113 section 8.4): the
     * promised stream has a channel with the handlers that a request of the client's would have ({@link
     * Http2StreamsHandlerBuilder#childHandler}), and they read the request as if the client had sent it. Any thread, at a server, as
     * long as this stream's response has not ended.
     *
     * <p>A client that wants no pushes says so (SETTINGS_ENABLE_PUSH); this project's client does by default. If it says so only after
     * this call, the promise is not sent, and its channel ends.
     *
     * @param request what the client would have asked for: a safe method, without content, pseudo-header fields first
     * @return the channel of the promised stream. Fails with {@link IllegalStateException} at a client, and if the streams of the
     *     connection have no channels; with {@link java.nio.channels.ClosedChannelException} when this stream is over; otherwise as the
     *     write {@link Http2SessionWrite#pushPromise} does, with {@link io.h2session.api.Http2SubmitException} if the client accepts
     *     none
     */
    public Future<StreamChannel> push(HeaderList request) {
        Promise<StreamChannel> promise = eventLoop().newPromise();
        streams().onLoop(() -> streams().push(this, request, promise));
        return promise;
    }
}
