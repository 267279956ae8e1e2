package io.h2session.frame;

import io.netty.buffer.ByteBuf;

/**
 * Reads the fixed fields at the beginning of a payload: Pad Length, the deprecated priority, the promised stream, and
 * frames that have nothing else.
 */
final class PrefixReader {
    private final ReadState frame;
    private final FrameSink sink;
    private final HeaderBlockReader block;
    private final GoAwayReader goAway;

    PrefixReader(ReadState frame, FrameSink sink, HeaderBlockReader block, GoAwayReader goAway) {
        this.frame = frame;
        this.sink = sink;
        this.block = block;
        this.goAway = goAway;
    }

    boolean read(ByteBuf in) throws ConnectionError {
        int bytes = FrameRules.prefixBytes(frame.type, frame.flags);
        boolean tooShort = bytes > frame.length;
        if (!frame.held.take(in, tooShort ? 1 : bytes)) {
            return false;
        }
        if (tooShort) {
            throw frame.refused(ErrorCode.PROTOCOL_ERROR, "padding_too_long");
        }
        frame.remaining -= bytes;
        long prefix = frame.held.value();
        switch (frame.type) {
            case FrameType.DATA -> data((int) prefix);
            case FrameType.HEADERS -> headers(prefix);
            case FrameType.PUSH_PROMISE -> pushPromise(prefix);
            case FrameType.GOAWAY -> goAway.begin(streamIdOf(prefix >>> 32), prefix & 0xffff_ffffL);
            default -> {
                frame.place = ReadState.Place.HEADER;
                smallFrame(prefix);
            }
        }
        return true;
    }

    private void data(int padLength) throws ConnectionError {
        // Pad Length counts against the windows before it is judged.
        frame.place = ReadState.Place.DATA;
        sink.onDataPadding(frame.streamId, 1);
        if (frame.place == ReadState.Place.DATA) {
            frame.dividePayload(padLength);
        }
    }

    private void headers(long prefix) throws ConnectionError {
        boolean prioritized = frame.has(FrameFlags.PRIORITY);
        if (frame.has(FrameFlags.PADDED)) {
            frame.dividePayload((int) (prioritized ? prefix >>> 40 : prefix));
        }
        PrioritySpec priority = null;
        if (prioritized) {
            int dependency = streamIdOf(prefix >>> 8);
            checkDependency(dependency);
            priority = new PrioritySpec(dependency, weightOf(prefix), exclusiveOf(prefix));
        }
        block.beginFragment();
        sink.onHeaders(frame.streamId, frame.flags, frame.length, frame.padding, priority);
    }

    private void pushPromise(long prefix) throws ConnectionError {
        if (frame.has(FrameFlags.PADDED)) {
            frame.dividePayload((int) (prefix >>> 32));
        }
        block.beginFragment();
        sink.onPushPromise(frame.streamId, frame.flags, frame.length, frame.padding, streamIdOf(prefix));
    }

    private void smallFrame(long payload) throws ConnectionError {
        int streamId = frame.streamId;
        switch (frame.type) {
            case FrameType.PRIORITY -> {
                int dependency = streamIdOf(payload >>> 8);
                checkDependency(dependency);
                sink.onPriority(streamId, dependency, weightOf(payload), exclusiveOf(payload));
            }
            case FrameType.RST_STREAM -> sink.onReset(streamId, payload);
            case FrameType.PING -> {
                boolean ack = frame.has(FrameFlags.ACK);
                if (streamId != 0) {
                    sink.onMisplaced(new MisplacedFrame(streamId, new PingFrame(ack, payload)));
                } else {
                    sink.onPing(ack, payload);
                }
            }
            case FrameType.WINDOW_UPDATE -> sink.onWindowUpdate(streamId, streamIdOf(payload));
            default -> throw new IllegalStateException(FrameType.name(frame.type));
        }
    }

    private void checkDependency(int dependency) throws ConnectionError {
        if (dependency == frame.streamId && frame.rules.refuseSelfDependency) {
            throw frame.refused(ErrorCode.PROTOCOL_ERROR, "stream_depends_on_itself");
        }
    }

    /** The lower 31 of 32 bits: a stream or an increment, without the bit in front of it. */
    private static int streamIdOf(long bits) {
        return (int) bits & Integer.MAX_VALUE;
    }

    private static int weightOf(long priority) {
        return (int) (priority & 0xff) + 1;
    }

    private static boolean exclusiveOf(long priority) {
        return (priority & 0x80_0000_0000L) != 0;
    }
}
