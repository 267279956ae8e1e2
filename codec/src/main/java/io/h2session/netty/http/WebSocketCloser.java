package io.h2session.netty.http;

import io.h2session.netty.channel.StreamChannelEvent;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;

/**
 * How a WebSocket on a stream ends (RFC 6455 section 5.5.1, RFC 8441 section 5): a Close is answered, and when both were sent END_STREAM
 * follows, which is what the end of a TCP connection is. Answers pings.
 */
final class WebSocketCloser extends ChannelDuplexHandler {
    private boolean closeSent;
    private boolean closeReceived;
    private boolean ended;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof PingWebSocketFrame ping) {
            if (closeSent) {
                ping.release();
            } else {
                context.writeAndFlush(new PongWebSocketFrame(ping.content()), context.voidPromise());
            }
        } else if (message instanceof CloseWebSocketFrame close) {
            closeReceived = true;
            int status = close.statusCode();
            context.fireChannelRead(close);
            if (!closeSent) {
                closeSent = true;
                CloseWebSocketFrame answer =
                        status < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(status, "");
                context.write(answer, context.voidPromise());
            }
            end(context);
        } else if (closeReceived) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof WebSocketFrame && closeSent) {
            ReferenceCountUtil.release(message);
            if (!promise.isVoid()) {
                promise.tryFailure(new ClosedChannelException());
            }
            return;
        }
        closeSent |= message instanceof CloseWebSocketFrame;
        context.write(message, promise);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == StreamChannelEvent.INPUT_ENDED) {
            end(context);
        }
        context.fireUserEventTriggered(event);
    }

    private void end(ChannelHandlerContext context) {
        if (!ended) {
            ended = true;
            closeSent = true;
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, context.voidPromise());
        }
    }
}
