package io.h2session.netty.channel;

import io.h2session.priority.Priority;
import io.netty.channel.ChannelOption;

/**
 * The options of a {@link StreamChannel} beside those of Netty that it has: {@link ChannelOption#AUTO_READ}, {@link
 * ChannelOption#AUTO_CLOSE}, {@link ChannelOption#ALLOCATOR}, {@link ChannelOption#MAX_MESSAGES_PER_READ}, {@link
 * ChannelOption#RCVBUF_ALLOCATOR} and {@link ChannelOption#WRITE_BUFFER_WATER_MARK}.
 *
 * @since 0.1
 */
public final class StreamChannelOption {
    /** When data that was read gives window credit; {@link CreditMode#NEXT_READ} by default. */
    public static final ChannelOption<CreditMode> CREDIT_MODE =
            ChannelOption.valueOf(StreamChannelOption.class, "CREDIT_MODE");

    /**
     * How the stream is scheduled among the others (RFC 9218). A server schedules its response by it, whatever the client says;
     * a client tells the server by PRIORITY_UPDATE, when the request was written. Not set by default: then the request's own
     * {@code priority} field counts.
     */
    public static final ChannelOption<Priority> PRIORITY = ChannelOption.valueOf(StreamChannelOption.class, "PRIORITY");

    private StreamChannelOption() {}
}
