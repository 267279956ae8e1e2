package io.h2session.examples.grpc;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.netty.channel.StreamChannelEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/** One call. A message is a flag, its length in four bytes and its bytes, in DATA of any sizes. */
final class GrpcCodec extends ChannelDuplexHandler {
    private static final int PREFIX = 5;
    private static final HeaderList OK = HeaderList.of(":status", "200", "content-type", "application/grpc");

    private final boolean server;
    private final int maxMessage;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    private ScheduledFuture<?> deadline;
    private GrpcStatus late;
    private boolean answering;
    private boolean over;

    GrpcCodec(boolean server, int maxMessage) {
        this.server = server;
        this.maxMessage = maxMessage;
    }

    // ---- what is read ----------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        if (read instanceof Http2SessionEvent.Data data) {
            ByteBuf content = data.content().retain();
            data.release();
            received = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), received, content);
            boolean more = true;
            while (more && !over && received.readableBytes() >= PREFIX) {
                more = message(ctx);
            }
            if (over || !received.isReadable()) {
                release();
            }
        } else if (read instanceof Http2SessionEvent.Headers head && server) {
            request(ctx, head.headers());
        } else if (read instanceof Http2SessionEvent.Headers head) {
            response(ctx, head.headers(), head.endStream());
        }
    }

    private void request(ChannelHandlerContext ctx, HeaderList head) {
        if (isGrpc(head)) {
            startDeadline(ctx, head);
            ctx.fireChannelRead(head);
        } else if (head.contains(":method")) {
            HeaderList unsupported = HeaderList.of(":status", "415");
            over(ctx.writeAndFlush(Http2SessionWrite.response(call(ctx).stream(), unsupported)));
        }
    }

    private void response(ChannelHandlerContext ctx, HeaderList head, boolean last) {
        String http = head.contains(":status") ? head.value(":status").toString() : "";
        if (last && head.contains("grpc-status")) {
            end(ctx, GrpcStatus.in(head));
        } else if (!http.isEmpty() && !http.startsWith("1") && !(http.equals("200") && isGrpc(head))) {
            end(ctx, GrpcStatus.ofHttp(http));
        }
    }

    private static boolean isGrpc(HeaderList head) {
        return head.contains("content-type") && head.value("content-type").startsWith("application/grpc");
    }

    /** Passes a message on; answers false if it is not there yet. */
    private boolean message(ChannelHandlerContext ctx) {
        long length = received.getUnsignedInt(received.readerIndex() + 1);
        if (received.getByte(received.readerIndex()) != 0) {
            end(ctx, new GrpcStatus(GrpcStatus.INTERNAL, "compressed message"));
        } else if (length > maxMessage) {
            end(ctx, new GrpcStatus(GrpcStatus.RESOURCE_EXHAUSTED, "message of " + length + " bytes"));
        } else if (received.readableBytes() < PREFIX + length) {
            return false;
        } else {
            ctx.fireChannelRead(received.skipBytes(PREFIX).readRetainedSlice((int) length));
        }
        return true;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == StreamChannelEvent.INPUT_ENDED && (received.isReadable() || !server)) {
            end(ctx, new GrpcStatus(GrpcStatus.INTERNAL, "half a message, or no status"));
        }
        ctx.fireUserEventTriggered(event);
    }

    // ---- what is written -------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HeaderList head) {
            startDeadline(ctx, head);
            ctx.write(Http2SessionWrite.requestHead(call(ctx).stream(), head), promise);
        } else if (message instanceof GrpcStatus status) {
            // Without a message before it, the head is the whole response: Trailers-Only.
            Http2SessionWrite end = answering
                    ? Http2SessionWrite.trailers(call(ctx).stream(), status.after(HeaderList.EMPTY))
                    : Http2SessionWrite.response(call(ctx).stream(), status.after(OK));
            over(ctx.write(end, promise));
        } else {
            if (server && !answering) {
                answering = true;
                ctx.write(Http2SessionWrite.responseHead(call(ctx).stream(), OK));
            }
            ByteBuf content = (ByteBuf) message;
            ByteBuf prefix = ctx.alloc().buffer(PREFIX).writeByte(0).writeInt(content.readableBytes());
            ctx.write(Unpooled.wrappedBuffer(prefix, content), promise);
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private void startDeadline(ChannelHandlerContext ctx, HeaderList head) {
        String timeout =
                head.contains("grpc-timeout") ? head.value("grpc-timeout").toString() : "";
        if (timeout.matches("\\d{1,8}[numSMH]")) {
            ChronoUnit unit = ChronoUnit.values()["numSMH".indexOf(timeout.charAt(timeout.length() - 1))];
            Duration time = Duration.of(Long.parseLong(timeout.substring(0, timeout.length() - 1)), unit);
            late = new GrpcStatus(GrpcStatus.DEADLINE_EXCEEDED, "after " + time);
            deadline = ctx.executor().schedule(() -> end(ctx, late), time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the call, unless it is over: tells the peer of a server, or the application of a client. */
    private void end(ChannelHandlerContext ctx, GrpcStatus status) {
        if (!over && server) {
            write(ctx, status, ctx.newPromise());
            ctx.flush();
        } else if (!over) {
            // The timer of the server, which then cancels the call, may be heard before that of the client.
            boolean cancelled = status.code() == GrpcStatus.CANCELLED && deadline != null;
            boolean tooLate = cancelled && deadline.getDelay(TimeUnit.NANOSECONDS) <= 0;
            over(ctx.newSucceededFuture());
            ctx.fireChannelRead(tooLate ? late : status);
        }
    }

    /** What else comes is not of interest; once the last write is sent, the channel is closed. */
    private void over(ChannelFuture last) {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        last.addListener(done -> last.channel().close());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (server) {
            over(ctx.newSucceededFuture());
        } else {
            end(ctx, GrpcStatus.of(call(ctx).end()));
        }
        release();
        ctx.fireChannelInactive();
    }

    private void release() {
        received.release();
        received = Unpooled.EMPTY_BUFFER;
    }

    private static StreamChannel call(ChannelHandlerContext ctx) {
        return (StreamChannel) ctx.channel();
    }
}
