package io.h2session.netty.channel;

import io.h2session.Http2Session;
import io.h2session.api.StreamState;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.function.Function;

/** Calls the {@link StreamHandler}s of a connection. What they throw resets their stream. */
final class HandlerCalls {
    private static final InternalLogger LOG = InternalLoggerFactory.getInstance(StreamHandler.class);

    private final Http2StreamsHandler streams;

    /** The peer has reset it, and its end is told next. */
    private Http2StreamHandle resetByPeer;

    HandlerCalls(Http2StreamsHandler streams) {
        this.streams = streams;
    }

    /** The handler of a request; null if it is to have a channel. */
    StreamHandler choose(
            Function<? super Http2SessionEvent.Headers, ? extends StreamHandler> chooser,
            Http2SessionEvent.Headers head) {
        try {
            return chooser.apply(head);
        } catch (RuntimeException failure) {
            failed(head.stream(), failure);
            return Failed.HANDLER;
        }
    }

    /** What the peer sent. */
    void read(ChannelHandlerContext connection, StreamHandler handler, Http2SessionEvent event) {
        try {
            if (event instanceof Http2SessionEvent.Data data) {
                handler.data(connection, data);
            } else if (event instanceof Http2SessionEvent.Headers headers) {
                if (isHead(headers.headers())) {
                    handler.head(connection, headers);
                } else {
                    handler.trailers(connection, headers);
                }
            } else {
                ReferenceCountUtil.release(event);
            }
        } catch (RuntimeException failure) {
            failed(event.stream(), failure);
        }
    }

    /** Whether they are the fields of a head, not trailers. Most heads tell it with their first field. */
    private static boolean isHead(HeaderList fields) {
        int first = fields.isEmpty() ? HeaderToken.UNKNOWN : fields.get(0).token();
        return first == HeaderToken.STATUS
                || first == HeaderToken.METHOD
                || fields.value(HeaderToken.STATUS) != null
                || fields.value(HeaderToken.METHOD) != null;
    }

    /** What happened to the stream. */
    void tell(ChannelHandlerContext connection, StreamHandler handler, Http2SessionEvent event) {
        Http2StreamHandle stream = event.stream();
        try {
            if (event instanceof Http2SessionEvent.StreamClosed closed) {
                boolean byPeer = resetByPeer == stream;
                resetByPeer = null;
                end(connection, handler, stream, streams.endOf(closed, byPeer));
            } else if (event instanceof Http2SessionEvent.StreamWritability) {
                handler.writabilityChanged(connection, stream);
            } else if (event instanceof Http2SessionEvent.Reset) {
                resetByPeer = stream;
            } else if (event instanceof Http2SessionEvent.WriteRefused) {
                connection.fireUserEventTriggered(event);
            }
        } catch (RuntimeException failure) {
            failed(stream, failure);
        }
    }

    /** The handler of the streams was removed: theirs are told now, and of requests that wait first. */
    void endAll(ChannelHandlerContext connection, Http2SessionHandler handler) {
        Http2Session session = handler.session();
        for (int id = session.nextStreamId() - 2; id > 0 && session.streamState(id) == StreamState.IDLE; id -= 2) {
            if (session.userData(id) instanceof Http2StreamHandle waiting) {
                reset(connection, waiting, StreamEnd.UNSENT);
            }
        }
        StreamEnd reset = new StreamEnd(StreamEnd.Kind.RESET, ErrorCode.CANCEL.code(), false);
        handler.streams().forEach(stream -> reset(connection, stream, reset));
    }

    private void reset(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {
        if (stream.attachment() instanceof StreamHandler handler) {
            end(connection, handler, stream, end);
            streams.send(Http2SessionWrite.reset(stream, ErrorCode.CANCEL));
        }
    }

    /** Nothing more is told of the stream. */
    private void end(ChannelHandlerContext connection, StreamHandler handler, Http2StreamHandle stream, StreamEnd end) {
        stream.attachment(null);
        try {
            handler.ended(connection, stream, end);
        } catch (RuntimeException failure) {
            failed(stream, failure);
        }
    }

    private void failed(Http2StreamHandle stream, RuntimeException failure) {
        if (failure instanceof StreamErrorException) {
            LOG.debug("{} {}: {}", streams.connection(), stream, failure.getMessage());
        } else {
            LOG.warn("{} {}: a stream handler failed", streams.connection(), stream, failure);
        }
        long errorCode = streams.errorCode(failure);
        if (errorCode >= 0) {
            streams.send(Http2SessionWrite.reset(stream, errorCode));
        }
    }

    /** In place of a handler that could not be made. */
    private static final class Failed implements StreamHandler {
        static final Failed HANDLER = new Failed();

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {}

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {}
    }
}
