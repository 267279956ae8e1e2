package io.h2session.netty.pool;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.StreamEnd;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;

/** A request without a channel that writes down what it is told. */
class Asked implements PooledRequest {
    final String path;
    final boolean again;
    final List<String> told = new ArrayList<>();
    int sent;
    StreamEnd end;

    Asked(String path, boolean again) {
        this.path = path;
        this.again = again;
    }

    @Override
    public void send(ChannelHandlerContext connection, Http2StreamHandle stream) {
        sent++;
        connection.writeAndFlush(Http2SessionWrite.request(stream, Origin.get(path), Unpooled.EMPTY_BUFFER));
    }

    @Override
    public boolean sendAgain() {
        return again;
    }

    @Override
    public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
        told.add(head.headers().value(":status").toString());
    }

    @Override
    public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
        told.add("data");
        data.release();
    }

    @Override
    public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd why) {
        if (end != null) {
            throw new AssertionError("ended twice");
        }
        end = why;
        told.add(why.kind().name());
    }
}
