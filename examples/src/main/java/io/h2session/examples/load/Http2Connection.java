package io.h2session.examples.load;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.DataSource;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2Timeouts;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.GoAwayFrame;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.ResetFrame;
import io.h2session.frame.SettingId;
import io.h2session.frame.SettingsFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderToken;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;

/**
 * A connection of HTTP/2: the engine itself in a pipeline, without the events and promises of the handler, because a program
 * that measures has to cost little.
 */
final class Http2Connection extends LoadConnection {
    private final Http2Session session;
    private final Sink sink = new Sink();
    private long turn;
    private int mostStreams;
    private boolean freed;
    private boolean sending;
    private boolean spoken;

    Http2Connection(Worker worker, Plan plan) {
        super(worker, worker.now());
        turn = begun;
        mostStreams = plan.streams();
        int window = (int) ((1L << plan.windowBits()) - 1);
        Http2SessionOptions options = Http2SessionOptions.builder()
                .initialWindowSize(window)
                .connectionWindowSize(Math.max(window, 65_535))
                // The worker has timeouts of its own.
                .timeouts(Http2Timeouts.NONE)
                .clock(() -> turn)
                .build();
        session = new Http2Session(Http2Role.CLIENT, options, new Listener());
    }

    // ---- for the worker --------------------------------------------------------------------------------------------

    @Override
    boolean hasRoom() {
        return running() < mostStreams && failure() == null && session.requestAllowed();
    }

    @Override
    void send(Exchange exchange) {
        began(exchange);
        byte[] body = worker.plan().body();
        DataSource content = body == null ? null : DataSource.of(body);
        exchange.stream = session.submitRequest(exchange.request.headers(), content, exchange);
    }

    @Override
    void sendAll() {
        if (sending || context().isRemoved()) {
            return;
        }
        sending = true;
        do {
            freed = false;
            worker.refill(this);
            // A stream may also end because the rest of its request was sent.
            session.send(sink);
        } while (freed);
        sending = false;
        context().flush();
        boolean nothingLeft = session.draining() && running() == 0;
        if (nothingLeft || !session.wantRead() && !session.wantWrite()) {
            context().close();
        }
    }

    @Override
    void cancel(Exchange exchange) {
        session.submitReset(exchange.stream, ErrorCode.CANCEL.code());
    }

    @Override
    void finish() {
        if (context() == null || context().isRemoved()) {
            return;
        }
        session.terminate(ErrorCode.NO_ERROR.code());
        session.send(sink);
        context().flush();
        context().close();
    }

