package io.h2session.examples.testing;

import io.h2session.examples.net.Transport;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A server that does what a test wants, also what no server should. */
public final class TestServer implements AutoCloseable {
    private final EventLoopGroup eventLoop = Transport.best().eventLoops(1);
    private final List<Channel> connections = new CopyOnWriteArrayList<>();
    private final Channel listening;

    /** Answers what arrives on a stream. */
    public interface Answers {
        /** A header block has arrived. */
        void headers(ChannelHandlerContext connection, Http2SessionEvent.Headers headers);

        /** A piece of a body has arrived; it is released afterwards. */
        default void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {}
    }

    private TestServer(Consumer<Channel> accept) throws InterruptedException {
        listening = new ServerBootstrap()
                .group(eventLoop)
                .channel(Transport.best().serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        accept.accept(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    /** Whatever these handlers speak. */
    public static TestServer with(Consumer<Channel> accept) throws InterruptedException {
        return new TestServer(accept);
    }

    /** HTTP/2 in cleartext. */
    public static TestServer http2(Answers answers) throws InterruptedException {
        return new TestServer(channel -> addSession(channel, answers));
    }

    /** HTTP/2 in TLS, whatever the client offers. */
    public static TestServer tls(SslContext context, Answers answers) throws InterruptedException {
        return new TestServer(channel -> {
            channel.pipeline().addLast(context.newHandler(channel.alloc()));
            addSession(channel, answers);
        });
    }

    /**
     * Answers the first bytes with these, whatever they are, and ends its side. What still comes is read until the client closes:
     * a socket that is closed before it has read everything resets the connection, and the client may not get the answer.
     */
    public static TestServer saying(String answer) throws InterruptedException {
        return new TestServer(channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            private boolean answered;

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ReferenceCountUtil.release(message);
                if (!answered) {
                    answered = true;
                    context.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1))
                            .addListener(sent -> ((DuplexChannel) context.channel()).shutdownOutput());
                }
            }
        }));
    }

    /** Accepts connections and says nothing at all. */
    public static TestServer silent() throws InterruptedException {
        return new TestServer(channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ReferenceCountUtil.release(message);
            }
        }));
    }

    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        Ending.of(eventLoop, connections);
    }

    private static void addSession(Channel channel, Answers answers) {
        channel.pipeline().addLast(Http2SessionHandler.forServer().build(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof Http2SessionEvent.Headers headers) {
                    answers.headers(context, headers);
                } else if (message instanceof Http2SessionEvent.Data data) {
                    answers.data(context, data);
                }
                ReferenceCountUtil.release(message);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                context.flush();
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {}
        });
    }
}
