package io.h2session.send;

import io.h2session.api.BodySink;
import io.h2session.api.DataResult;
import io.h2session.api.DataSource;
import io.h2session.api.Http2Stall;
import io.h2session.api.NotSentReason;
import io.h2session.connection.Connection;
import io.h2session.frame.DataFrame;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameWriter;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.BodyState;
import io.h2session.stream.Stream;
import io.netty.buffer.ByteBuf;

/** Sends bodies as DATA (RFC 9113 sections 6.1 and 6.9): one turn of one stream at a time. */
final class DataSender {
    private final Connection connection;
    private final OutboundBuffer out;
    private final FrameHandover handover;
    private final SendRules rules;
    private final SentEffects effects;
    private final BodySink sink;
    private final boolean nothingIsDeferred;
    private final boolean emptyEndIgnoresWindow;

    /** The stream whose body was read without a window last, and was not at its end. */
    private Stream endNotDue;

    private boolean frameMade;

    /** The result of a turn. */
    enum Turn {
        /** The next stream can have its turn. */
        DONE,
        /** The connection's window is used up: no stream can have a turn. */
        BLOCKED,
        /** A body has asked that {@code send} return. */
        PAUSED,
        /** The sink took only a part of the frame. */
        HELD
    }

    DataSender(
            Connection connection, OutboundBuffer out, FrameHandover handover, SendRules rules, SentEffects effects) {
        this.connection = connection;
        this.out = out;
        this.handover = handover;
        this.rules = rules;
        this.effects = effects;
        sink = new BodySink(connection.allocator());
        nothingIsDeferred = connection.semantics().nothingIsDeferred();
        emptyEndIgnoresWindow = connection.options().emptyEndIgnoresWindow();
    }

    /** Whether the last turn made a frame. */
    boolean frameMade() {
        return frameMade;
    }

    Turn send(Stream stream) {
        frameMade = false;
        return switch (rules.turn(stream)) {
            case SEND -> sendNext(stream);
            case BLOCKED -> Turn.BLOCKED;
            case DROP -> {
                connection.callbacks().close(takeBody(stream));
                yield Turn.DONE;
            }
        };
    }

    private Turn sendNext(Stream stream) {
        int connectionWindow = connection.sendWindow().available();
        int streamWindow = stream.sendWindow().available();
        if (Math.min(connectionWindow, streamWindow) <= 0) {
            return sendEndOnly(stream, streamWindow <= 0);
        }
        int peerMax = connection.remote().maxFrameSize();
        int wanted = connection.callbacks().dataReadLength(stream.id(), connectionWindow, streamWindow, peerMax);
        int most = Math.min(Math.min(wanted, peerMax), Math.min(connectionWindow, streamWindow));
        return read(stream, stream.contentLeft() < 0 ? most : upToContentLength(stream, most));
    }

    // Beyond the announced length one byte is asked for, to find out whether there are more.
    private static int upToContentLength(Stream stream, int most) {
        return (int) Math.min(most, Math.max(1, stream.contentLeft()));
    }

    // Without window, an empty frame that ends the stream may still be sent (RFC 9113 section 6.9.1).
    private Turn sendEndOnly(Stream stream, boolean streamBlocked) {
        Turn turn = emptyEndIgnoresWindow ? read(stream, 0) : Turn.DONE;
        boolean waits = stream.bodyState() == BodyState.SCHEDULED;
        if (waits && streamBlocked) {
            connection.scheduler().remove(stream, BodyState.WINDOW_BLOCKED);
            connection.deadlines().windowAwaited(stream);
            connection.metrics().stallBegun(stream.id(), Http2Stall.STREAM_WINDOW);
            return turn;
        }
        if (waits && turn == Turn.DONE) {
            endNotDue = stream;
            return Turn.BLOCKED;
        }
        return turn;
    }

    /** Whether a body that has no window may be at its end: it has the next turn, and was not read without a window yet. */
    boolean endMayBeDue() {
        Stream next = emptyEndIgnoresWindow ? connection.scheduler().next() : null;
        return next != null && next != endNotDue && connection.sendWindow().available() <= 0;
    }

    private Turn read(Stream stream, int max) {
        ByteBuf target = out.gather();
        int start = target.writerIndex();
        target.ensureWritable(FrameWriter.HEADER_BYTES).writerIndex(start + FrameWriter.HEADER_BYTES);
        sink.begin(target, max);
        try {
            DataResult result = connection.callbacks().read(stream.body(), stream.id(), max, sink);
            if (!rules.mayStillSend(stream)
                    || stream.body() == null
                    || !connection.shutdown().keepsStreams()) {
                target.writerIndex(start);
                return Turn.DONE;
            }
            switch (result) {
                case PAUSED -> {
                    target.writerIndex(start);
                    return Turn.PAUSED;
                }
                case FAILED -> {
                    target.writerIndex(start);
                    connection.callbacks().close(takeBody(stream));
                    connection.lifecycle().reset(stream, ErrorCode.INTERNAL_ERROR.code(), false);
                }
                default -> {
                    return frame(stream, result, max, target, start);
                }
            }
        } finally {
            sink.end();
        }
        return Turn.DONE;
    }

