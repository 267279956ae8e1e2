package io.h2session.examples.documents;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.HeadersFrame;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.Socket;

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
                Http2SessionResult result = session.recv(Unpooled.wrappedBuffer(buffer, 0, count));
                session.send(sink); // after a fatal result, too: GOAWAY is still to be sent
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
}
