package io.h2session.send;

import io.h2session.connection.Connection;
import io.h2session.frame.DataFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/**
 * When a frame that was written counts as sent, and what happens to one that the sink does not take whole. A connection has
 * {@link WholeFrame} or {@link PartialFrame}.
 */
abstract sealed class FrameHandover permits WholeFrame, PartialFrame {
    static FrameHandover of(Connection connection, OutboundBuffer out) {
        return connection.semantics().sentIsCommitted() ? new WholeFrame(out) : new PartialFrame(connection, out);
    }

    /** Whether another frame may be begun. */
    abstract boolean roomForFrame();

    /** A frame leaves the queue, or a body has its turn. */
    abstract void begin();

    /** The frame is sent, or held. */
    abstract void end();

    /** Whether the client's preface, which was just written, is sent. */
    abstract boolean sent();

    /** Whether a frame of the queue, which was just written, is sent. If not, it is held until the sink takes the rest. */
    abstract boolean sent(OutboundItem item);

    /**
     * As {@link #sent(OutboundItem)}, for a frame of DATA.
     *
     * @param ended whether it is the last of its body
     */
    abstract boolean sent(Stream stream, DataFrame frame, boolean ended);

    /** Whether a frame is held. */
    abstract boolean held();

    /** Gives the sink the rest of the frame that is held. If the sink takes all of it, the effects of sending it follow. */
    abstract boolean resume(SentEffects effects, DataSender data);

    /**
     * The send is complete.
     *
     * @param oneFrame whether the caller asked for one frame, and got one
     */
    abstract void sendComplete(boolean oneFrame);

    /** Whether the caller has not got all of a frame yet, so that the session wants to write. */
    abstract boolean unfinished();

    /** Releases what is held: nothing more is sent. */
    abstract void abort();
}
