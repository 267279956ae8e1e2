package io.h2session.send;

import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Connection;
import io.h2session.frame.DataFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * nghttp2's way ({@code nghttp2_session_send}): a frame is sent when the sink has taken its last byte. A frame that the
 * sink does not take whole is cut; the rest is held and sent before everything else.
 */
final class PartialFrame extends FrameHandover {
    private final Connection connection;
    private final OutboundBuffer out;
    private final ArrayDeque<ByteBuf> rest = new ArrayDeque<>();

    // The DATA frame that is held, if it is one. A frame of the queue is held in the queue.
    private Stream heldStream;
    private DataFrame heldFrame;
    private boolean heldEnd;

    private boolean sending;
    private boolean lent;

    PartialFrame(Connection connection, OutboundBuffer out) {
        this.connection = connection;
        this.out = out;
    }

    /** The sink is not asked before a frame, but takes as much of it as it has room for. */
    @Override
    boolean roomForFrame() {
        return true;
    }

    @Override
    void begin() {
        sending = true;
    }

    @Override
    void end() {
        sending = false;
    }

    @Override
    boolean sent() {
        if (out.unsent() <= out.room()) {
            return true;
        }
        out.moveTo(rest);
        return giveRest();
    }

    @Override
    boolean sent(OutboundItem item) {
        if (sent()) {
            return true;
        }
        connection.queue().held(item);
        return false;
    }

    @Override
    boolean sent(Stream stream, DataFrame frame, boolean ended) {
        if (sent()) {
            return true;
        }
        heldStream = stream;
        heldFrame = frame;
        heldEnd = ended;
        return false;
    }

    @Override
    boolean held() {
        return !rest.isEmpty();
    }

    @Override
    boolean resume(SentEffects effects, DataSender data) {
        if (!giveRest()) {
            return false;
        }
        OutboundItem item = connection.queue().held();
        connection.queue().held(null);
        if (heldStream != null) {
            Stream stream = heldStream;
            heldStream = null;
            data.sent(stream, heldFrame, heldEnd);
        } else if (item != null) {
            effects.sent(item);
        }
        return true;
    }

    private boolean giveRest() {
        try {
            long room = out.room();
            while (!rest.isEmpty() && rest.peek().readableBytes() <= room) {
                room -= rest.peek().readableBytes();
                out.give(rest.poll());
            }
            if (rest.isEmpty()) {
                out.allGiven();
                return true;
            }
            if (room > 0) {
                out.give(rest.peek().readRetainedSlice((int) room));
            }
            return false;
        } catch (CallbackFailure failure) {
            abort();
            throw failure;
        }
    }

    /** In nghttp2 the caller of {@code mem_send2} has a frame on loan until its next call. */
    @Override
    void sendComplete(boolean oneFrame) {
        lent = oneFrame;
    }

    @Override
    boolean unfinished() {
        return held() || lent || sending;
    }

    @Override
    void abort() {
        for (ByteBuf bytes = rest.poll(); bytes != null; bytes = rest.poll()) {
            bytes.release();
        }
    }
}
