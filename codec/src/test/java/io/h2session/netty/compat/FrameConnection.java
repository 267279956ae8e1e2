package io.h2session.netty.compat;

import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A connection of one of the stacks with a {@link Diary} on each stream. Its peer is the test: it says {@link Frames} and reads
 * what comes as a {@link PeerView}. Its streams begin with 3: Netty takes stream 1 of an embedded channel for an upgraded request.
 */
final class FrameConnection implements AutoCloseable {
    static final int UNKNOWN_TYPE = 200;

    final Stack stack;
    final GatedChannel channel = new GatedChannel();
    final List<Diary> diaries = new ArrayList<>();

    /** What came out behind the streams' handler. */
    final List<String> behind = new ArrayList<>();

    final List<Throwable> exceptionsBehind = new ArrayList<>();
    ChannelHandlerContext last;
    Diary.Reaction reaction = (diary, what, message) -> {};
    private final Frames peer = Frames.script();
    private final PeerView view;

    private FrameConnection(
            Stack stack,
            boolean server,
            Consumer<Http2FrameCodecBuilder> netty,
            Consumer<FrameSessionBuilder> ours,
            long... peerSettings) {
        this.stack = stack;
        view = server ? PeerView.ofServer() : PeerView.ofClient();
        setUp(channel.pipeline(), server, netty, ours);
        channel.pipeline().addLast(new Behind());
        channel.runPendingTasks();
        Frames hello = peer.fork();
        receive((server ? hello.preface() : hello).settings(peerSettings));
        receive(say().settingsAck());
        sent();
        if (!exceptionsBehind.isEmpty()) {
            throw new AssertionError(exceptionsBehind.get(0));
        }
    }

    private void setUp(
            ChannelPipeline pipeline,
            boolean server,
            Consumer<Http2FrameCodecBuilder> netty,
            Consumer<FrameSessionBuilder> ours) {
        Http2Settings clients = Http2Settings.defaultSettings().pushEnabled(true);
        if (stack == Stack.NETTY) {
            Http2FrameCodecBuilder builder = server
                    ? Http2FrameCodecBuilder.forServer()
                    : Http2FrameCodecBuilder.forClient().initialSettings(clients);
            netty.accept(builder);
            pipeline.addLast(builder.build(), new Http2MultiplexHandler(diary()));
        } else {
            FrameSessionBuilder builder = server
                    ? FrameSessionBuilder.forServer().initialSettings(new Http2Settings().initialWindowSize(65_535))
                    : FrameSessionBuilder.forClient().initialSettings(clients);
            builder.unknownFrames(UNKNOWN_TYPE).options(options -> options.clock(channel::time));
            ours.accept(builder);
            pipeline.addLast(builder.build(), new FrameMultiplexHandler(diary()));
        }
    }

    static FrameConnection server(Stack stack) {
        return server(stack, netty -> {}, ours -> {});
    }

    /** A server whose codec is built in another way. */
    static FrameConnection server(
            Stack stack, Consumer<Http2FrameCodecBuilder> netty, Consumer<FrameSessionBuilder> ours) {
        return new FrameConnection(stack, true, netty, ours);
    }

    static FrameConnection client(Stack stack, long... peerSettings) {
        return new FrameConnection(stack, false, netty -> {}, ours -> {}, peerSettings);
    }

    ChannelHandler diary() {
        return new ChannelInitializer<Http2StreamChannel>() {
            @Override
            protected void initChannel(Http2StreamChannel stream) {
                Diary diary = new Diary((it, what, message) -> reaction.react(it, what, message));
                diaries.add(diary);
                stream.pipeline().addLast(diary);
            }
        };
    }

    /** Opens a stream at a client. */
    Http2StreamChannel open() {
        Http2StreamChannel opened = stack.open(channel, diary()).getNow();
        channel.runPendingTasks();
        return opened;
    }

    /** Opens one and writes a request. */
    Http2StreamChannel ask(boolean endStream) {
        Http2StreamChannel opened = open();
        opened.writeAndFlush(new DefaultHttp2HeadersFrame(request("/"), endStream));
        channel.runPendingTasks();
        return opened;
    }

    Diary diary(int index) {
        return diaries.get(index);
    }

    Http2StreamChannel child(int index) {
        return diaries.get(index).channel;
    }

    Frames say() {
        return peer.fork();
    }

    FrameConnection receive(Frames frames) {
        channel.writeInbound(frames.buf());
        channel.runPendingTasks();
        return this;
    }

    FrameConnection receiveEach(Frames... each) {
        for (Frames one : each) {
            receive(one);
        }
        return this;
    }

    /** Everything that was sent since this was asked last. */
    List<String> sent() {
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        return view.readAndRelease(all);
    }

    /** What was sent on a stream, but for window credit. */
    List<String> sent(int streamId) {
        Pattern ofStream = Pattern.compile("\\S+ " + streamId + "( .*)?");
        return sent().stream()
                .filter(line -> ofStream.matcher(line).matches())
                .filter(line -> !line.startsWith("WINDOW_UPDATE") && !line.startsWith("PING"))
                .toList();
    }

    void vanish() {
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
    }

    @Override
    public void close() {
        channel.open();
        vanish();
        for (Diary diary : diaries) {
            diary.channel.close();
        }
        channel.runPendingTasks();
        channel.releaseOutbound();
        channel.releaseInbound();
    }

    static Http2Headers request(String path) {
        return new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .authority("test")
                .path(path);
    }

    static Http2Headers response(int status) {
        return new DefaultHttp2Headers().status(Integer.toString(status));
    }

    private final class Behind extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            last = ctx;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            behind.add(Diary.word(message));
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            exceptionsBehind.add(cause);
        }
    }

    /** A channel that is not open any more. */
    static boolean closed(Channel channel) {
        return !channel.isOpen() && !channel.isActive();
    }
}
