package io.h2session.netty.channel;

import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;

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
 * <p>Not a {@link io.netty.channel.socket.DuplexChannel}: the end of the peer's message closes nothing, and is told by {@link
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
}
