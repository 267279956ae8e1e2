package io.h2session.netty;

import static io.h2session.netty.Events.get;
import static io.h2session.netty.Events.status;
import static io.h2session.netty.Events.text;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionContext;
import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Stall;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.http.HttpStreamCodec;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedStream;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cause of each stall is what really holds a body back, in whichever way the application writes it. */
class StallCausesTest {
    private static final int LENGTH = 300_000;
    private static final int LARGE = 1_000_000;

    /** Writes down stalls, in milliseconds. */
    private static final class Stalls implements Http2SessionMetrics {
        final List<String> begun = new ArrayList<>();
        final List<String> ended = new ArrayList<>();

        @Override
        public void stallBegun(Http2SessionContext session, int streamId, Http2Stall cause) {
            begun.add(streamId + " " + cause);
        }

        @Override
        public void stallEnded(Http2SessionContext session, int streamId, Http2Stall cause, long nanos) {
            assertThat(begun).contains(streamId + " " + cause);
            ended.add(streamId + " " + cause + " " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms");
        }
    }

    /** How a body is written. The first ones write as long as their channel is writable. */
    enum Body {
        /** Pieces of 32 KiB, as of a file that is read. */
        PIECES {
            @Override
            void serve(StreamChannel stream, Path file) {
                stream.pipeline().addLast(new WhileWritable(32 * 1024));
            }
        },

        /** Lines, each written alone. */
        LINES {
            @Override
            void serve(StreamChannel stream, Path file) {
                stream.pipeline().addLast(new WhileWritable(45));
            }
        },

        HTTP_OBJECTS {
            @Override
            void serve(StreamChannel stream, Path file) {
                stream.pipeline().addLast(HttpStreamCodec.forServer(), new WhileWritable(1000));
            }
        },

        CHUNKED_WRITE_HANDLER {
            @Override
            void serve(StreamChannel stream, Path file) {
                stream.pipeline()
                        .addLast(
                                HttpStreamCodec.forServer(),
                                new ChunkedWriteHandler(),
                                new Whole(() -> new HttpChunkedInput(
                                        new ChunkedStream(new ByteArrayInputStream(new byte[LENGTH])))));
            }
        },

        FILE {
            @Override
            void serve(StreamChannel stream, Path file) {
                stream.pipeline()
                        .addLast(
                                HttpStreamCodec.forServer(),
                                new Whole(() -> new DefaultFileRegion(file.toFile(), 0, LENGTH)));
            }
        },

