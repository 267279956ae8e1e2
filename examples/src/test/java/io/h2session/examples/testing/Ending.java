package io.h2session.examples.testing;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Ends what a test has begun, so that nothing of it is left for the next one. */
public final class Ending {
    private static final int PATIENCE_SECONDS = 60;

    private Ending() {}

    /** {@link #of(EventLoopGroup, Collection)}. */
    public static void of(EventLoopGroup loops, Channel... channels) {
        of(loops, List.of(channels));
    }

    /**
     * Closes channels at once, whatever their handlers would do first, and then ends their event loops. An event loop without a quiet
     * period that is told to end while it runs tasks ends without a look at its channels, and what they hold would leak.
     */
    public static void of(EventLoopGroup loops, Collection<? extends Channel> channels) {
        for (Channel channel : channels) {
            try {
                channel.eventLoop()
                        .execute(() -> channel.unsafe().close(channel.unsafe().voidPromise()));
                channel.closeFuture().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (RejectedExecutionException over) {
                // The event loop has ended, and no longer looks after the channel.
            }
        }
        loops.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
