package io.h2session.examples.proxy;

import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamHandler;
import io.h2session.netty.http.HttpStreamMessages;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;

/** A side of an exchange that is a stream without a channel. */
abstract class DirectStream implements StreamHandler {
    /** Null until the stream begins, as is its handle. */
    ChannelHandlerContext connection;

    Http2StreamHandle stream;

    /** Nothing can be written to the stream any more. */
    boolean over;

    private boolean paused;

    /** A piece of content or the trailers. */
    abstract void content(HttpContent content);

    @Override
    public final void data(ChannelHandlerContext context, Http2SessionEvent.Data data) {
        content(HttpStreamMessages.content(data));
    }

    @Override
    public final void trailers(ChannelHandlerContext context, Http2SessionEvent.Headers trailers) {
        content(HttpStreamMessages.trailers(trailers));
    }

    public final boolean isWritable() {
        return stream.isWritable();
    }

    public final void wantMore(boolean more) {
        if (paused == more && !over) {
            paused = !more;
            send(Http2SessionWrite.pauseReading(stream, paused));
        }
    }

    public void flush() {
        ((Http2StreamsHandler) connection.handler()).flushSoon();
    }

    final void send(Http2SessionWrite control) {
        connection.write(control, connection.voidPromise());
        flush();
    }
}
