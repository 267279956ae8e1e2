package io.h2session.testing;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.Http2SessionResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;

/** The octets a session sends, up to a limit, and how they get to another session. */
public final class Wire implements ByteSink {
    private final CompositeByteBuf octets = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    private long limit = Long.MAX_VALUE;
    private int buffers;

    /** How many octets it takes before it is full. */
    public Wire limit(long octetsMore) {
        limit = octetsMore;
        return this;
    }

    @Override
    public long writableBytes() {
        return limit;
    }

    @Override
    public void write(ByteBuf buffer) {
        buffers++;
        limit -= buffer.readableBytes();
        octets.addComponent(true, buffer);
    }

    /** How many buffers were handed over since the last {@link #take()}. */
    public int buffers() {
        return buffers;
    }

    /** How many octets wait to be taken. */
    public int size() {
        return octets.readableBytes();
    }

    /** All octets, which are the caller's to release. */
    public ByteBuf take() {
        ByteBuf taken = Unpooled.copiedBuffer(octets);
        octets.removeComponents(0, octets.numComponents());
        octets.clear();
        buffers = 0;
        return taken;
    }

    /** Ends it; what was not taken is released. */
    public void release() {
        octets.release();
    }

    /** Lets two sessions talk until neither has anything left to send. */
    public static void settle(Http2Session a, Http2Session b) {
        Wire wire = new Wire();
        boolean quiet = false;
        while (!quiet) {
            boolean there = carry(a, wire, b);
            boolean back = carry(b, wire, a);
            quiet = !there && !back;
        }
        wire.release();
    }

    private static boolean carry(Http2Session from, Wire wire, Http2Session to) {
        from.send(wire);
        ByteBuf sent = wire.take();
        try {
            boolean any = sent.isReadable();
            while (sent.isReadable()) {
                Http2SessionResult result = to.recv(sent);
                if (result == Http2SessionResult.REPLIES_OWED) {
                    break;
                }
            }
            return any;
        } finally {
            sent.release();
        }
    }
}
