package io.h2session.interop;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Shows that what is slow costs no memory and stops nobody.
 *
 * <pre>
 *   java -cp benchmarks.jar io.h2session.interop.BackpressureClient PORT download SIZE RATE
 *       one stream takes SIZE bytes at RATE bytes a second, 99 others on the same connection as fast as they can
 *   java -cp benchmarks.jar io.h2session.interop.BackpressureClient PORT upload SIZE RATE
 *       a body of SIZE bytes goes to an application that takes RATE bytes a second
 * </pre>
 *
 * <p>Exits with 1 unless every byte arrived in its place, the slow stream was neither faster than it should be nor much slower
 * ({@value #SPARE_SECONDS} seconds more than twice its time, for machines that are busy), and the others were faster than it.
 */
public final class BackpressureClient extends ChannelInboundHandlerAdapter {
    private static final int OTHERS = 99;
    private static final int OTHERS_SIZE = 256 * 1024;
    private static final double MIB = 1024 * 1024;
    private static final int SPARE_SECONDS = 30;

    private final boolean upload;
    private final long size;
    private final long rate;
    private final CompletableFuture<String> done = new CompletableFuture<>();
    private final StringBuilder answer = new StringBuilder();
    private final Http2StreamHandle slow = new Http2StreamHandle();
    private SlowReader reader;
    private long began;
    private long othersBytes;
    private long othersDone;
    private boolean finished;

    private BackpressureClient(boolean upload, long size, long rate) {
        this.upload = upload;
        this.size = size;
        this.rate = rate;
    }

    /** Runs once. */
    public static void main(String[] args) throws Exception {
        PeakMemory memory = new PeakMemory();
        BackpressureClient client =
                new BackpressureClient(args[1].equals("upload"), Long.parseLong(args[2]), Long.parseLong(args[3]));
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Channel channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline().addLast(Http2SessionHandler.forClient().build(), client);
                    }
                })
                .connect("127.0.0.1", Integer.parseInt(args[0]))
                .sync()
                .channel();
        int status = 0;
        try {
            System.out.println(client.done.get());
        } catch (ExecutionException failed) {
            System.out.println("FAILED: " + failed.getCause());
            status = 1;
        }
        System.out.println("client: " + memory);
        channel.close().await(5, TimeUnit.SECONDS);
        System.exit(status);
    }

    private static HeaderList request(String method, String path) {
        return HeaderList.of(":method", method, ":scheme", "http", ":authority", "127.0.0.1", ":path", path);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        began = System.nanoTime();
        if (upload) {
            Pusher pusher = new Pusher(ctx, slow, size);
            slow.attachment(pusher);
            ctx.write(Http2SessionWrite.requestHead(slow, request("POST", "/take/" + rate)), ctx.voidPromise());
            pusher.push();
        } else {
            reader = new SlowReader(ctx, rate, this::downloaded);
            ctx.write(Http2SessionWrite.request(slow, request("GET", "/push/" + size)), ctx.voidPromise());
            for (int i = 0; i < OTHERS; i++) {
                another(ctx, i % 2 == 0 ? "/pull/" : "/push/");
            }
            ctx.flush();
        }
    }

    private static void another(ChannelHandlerContext ctx, String path) {
        Http2StreamHandle stream = new Http2StreamHandle();
        stream.attachment(path);
        ctx.write(Http2SessionWrite.request(stream, request("GET", path + OTHERS_SIZE)), ctx.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2SessionEvent.Data data) {
            if (data.stream() != slow) {
                othersBytes += data.content().readableBytes();
            } else if (upload) {
                answer.append(data.content().toString(CharsetUtil.US_ASCII));
            } else {
                reader.add(data);
                return;
            }
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2SessionEvent.StreamWritability change
                && change.writable()
                && change.stream().attachment() instanceof Pusher pusher) {
            pusher.push();
        } else if (event instanceof Http2SessionEvent.StreamClosed closed) {
            closed(ctx, closed);
        } else if (event instanceof Http2SessionEvent.SessionEnded ended) {
            fail("the session ended: " + ended);
        }
    }

    private void closed(ChannelHandlerContext ctx, Http2SessionEvent.StreamClosed closed) {
        if (closed.errorCode() != 0) {
            fail(closed.toString());
        } else if (closed.stream() == slow) {
            if (upload) {
                uploaded();
            }
        } else if (!finished) {
            othersDone++;
            another(ctx, closed.stream().attachment());
            ctx.flush();
        }
    }

    private void downloaded() {
        finished = true;
        double seconds = (System.nanoTime() - began) / 1e9;
        double slowRate = reader.taken() / seconds;
        double othersRate = othersBytes / seconds;
        if (reader.taken() != size || !reader.matches()) {
            fail("wrong bytes: " + reader.taken());
        } else if (othersBytes < othersDone * OTHERS_SIZE || othersRate < 2 * slowRate) {
            fail("the others were held up: " + othersBytes + " bytes");
        } else {
            finish(
                    seconds,
                    slowRate,
                    String.format(
                            ", %d others at the same time %.0f MiB/s in %d responses",
                            OTHERS, othersRate / MIB, othersDone));
        }
    }

    private void uploaded() {
        finished = true;
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!answer.toString().equals(Long.toString(size))) {
            fail("wrong bytes: " + answer);
        } else {
            finish(seconds, size / seconds, "");
        }
    }

    private void finish(double seconds, double slowRate, String more) {
        if (slowRate > 1.05 * rate || seconds > 2.0 * size / rate + SPARE_SECONDS) {
            fail(String.format("%.2f MiB/s instead of %.2f", slowRate / MIB, rate / MIB));
        } else {
            done.complete(String.format("%.0f MiB in %.1f s, %.2f MiB/s%s", size / MIB, seconds, slowRate / MIB, more));
        }
    }

    private void fail(String why) {
        done.completeExceptionally(new IllegalStateException(why));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        done.completeExceptionally(cause);
    }
}
