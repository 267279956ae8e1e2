package io.h2session.examples.documents;

import io.h2session.Http2Session;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2StreamHandle;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the page about operations shows. */
final class OperationsGuide {
    private OperationsGuide() {}

    static String windows(Http2SessionHandler handler) {
        StringBuilder text = new StringBuilder();
        Http2Session session = handler.session();
        for (Http2StreamHandle stream : handler.streams()) {
            text.append("stream ").append(stream.id());
            text.append(": localWindow=").append(session.localWindow(stream.id()));
            text.append(" remoteWindow=").append(session.remoteWindow(stream.id()));
            text.append(" state=").append(session.streamState(stream.id())).append('\n');
        }
        return text.toString();
    }

    static final class Connections extends ChannelInitializer<SocketChannel> {
        private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        private final Supplier<ChannelHandler> application;

        Connections(Supplier<ChannelHandler> application) {
            this.application = application;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            open.add(channel);
            Http2SessionHandler session = Http2SessionHandler.forServer()
                    .gracefulShutdownTimeout(Duration.ofSeconds(20))
                    .build();
            channel.pipeline().addLast(session, application.get());
        }

        void shutDown(Channel listening, EventLoopGroup loops) {
            listening.close().awaitUninterruptibly();
            open.close().awaitUninterruptibly(); // GOAWAY, and complete when the last stream is
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
