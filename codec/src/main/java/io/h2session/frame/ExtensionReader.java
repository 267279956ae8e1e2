package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads the payload of an extension frame in one of three ways: collects and parses it, hands it on as it arrives, or skips
 * it.
 */
final class ExtensionReader {
    private static final byte[] NO_BYTES = {};

    private final ReadState frame;
    private final FrameSink sink;
    private byte[] collected = NO_BYTES;
    private int count;

    ExtensionReader(ReadState frame, FrameSink sink) {
        this.frame = frame;
        this.sink = sink;
    }

    /** The header was read, and this is what the sink wants. */
    void begin(ExtensionPayload wanted) throws ConnectionError {
        int type = frame.type;
        boolean parsable = type == FrameType.ALTSVC || type == FrameType.ORIGIN || type == FrameType.PRIORITY_UPDATE;
        if (wanted == ExtensionPayload.PARSE && parsable) {
            frame.place = ReadState.Place.CLOSED;
            frame.rules.checkParsed(type, frame.streamId, frame.length);
            count = 0;
            frame.place = ReadState.Place.COLLECT;
        } else if (wanted == ExtensionPayload.RAW || wanted == ExtensionPayload.PARSE) {
            frame.place = ReadState.Place.RAW;
        }
    }

    boolean collect(ByteBuf in) throws ConnectionError {
        int index = in.readerIndex();
        int bytes = Math.min(frame.remaining, in.readableBytes());
        int needed = count + bytes;
        if (needed > collected.length) {
            // Grows with what has arrived and not with what was announced.
            collected = Arrays.copyOf(collected, Math.min(frame.length, Math.max(needed, 2 * collected.length)));
        }
        in.getBytes(index, collected, count, bytes);
        in.readerIndex(index + bytes);
        count = needed;
        frame.remaining -= bytes;
        if (frame.remaining > 0) {
            return false;
        }
        byte[] payload = collected;
        collected = NO_BYTES;
        frame.place = ReadState.Place.CLOSED;
        ExtensionParser.check(frame.type, payload);
        frame.place = ReadState.Place.HEADER;
        ExtensionParser.parse(frame.type, frame.flags, frame.streamId, payload, sink);
        return true;
    }

    boolean readRaw(ByteBuf in) throws ConnectionError {
        if (frame.remaining == 0) {
            frame.place = ReadState.Place.HEADER;
            sink.onExtensionEnd(frame.type, frame.flags, frame.streamId, frame.length);
            return true;
        }
        int bytes = Math.min(frame.remaining, in.readableBytes());
        if (bytes == 0) {
            return false;
        }
        int index = in.readerIndex();
        frame.remaining -= bytes;
        in.readerIndex(index + bytes);
        sink.onExtension(frame.type, frame.flags, frame.streamId, in, index, bytes);
        return true;
    }

    boolean skip(ByteBuf in) throws ConnectionError {
        if (frame.remaining == 0) {
            frame.place = ReadState.Place.HEADER;
            return true;
        }
        int bytes = Math.min(frame.remaining, in.readableBytes());
        if (bytes == 0) {
            return false;
        }
        frame.remaining -= bytes;
        in.readerIndex(in.readerIndex() + bytes);
        sink.onSkipped(bytes);
        return true;
    }

    void release() {
        collected = NO_BYTES;
    }
}
