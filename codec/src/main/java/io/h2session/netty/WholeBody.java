package io.h2session.netty;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.netty.buffer.ByteBuf;

/** A body that came with its head as one buffer, and nobody asks what becomes of it: what most responses are. */
final class WholeBody implements DataSource {
    private static final int CLOSED = -1;

    private final OutboundWrites writes;
    private final ByteBuf content;

    /** What it counts for while it waits; {@link #CLOSED} when it is over. */
    private int charged;

    /** A body of these octets, which it owns. */
    WholeBody(OutboundWrites writes, ByteBuf content) {
        this.writes = writes;
        this.content = content;
    }

    /** The head was submitted, and what came with it waits, unless the response has no content. */
    void waits() {
        if (charged == CLOSED) {
            return;
        }
        charged = OutgoingBody.charge(content.readableBytes());
        writes.charge(charged);
    }

    @Override
    public DataResult read(int streamId, int maxLength, BodySink sink) {
        int octets = content.readableBytes();
        int length = Math.min(maxLength, octets);
        if (length > 0) {
            sink.addFrom(content, length);
        }
        if (length < octets) {
            taken(OutgoingBody.charge(octets) - OutgoingBody.charge(octets - length));
            return DataResult.MORE;
        }
        taken(charged);
        return DataResult.END;
    }

    private void taken(int charge) {
        charged -= charge;
        writes.charge(-charge);
    }

    @Override
    public void close() {
        taken(charged);
        charged = CLOSED;
        content.release();
    }
}
