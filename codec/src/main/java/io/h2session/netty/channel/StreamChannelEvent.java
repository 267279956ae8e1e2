package io.h2session.netty.channel;

/**
 * What a {@link StreamChannel} fires as user events beside {@link io.h2session.netty.Http2SessionEvent.Reset}, which comes as
 * soon as the peer has reset the stream.
 *
 * @since 0.1
 */
public enum StreamChannelEvent {
    /** The message before was the last one: the peer has ended its side of the stream. Nothing is closed by that. */
    INPUT_ENDED,

    /**
     * The connection ended before the stream was complete. Fired at once, though what came before can still be read: who does not
     * read, because another channel does not take it, hears of it. {@code channelInactive} follows when everything was read, or
     * after {@code close()}.
     */
    CUT,

    /**
     * The peer has certainly not begun to process the request: it may be sent again, on another connection too. {@code
     * channelInactive} follows.
     */
    REFUSED
}
