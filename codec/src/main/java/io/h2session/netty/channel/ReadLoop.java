package io.h2session.netty.channel;

import io.h2session.netty.Http2SessionEvent;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * How a {@link StreamChannel} reads: as a socket's channel does, message by message.
 *
 * <pre>
 *   message ─┬─ a read is wanted, nothing waits ─► channelRead ─► channelReadComplete, at the latest with the connection's
 *            └─ otherwise ─► waits ── read() ─────────▲
 * </pre>
 *
 * <p>One {@code read()} takes as many messages as the configuration allows, and one without autoRead. A {@code read()} inside
 * {@code channelRead} or {@code channelReadComplete} is remembered and answered by the loop that is under way. When the session
 * has said that nothing more comes, a read takes everything that waits.
 *
 * <p>The session reads on whatever a stream does; what waits here is bounded by the stream's window.
 */
@SuppressWarnings("deprecation") // the interfaces of Netty's allocators name deprecated ones
final class ReadLoop {
    private static final AtomicIntegerFieldUpdater<ReadLoop> CREDIT =
            AtomicIntegerFieldUpdater.newUpdater(ReadLoop.class, "credit");

    private final ChildChannel channel;

    /** What waits to be read; null before anything did. */
    private ArrayDeque<Http2SessionEvent> waiting;

    /** Decides how much a read takes, if the application has set an allocator; else null. */
    private Limit limit;

    /** A read was asked for and is not complete. */
    private boolean wanted;

    /** Another one was asked for meanwhile. */
    private boolean wantedAgain;

    private boolean delivering;

    /** Messages were delivered, and channelReadComplete comes with the connection's. */
    private boolean completeOwed;

    private boolean listed;

    /** Delivered by this read. */
    private int messages;

    /** Delivered, and the window credit for it not given. */
    private volatile int credit;

    ReadLoop(ChildChannel channel) {
        this.channel = channel;
    }

    // ---- the channel asks ------------------------------------------------------------------------------------------

    void read() {
        if (!channel.isOpen()) {
            return;
        }
        if (channel.configuration().creditMode() != CreditMode.MANUAL) {
            giveCredit();
        }
        if (wanted) {
            wantedAgain = true;
        } else {
            wanted = true;
            loop();
        }
    }

    /** Whether nothing waits to be read. */
    boolean drained() {
        return !delivering && !completeOwed && nothingWaits();
    }

    private boolean nothingWaits() {
        return waiting == null || waiting.isEmpty();
    }

    // ---- messages come ---------------------------------------------------------------------------------------------

    /** Takes a message. */
    void receive(Http2SessionEvent message) {
        if (!channel.isOpen()) {
            release(message);
            return;
        }
        if (!wanted || delivering || !nothingWaits()) {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.add(message);
            loop();
            return;
        }
        delivering = true;
        deliver(message);
        settle();
        delivering = false;
        loop();
    }

    /** The session has said that the stream is over. */
    void nothingComes() {
        if (delivering) {
            return;
        }
        if (completeOwed) {
            complete();
        }
        channel.life().finish();
    }

    /** Delivers what waits as long as it is wanted. */
    private void loop() {
        if (delivering) {
            return;
        }
        delivering = true;
        while (wanted && !nothingWaits()) {
            do {
                deliver(waiting.poll());
            } while (!nothingWaits() && (channel.life().nothingComes() || wantsMore()));
            settle();
        }
        delivering = false;
        channel.life().finish();
    }

    /** Something was delivered: the read is complete, or continues with what the connection brings in its own read. */
    private void settle() {
        boolean goesOn = channel.isOpen() && !channel.life().nothingComes() && wantsMore();
        if (!goesOn) {
            complete();
        } else if (nothingWaits()) {
            if (channel.streams().reading()) {
                completeOwed = true;
                if (!listed) {
                    listed = true;
                    channel.streams().oweReadComplete(channel);
                }
            } else {
                complete();
            }
        }
    }

    /** The connection's read is complete. */
    void connectionReadComplete() {
        listed = false;
        if (completeOwed) {
            complete();
            loop();
        }
    }

    private void complete() {
        completeOwed = false;
        wanted = wantedAgain;
        wantedAgain = false;
        messages = 0;
        if (limit != null) {
            limit.handle.readComplete();
        }
        channel.pipeline().fireChannelReadComplete();
        channel.life().flush();
    }

    private void deliver(Http2SessionEvent event) {
        int length = StreamChannelConfig.WRITE_COST;
        boolean last = false;
        if (event instanceof Http2SessionEvent.Data data) {
            length = data.content().readableBytes();
            last = data.endStream();
            if (channel.configuration().creditMode() != CreditMode.RELEASE) {
                CREDIT.getAndAdd(this, data.takeCredit());
            }
        } else if (event instanceof Http2SessionEvent.Headers headers) {
            last = headers.endStream();
        }
        count(length);
        Object message = channel.received(event);
        if (message != null) {
            channel.pipeline().fireChannelRead(message);
        }
        if (last) {
            channel.life().inputEnded();
        }
    }

    // ---- how much a read takes -------------------------------------------------------------------------------------

    private boolean wantsMore() {
        if (limit != null) {
            return limit.handle.continueReading();
        }
        StreamChannelConfig configuration = channel.configuration();
        return configuration.isAutoRead() && messages < configuration.getMaxMessagesPerRead();
    }

    private void count(int length) {
        RecvByteBufAllocator chosen = channel.configuration().chosenRecvAllocator();
        if (messages == 0 && chosen != null && (limit == null || limit.allocator != chosen)) {
            limit = new Limit(chosen, chosen.newHandle());
        }
        if (limit != null) {
            if (messages == 0) {
                limit.handle.reset(channel.configuration());
            }
            limit.handle.attemptedBytesRead(length);
            limit.handle.lastBytesRead(length);
            limit.handle.incMessagesRead(1);
        }
        messages++;
    }

    RecvByteBufAllocator.Handle handle() {
        return limit != null
                ? limit.handle
                : channel.configuration().getRecvByteBufAllocator().newHandle();
    }

    /** A handle, and whose. */
    private record Limit(RecvByteBufAllocator allocator, RecvByteBufAllocator.Handle handle) {}

    // ---- window credit ---------------------------------------------------------------------------------------------

    /** Gives the credit for everything that was delivered. */
    void giveCredit() {
        if (credit > 0) {
            channel.handle().consume(CREDIT.getAndSet(this, 0));
        }
    }

    /** Gives credit for a number of bytes. */
    void giveCredit(int bytes) {
        for (int owed = credit; ; owed = credit) {
            if (bytes < 0 || bytes > owed) {
                throw new IllegalArgumentException("bytes: " + bytes + ", to be consumed: " + owed);
            }
            if (CREDIT.compareAndSet(this, owed, owed - bytes)) {
                channel.handle().consume(bytes);
                return;
            }
        }
    }

    /** The channel is closed: nothing more is delivered, and the connection's window gets back what it lent. */
    void discard() {
        if (waiting != null) {
            for (Http2SessionEvent message = waiting.poll(); message != null; message = waiting.poll()) {
                release(message);
            }
        }
        giveCredit();
    }

    private static void release(Http2SessionEvent message) {
        if (message instanceof Http2SessionEvent.Data data) {
            data.consume(Integer.MAX_VALUE);
        }
        ReferenceCountUtil.release(message);
    }
}
