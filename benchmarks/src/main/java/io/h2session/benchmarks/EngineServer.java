package io.h2session.benchmarks;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/** Our engine alone: a listener, a sink, no channel. */
final class EngineServer implements Server {
    private final Responder responder;
    private final Http2Session session;
    private final Sink sink = new Sink();

    /** The clock, looked at once in each turn as the handler does. */
    private long turn = System.nanoTime();

    EngineServer(Shape shape) {
        responder = new Responder(shape);
        Http2SessionOptions options = Http2SessionOptions.builder()
                .allocator(PooledByteBufAllocator.DEFAULT)
                .clock(() -> turn)
                .build();
        session = new Http2Session(Http2Role.SERVER, options, responder);
        flush();
    }

    @Override
    public void read(ByteBuf octets) {
        turn = System.nanoTime();
        Http2SessionResult result = session.recv(octets);
        octets.release();
        if (result != Http2SessionResult.OK) {
            throw new IllegalStateException("recv: " + result, session.failureCause());
        }
        flush();
    }

    @Override
    public void betweenReads() {}

    @Override
    public Output output() {
        return sink.output;
    }

    @Override
    public long pathOctets() {
        return responder.pathOctets;
    }

    @Override
    public void close() {
        session.close();
    }

    private void flush() {
        sink.output.flush();
        Http2SessionResult result = session.send(sink);
        if (result != Http2SessionResult.OK) {
            throw new IllegalStateException("send: " + result, session.failureCause());
        }
    }

    private static final class Sink implements ByteSink {
        /** What a socket of an event loop would answer: a turn's worth. */
        private static final long WRITABLE = 1024 * 1024;

        private final Output output = new Output();

        @Override
        public long writableBytes() {
            return WRITABLE;
        }

        @Override
        public void write(ByteBuf octets) {
            output.write(octets);
        }
    }

    private static final class Responder implements Http2SessionListener {
        private final Shape shape;
        private long responses;
        private long pathOctets;

        Responder(Shape shape) {
            this.shape = shape;
        }

        @Override
        public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) {
            if (field.token() == HeaderToken.PATH) {
                pathOctets += field.value().length();
            }
            return ReceiveAnswer.CONTINUE;
        }

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) {
            if (frame instanceof HeadersFrame request && request.endStream()) {
                session.submitResponse(request.streamId(), shape.response(responses++), DataSource.of(Shape.body()));
            }
        }
    }
}