        SOURCE {
            @Override
            void serve(StreamChannel stream, Path file) {
                stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ReferenceCountUtil.release(message);
                        context.writeAndFlush(Http2SessionWrite.response(
                                stream.stream(), status(200), DataSource.of(new byte[LENGTH])));
                    }
                });
            }
        };

        abstract void serve(StreamChannel stream, Path file);
    }

    private interface Content {
        Object make();
    }

    /** Writes a response of HTTP with one object as its body. */
    private static final class Whole extends ChannelInboundHandlerAdapter {
        private final Content content;

        Whole(Content content) {
            this.content = content;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            context.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
            Object body = content.make();
            context.write(body);
            if (!(body instanceof HttpChunkedInput)) {
                context.write(LastHttpContent.EMPTY_LAST_CONTENT);
            }
            context.flush();
        }
    }

    /** Writes pieces as long as the channel is writable, as long as there are any left. */
    private static final class WhileWritable extends ChannelInboundHandlerAdapter {
        private final int piece;
        private int left = LENGTH;

        WhileWritable(int piece) {
            this.piece = piece;
        }

        /** The stream of a client's has no number yet. */
        @Override
        public void channelActive(ChannelHandlerContext context) {
            StreamChannel stream = (StreamChannel) context.channel();
            if (stream.stream().id() == 0) {
                context.write(Http2SessionWrite.requestHead(
                        stream.stream(),
                        HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "test", ":path", "/")));
                write(context);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            boolean http = !(message instanceof Http2SessionEvent);
            ReferenceCountUtil.release(message);
            StreamChannel stream = (StreamChannel) context.channel();
            context.write(
                    http
                            ? new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK)
                            : Http2SessionWrite.responseHead(stream.stream(), status(200)));
            write(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            write(context);
        }

        private void write(ChannelHandlerContext context) {
            boolean http = context.pipeline().get(HttpStreamCodec.class) != null;
            while (left > 0 && context.channel().isWritable()) {
                int length = Math.min(piece, left);
                left -= length;
                byte[] bytes = new byte[length];
                context.write(
                        http ? new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)) : Unpooled.wrappedBuffer(bytes));
                if (left == 0) {
                    context.write(
                            http
                                    ? LastHttpContent.EMPTY_LAST_CONTENT
                                    : Http2SessionWrite.data(
                                            ((StreamChannel) context.channel()).stream(), Unpooled.EMPTY_BUFFER, true));
                }
            }
            context.flush();
        }
    }

    @TempDir
    private Path directory;

    private final Stalls client = new Stalls();
    private final Stalls server = new Stalls();
    private SessionPair pair;

    private SessionPair pair(UnaryOperator<Http2SessionOptions.Builder> ofClient) {
        pair = new SessionPair(
                builder -> builder.metrics(client)
                        .options(ofClient.apply(Http2SessionOptions.builder()).build()),
                builder -> builder.metrics(server)
                        .options(Http2SessionOptions.builder()
                                .maxConcurrentStreams(1)
                                .initialWindowSize(LARGE)
                                .connectionWindowSize(LARGE)
                                .build()));
        pair.exchange();
        pair.clientEvents.keepData = true;
        return pair;
    }

    private static void addStreams(GatedChannel connection, Http2StreamsHandler streams) {
        String session =
                connection.pipeline().context(Http2SessionHandler.class).name();
        connection.pipeline().addAfter(session, null, streams);
    }

    private void serve(Consumer<StreamChannel> initializer) {
        addStreams(
                pair.server,
                Http2StreamsHandler.builder()
                        .childInitializer(stream -> initializer.accept((StreamChannel) stream))
                        .build());
    }

    private void ask(Body body) throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[LENGTH]);
        serve(stream -> body.serve(stream, file));
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
    }

    private void takeAll() {
        pair.clientEvents.keepData = false;
        pair.clientEvents.releaseKept();
        pair.exchange();
    }

    @AfterEach
    void everyStallHasEnded() {
        pair.close();
        assertThat(server.ended).hasSameSizeAs(server.begun);
        assertThat(client.ended).hasSameSizeAs(client.begun);
    }

    @ParameterizedTest
    @EnumSource
    void theWindowOfTheStream(Body body) throws IOException {
        pair(options -> options.initialWindowSize(10_000).connectionWindowSize(LARGE));
        ask(body);
        pair.pass(20, MILLISECONDS);
        assertThat(server.begun).containsExactly("1 STREAM_WINDOW");
        takeAll();
        assertThat(server.ended).startsWith("1 STREAM_WINDOW 20 ms");
        assertThat(server.begun).containsOnly("1 STREAM_WINDOW");
    }

    @ParameterizedTest
    @EnumSource
    void theWindowOfTheConnection(Body body) throws IOException {
        pair(options -> options.initialWindowSize(LARGE).connectionWindowSize(65_535));
        ask(body);
        pair.pass(20, MILLISECONDS);
        assertThat(server.begun).containsExactly("0 CONNECTION_WINDOW");
        takeAll();
        assertThat(server.ended).startsWith("0 CONNECTION_WINDOW 20 ms");
        assertThat(server.begun).containsOnly("0 CONNECTION_WINDOW");
    }

    @ParameterizedTest
    @EnumSource
    void theSocket(Body body) throws IOException {
        pair(options -> options.initialWindowSize(LARGE).connectionWindowSize(LARGE));
        pair.server.shut();
        ask(body);
        pair.pass(20, MILLISECONDS);
        // What is written while the channel is writable is all with the transport; a file and a source are read as it
        // takes them.
        boolean ofStream = body != Body.FILE && body != Body.SOURCE;
        assertThat(server.begun).containsExactly(ofStream ? "1 SOCKET" : "0 SOCKET");
        for (int i = 0; i < 3; i++) {
            pair.server.letThrough();
            pair.pass(20, MILLISECONDS);
        }
        pair.server.open();
        pair.exchange();
        assertThat(server.begun).isSubsetOf("0 SOCKET", "1 SOCKET");
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsAStallIfNothingIsSlow(Body body) throws IOException {
        pair(options -> options.initialWindowSize(LARGE).connectionWindowSize(LARGE));
        ask(body);
        assertThat(server.begun).isEmpty();
    }

    @Test
    void theApplicationIsWaitedForWhenTheSocketHasTakenWhatThereWas() {
        pair(options -> options);
        List<StreamChannel> streams = new ArrayList<>();
        serve(streams::add);
        pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
        StreamChannel stream = streams.get(0);
        pair.server.shut();
        stream.write(Http2SessionWrite.responseHead(stream.stream(), status(200)));
        stream.writeAndFlush(text("some"));
        pair.exchange().pass(20, MILLISECONDS);
        assertThat(server.begun).containsExactly("1 SOCKET");
        pair.server.open();
        pair.pass(30, MILLISECONDS);
        assertThat(server.begun).containsExactly("1 SOCKET", "1 APPLICATION");
        stream.writeAndFlush(text("more"));
        pair.exchange().pass(40, MILLISECONDS);
        stream.writeAndFlush(Http2SessionWrite.data(stream.stream(), text("all"), true));
        pair.exchange();
        assertThat(server.ended).containsExactly("1 SOCKET 20 ms", "1 APPLICATION 30 ms", "1 APPLICATION 40 ms");
    }

    /** A stream whose bytes are not among those that wait does not wait for them. */
    @Test
    void whatWaitsOfOthersIsNoCause() {
        pair = new SessionPair(builder -> builder, builder -> builder.metrics(server));
        pair.exchange();
        List<StreamChannel> streams = new ArrayList<>();
        serve(streams::add);
        for (int i = 0; i < 2; i++) {
            pair.request(Http2SessionWrite.request(new Http2StreamHandle(), get("/")));
            StreamChannel stream = streams.get(i);
            stream.write(Http2SessionWrite.responseHead(stream.stream(), status(200)));
        }
        streams.get(0).writeAndFlush(text("some"));
        pair.exchange();
        int before = server.begun.size();
        assertThat(server.begun).contains("1 APPLICATION");
        pair.server.shut();
        streams.get(1).writeAndFlush(text("some"));
        pair.exchange().pass(20, MILLISECONDS);
        pair.server.open();
        pair.exchange();
        assertThat(server.begun.subList(before, server.begun.size())).containsExactly("3 SOCKET", "3 APPLICATION");
    }

    @Test
    void anUploadOfAClientWaitsForTheSameThings() {
        pair(options -> options);
        addStreams(pair.client, Http2StreamsHandler.builder().build());
        pair.client.shut();
        new StreamBootstrap(pair.client).handler(new WhileWritable(45)).open();
        pair.pass(20, MILLISECONDS);
        assertThat(client.begun).containsExactly("1 SOCKET");
        pair.client.open();
        pair.exchange();
        assertThat(client.begun).doesNotContain("1 APPLICATION");
    }

    @Test
    void requestsOfChannelsWaitForThePeersLimit() {
        pair(options -> options);
        pair.serverEvents.on((context, event) -> {});
        addStreams(pair.client, Http2StreamsHandler.builder().build());
        List<StreamChannel> streams = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            StreamChannel stream = new StreamBootstrap(pair.client).open().getNow();
            stream.writeAndFlush(Http2SessionWrite.request(stream.stream(), get("/")));
            streams.add(stream);
        }
        pair.exchange().pass(50, MILLISECONDS);
        assertThat(client.begun).containsExactly("0 PEER_STREAM_LIMIT");
        streams.get(0).close();
        pair.exchange();
        assertThat(client.ended).containsExactly("0 PEER_STREAM_LIMIT 50 ms");
    }
}
