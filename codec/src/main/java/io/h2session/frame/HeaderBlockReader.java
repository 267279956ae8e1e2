package io.h2session.frame;

import io.netty.buffer.ByteBuf;

/** Reads the fragments of a header block: HEADERS or PUSH_PROMISE and its CONTINUATIONs (RFC 9113 section 4.3). */
final class HeaderBlockReader {
    private final ReadState frame;
    private final FrameSink sink;

    private boolean open;
    private int begun;
    private int streamId;
    private int length;
    private int continuations;
    private int emptyContinuations;

    // The sink has not been given all of the fragment, or not been told that the block ends.
    private boolean fragmentOwed;

    HeaderBlockReader(ReadState frame, FrameSink sink) {
        this.frame = frame;
        this.sink = sink;
    }

    boolean open() {
        return open;
    }

    int begun() {
        return begun;
    }

    int length() {
        return length;
    }

    boolean lastFrame() {
        return frame.has(FrameFlags.END_HEADERS);
    }

    /** The header of HEADERS or PUSH_PROMISE was read. */
    void begin() {
        open = true;
        begun++;
        streamId = frame.streamId;
        length = frame.length;
        continuations = 0;
        emptyContinuations = 0;
        frame.place = ReadState.Place.PREFIX;
    }

    void checkContinuation() throws ConnectionError {
        if (frame.streamId != streamId) {
            throw frame.refused(ErrorCode.PROTOCOL_ERROR, "continuation_of_another_stream");
        }
        continuations++;
        if (continuations > frame.limits.maxContinuations()) {
            frame.place = ReadState.Place.CLOSED;
            throw new ConnectionError(
                    ErrorCode.ENHANCE_YOUR_CALM, "too_many_continuations", ConnectionError.Kind.TOO_MANY_CONTINUATIONS);
        }
        if (frame.length == 0 && !lastFrame()) {
            emptyContinuations++;
            if (emptyContinuations > frame.limits.maxEmptyContinuations()) {
                throw frame.refused(ErrorCode.ENHANCE_YOUR_CALM, "too_many_empty_continuations");
            }
        }
    }

    /** The header of CONTINUATION was read. */
    void continued() {
        length = (int) Math.min((long) length + frame.length, Integer.MAX_VALUE);
        beginFragment();
    }

    void beginFragment() {
        fragmentOwed = frame.remaining > 0 || lastFrame();
        frame.place = ReadState.Place.FRAGMENT;
    }

    boolean read(ByteBuf in) throws ConnectionError {
        int readable = in.readableBytes();
        if (fragmentOwed) {
            if (readable == 0 && frame.remaining > 0) {
                return false;
            }
            giveFragment(in, Math.min(frame.remaining, readable));
            return true;
        }
        if (frame.paddingLeft > 0) {
            int bytes = Math.min(frame.paddingLeft, readable);
            frame.paddingLeft -= bytes;
            in.readerIndex(in.readerIndex() + bytes);
            return bytes > 0;
        }
        frame.place = ReadState.Place.HEADER;
        if (lastFrame()) {
            open = false;
            sink.onHeaderBlockEnd(length, continuations);
        }
        return true;
    }

    private void giveFragment(ByteBuf in, int bytes) throws ConnectionError {
        int index = in.readerIndex();
        in.readerIndex(index + bytes);
        frame.remaining -= bytes;
        fragmentOwed = frame.remaining > 0;
        int taken = sink.onHeaderFragment(in, index, bytes, frame.remaining == 0 && lastFrame());
        if (taken == bytes || frame.closed()) {
            return;
        }
        if (taken < 0 || taken > bytes || !frame.paused) {
            throw new IllegalStateException("took " + taken + " of " + bytes + " bytes, paused " + frame.paused);
        }
        in.readerIndex(index + taken);
        frame.remaining += bytes - taken;
        fragmentOwed = true;
    }
}
