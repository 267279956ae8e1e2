package io.h2session.examples.documents;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.HeadersCategory;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The code of the guide to the handler. */
final class HandlerGuide {
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");

    private HandlerGuide() {}

    /** A server's channels. */
    static final class Connections extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            channel.pipeline()
                    .addLast(Http2SessionHandler.forServer()
                            .options(Http2SessionOptions.builder()
                                    .maxConcurrentStreams(200)
                                    .timeouts(Http2Timeouts.SAFE.withIdle(Duration.ofMinutes(5)))
                                    .build())
                            .gracefulShutdownTimeout(Duration.ofSeconds(30))
                            .build())
                    .addLast(new ByteCounter());
        }
    }

    /** Counts the bytes of each upload. */
    static final class ByteCounter extends SimpleChannelInboundHandler<Http2SessionEvent> {
        private final Map<Http2StreamHandle, Long> uploads = new HashMap<>();

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers headers && headers.category() == HeadersCategory.REQUEST) {
                uploads.put(headers.stream(), 0L);
                answerIf(headers.endStream(), ctx, headers.stream());
            } else if (event instanceof Http2SessionEvent.Data data) {
                // SimpleChannelInboundHandler releases the event, and so gives the peer credit for as many bytes.
                uploads.merge(data.stream(), (long) data.content().readableBytes(), Long::sum);
                answerIf(data.endStream(), ctx, data.stream());
            } else if (event instanceof Http2SessionEvent.StreamClosed closed) {
                uploads.remove(closed.stream()); // the last event of a stream, however it ended
            }
        }

        private void answerIf(boolean complete, ChannelHandlerContext ctx, Http2StreamHandle stream) {
            if (complete) {
                DataSource body = DataSource.ofAscii(uploads.get(stream) + " bytes\n");
                ctx.writeAndFlush(Http2SessionWrite.response(stream, OK, body));
            }
        }
    }

    /** Writes a body in pieces, as fast as the peer takes them. */
    static final class Pieces extends SimpleChannelInboundHandler<Http2SessionEvent> {
        private int left = 1000;
        private Http2StreamHandle stream;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
            if (event instanceof Http2SessionEvent.Headers request) {
                stream = request.stream();
                ctx.write(Http2SessionWrite.responseHead(stream, OK));
                writePieces(ctx);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2SessionEvent.StreamWritability now && now.writable()) {
                writePieces(ctx);
            }
            ctx.fireUserEventTriggered(event);
        }

        private void writePieces(ChannelHandlerContext ctx) {
            while (left > 0 && stream.isWritable()) {
                ByteBuf piece = ctx.alloc().buffer().writeZero(1024);
                ctx.write(Http2SessionWrite.data(stream, piece, --left == 0));
            }
            ctx.flush();
        }
    }

    /** Resets a stream whose event could not be handled. */
    abstract static class ResetOnFailure extends SimpleChannelInboundHandler<Http2SessionEvent> {
        protected abstract void handle(ChannelHandlerContext ctx, Http2SessionEvent event) throws Exception;

        @Override
        protected final void channelRead0(ChannelHandlerContext ctx, Http2SessionEvent event) {
            try {
                handle(ctx, event);
            } catch (Exception failure) {
                ctx.writeAndFlush(Http2SessionWrite.reset(event.stream(), ErrorCode.INTERNAL_ERROR));
                ctx.fireExceptionCaught(failure); // Netty logs it at the end of the pipeline
            }
        }
    }

    /** Names the server in each response, and counts the bytes of the bodies. */
    static final class Outgoing extends ChannelOutboundHandlerAdapter {
        private long bytes;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            Object passed = message;
            if (message instanceof Http2SessionWrite.Head head && !head.request()) {
                passed = new Http2SessionWrite.Head(head.stream(), named(head.headers()), false, head.endStream());
            } else if (message instanceof Http2SessionWrite.Message whole && !whole.request()) {
                passed = response(whole);
                whole.release();
            } else if (message instanceof Http2SessionWrite.Data data) {
                bytes += data.content().readableBytes();
            } else if (message instanceof Http2SessionWrite.Body body) {
                passed = Http2SessionWrite.body(body.stream(), counted(body.takeSource()));
                body.release();
            }
            ctx.write(passed, promise);
        }

        private Http2SessionWrite response(Http2SessionWrite.Message whole) {
            HeaderList headers = named(whole.headers());
            DataSource source = whole.takeSource(); // the body is either this, or a buffer
            if (source != null) {
                return Http2SessionWrite.response(whole.stream(), headers, counted(source));
            }
            bytes += whole.contentLength();
            return Http2SessionWrite.response(whole.stream(), headers, whole.takeContent());
        }

        private static HeaderList named(HeaderList headers) {
            return headers.with("server", "example");
        }

        private DataSource counted(DataSource source) {
            return new DataSource() {
                @Override
                public DataResult read(int streamId, int maxLength, BodySink sink) throws Exception {
                    DataResult result = source.read(streamId, maxLength, sink);
                    bytes += sink.length();
                    return result;
                }

                @Override
                public void close() {
                    source.close();
                }
            };
        }

        long bytes() {
            return bytes;
        }
    }
}
