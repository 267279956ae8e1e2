package io.h2session.netty.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream costs in objects, beside what the handler's events cost without one. */
class StreamAllocationTest {
    private static final int IN_A_READ = 100;
    private static final int WARM_UP = 300;
    private static final int READS = 200;

    /** More than half of it is the pipeline. */
    private static final long MAX_OF_CHANNEL = 660;

    private static final HeaderList OK =
            HeaderList.of(":status", "200", "server", "tiny", "content-type", "text/plain");
    private static final ByteBuf BODY = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[13]));

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void watchNothing() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void watchAgain() {
        ResourceLeakDetector.setLevel(level);
    }

    /** Takes what is written and forgets it. */
    private static final class Taking extends EmbeddedChannel {
        Taking(ChannelHandler... handlers) {
            super(handlers);
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) {
            while (in.current() != null) {
                in.remove();
            }
        }
    }

    @ChannelHandler.Sharable
    private static final class OfEvents extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2SessionEvent.Headers head) {
                ctx.writeAndFlush(Http2SessionWrite.response(head.stream(), OK, BODY.duplicate()), ctx.voidPromise());
            }
        }
    }

    private static final class OfStreams implements StreamHandler {
        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            connection.writeAndFlush(
                    Http2SessionWrite.response(head.stream(), OK, BODY.duplicate()), connection.voidPromise());
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {}
    }

    /** Bytes allocated for a request. */
    private long cost(ChannelHandler application) {
        Taking channel = new Taking(Http2SessionHandler.forServer().build(), application);
        Frames peer = Frames.script();
        String[] fields = {
            ":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/", "accept", "*/*"
        };
        channel.writeInbound(peer.fork()
                .preface()
                .settings()
                .settingsAck()
                .windowUpdate(0, 1 << 30)
                .headers(1, true, fields)
                .buf());
        byte[] block = peer.block(fields);
        int id = 3;
        long before = 0;
        ByteBuf in = Unpooled.directBuffer(IN_A_READ * (block.length + 9));
        for (int read = 0; read < WARM_UP + READS; read++) {
            if (read == WARM_UP) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            in.clear();
            for (int i = 0; i < IN_A_READ; i++, id += 2) {
                in.writeMedium(block.length)
                        .writeByte(1)
                        .writeByte(5)
                        .writeInt(id)
                        .writeBytes(block);
            }
            channel.pipeline().fireChannelRead(in.retain());
            channel.pipeline().fireChannelReadComplete();
            channel.runPendingTasks();
        }
        long cost = (threads.getCurrentThreadAllocatedBytes() - before) / READS / IN_A_READ;
        in.release();
        assertThat(channel.isOpen()).isTrue();
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        return cost;
    }

    @Test
    void aStreamWithAChannelCostsLittleAndOneWithAHandlerNearlyNothing() {
        long events = cost(new OfEvents());
        long handlers = cost(
                Http2StreamsHandler.builder().streamHandler(head -> HANDLER).build());
        long channels =
                cost(Http2StreamsHandler.builder().childHandler(new OfEvents()).build());
        assertThat(events).isBetween(100L, 1000L);
        assertThat(handlers - events).as("a stream handler").isLessThan(50);
        assertThat(channels - events).as("a channel").isBetween(100L, MAX_OF_CHANNEL);
    }

    private static final StreamHandler HANDLER = new OfStreams();
}