    /** Makes a frame of what was read, if one is needed. */
    private Turn frame(Stream stream, DataResult result, int max, ByteBuf target, int start) {
        boolean ended = result == DataResult.END || result == DataResult.END_WITHOUT_END_STREAM;
        boolean endStream = result == DataResult.END && stream.bodyEndsStream() && stream.heldTrailers() == null;
        int length = sink.length();
        if (stream.contentLeft() >= 0 && breaksItsLength(stream, result, endStream, target, start)) {
            return Turn.DONE;
        }
        if (!ended && (result == DataResult.DEFERRED || (length == 0 && max > 0 && nothingIsDeferred))) {
            connection.scheduler().remove(stream, BodyState.DEFERRED);
            connection.deadlines().nothingToSend(stream);
            connection.metrics().bodyDeferred(stream.id());
        }
        DataFrame frame = null;
        if (length > 0 || endStream || (!nothingIsDeferred && result != DataResult.DEFERRED)) {
            frame = write(stream.id(), result, endStream, length, max, target, start);
        } else {
            target.writerIndex(start);
        }
        frameMade = frame != null;
        if (frame != null) {
            connection.scheduler().frameMade(stream, frame.length());
        }
        if (frame != null && !handover.sent(stream, frame, ended)) {
            return Turn.HELD;
        }
        sent(stream, frame, ended);
        return Turn.DONE;
    }

    /**
     * Counts the bytes of a body whose length was announced. If the length is wrong, gives the body up and returns true.
     */
    private boolean breaksItsLength(Stream stream, DataResult result, boolean endStream, ByteBuf target, int start) {
        NotSentReason fault = lengthFault(stream, result, sink.length());
        if (fault == null) {
            return false;
        }
        target.writerIndex(start);
        giveUp(stream, new DataFrame(stream.id(), endStream ? FrameFlags.END_STREAM : 0, sink.length(), 0), fault);
        return true;
    }

    /** What is wrong with the length of a body whose bytes are counted; null if nothing is wrong so far. */
    private static NotSentReason lengthFault(Stream stream, DataResult result, int length) {
        long left = stream.contentLeft() - length;
        if (left < 0) {
            return NotSentReason.MORE_THAN_CONTENT_LENGTH;
        }
        boolean bodyEnds = result == DataResult.END || result == DataResult.END_WITHOUT_END_STREAM;
        boolean messageEnds = stream.heldTrailers() != null || (result == DataResult.END && stream.bodyEndsStream());
        if (bodyEnds && messageEnds && left > 0) {
            return NotSentReason.LESS_THAN_CONTENT_LENGTH;
        }
        stream.contentLeft(left);
        return null;
    }

    // The application is told of the frame that is not sent; RST_STREAM tells the peer that the message is incomplete.
    private void giveUp(Stream stream, DataFrame frame, NotSentReason reason) {
        DataSource body = takeBody(stream);
        connection.lifecycle().reset(stream, ErrorCode.INTERNAL_ERROR.code(), false);
        try {
            connection.callbacks().close(body);
        } finally {
            connection.callbacks().frameNotSent(frame, reason);
        }
    }

    /** A frame of a body was sent, or null if none was needed. */
    void sent(Stream stream, DataFrame frame, boolean ended) {
        if (ended) {
            connection.callbacks().close(takeBody(stream));
        }
        if (frame != null) {
            connection.metrics().dataSent(frame.flags(), stream.id(), frame.length());
            stream.sendWindow().spend(frame.length());
            connection.sendWindow().spend(frame.length());
            connection.deadlines().dataSent(stream, frame.length());
            connection.floodGuard().dataSent(frame.length());
            effects.dataSent(stream, frame);
            connection.scheduler().frameSent(stream);
        }
        if (ended && stream.heldTrailers() != null) {
            connection.queue().add(Lane.REGULAR, OutboundItem.ofApplication(stream.heldTrailers()));
            stream.heldTrailers(null);
        }
    }

    /**
     * Returns null if there is nothing to send after all: the body has ended without a byte, and does not end the stream.
     */
    private DataFrame write(
            int streamId, DataResult result, boolean endStream, int length, int max, ByteBuf target, int start) {
        DataFrame frame = new DataFrame(streamId, endStream ? FrameFlags.END_STREAM : 0, length, 0);
        int most = Math.min(max, length + FrameWriter.MAX_PADDING);
        int padding = length < most ? connection.callbacks().selectPadding(frame, length, most) - length : 0;
        if (length + padding == 0 && result == DataResult.END_WITHOUT_END_STREAM) {
            target.writerIndex(start);
            return null;
        }
        if (padding > 0) {
            frame = new DataFrame(streamId, frame.flags() | FrameFlags.PADDED, length + padding, padding);
            makeRoomForPadLength(target, start + FrameWriter.HEADER_BYTES);
        }
        int end = target.writerIndex();
        target.writerIndex(start);
        FrameWriter.dataHeader(target, streamId, endStream, length, padding);
        target.writerIndex(end);
        for (int i = 0, parts = sink.parts(); i < parts; i++) {
            out.passThrough(sink.takePart(i));
        }
        if (padding > 0) {
            FrameWriter.padding(out.gather(), padding);
        }
        return frame;
    }

    // Padding is selected when the length is known. By then the bytes follow a frame header without a Pad Length field.
    private static void makeRoomForPadLength(ByteBuf target, int from) {
        ByteBuf moved = target.ensureWritable(1).copy(from, target.writerIndex() - from);
        target.writerIndex(from).writeByte(0).writeBytes(moved);
        moved.release();
    }

    private DataSource takeBody(Stream stream) {
        connection.scheduler().remove(stream, BodyState.NONE);
        connection.deadlines().nothingToSend(stream);
        return stream.detachBody();
    }
}
