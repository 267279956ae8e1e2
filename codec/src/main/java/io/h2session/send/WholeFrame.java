package io.h2session.send;

import io.h2session.frame.DataFrame;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/**
 * A frame is sent when it is written: one that was begun is handed over whole, whether the sink has room for all of it or
 * not.
 */
final class WholeFrame extends FrameHandover {
    private final OutboundBuffer out;

    WholeFrame(OutboundBuffer out) {
        this.out = out;
    }

    @Override
    boolean roomForFrame() {
        return out.hasRoom();
    }

    @Override
    void begin() {
        // Nothing to remember.
    }

    @Override
    void end() {
        // Nothing to remember.
    }

    @Override
    boolean sent() {
        return true;
    }

    @Override
    boolean sent(OutboundItem item) {
        return true;
    }

    @Override
    boolean sent(Stream stream, DataFrame frame, boolean ended) {
        return true;
    }

    @Override
    boolean held() {
        return false;
    }

    @Override
    boolean resume(SentEffects effects, DataSender data) {
        return true;
    }

    @Override
    void sendComplete(boolean oneFrame) {
        // The caller has got all of it.
    }

    @Override
    boolean unfinished() {
        return false;
    }

    @Override
    void abort() {
        // Nothing is held.
    }
}
