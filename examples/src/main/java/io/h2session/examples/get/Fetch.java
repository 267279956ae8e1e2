package io.h2session.examples.get;

import io.h2session.api.DataSource;
import io.h2session.examples.net.Reason;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * One running request. It sends the request, passes the body of the response on, and reports its end once. It runs on the
 * event loop of its connection and is attached to its stream.
 */
final class Fetch {
    private static final HeaderList NO_FIELDS = HeaderList.EMPTY;

    private final Exchange exchange;
    private final Connection connection;
    private final BodyOutput output;
    private final ResponseRules rules;
    private final Consumer<Exchange> done;
    private Http2StreamHandle stream = new Http2StreamHandle();

    private boolean ended;
    private boolean discarding;
    private String failure;
    private volatile String outputFailure;
    private boolean told;

    /**
     * Creates a request on the connection of the exchange.
     *
     * @param done called once, on any thread
     */
    Fetch(Exchange exchange, BodyOutput output, ResponseRules rules, Consumer<Exchange> done) {
        this.exchange = exchange;
        this.connection = exchange.connection;
        this.output = output;
        this.rules = rules;
        this.done = done;
        stream.attachment(this);
    }

    Exchange exchange() {
        return exchange;
    }

    void start() {
        Request request = exchange.request;
        DataSource body;
        try {
            body = request.body() == null
                    ? null
                    : new CountedSource(request.body().open(), exchange, rules.upload());
        } catch (IOException cause) {
            failLater("cannot read the body: " + Reason.of(cause));
            return;
        }
        write(request, body).addListener(sent -> {
            if (sent.isSuccess()) {
                sent();
            } else {
                unsent(sent.cause());
            }
        });
    }

    /** Instead of {@link #start}: the request was sent otherwise, and this is its stream. */
    void adopt(Http2StreamHandle sent) {
        stream = sent;
        stream.attachment(this);
    }

    /** Instead of {@link #start}: the request cannot be sent. */
    void fail(String reason) {
        because(reason);
        failLater(reason);
    }

    /** All of the request was handed to the transport. */
    void sent() {
        exchange.sent = System.nanoTime();
    }

    private ChannelFuture write(Request request, DataSource body) {
        Channel channel = connection.channel();
        if (body == null) {
            return channel.writeAndFlush(Http2SessionWrite.request(stream, request.headers()));
        }
        if (request.trailers().isEmpty()) {
            return channel.writeAndFlush(Http2SessionWrite.request(stream, request.headers(), body));
        }
        channel.write(Http2SessionWrite.requestHead(stream, request.headers()));
        channel.write(Http2SessionWrite.body(stream, body));
        return channel.writeAndFlush(Http2SessionWrite.trailers(stream, request.trailers()));
    }

    // ---- events from the server-------------------------------------------------------------------------------------

    void headers(Http2SessionEvent.Headers message) {
        HeaderList headers = message.headers();
        if (message.category() == HeadersCategory.TRAILERS) {
            exchange.trailers = headers;
            show(NO_FIELDS, headers);
        } else {
            head(headers);
        }
        ended |= message.endStream();
    }

    private void head(HeaderList headers) {
        exchange.streamId = stream.id();
        if (exchange.answered == 0) {
            exchange.answered = System.nanoTime();
        }
        exchange.heads.add(headers);
        AsciiString code = headers.value(HeaderToken.STATUS);
        boolean informational = code.charAt(0) == '1';
        if (!informational) {
            exchange.status = code.parseInt();
            discarding = rules.fails(exchange.status);
            if (!discarding) {
                output.begin(length(headers), this::abandon);
            }
        }
        show(headers, NO_FIELDS);
    }

    /** Writes fields as HTTP/1.1 would have them, if the user has asked for them. */
    private void show(HeaderList head, HeaderList trailers) {
        if (rules.heads() && !discarding) {
            output.write(HeadText.of(head, trailers), this::abandon);
        }
    }

    void data(Http2SessionEvent.Data piece) {
        exchange.bytes += piece.content().readableBytes();
        ended |= piece.endStream();
        if (discarding) {
            piece.release();
        } else {
            output.write(piece, this::abandon);
        }
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
            exchange.ended = System.nanoTime();
            exchange.failure = outputFailure != null ? outputFailure : reason;
            done.accept(exchange);
        }
    }

    private static long length(HeaderList headers) {
        AsciiString length = headers.value(HeaderToken.CONTENT_LENGTH);
        return length == null ? -1 : length.parseLong();
    }
}
