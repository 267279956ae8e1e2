package io.h2session.differential;

import io.h2session.api.ByteSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;

/** A transport that takes a given number of bytes. */
final class TapeWire implements ByteSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long room;
    private boolean any;

    /** Takes that many bytes from now on; below 0 there is no limit. */
    TapeWire accept(long limit) {
        room = limit < 0 ? Long.MAX_VALUE : limit;
        any = false;
        return this;
    }

    /** Whether it was given anything since it was last told what to accept. */
    boolean any() {
        return any;
    }

    String takeHex() {
        String hex = Text.hex(bytes.toByteArray());
        bytes.reset();
        return hex;
    }

    @Override
    public long writableBytes() {
        return room;
    }

    @Override
    public void write(ByteBuf buffer) {
        try {
            any = true;
            bytes.writeBytes(ByteBufUtil.getBytes(buffer));
            room -= buffer.readableBytes();
        } finally {
            buffer.release();
        }
    }
}
