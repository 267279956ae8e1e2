package io.h2session.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.ServerChannel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;

/** A pipeline with Netty's own outbound buffer but no transport behind it. */
final class DiscardingChannel extends EmbeddedChannel {
    /** Netty's {@code Http2MultiplexHandler} takes a channel without such a parent for a client's. */
    private static final ServerChannel LISTENING = new LocalServerChannel();

    private final Output output = new Output();

    private DiscardingChannel() {
        super(LISTENING, DefaultChannelId.newInstance(), true, false);
    }

    /** A channel with these handlers, which find it active. */
    static DiscardingChannel of(ChannelHandler... handlers) {
        DiscardingChannel channel = new DiscardingChannel();
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        // EmbeddedChannel's loop reads its clock after each read, write and flush to find due tasks. A real loop does
        // not,
        // and where reading the clock is slow this would be a tenth of the measured time.
        channel.freezeTime();
        channel.pipeline().addLast(handlers);
        return channel;
    }

    Output output() {
        return output;
    }

    void read(ByteBuf bytes) {
        pipeline().fireChannelRead(bytes);
        pipeline().fireChannelReadComplete();
    }

    void betweenReads() {
        runPendingTasks();
        checkException();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        // Null while the superclass constructs itself.
        if (output != null) {
            output.flush();
        }
        super.doWrite(in);
    }

    @Override
    protected void handleOutboundMessage(Object message) {
        output.write((ByteBuf) message);
    }
}
