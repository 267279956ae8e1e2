package io.h2session.testing;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.Http2SessionResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;

/** The bytes a session sends, up to a limit, and how they get to another session. */
public final class Wire implements ByteSink {
    private final CompositeByteBuf bytes = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    private long limit = Long.MAX_VALUE;
    private int buffers;

    /** How many bytes it takes before it is full. */
    public Wire limit(long bytesMore) {
        limit = bytesMore;
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
        bytes.addComponent(true, buffer);
    }

    /** How many buffers were handed over since the last {@link #take()}. */
    public int buffers() {
        return buffers;
    }

    /** How many bytes wait to be taken. */
    public int size() {
        return bytes.readableBytes();
    }

    /** All bytes, which are the caller's to release. */
    public ByteBuf take() {
        ByteBuf taken = Unpooled.copiedBuffer(bytes);
        bytes.removeComponents(0, bytes.numComponents());
        bytes.clear();
        buffers = 0;
        return taken;
    }

    /** Ends it; what was not taken is released. */
    public void release() {
        bytes.release();
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
