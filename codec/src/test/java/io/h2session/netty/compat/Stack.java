package io.h2session.netty.compat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;

/** The lines that a program changes. */
enum Stack {
    NETTY {
        @Override
        void server(ChannelPipeline pipeline, ChannelHandler streamHandler) {
            pipeline.addLast(Http2FrameCodecBuilder.forServer().build());
            pipeline.addLast(new Http2MultiplexHandler(streamHandler));
        }

        @Override
        void client(ChannelPipeline pipeline, ChannelHandler streamHandler) {
            pipeline.addLast(Http2FrameCodecBuilder.forClient().build());
            pipeline.addLast(new Http2MultiplexHandler(streamHandler));
        }

        @Override
        Future<Http2StreamChannel> open(Channel connection, ChannelHandler handler) {
            return new Http2StreamChannelBootstrap(connection).handler(handler).open();
        }
    },

    H2SESSION {
        @Override
        void server(ChannelPipeline pipeline, ChannelHandler streamHandler) {
            pipeline.addLast(FrameSessionBuilder.forServer().build());
            pipeline.addLast(new FrameMultiplexHandler(streamHandler));
        }

        @Override
        void client(ChannelPipeline pipeline, ChannelHandler streamHandler) {
            pipeline.addLast(FrameSessionBuilder.forClient().build());
            pipeline.addLast(new FrameMultiplexHandler(streamHandler));
        }

        @Override
        Future<Http2StreamChannel> open(Channel connection, ChannelHandler handler) {
            return new FrameStreamBootstrap(connection).handler(handler).open();
        }
    };

    /** The two lines that set a server's connection up. */
    abstract void server(ChannelPipeline pipeline, ChannelHandler streamHandler);

    /** The two lines that set a client's connection up. */
    abstract void client(ChannelPipeline pipeline, ChannelHandler streamHandler);

    /** The one line that opens a stream. */
    abstract Future<Http2StreamChannel> open(Channel connection, ChannelHandler handler);
}
