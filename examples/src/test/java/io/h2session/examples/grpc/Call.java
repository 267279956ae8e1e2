package io.h2session.examples.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What comes of a call of ours. */
class Call extends ChannelInboundHandlerAdapter {
    final List<byte[]> messages = new CopyOnWriteArrayList<>();
    private final CompletableFuture<GrpcStatus> end = new CompletableFuture<>();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        if (read instanceof GrpcStatus status) {
            end.complete(status);
        } else {
            ByteBuf message = (ByteBuf) read;
            messages.add(ByteBufUtil.getBytes(message));
            message.release();
            received(ctx);
        }
    }

    void received(ChannelHandlerContext ctx) {}

    GrpcStatus status() throws Exception {
        return end.get(60, TimeUnit.SECONDS);
    }

    boolean ended() {
        return end.isDone();
    }
}
