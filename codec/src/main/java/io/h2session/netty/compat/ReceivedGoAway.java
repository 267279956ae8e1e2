package io.h2session.netty.compat;

import io.h2session.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;

/** GOAWAY of the peer's. Netty's own class can be made with its last stream in Netty's package only. */
final class ReceivedGoAway extends DefaultByteBufHolder implements Http2GoAwayFrame {
    private final int lastStreamId;
    private final long errorCode;

    ReceivedGoAway(int lastStreamId, long errorCode, ByteBuf debugData) {
        super(debugData);
        this.lastStreamId = lastStreamId;
        this.errorCode = errorCode;
    }

    @Override
    public String name() {
        return "GOAWAY";
    }

    @Override
    public long errorCode() {
        return errorCode;
    }

    @Override
    public int extraStreamIds() {
        return 0;
    }

    @Override
    public Http2GoAwayFrame setExtraStreamIds(int extraStreamIds) {
        throw new UnsupportedOperationException("this frame was received");
    }

    @Override
    public int lastStreamId() {
        return lastStreamId;
    }

    @Override
    public Http2GoAwayFrame copy() {
        return replace(content().copy());
    }

    @Override
    public Http2GoAwayFrame duplicate() {
        return replace(content().duplicate());
    }

    @Override
    public Http2GoAwayFrame retainedDuplicate() {
        return replace(content().retainedDuplicate());
    }

    @Override
    public Http2GoAwayFrame replace(ByteBuf content) {
        return new ReceivedGoAway(lastStreamId, errorCode, content);
    }

    @Override
    public Http2GoAwayFrame retain() {
        super.retain();
        return this;
    }

    @Override
    public Http2GoAwayFrame retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public Http2GoAwayFrame touch() {
        super.touch();
        return this;
    }

    @Override
    public Http2GoAwayFrame touch(Object hint) {
        super.touch(hint);
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "GOAWAY[last stream " + lastStreamId + ", " + ErrorCode.name(errorCode) + "]";
    }
}
