package io.h2session.netty.http;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;

/**
 * A piece of content that is read. Its reference count is that of the event, so that window credit is given when it is released, if
 * that is what gives credit.
 */
class StreamContent extends DefaultHttpContent {
    private final Http2SessionEvent.Data data;

    /** Owns the event. */
    StreamContent(Http2SessionEvent.Data data) {
        super(data.content());
        this.data = data;
    }

    /** Takes over the window credit that was not given yet. */
    final int takeCredit() {
        return data.takeCredit();
    }

    /** Where it comes from. */
    final Http2StreamHandle stream() {
        return data.stream();
    }

    @Override
    public HttpContent replace(ByteBuf content) {
        return new DefaultHttpContent(content);
    }

    @Override
    public final int refCnt() {
        return data.refCnt();
    }

    @Override
    public HttpContent retain() {
        data.retain();
        return this;
    }

    @Override
    public HttpContent retain(int increment) {
        data.retain(increment);
        return this;
    }

    @Override
    public HttpContent touch() {
        data.touch();
        return this;
    }

    @Override
    public HttpContent touch(Object hint) {
        data.touch(hint);
        return this;
    }

    @Override
    public final boolean release() {
        return data.release();
    }

    @Override
    public final boolean release(int decrement) {
        return data.release(decrement);
    }
}
