package io.h2session.examples.get;

import io.h2session.api.DataSource;
import io.h2session.examples.net.Reason;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * One running request. It sends the request, passes the body of the response on, and reports the outcome once. It runs on the
 * event loop of its connection and is attached to its stream.
 */
final class Fetch {
    private final Connection connection;
    private final BodyOutput output;
    private final Consumer<Outcome> done;
    private final Http2StreamHandle stream = new Http2StreamHandle();

    private int status;
    private long bytes;
    private boolean ended;
    private String failure;
    private volatile String outputFailure;
    private boolean told;

    /**
     * Creates a request on a connection.
     *
     * @param done called once, on any thread
     */
    Fetch(Connection connection, BodyOutput output, Consumer<Outcome> done) {
        this.connection = connection;
        this.output = output;
        this.done = done;
        stream.attachment(this);
    }

    void start(Request request) {
        Http2SessionWrite write;
        try {
            DataSource body = request.body() == null ? null : request.body().open();
            write = body == null
                    ? Http2SessionWrite.request(stream, request.headers())
                    : Http2SessionWrite.request(stream, request.headers(), body);
        } catch (IOException cause) {
            failLater("cannot read the body: " + Reason.of(cause));
            return;
        }
        connection.channel().writeAndFlush(write).addListener(sent -> {
            if (!sent.isSuccess()) {
                unsent(sent.cause());
            }
        });
    }

    // ---- events from the server-------------------------------------------------------------------------------------

    void headers(Http2SessionEvent.Headers message) {
        AsciiString code = message.headers().value(HeaderToken.STATUS);
        boolean informational = code != null && code.charAt(0) == '1';
        if (code != null && !informational) {
            status = code.parseInt();
            output.begin(length(message.headers()), this::abandon);
        }
        ended |= message.endStream();
    }

    void data(Http2SessionEvent.Data piece) {
        bytes += piece.content().readableBytes();
        ended |= piece.endStream();
        output.write(piece, this::abandon);
    }

    /** A reset behind a whole response only says that the rest of the request is not wanted (RFC 9113 section 8.1). */
    void reset(long errorCode) {
        if (!ended) {
            because("the server reset the stream: " + ErrorCode.name(errorCode));
        }
    }

    /** Only the first reason is reported. Later ones are mostly its consequences. */
    void because(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    void closed(long errorCode) {
        if (ended && failure == null) {
            output.afterwards(() -> tell(null));
        } else if (errorCode == ErrorCode.NO_ERROR.code()) {
            failLater("the stream ended before the response was complete");
        } else {
            failLater("the stream was reset with " + ErrorCode.name(errorCode));
        }
    }

    // ---- local failures --------------------------------------------------------------------------------------------

    /** The output failed, on its own thread. */
    private void abandon(IOException cause) {
        outputFailure = "cannot write the body: " + Reason.of(cause);
        connection.channel().writeAndFlush(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
    }

    /** A request that never had a stream does not wait for the end of a stream. */
    private void unsent(Throwable cause) {
        if (!ended) {
            failLater(Reason.of(cause));
        }
    }

    /** Waits for the end of this turn of the event loop: other events of the turn may give a more precise reason for the end of the stream. */
    private void failLater(String otherwise) {
        connection.channel().eventLoop().execute(() -> {
            because(connection.responses().failure());
            because(otherwise);
            output.afterwards(() -> tell(failure));
        });
    }

    /** Runs on the thread of the output, after every byte was written. */
    private void tell(String reason) {
        if (!told) {
            told = true;
            done.accept(new Outcome(status, bytes, outputFailure != null ? outputFailure : reason));
        }
    }

    private static long length(HeaderList headers) {
        AsciiString length = headers.value(HeaderToken.CONTENT_LENGTH);
        return length == null ? -1 : length.parseLong();
    }
}
