import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2Timeouts;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Usage: java -cp JARS SlowReaders nio|epoll|epoll-lowat|io_uring|io_uring-lowat slow|silent|available
 *
 * <p>A server whose {@code streamWrite} is 4 seconds, and a client with wide windows: one that reads 5 MiB at 250 KiB a
 * second gets them all, though the kernel holds most of them at once; one that reads nothing is sent away.
 * {@code available} only tells whether this machine has the transport. The exit status is 75 if the reader did not get all because
 * it was held up itself: that says nothing, and may be tried again.
 */
final class SlowReaders {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final int BODY = 5 * 1024 * 1024;
    private static final int TENTH_OF_A_SECOND = 25 * 1024;
    private static final HeaderList OK = HeaderList.of(":status", "200");

    /** The exit status if it has failed, but the machine did not let it read in time. */
    private static final int HELD_UP = 75;

    private static final BlockingQueue<Http2SessionEvent.SessionEnded> ENDED = new ArrayBlockingQueue<>(1);

    public static void main(String[] args) throws Exception {
        Transport transport = Transport.named(args[0]);
        if (args[1].equals("available")) {
            System.exit(transport.available() ? 0 : 1);
        }
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, transport.loops());
        Channel server = new ServerBootstrap()
                .group(loop)
                .channel(transport.sockets())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (transport.lowWater() != null) {
                            channel.config().setOption(transport.lowWater(), 128L * 1024);
                        }
                        accept(channel);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        boolean well;
        try (Socket socket = new Socket()) {
            socket.connect(server.localAddress());
            request(new DataOutputStream(socket.getOutputStream()));
            well = args[1].equals("slow") ? readsAll(socket) : isSentAway();
        } catch (IOException cut) {
            System.out.println(cut + ", held up for at most " + heldUp / 1_000_000 + " ms");
            well = false;
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
        System.exit(well ? 0 : heldUp > TimeUnit.SECONDS.toNanos(1) ? HELD_UP : 1);
    }

    /** Netty's way to the kernel; {@code lowWater} bounds what the kernel takes before it sends, or is null. */
    private record Transport(
            boolean available,
            IoHandlerFactory loops,
            Class<? extends ServerChannel> sockets,
            ChannelOption<Long> lowWater) {

        static Transport named(String name) {
            return switch (name) {
                case "nio" -> new Transport(true, NioIoHandler.newFactory(), NioServerSocketChannel.class, null);
                case "epoll" -> epoll(null);
                case "epoll-lowat" -> epoll(EpollChannelOption.TCP_NOTSENT_LOWAT);
                case "io_uring" -> ioUring(null);
                case "io_uring-lowat" -> ioUring(IoUringChannelOption.TCP_NOTSENT_LOWAT);
                default -> throw new IllegalArgumentException(name);
            };
        }

        private static Transport epoll(ChannelOption<Long> lowWater) {
            return Epoll.isAvailable()
                    ? new Transport(true, EpollIoHandler.newFactory(), EpollServerSocketChannel.class, lowWater)
                    : new Transport(false, null, null, null);
        }

        private static Transport ioUring(ChannelOption<Long> lowWater) {
            return IoUring.isAvailable()
                    ? new Transport(true, IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class, lowWater)
                    : new Transport(false, null, null, null);
        }
    }

    private static void accept(Channel channel) {
        Http2SessionOptions options = Http2SessionOptions.builder()
                .timeouts(Http2Timeouts.SAFE.withStreamWrite(TIMEOUT))
                .build();
        channel.pipeline()
                .addLast(
                        Http2SessionHandler.forServer().options(options).build(), new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object event) {
                                if (event instanceof Http2SessionEvent.Headers request) {
                                    ctx.writeAndFlush(Http2SessionWrite.response(request.stream(), OK, body()));
                                }
                                ReferenceCountUtil.release(event);
                            }

                            @Override
                            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                                if (event instanceof Http2SessionEvent.SessionEnded ended) {
                                    ENDED.add(ended);
                                }
                            }
                        });
    }

    private static DataSource body() {
        int[] left = {BODY};
        return (streamId, max, sink) -> {
            int length = Math.min(max, left[0]);
            sink.add(Unpooled.wrappedBuffer(new byte[length]));
            left[0] -= length;
            return left[0] == 0 ? DataResult.END : DataResult.MORE;
        };
    }

    private static void request(DataOutputStream out) throws Exception {
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(out, 6, 4, 0, 0);
        out.writeShort(4);
        out.writeInt(0x3fff_ffff);
        frame(out, 0, 4, 1, 0);
        frame(out, 4, 8, 0, 0);
        out.writeInt(0x3fff_ffff);
        // GET, http, /, and the authority "a", all by HPACK's static table.
        frame(out, 6, 1, 5, 1);
        out.write(new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x01, 0x01, 'a'});
        out.flush();
    }

    private static void frame(DataOutputStream out, int length, int type, int flags, int stream) throws Exception {
        out.writeByte(0);
        out.writeShort(length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
    }

    /** By how much the longest rest of the reader was too long, in nanoseconds. */
    private static long heldUp;

    private static boolean readsAll(Socket socket) throws Exception {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        int received = 0;
        int sinceRest = 0;
        boolean ended = false;
        while (!ended) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == 0) {
                received += length;
                ended = (flags & 1) != 0;
            } else if (type == 6 && (flags & 1) == 0) {
                frame(out, length, 6, 1, 0);
                out.write(payload);
                out.flush();
            } else if (type == 3 || type == 7) {
                System.out.println("frame of type " + type + " after " + received + " bytes, held up for at most "
                        + heldUp / 1_000_000 + " ms");
                return false;
            }
            sinceRest += length;
            while (sinceRest >= TENTH_OF_A_SECOND) {
                sinceRest -= TENTH_OF_A_SECOND;
                long began = System.nanoTime();
                Thread.sleep(100);
                heldUp = Math.max(heldUp, System.nanoTime() - began - TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
        System.out.println(received + " bytes");
        return received == BODY;
    }

    private static boolean isSentAway() throws Exception {
        long began = System.nanoTime();
        Http2SessionEvent.SessionEnded ended = ENDED.poll(60, TimeUnit.SECONDS);
        System.out.println(ended + " after " + (System.nanoTime() - began) / 1_000_000 + " ms");
        return ended != null && "transport_timeout".equals(ended.reason());
    }

    private SlowReaders() {}
}
