package io.h2session.examples.grpc;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.channel.StreamChannelEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * A call of a service with a method of each kind: {@code Unary} and {@code Collect} answer with all that came in one message,
 * {@code Repeat} does so as often as the field {@code times} says, {@code Talk} answers each message as it comes, {@code Fail} fails
 * and {@code Sleep} never answers.
 */
final class EchoService extends ChannelInboundHandlerAdapter {
    private final CompositeByteBuf messages = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    private String method = "";
    private int times;

    /** How many messages are still to be written. */
    private int left;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        if (read instanceof HeaderList head) {
            method = head.value(":path").toString().replace("/h2session.Echo/", "");
            times = head.contains("times") ? head.value("times").parseInt() : 1;
            if (method.equals("Fail")) {
                ctx.writeAndFlush(new GrpcStatus(GrpcStatus.INVALID_ARGUMENT, "100 % \u00fcbel"));
            } else if (!method.matches("Unary|Collect|Repeat|Talk|Sleep")) {
                ctx.writeAndFlush(new GrpcStatus(GrpcStatus.UNIMPLEMENTED, "no method " + method));
            }
        } else if (method.equals("Talk")) {
            ctx.write(read);
        } else {
            messages.addComponent(true, (ByteBuf) read);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == StreamChannelEvent.INPUT_ENDED && method.equals("Talk")) {
            ctx.writeAndFlush(GrpcStatus.OK);
        } else if (event == StreamChannelEvent.INPUT_ENDED && !method.equals("Sleep")) {
            left = times;
            answer(ctx);
        }
    }

    private void answer(ChannelHandlerContext ctx) {
        while (left > 0 && ctx.channel().isWritable()) {
            ctx.writeAndFlush(messages.retainedDuplicate());
            left--;
            if (left == 0) {
                ctx.writeAndFlush(GrpcStatus.OK);
            }
        }
    }

    /** What the client does not take is not made, and what it sends is not read. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        answer(ctx);
    }

    /** The call is over: it was answered or cancelled, or its deadline has passed. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        messages.release();
    }
}
