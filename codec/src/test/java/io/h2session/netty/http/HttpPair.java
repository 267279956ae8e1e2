package io.h2session.netty.http;

import io.h2session.api.Http2SessionOptions;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.Http2StreamsHandlerBuilder;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.testing.GatedChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A client and a server with a channel for each stream, codecs on those, and the wire between them, moved by hand. */
final class HttpPair implements AutoCloseable {
    final GatedChannel client;
    final GatedChannel server;

    /** The channels of the server's streams, in order. */
    final List<StreamChannel> accepted = new ArrayList<>();

    /** The channels of the responses that the client was promised, in order. */
    final List<StreamChannel> promised = new ArrayList<>();

    private final List<StreamChannel> opened = new ArrayList<>();

    /** Bytes that went from the server to the client. */
    long fromServer;

    HttpPair(Supplier<List<ChannelHandler>> application) {
        this(builder -> builder, builder -> builder, application);
    }

    HttpPair(
            UnaryOperator<Http2SessionOptions.Builder> clientOptions,
            UnaryOperator<Http2SessionOptions.Builder> serverOptions,
            Supplier<List<ChannelHandler>> application) {
        this(clientOptions, serverOptions, application, null);
    }

    /** @param pushed handlers of responses that are promised; null if the client has none for them */
    HttpPair(
            UnaryOperator<Http2SessionOptions.Builder> clientOptions,
            UnaryOperator<Http2SessionOptions.Builder> serverOptions,
            Supplier<List<ChannelHandler>> application,
            Supplier<List<ChannelHandler>> pushed) {
        Http2StreamsHandlerBuilder streams = Http2StreamsHandler.builder();
        if (pushed != null) {
            streams.pushHandler(initializer(promised, HttpStreamCodec::forClient, pushed));
        }
        client = new GatedChannel(session(Http2SessionHandler.forClient(), clientOptions), streams.build());
        server = new GatedChannel(
                session(Http2SessionHandler.forServer(), serverOptions),
                Http2StreamsHandler.builder()
                        .childHandler(initializer(accepted, HttpStreamCodec::forServer, application))
                        .build());
        exchange();
    }

    private static Http2SessionHandler session(
            Http2SessionHandlerBuilder builder, UnaryOperator<Http2SessionOptions.Builder> options) {
        return builder.automaticConnectionWindow(true)
                .options(options.apply(Http2SessionOptions.builder()).build())
                .build();
    }

    private static ChannelInitializer<StreamChannel> initializer(
            List<StreamChannel> made, Supplier<HttpStreamCodec> codec, Supplier<List<ChannelHandler>> handlers) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(StreamChannel stream) {
                made.add(stream);
                stream.pipeline().addLast(codec.get());
                handlers.get().forEach(stream.pipeline()::addLast);
            }
        };
    }

    /** Opens a stream at the client. */
    StreamChannel open(ChannelHandler... handlers) {
        StreamChannel stream = new StreamBootstrap(client)
                .handler(initializer(opened, HttpStreamCodec::forClient, () -> List.of(handlers)))
                .open()
                .getNow();
        client.runPendingTasks();
        return stream;
    }

    /** Moves bytes both ways until nothing moves. */
    HttpPair exchange() {
        boolean moved;
        do {
            moved = move(client, server);
            moved |= move(server, client);
        } while (moved);
        return this;
    }

    private boolean move(GatedChannel from, GatedChannel to) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            moved |= bytes.isReadable();
            if (from == server) {
                fromServer += bytes.readableBytes();
            }
            if (to.isOpen()) {
                to.writeInbound(bytes);
            } else {
                bytes.release();
            }
        }
        return moved;
    }

    @Override
    public void close() {
        client.open();
        server.open();
        end(client);
        end(server);
        for (StreamChannel stream : opened) {
            stream.close();
        }
        promised.forEach(StreamChannel::close);
        for (StreamChannel stream : accepted) {
            stream.close();
        }
        end(client);
        end(server);
    }

    private static void end(GatedChannel channel) {
        Channel.Unsafe unsafe = channel.unsafe();
        unsafe.close(channel.voidPromise());
        channel.runPendingTasks();
        channel.releaseOutbound();
        channel.releaseInbound();
    }

    /** Does something with each message, and releases it. */
    static ChannelHandler on(BiConsumer<ChannelHandlerContext, Object> doing) {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                try {
                    doing.accept(context, message);
                } finally {
                    ReferenceCountUtil.release(message);
                }
            }
        };
    }

    /** What was read, in words. */
    @ChannelHandler.Sharable
    static final class Heard extends ChannelInboundHandlerAdapter {
        final List<String> words = new ArrayList<>();
        final List<Object> events = new ArrayList<>();
        final List<Throwable> exceptions = new ArrayList<>();
        boolean inactive;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            words.add(HttpWords.of(message));
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            events.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            exceptions.add(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            inactive = true;
        }
    }
}
