package io.h2session.netty.negotiation;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Distinguishes HTTP/2 with prior knowledge from HTTP/1.1 by the first bytes (RFC 9113 section 3.4). A client that begins with
 * the line {@code PRI * HTTP/2.0} speaks HTTP/2; if the rest of its preface is wrong, the session reports it. A client that
 * begins otherwise speaks HTTP/1.1, which is known at the first byte that differs. At most that line is buffered here. A client
 * that does not send enough in time is disconnected.
 */
final class FirstBytes extends ByteToMessageDecoder {
    private static final byte[] HTTP2_LINE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Http2Negotiation negotiation;
    private final Promise<String> result;
    private ScheduledFuture<?> timer;

    private FirstBytes(Http2Negotiation negotiation, Promise<String> result) {
        this.negotiation = negotiation;
        this.result = result;
    }

    static void addTo(ChannelPipeline pipeline, Http2Negotiation negotiation, Promise<String> result) {
        pipeline.addLast(new FirstBytes(negotiation, result));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            startTimer(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        startTimer(context);
        super.channelActive(context);
    }

    private void startTimer(ChannelHandlerContext context) {
        long nanos = negotiation.firstBytesTimeoutNanos();
        if (timer == null && nanos > 0) {
            timer = context.executor()
                    .schedule(
                            () -> fail(
                                    context,
                                    new Http2NegotiationException(
                                            Http2NegotiationException.Reason.TIMEOUT,
                                            "the client said nothing in time")),
                            nanos,
                            TimeUnit.NANOSECONDS);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (result.isDone()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int length = Math.min(in.readableBytes(), HTTP2_LINE.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != HTTP2_LINE[i]) {
                chooseHttp1(context);
                return;
            }
        }
        if (length == HTTP2_LINE.length) {
            negotiation.beginHttp2(context.pipeline());
            context.pipeline().remove(this);
            result.trySuccess("h2c");
        }
    }

    /** At the end of the input the protocol can no longer be recognized. */
    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        fail(context, new ClosedChannelException());
    }

    private void chooseHttp1(ChannelHandlerContext context) {
        if (negotiation.hasHttp1()) {
            negotiation.beginHttp1(context.pipeline());
            context.pipeline().remove(this);
            result.trySuccess("http/1.1");
        } else {
            fail(
                    context,
                    new Http2NegotiationException(
                            Http2NegotiationException.Reason.NO_COMMON_PROTOCOL, "the client does not speak HTTP/2"));
        }
    }

    /** Errors of the network fail the result; exceptions of the application are passed on. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(context, cause);
        if (!(cause instanceof IOException)) {
            context.fireExceptionCaught(cause);
        }
    }

    private void fail(ChannelHandlerContext context, Throwable cause) {
        result.tryFailure(cause);
        context.close();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
