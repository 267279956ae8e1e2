package io.h2session.send;

import io.h2session.api.ByteSink;
import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.Collection;

/**
 * Gathers the bytes of one {@code send}: small frames are written into one buffer, large bodies are passed through
 * uncopied. Gathered bytes are handed over when a body is passed through, when they are many, and at the end.
 */
final class OutboundBuffer {
    private static final int SMALLEST = 256;
    private static final int LARGE = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final Metrics metrics;
    private ByteSink sink;
    private SpareBuffer spare;
    private ByteBuf gathered;
    private ByteBuf[] ready = new ByteBuf[4];
    private int readyCount;
    private long room;

    // Up to here the bytes are complete frames.
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
            // Kept from send to send, because writing a reference into an old object costs a barrier.
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
    void give(ByteBuf bytes) {
        count(bytes);
        try {
            sink.write(bytes);
        } catch (Throwable thrown) {
            abort();
            throw new CallbackFailure(thrown);
        }
    }

    private void count(ByteBuf bytes) {
        handedOver += bytes.readableBytes();
        metrics.bytesSent(bytes.readableBytes());
    }

    private void askForRoom() {
        try {
            room = sink.writableBytes();
        } catch (Throwable thrown) {
            throw new CallbackFailure(thrown);
        }
    }

    /** Whether the sink has room for another frame behind the gathered ones. */
    boolean hasRoom() {
        return room - (gathered == null ? 0 : gathered.readableBytes()) > 0;
    }

    /** The buffer for the next frame. */
    ByteBuf gather() {
        if (gathered == null) {
            gathered = newBuffer();
        }
        return gathered;
    }

    private ByteBuf newBuffer() {
        SpareBuffer ofThread = SpareBuffer.ofThread(spare);
        if (ofThread != spare) {
            spare = ofThread;
        }
        return ofThread == null ? allocator.ioBuffer(lastSize) : ofThread.take(allocator, lastSize);
    }

    /** Adds a buffer behind the gathered bytes; it is owned by this object from now on. */
    void passThrough(ByteBuf bytes) {
        endGathered();
        addReady(bytes);
    }

    /** The last byte of a frame was written: the frame is handed over even if the session fails in the next step. */
    void frameWritten() {
        wholeReady = readyCount;
        wholeGathered = gathered == null ? 0 : gathered.readableBytes();
    }

    /** A frame is complete: hands over large buffers, which need not wait for further frames. */
    void frameComplete() {
        if (gathered != null && gathered.readableBytes() >= LARGE) {
            endGathered();
        }
        if (readyCount > 0) {
            handOver();
        }
        frameWritten();
    }

    /** Hands over everything. Nothing is written until the next {@link #begin}. */
    void finish() {
        ByteBuf last = takeGathered();
        if (last != null && readyCount == 0) {
            // The usual case. Not using the list saves a write barrier.
            give(last);
            frameWritten();
            return;
        }
        if (last != null) {
            addReady(last);
        }
        handOver();
    }

    /** Hands over the complete frames, because the session failed in the middle of the next one. */
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

    /** How many bytes were handed over since this was last asked. */
    long takeHandedOver() {
        long bytes = handedOver;
        handedOver = 0;
        return bytes;
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
        // The next buffer will probably need the same size.
        lastSize = size <= SMALLEST ? SMALLEST : Math.min(LARGE * 2, Integer.highestOneBit(size - 1) << 1);
        return taken;
    }

    private void addReady(ByteBuf bytes) {
        if (readyCount == ready.length) {
            ready = Arrays.copyOf(ready, readyCount * 2);
        }
        ready[readyCount++] = bytes;
    }

    private void handOver() {
        int count = readyCount;
        for (int i = 0; i < count; i++) {
            ByteBuf bytes = ready[i];
            // Owned by the sink from now on, even if it throws.
            ready[i] = null;
            readyCount = 0;
            count(bytes);
            try {
                sink.write(bytes);
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
