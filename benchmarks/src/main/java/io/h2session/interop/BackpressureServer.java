package io.h2session.interop;

import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;

/**
 * The server of {@link BackpressureClient}: long bodies both ways, in little memory.
 *
 * <pre>
 *   GET  /pull/N    N bytes, read when they can be sent
 *   GET  /push/N    N bytes, written while the stream is writable
 *   POST /take/R    takes the body at R bytes a second, and answers how many there were
 * </pre>
 */
public final class BackpressureServer extends ChannelInboundHandlerAdapter {
    private static final HeaderList OK = HeaderList.of(":status", "200");
    private static final HeaderList WRONG = HeaderList.of(":status", "500");

    private BackpressureServer() {}

    /** Serves until the process is ended. */
    public static void main(String[] args) throws Exception {
        PeakMemory memory = new PeakMemory();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("server: " + memory)));
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(Http2SessionHandler.forServer().build(), new BackpressureServer());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        System.out.println("listening on http://127.0.0.1:" + port);
        server.closeFuture().sync();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2SessionEvent.Headers request) {
            answer(ctx, request.stream(), request.headers().value(":path").toString());
        } else if (event instanceof Http2SessionEvent.Data data
                && data.stream().attachment() instanceof SlowReader reader) {
            reader.add(data);
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    private static void answer(ChannelHandlerContext ctx, Http2StreamHandle stream, String path) {
        long number = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        if (path.startsWith("/pull/")) {
            ctx.writeAndFlush(Http2SessionWrite.response(stream, OK, pulled(ctx, number)), ctx.voidPromise());
        } else if (path.startsWith("/push/")) {
            Pusher pusher = new Pusher(ctx, stream, number);
            stream.attachment(pusher);
            ctx.write(Http2SessionWrite.responseHead(stream, OK), ctx.voidPromise());
            pusher.push();
        } else {
            stream.attachment(new SlowReader(ctx, number, () -> taken(ctx, stream)));
        }
    }

    private static void taken(ChannelHandlerContext ctx, Http2StreamHandle stream) {
        SlowReader reader = stream.attachment();
        byte[] count = Long.toString(reader.taken()).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ctx.writeAndFlush(
                Http2SessionWrite.response(stream, reader.matches() ? OK : WRONG, DataSource.of(count)),
                ctx.voidPromise());
    }

    private static DataSource pulled(ChannelHandlerContext ctx, long size) {
        long[] sent = {0};
        return (streamId, max, sink) -> {
            int length = (int) Math.min(max, size - sent[0]);
            if (length > 0) {
                sink.add(Pattern.at(ctx.alloc(), sent[0], length));
                sent[0] += length;
            }
            return sent[0] == size ? DataResult.END : DataResult.MORE;
        };
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2SessionEvent.StreamWritability change
                && change.writable()
                && change.stream().attachment() instanceof Pusher pusher) {
            pusher.push();
        } else if (event instanceof Http2SessionEvent.StreamClosed closed
                && closed.stream().attachment() instanceof SlowReader reader) {
            reader.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cause.printStackTrace();
        ctx.close();
    }
}
