package io.h2session.examples.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.api.Http2SessionContext;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.GoAwayFrame;
import io.h2session.netty.Http2SessionObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The PING and GOAWAY frames that sessions of ours receive, all together. */
final class Signals implements Http2SessionObserver {
    /** One permit for each PING of the peers. */
    private final Semaphore pings = new Semaphore(0);

    /** One permit for each PING of ours that a peer has answered. */
    private final Semaphore answers = new Semaphore(0);

    private final BlockingQueue<GoAwayFrame> goAways = new LinkedBlockingQueue<>();

    /** Also called for a PING that ends the connection. */
    @Override
    public void frameReceived(Http2SessionContext session, int type, int flags, int streamId, int length) {
        if (type == FrameType.PING) {
            (flags == FrameFlags.ACK ? answers : pings).release();
        }
    }

    @Override
    public void received(Frame frame) {
        if (frame instanceof GoAwayFrame goAway) {
            goAways.add(goAway);
        }
    }

    /** Waits for that many further PINGs of peers. */
    void awaitPings(int count) throws InterruptedException {
        assertThat(pings.tryAcquire(count, 60, TimeUnit.SECONDS)).isTrue();
    }

    /** Those that have come are not waited for. */
    void forgetPings() {
        pings.drainPermits();
    }

    /** Waits for that many further answers to PINGs of ours. */
    void awaitAnswers(int count) throws InterruptedException {
        assertThat(answers.tryAcquire(count, 60, TimeUnit.SECONDS)).isTrue();
    }

    /** Waits for the next GOAWAY of a peer. */
    GoAwayFrame awaitGoAway() throws InterruptedException {
        GoAwayFrame goAway = goAways.poll(60, TimeUnit.SECONDS);
        assertThat(goAway).isNotNull();
        return goAway;
    }
}
