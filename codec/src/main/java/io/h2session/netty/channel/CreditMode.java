package io.h2session.netty.channel;

/**
 * When what a {@link StreamChannel} has read gives window credit, so that the peer may send as much again on that stream. One
 * that reads nothing stops its own stream only, if the connection's window does not wait for it ({@link
 * io.h2session.netty.Http2SessionHandlerBuilder#automaticConnectionWindow}).
 *
 * @see StreamChannelOption#CREDIT_MODE
 * @since 0.1
 */
public enum CreditMode {
    /**
     * At the next {@code read()}, whether the buffers were released or not: an aggregator of any size never waits for credit. With
     * autoRead that is as soon as the handlers have seen the data. The default.
     */
    NEXT_READ,

    /**
     * When the {@link io.h2session.netty.Http2SessionEvent.Data} event is released or consumed. For proxies: what the other side
     * has not taken is not asked for again. A handler that keeps the events while it waits for more can wait for ever.
     */
    RELEASE,

    /** When {@link StreamChannel#consume} says so, and only then. */
    MANUAL
}
