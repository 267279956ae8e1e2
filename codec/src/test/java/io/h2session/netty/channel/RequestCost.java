package io.h2session.netty.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.h2session.netty.Http2SessionHandler;
import io.h2session.testing.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;

/** How many bytes a server allocates for a request that has no content, when a hundred come in each read. */
public final class RequestCost {
    private static final int IN_A_READ = 100;
    private static final int WARM_UP = 300;
    private static final int READS = 200;

    private RequestCost() {}

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

    /** Bytes allocated for a request, whose events go to a handler behind the session's. */
    public static long of(ChannelHandler application) {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        // Watching for leaks allocates.
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try {
            return measured(application);
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private static long measured(ChannelHandler application) {
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
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
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
}
