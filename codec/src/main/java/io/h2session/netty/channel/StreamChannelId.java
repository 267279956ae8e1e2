package io.h2session.netty.channel;

import io.netty.channel.ChannelId;

/** The id of a {@link StreamChannel}: its connection's, and which of the connection's channels it is. */
final class StreamChannelId implements ChannelId {
    private static final long serialVersionUID = 1;

    private final ChannelId connection;
    private final int serial;

    StreamChannelId(ChannelId connection, int serial) {
        this.connection = connection;
        this.serial = serial;
    }

    @Override
    public String asShortText() {
        return connection.asShortText() + '/' + serial;
    }

    @Override
    public String asLongText() {
        return connection.asLongText() + '/' + serial;
    }

    @Override
    public int compareTo(ChannelId other) {
        if (other instanceof StreamChannelId stream) {
            int order = connection.compareTo(stream.connection);
            return order == 0 ? Integer.compareUnsigned(serial, stream.serial) : order;
        }
        return asLongText().compareTo(other.asLongText());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamChannelId stream
                && serial == stream.serial
                && connection.equals(stream.connection);
    }

    @Override
    public int hashCode() {
        return connection.hashCode() * 31 + serial;
    }

    @Override
    public String toString() {
        return asShortText();
    }
}
