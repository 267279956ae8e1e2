package io.h2session.examples.serve;

import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderNames;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;

/** Sends the body of an HTTP/2 request back through an {@link EchoBody}. */
final class Echo {
    private static final HeaderList CONTINUE = HeaderList.of(HeaderNames.STATUS, "100");

    private final ChannelHandlerContext connection;
    private final Http2StreamHandle stream;
    private final EchoBody body = new EchoBody(DiskRoom.OF_PROCESS, () -> {});

    /** The head of the response, until it is sent. */
    private HeaderList response;

    Echo(ChannelHandlerContext connection, Http2StreamHandle stream) {
        this.connection = connection;
        this.stream = stream;
    }

    /**
     * Begins the response.
     *
     * @param continueExpected whether the client waits for 100 (Continue). It is sent alone: if the final response arrives in the
     *     same read, some clients send no body
     */
    void begin(HeaderList head, boolean continueExpected) {
        response = head;
        if (continueExpected) {
            write(Http2SessionWrite.informational(stream, CONTINUE));
        } else {
            sendHead();
        }
    }

    /** Sends a piece back. The client gets credit when the piece is stored and released. */
    void data(Http2SessionEvent.Data piece) {
        boolean last = piece.endStream();
        body.add(piece);
        goOn(last);
    }

    /** Sends the trailers back, behind the last piece. */
    void trailers(HeaderList trailers) {
        sendHead();
        write(Http2SessionWrite.trailers(stream, trailers));
        goOn(true);
    }

    private void goOn(boolean last) {
        if (last) {
            body.end();
        }
        sendHead();
        if (body.takeDeferred()) {
            write(Http2SessionWrite.resume(stream));
        }
    }

    private void sendHead() {
        if (response != null) {
            write(Http2SessionWrite.response(stream, response, body));
            response = null;
        }
    }

    private void write(Http2SessionWrite message) {
        connection.write(message, connection.voidPromise());
    }
}
