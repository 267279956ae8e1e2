package io.h2session.netty.channel;

import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.testing.Frames;
import io.h2session.testing.GatedChannel;
import io.h2session.testing.PeerView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A connection of ours with a channel for each stream. Its peer is the test: it says {@link Frames} and reads what comes as a {@link
 * PeerView}.
 */
final class StreamsEnd implements AutoCloseable {
    /** The time of all sessions: it passes when a test says so. */
    private static long now;

    final GatedChannel channel;
    final Http2SessionHandler session;
    final Http2StreamsHandler streams;

    /** What each channel's handler was told, in the order the channels were made. */
    final List<StreamLog> logs = new ArrayList<>();

    /** What came out behind the streams' handler. */
    final List<Object> behind = new ArrayList<>();

    final List<Throwable> exceptionsBehind = new ArrayList<>();

    /** What the peer says: one HPACK encoder for all of it. */
    private final Frames peer = Frames.script();

    private final PeerView view;

    /** What each log does at what it is told. */
    StreamLog.Reaction reaction = (log, what, message) -> {};

    /** Done with each channel before its handler is added. */
    Consumer<StreamChannel> prepare = made -> {};

    private StreamsEnd(
            Http2Role role,
            UnaryOperator<Http2SessionHandlerBuilder> sessionSettings,
            UnaryOperator<Http2StreamsHandlerBuilder> settings,
            long... peerSettings) {
        Http2SessionHandlerBuilder builder =
                role.isServer() ? Http2SessionHandler.forServer() : Http2SessionHandler.forClient();
        session = options(own -> own).andThen(sessionSettings).apply(builder).build();
        streams = settings.apply(Http2StreamsHandler.builder().childHandler(initializer()))
                .build();
        view = role.isServer() ? PeerView.ofServer() : PeerView.ofClient();
        channel = new GatedChannel(session, streams, new Behind());
        channel.runPendingTasks();
        Frames hello = peer.fork();
        if (!role.isServer()) {
            receive(Frames.script().settings(peerSettings));
        } else {
            receive(hello.preface().settings(peerSettings));
        }
        receive(Frames.script().settingsAck());
        sent();
    }

    static StreamsEnd server() {
        return server(builder -> builder, builder -> builder);
    }

    static StreamsEnd server(
            UnaryOperator<Http2SessionHandlerBuilder> session, UnaryOperator<Http2StreamsHandlerBuilder> settings) {
        return new StreamsEnd(Http2Role.SERVER, session, settings);
    }

    static StreamsEnd client() {
        return client(builder -> builder, builder -> builder);
    }

    static StreamsEnd client(
            UnaryOperator<Http2SessionHandlerBuilder> session,
            UnaryOperator<Http2StreamsHandlerBuilder> settings,
            long... peerSettings) {
        return new StreamsEnd(Http2Role.CLIENT, session, settings, peerSettings);
    }

    static UnaryOperator<Http2SessionHandlerBuilder> options(UnaryOperator<Http2SessionOptions.Builder> options) {
        return builder -> builder.options(
                options.apply(Http2SessionOptions.builder().clock(() -> now)).build());
    }

    /** What puts a log into a channel. */
    ChannelInitializer<StreamChannel> initializer() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(StreamChannel made) {
                prepare.accept(made);
                StreamLog log = new StreamLog(made, StreamsEnd.this);
                logs.add(log);
                made.pipeline().addLast(log);
            }
        };
    }

    /** The handler of the channel that was made as the nth, from 0. */
    StreamLog log(int index) {
        return logs.get(index);
    }

    StreamChannel child(int index) {
        return logs.get(index).channel;
    }

    /** Opens a channel at a client. */
    StreamChannel open() {
        StreamChannel opened =
                new StreamBootstrap(channel).handler(initializer()).open().getNow();
        channel.runPendingTasks();
        return opened;
    }

    /** What the peer will say next. */
    Frames say() {
        return peer.fork();
    }

    /** The peer's bytes arrive in one read. */
    StreamsEnd receive(Frames frames) {
        channel.writeInbound(frames.buf());
        return this;
    }

    /** Each in a read of its own. */
    StreamsEnd receiveEach(Frames... each) {
        for (Frames one : each) {
            receive(one);
        }
        return this;
    }

    /** What was sent since this was asked last. */
    List<String> sent() {
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            // Anything else was written when no session was there any more to take it.
            if (out instanceof ByteBuf bytes) {
                all.writeBytes(bytes);
            }
            ReferenceCountUtil.release(out);
        }
        return view.readAndRelease(all);
    }

    /** How many bytes of DATA were sent, of what {@link #sent} has told. */
    int dataSent() {
        return view.dataLengths().stream().mapToInt(length -> length).sum();
    }

    void pass(long time, TimeUnit unit) {
        now += unit.toNanos(time);
        channel.advanceTimeBy(time, unit);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** The transport is gone. */
    void vanish() {
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
    }

    @Override
    public void close() {
        channel.open();
        vanish();
        for (StreamLog log : logs) {
            log.channel.close();
        }
        channel.runPendingTasks();
        channel.releaseOutbound();
        channel.releaseInbound();
    }

    static HeaderList status(int status, String... more) {
        HeaderList list = HeaderList.of(":status", Integer.toString(status));
        return more.length == 0 ? list : list.plus(more[0], more[1]);
    }

    static HeaderList get(String path) {
        return HeaderList.of(":method", "GET", ":scheme", "http", ":authority", "test", ":path", path);
    }

    static HeaderList post(String path) {
        return HeaderList.of(":method", "POST", ":scheme", "http", ":authority", "test", ":path", path);
    }

    static ByteBuf text(String text) {
        return ByteBufUtil.writeAscii(ByteBufAllocator.DEFAULT, text);
    }

    static ByteBuf bytes(int length) {
        return ByteBufAllocator.DEFAULT.buffer(length).writeZero(length);
    }

    private final class Behind extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            behind.add(message);
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            behind.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            exceptionsBehind.add(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            behind.add("inactive");
            for (StreamLog log : logs) {
                Channel child = log.channel;
                if (child.isRegistered()) {
                    log.told.add("(connection inactive)");
                }
            }
        }
    }
}
