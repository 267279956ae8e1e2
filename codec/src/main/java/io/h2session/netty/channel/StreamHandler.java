package io.h2session.netty.channel;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;

/**
 * Receives the events of a stream that has no channel of its own: for frameworks that have their own objects for an exchange and
 * need no pipeline. An object that keeps state serves one stream, one without state any number.
 *
 * <p>A server names it by {@link Http2StreamsHandlerBuilder#streamHandler}. A client attaches it to the handle of its request
 * ({@link Http2StreamHandle#attachment(Object)}) before it writes that. All is called on the event loop.
 *
 * <p>What is sent is written to the connection, each write with the handle of the stream: {@code
 * connection.write(Http2SessionWrite.response(head.stream(), OK, body))}. What is flushed while data is read leaves once, when the
 * read is complete. Credit is given as {@link Http2SessionEvent.Data} says. What a method throws resets the stream as an
 * exception does that reaches the end of a {@link StreamChannel}'s pipeline.
 *
 * @since 0.1
 */
public interface StreamHandler {
    /** A request, or a response, informational ones too. */
    void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head);

    /** A piece of the body, to be released. */
    void data(ChannelHandlerContext connection, Http2SessionEvent.Data data);

    /** Trailers: they end the message. Ignored by default. */
    default void trailers(ChannelHandlerContext connection, Http2SessionEvent.Headers trailers) {}

    /** More data can be written, or should not be ({@link Http2StreamHandle#isWritable}). Ignored by default. */
    default void writabilityChanged(ChannelHandlerContext connection, Http2StreamHandle stream) {}

    /** The stream is over, or {@link Http2StreamsHandler} was removed from the connection and resets it; the last call for it. */
    void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end);
}