    // ---- for the pipeline ------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        if (added.channel().isActive()) {
            sendAll();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        sendAll();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            traffic().received += bytes.readableBytes();
            turn = worker.now();
            if (spoken || speaksHttp2(bytes)) {
                receive(bytes);
            }
        } finally {
            bytes.release();
        }
    }

    /** In HTTP/2 the first byte is the highest of the length of a short frame, which is zero (RFC 9113 section 4.1). */
    private boolean speaksHttp2(ByteBuf bytes) {
        spoken = bytes.getUnsignedByte(bytes.readerIndex()) == 0;
        if (!spoken) {
            failed("the server does not speak HTTP/2");
            context().close();
        }
        return spoken;
    }

    private void receive(ByteBuf bytes) {
        Http2SessionResult result = session.recv(bytes);
        while (result == Http2SessionResult.REPLIES_OWED) {
            int before = bytes.readableBytes();
            sendAll();
            result = session.recv(bytes);
            if (result == Http2SessionResult.REPLIES_OWED && bytes.readableBytes() == before) {
                failed("the server does not read the replies to its frames");
                context().close();
                return;
            }
        }
        if (result.fatal()) {
            failed(broken());
        }
    }

    private String broken() {
        return "the server broke the protocol: " + session.terminationReason();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        sendAll();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            sendAll();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!session.draining() && running() > 0) {
            failed(CLOSED);
        }
        session.close();
        gone();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        session.close();
        gone();
    }

    /** The bytes of the session go to the channel. */
    private final class Sink implements ByteSink {
        @Override
        public long writableBytes() {
            return context().channel().bytesBeforeUnwritable();
        }

        @Override
        public void write(ByteBuf bytes) {
            traffic().sent += bytes.readableBytes();
            context().write(bytes, context().voidPromise());
        }
    }

    /** What the session tells. */
    private final class Listener implements Http2SessionListener {
        private int lastStream;
        private Exchange last;

        /** Frames of one stream mostly follow each other. */
        private Exchange exchange(int stream) {
            if (stream != lastStream) {
                lastStream = stream;
                last = (Exchange) session.userData(stream);
            }
            return last;
        }

        @Override
        public ReceiveAnswer onHeader(Http2SessionContext context, Frame frame, HeaderField field) {
            traffic().headersDecoded += field.name().length() + field.value().length();
            if (field.token() == HeaderToken.STATUS) {
                Exchange exchange = exchange(frame.streamId());
                if (exchange != null) {
                    exchange.status = number(field.value());
                }
            }
            return ReceiveAnswer.CONTINUE;
        }

        /** The session lets only three digits pass. */
        private static int number(AsciiString status) {
            return (status.byteAt(0) - '0') * 100 + (status.byteAt(1) - '0') * 10 + status.byteAt(2) - '0';
        }

        @Override
        public ReceiveAnswer onDataChunk(Http2SessionContext context, int streamId, int flags, ByteBuf data) {
            Exchange exchange = exchange(streamId);
            if (exchange != null) {
                exchange.bytes += data.readableBytes();
            }
            return ReceiveAnswer.CONTINUE;
        }

        @Override
        public void onFrameReceived(Http2SessionContext context, Frame frame) {
            if (frame instanceof HeadersFrame headers) {
                traffic().headers += headers.length();
                Exchange exchange = exchange(headers.streamId());
                if (exchange != null) {
                    exchange.headCame(worker.now());
                }
            } else if (frame instanceof ResetFrame reset) {
                Exchange exchange = exchange(reset.streamId());
                // A reset behind a whole response only says that the rest of the request is not wanted.
                if (exchange != null && !session.inboundComplete(reset.streamId())) {
                    exchange.because("the server reset the stream: " + ErrorCode.name(reset.errorCode()));
                }
            } else if (frame instanceof SettingsFrame settings && !settings.ack()) {
                long allowed = session.remoteSetting(SettingId.MAX_CONCURRENT_STREAMS);
                mostStreams = (int) Math.min(worker.plan().streams(), allowed);
                worker.allowed(allowed);
                nowReady();
            } else if (frame instanceof GoAwayFrame goAway && goAway.errorCode() != ErrorCode.NO_ERROR.code()) {
                failed("the server ended the connection: " + ErrorCode.name(goAway.errorCode()));
            }
        }

        @Override
        public void onInvalidFrameReceived(Http2SessionContext context, Frame frame, InvalidFrameReason reason) {
            Exchange exchange = exchange(frame.streamId());
            if (exchange != null) {
                exchange.because("the response is malformed: " + reason);
            }
        }

        @Override
        public void onStreamClosed(Http2SessionContext context, int streamId, long errorCode) {
            Exchange exchange = exchange(streamId);
            lastStream = 0;
            last = null;
            if (exchange == null) {
                return;
            }
            freed = true;
            if (session.inboundComplete(streamId) && exchange.failure == null) {
                complete(exchange);
            } else {
                incomplete(exchange, errorCode);
            }
        }

        private void incomplete(Exchange exchange, long errorCode) {
            ended(exchange);
            if (exchange.failure == null
                    && failure() == null
                    && errorCode == ErrorCode.REFUSED_STREAM.code()
                    && session.draining()) {
                worker.unprocessed(exchange);
                return;
            }
            exchange.because(failure());
            if (session.endedBy() == Http2EndedBy.PEER && !session.draining()) {
                exchange.because(broken());
            }
            exchange.because("the stream ended early: " + ErrorCode.name(errorCode));
            worker.failed(exchange);
        }
    }
}
