package io.h2session.netty;

import io.h2session.api.Http2SessionMetrics;
import io.h2session.api.Unstable;
import io.h2session.frame.Frame;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderList;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Sees everything that one session receives and sends: the counts of {@link Http2SessionMetrics}, and the frames. For tools such
 * as frame logs and inspectors. {@link Http2SessionHandlerBuilder#observer} makes one for each session.
 *
 * <p>The methods are called on the event loop of the session while frames are processed. They should be short, must not change
 * the session, and may keep frames and lists, which are immutable. A method that throws ends the session as a method of {@link
 * Http2SessionMetrics} does.
 *
 * @since 0.1
 */
@Unstable
public interface Http2SessionObserver extends Http2SessionMetrics {
    /**
     * A complete frame was received. {@link Http2SessionMetrics#frameReceived} was called before, when its header had arrived.
     * Not called for CONTINUATION, PRIORITY and ignored frames, nor for a frame that ends the session because it exceeds a budget.
     *
     * @param frame may be one that breaks a rule
     */
    default void received(Frame frame) {}

    /**
     * A header block was received completely and is well formed. {@link #received} was called before.
     *
     * @param frame a {@link HeadersFrame} or {@link PushPromiseFrame}
     */
    default void headersReceived(Frame frame, HeaderList fields) {}

    /**
     * A frame was committed to the output. {@link Http2SessionMetrics#frameSent} was called before. HEADERS and PUSH_PROMISE have
     * their fields.
     */
    default void sent(Frame frame) {}

    /** Makes the observers of sessions. Shared by all handlers of a builder, so it must be thread-safe. */
    @FunctionalInterface
    interface Factory {
        /**
         * Called on the event loop when a handler has been added to its channel, before its session exists.
         *
         * @param channel its pipeline has the {@code Http2SessionHandler}
         * @return null if that session is not observed
         */
        @Nullable
        Http2SessionObserver observe(Channel channel);
    }
}
