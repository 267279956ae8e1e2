package io.h2session.send;

import io.h2session.api.ByteSink;
import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.Collection;

/**
 * Gathers the octets of one {@code send}: small frames into one buffer, large bodies passed through between. What was gathered
 * is handed over when a body passes through, when it has grown large, and at the end.
 */
final class OutboundBuffer {
    private static final int SMALLEST = 256;
    private static final int LARGE = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final Metrics metrics;
    private ByteSink sink;
    private ByteBuf gathered;
    private ByteBuf[] ready = new ByteBuf[4];
    private int readyCount;
    private long room;

    // Up to here all that was written are whole frames.
    private int wholeReady;
    private int wholeGathered;
    private int lastSize = SMALLEST;
    private long handedOver;

    OutboundBuffer(ByteBufAllocator allocator, Metrics metrics) {
        this.allocator = allocator;
        this.metrics = metrics;
    }

    void begin(ByteSink target) {
        if (sink != target) {
            // Kept from send to send: a reference that is written to an old object costs a barrier.
            sink = target;
        }
        askForRoom();
        frameWritten();
    }

    /** How many bytes the sink has room for. */
    long room() {
        return room;
    }

    /** How many bytes wait to be handed over. */
    long unsent() {
        long unsent = gathered == null ? 0 : gathered.readableBytes();
        for (int i = 0; i < readyCount; i++) {
            unsent += ready[i].readableBytes();
        }
        return unsent;
    }

    /** Moves all that waits to be handed over to a list, which owns it. */
    void moveTo(Collection<ByteBuf> list) {
        endGathered();
        for (int i = 0; i < readyCount; i++) {
            list.add(ready[i]);
            ready[i] = null;
        }
        readyCount = 0;
        frameWritten();
    }

    /** All that was moved to a list was given to the sink. */
    void allGiven() {
        askForRoom();
    }

    /** Gives the sink a buffer; it belongs to the sink even if that throws. */
    void give(ByteBuf octets) {
        count(octets);
        try {
            sink.write(octets);
        } catch (Throwable thrown) {
            abort();
            throw new CallbackFailure(thrown);
        }
    }

    private void count(ByteBuf octets) {
        handedOver += octets.readableBytes();
        metrics.bytesSent(octets.readableBytes());
    }

    private void askForRoom() {
        try {
            room = sink.writableBytes();
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** Whether the sink takes another frame, what is gathered counted. */
    boolean hasRoom() {
        return room - (gathered == null ? 0 : gathered.readableBytes()) > 0;
    }

    /** Where the octets of the next frame go. */
    ByteBuf gather() {
        if (gathered == null) {
            gathered = SpareBuffer.take(allocator, lastSize);
        }
        return gathered;
    }

    /** Adds a buffer behind what is gathered; it now belongs here. */
    void passThrough(ByteBuf octets) {
        endGathered();
        addReady(octets);
    }

    /** The last octet of a frame is written: it goes out even if the session fails with the next step. */
    void frameWritten() {
        wholeReady = readyCount;
        wholeGathered = gathered == null ? 0 : gathered.readableBytes();
    }

    /** A frame is complete: hands over what need not wait for others. */
    void frameComplete() {
        if (gathered != null && gathered.readableBytes() >= LARGE) {
            endGathered();
        }
        if (readyCount > 0) {
            handOver();
        }
        frameWritten();
    }

    /** Hands over everything. */
    void finish() {
        ByteBuf last = takeGathered();
        if (last != null && readyCount == 0) {
            // As most sends end; what is never put on the list costs no write barrier.
            give(last);
            frameWritten();
            askForRoom();
            return;
        }
        if (last != null) {
            addReady(last);
        }
        handOver();
    }

    /** Hands over what frames are whole: the session failed in the middle of the next one. */
    void finishWhole() {
        ByteBuf cut = wholeGathered == 0 ? null : readyCount > wholeReady ? ready[wholeReady] : gathered;
        for (int i = wholeReady; i < readyCount; i++) {
            if (ready[i] != cut) {
                ready[i].release();
            }
            ready[i] = null;
        }
        readyCount = wholeReady;
        if (gathered != null && gathered != cut) {
            gathered.release();
        }
        gathered = cut == null ? null : cut.writerIndex(cut.readerIndex() + wholeGathered);
        finish();
    }

    /** Releases everything. */
    void abort() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        for (int i = 0; i < readyCount; i++) {
            if (ready[i] != null) {
                ready[i].release();
                ready[i] = null;
            }
        }
        readyCount = 0;
        frameWritten();
        sink = null;
    }

    /** How many octets were handed over since this was last asked. */
    long takeHandedOver() {
        long octets = handedOver;
        handedOver = 0;
        return octets;
    }

    private void endGathered() {
        ByteBuf ended = takeGathered();
        if (ended != null) {
            addReady(ended);
        }
    }

    /** Null if nothing is gathered. */
    private ByteBuf takeGathered() {
        ByteBuf taken = gathered;
        if (taken == null) {
            return null;
        }
        gathered = null;
        int size = taken.readableBytes();
        if (size == 0) {
            taken.release();
            return null;
        }
        // The next one will probably be as large as this one.
        lastSize = size <= SMALLEST ? SMALLEST : Math.min(LARGE * 2, Integer.highestOneBit(size - 1) << 1);
        return taken;
    }

    private void addReady(ByteBuf octets) {
        if (readyCount == ready.length) {
            ready = Arrays.copyOf(ready, readyCount * 2);
        }
        ready[readyCount++] = octets;
    }

    private void handOver() {
        int count = readyCount;
        for (int i = 0; i < count; i++) {
            ByteBuf octets = ready[i];
            // No longer ours, also if the sink throws.
            ready[i] = null;
            readyCount = 0;
            count(octets);
            try {
                sink.write(octets);
            } catch (Throwable thrown) {
                for (int j = i + 1; j < count; j++) {
                    ready[j].release();
                    ready[j] = null;
                }
                abort();
                throw new CallbackFailure(thrown);
            }
        }
        if (count > 0) {
            frameWritten();
            askForRoom();
        }
    }
}
