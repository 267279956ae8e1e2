package io.h2session.examples.grpc;

import io.h2session.api.Http2SessionOptions;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionHandlerBuilder;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.util.function.Supplier;

/** Connections and calls. */
final class Grpc {
    static final int MAX_MESSAGE = 16 << 20;

    private Grpc() {}

    /** Sets what gRPC needs: large windows, of which one that is not read uses its own, and room for the largest message. */
    static Http2SessionHandlerBuilder settings(Http2SessionHandlerBuilder session) {
        return session.options(
                        Http2SessionOptions.builder().initialWindowSize(1 << 20).build())
                .automaticConnectionWindow(true)
                .maxPendingBytesPerStream(2L * MAX_MESSAGE);
    }

    /** The handlers of a server's streams, behind its session. */
    static void serve(ChannelPipeline connection, Supplier<? extends ChannelHandler> service) {
        connection.addLast(Http2StreamsHandler.builder()
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel call) {
                        call.pipeline().addLast(new GrpcCodec(true, MAX_MESSAGE), service.get());
                    }
                })
                .build());
    }

    /** The handlers of a client's connection. */
    static void connect(ChannelPipeline connection) {
        connection.addLast(
                settings(Http2SessionHandler.forClient()).build(),
                Http2StreamsHandler.builder().build());
    }

    /** The head of a call, to which the application may add fields. */
    static HeaderList request(String authority, String method) {
        return HeaderList.of(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                method,
                ":authority",
                authority,
                "te",
                "trailers",
                "content-type",
                "application/grpc");
    }

    /** Begins a call on a connection with a session and a {@link Http2StreamsHandler}. Closing its channel cancels it. */
    static Future<StreamChannel> call(Channel connection, HeaderList request, ChannelHandler application) {
        ChannelInitializer<Channel> handlers = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel call) {
                call.pipeline().addLast(new GrpcCodec(false, MAX_MESSAGE), application);
            }
        };
        return new StreamBootstrap(connection).handler(handlers).open().addListener((Future<StreamChannel> opened) -> {
            if (opened.isSuccess()) {
                opened.getNow().write(request);
            }
        });
    }
}
