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
    private final Answers answers;
    private final Http2Session session;
    private final Sink sink = new Sink();

    /** The clock, looked at once in each turn as the handler does. */
    private long turn = System.nanoTime();

    EngineServer(Shape shape) {
        answers = new Answers(shape);
        Http2SessionOptions options = Http2SessionOptions.builder()
                .allocator(PooledByteBufAllocator.DEFAULT)
                .clock(() -> turn)
                .build();
        session = new Http2Session(Http2Role.SERVER, options, new Responder(answers));
        flush();
    }

    @Override
    public void read(ByteBuf bytes) {
        turn = System.nanoTime();
        Http2SessionResult result = session.recv(bytes);
        bytes.release();
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
    public long pathBytes() {
        return answers.pathBytes();
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
        public void write(ByteBuf bytes) {
            output.write(bytes);
        }
    }

    private static final class Responder implements Http2SessionListener {
        private final Answers answers;

        Responder(Answers answers) {
            this.answers = answers;
        }

        @Override
        public ReceiveAnswer onHeader(Http2SessionContext session, Frame frame, HeaderField field) {
            if (field.token() == HeaderToken.PATH) {
                answers.requested(field.value());
            }
            return ReceiveAnswer.CONTINUE;
        }

        @Override
        public void onFrameReceived(Http2SessionContext session, Frame frame) {
            if (frame instanceof HeadersFrame request && request.endStream()) {
                session.submitResponse(request.streamId(), answers.head(), DataSource.of(Shape.body()));
            }
        }
    }
}
