package io.h2session.examples.serve;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;

/**
 * One body on its way back to where it came from. Each piece is given back to the window only when the transport has
 * accepted it: a client that sends without reading fills its window and has to stop, and nothing piles up here.
 */
final class Echo {
    private final ChannelHandlerContext connection;
    private final Http2StreamHandle stream;

    Echo(ChannelHandlerContext connection, Http2StreamHandle stream) {
        this.connection = connection;
        this.stream = stream;
    }

    /** Sends a piece back; its release, when it was sent or dropped, is what gives the credit. */
    void data(Http2SessionEvent.Data piece) {
        connection
                .write(Http2SessionWrite.data(stream, piece.content().retain(), piece.endStream()))
                .addListener(written -> piece.release());
    }

    /** Sends the trailers back, behind the last piece. */
    void trailers(HeaderList trailers) {
        write(Http2SessionWrite.trailers(stream, trailers));
    }

    void write(Http2SessionWrite message) {
        connection.write(message, connection.voidPromise());
    }
}
