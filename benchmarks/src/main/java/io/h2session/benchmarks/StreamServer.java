package io.h2session.benchmarks;

import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamEnd;
import io.h2session.netty.channel.StreamHandler;
import io.h2session.netty.http.HttpStreamCodec;
import io.netty.channel.ChannelHandlerContext;

/** Our streams: each with a channel, with HTTP objects on it or not, or each told to a handler without one. */
final class StreamServer {
    private StreamServer() {}

    /** With a channel for each stream. */
    static Server withChannels(Shape shape) {
        Answers answers = new Answers(shape);
        return HandlerServer.connect(
                answers,
                Http2StreamsHandler.builder()
                        .childHandler(new HandlerServer.Responder(answers))
                        .build());
    }

    /** Without. */
    static Server withHandlers(Shape shape) {
        Answers answers = new Answers(shape);
        StreamHandler handler = new Teller(answers);
        return HandlerServer.connect(
                answers,
                Http2StreamsHandler.builder().streamHandler(head -> handler).build());
    }

    /** With a channel for each stream, whose handler reads and writes HTTP objects. */
    static Server withHttpObjects(Shape shape) {
        Answers answers = new Answers(shape);
        return HandlerServer.connect(
                answers,
                Http2StreamsHandler.builder()
                        .childInitializer(HttpResponder.behind(HttpStreamCodec::forServer, answers))
                        .build());
    }

    private static final class Teller implements StreamHandler {
        private final Answers answers;

        Teller(Answers answers) {
            this.answers = answers;
        }

        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            answers.requested(head.headers().value(HeaderToken.PATH));
            if (head.endStream()) {
                connection.writeAndFlush(
                        Http2SessionWrite.response(head.stream(), answers.head(), answers.body()),
                        connection.voidPromise());
            }
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {}
    }
}
