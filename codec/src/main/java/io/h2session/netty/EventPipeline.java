package io.h2session.netty;

import io.netty.channel.ChannelHandlerContext;

/** Fires events into the pipeline, in their order: the body that was received on a stream before an event is fired before it. */
final class EventPipeline {
    private final ChannelHandlerContext ctx;
    private final BodyPieces pieces;
    private final ReadGate gate;

    EventPipeline(ChannelHandlerContext ctx, BodyPieces pieces, ReadGate gate) {
        this.ctx = ctx;
        this.pieces = pieces;
        this.gate = gate;
    }

    /** Fires an event that belongs to no stream as {@code channelRead}. */
    void fireRead(Http2SessionEvent event) {
        fireRead(null, event);
    }

    /** Fires an event of a stream as {@code channelRead}. */
    void fireRead(Http2StreamHandle stream, Http2SessionEvent event) {
        pieces.before(stream);
        gate.messageFired();
        ctx.fireChannelRead(event);
    }

    /** Fires an event as {@code userEventTriggered}; the body of its stream need not be fired before it. */
    void fireUser(Http2SessionEvent event) {
        fireUser(null, event);
    }

    /** Fires an event of a stream as {@code userEventTriggered}. */
    void fireUser(Http2StreamHandle stream, Http2SessionEvent event) {
        pieces.before(stream);
        ctx.fireUserEventTriggered(event);
    }

    /** Fires the changes of writability that have gathered. */
    void fireWritability(PendingBytes pending) {
        for (Http2StreamHandle one = pending.takeWritabilityChange();
                one != null;
                one = pending.takeWritabilityChange()) {
            // StreamClosed is the last event of a stream.
            if (!one.record.closed) {
                fireUser(new Http2SessionEvent.StreamWritability(one, one.isWritable()));
            }
        }
    }
}
