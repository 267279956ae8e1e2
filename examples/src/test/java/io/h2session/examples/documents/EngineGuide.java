package io.h2session.examples.documents;

import io.h2session.Http2Session;
import io.h2session.api.BodySink;
import io.h2session.api.ByteSink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.ReceiveAnswer;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The code of the guide to the engine. */
final class EngineGuide {
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "text/plain");

    private EngineGuide() {}

    static Http2Session session() {
        Http2Session session =
                new Http2Session(Http2Role.SERVER, Http2SessionOptions.safe(), new Http2SessionListener() {
                    @Override
                    public void onFrameReceived(Http2SessionContext context, Frame frame) {
                        if (frame instanceof HeadersFrame request && request.category() == HeadersCategory.REQUEST) {
                            context.submitResponse(request.streamId(), OK, DataSource.ofAscii("hello, world\n"));
                        }
                    }
                });
        return session;
    }

    static void exchange(Http2Session session, ByteBuf bytesFromThePeer, ByteSink sink) {
        session.recv(bytesFromThePeer);
        session.send(sink); // a ByteSink accepts the bytes to be sent
    }

    /** Serves one connection on a thread of its own, with blocking input and output. */
    static void serve(Socket socket) throws IOException {
        try (socket) {
            Http2Session session = session();
            ByteSink sink = new SocketSink(socket);
            byte[] buffer = new byte[16 * 1024];
            session.send(sink); // our SETTINGS
            while (session.wantRead() || session.wantWrite()) {
                int count = socket.getInputStream().read(buffer);
                if (count < 0) {
                    session.close(); // ends all streams, and tells the listener of each
                    return;
                }
                ByteBuf bytes = Unpooled.wrappedBuffer(buffer, 0, count);
                Http2SessionResult result;
                do {
                    result = session.recv(bytes); // may stop until replies were sent, and leave the rest
                    session.send(sink); // after a fatal result, too: GOAWAY is still to be sent
                } while (bytes.isReadable() && !result.fatal());
                if (result.fatal()) {
                    return;
                }
            }
        }
    }

    record SocketSink(Socket socket) implements ByteSink {
        @Override
        public long writableBytes() {
            return Long.MAX_VALUE; // a blocking socket always accepts
        }

        @Override
        public void write(ByteBuf bytes) {
            try {
                bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
            } catch (IOException broken) {
                throw new java.io.UncheckedIOException(broken);
            } finally {
                bytes.release();
            }
        }
    }

    /** A body of so many letters. */
    static final class Letters implements DataSource {
        private int left;

        Letters(int count) {
            left = count;
        }

        @Override
        public DataResult read(int streamId, int maxLength, BodySink sink) {
            byte[] piece = new byte[Math.min(left, maxLength)];
            Arrays.fill(piece, (byte) 'x');
            sink.write(piece, 0, piece.length);
            left -= piece.length;
            return left == 0 ? DataResult.END : DataResult.MORE; // with MORE it is read again when more can be sent
        }
    }

    static Http2Session client(StringBuilder content) {
        return new Http2Session(Http2Role.CLIENT, Http2SessionOptions.safe(), new Http2SessionListener() {
            @Override
            public ReceiveAnswer onDataChunk(Http2SessionContext context, int streamId, int flags, ByteBuf data) {
                content.append(data.toString(StandardCharsets.US_ASCII));
                return ReceiveAnswer.CONTINUE;
            }

            @Override
            public void onStreamClosed(Http2SessionContext context, int streamId, long errorCode) {
                context.terminate(ErrorCode.NO_ERROR.code());
            }
        });
    }

    static int ask(Http2Session session) {
        HeaderList request =
                HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "localhost", ":path", "/letters");
        return session.submitRequest(request, null, null); // the number of the stream; sent by the next send
    }
}
