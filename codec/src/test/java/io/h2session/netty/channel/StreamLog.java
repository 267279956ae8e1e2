package io.h2session.netty.channel;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.netty.Http2SessionEvent;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** A handler of a stream that writes down what it is told, in words, and does what the test says. */
final class StreamLog extends ChannelInboundHandlerAdapter {
    /** What a test does when a handler is told something. */
    interface Reaction {
        /**
         * @param what the word in the log
         * @param message what came, or null; borrowed
         */
        void react(StreamLog log, String what, Object message) throws Exception;
    }

    final StreamChannel channel;
    final List<String> told = new ArrayList<>();
    final List<Throwable> exceptions = new ArrayList<>();
    final List<Object> kept = new ArrayList<>();

    /** Keeps what comes, unreleased, in {@link #kept}. */
    boolean keeps;

    /** Passes exceptions on to the end of the pipeline. */
    boolean passesExceptions;

    long bytes;
    private final StreamsEnd end;
    ChannelHandlerContext ctx;

    StreamLog(StreamChannel channel, StreamsEnd end) {
        this.channel = channel;
        this.end = end;
    }

    /** What it was told since this was asked last. */
    List<String> news() {
        List<String> all = List.copyOf(told);
        told.clear();
        return all;
    }

    void releaseKept() {
        kept.forEach(ReferenceCountUtil::release);
        kept.clear();
    }

    private void heard(String what, Object message) throws Exception {
        told.add(what);
        end.reaction.react(this, what, message);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        ctx = context;
        heard("added", null);
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) throws Exception {
        heard("registered", null);
        context.fireChannelRegistered();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        heard("active", null);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        try {
            heard(word(message), message);
        } finally {
            if (keeps) {
                kept.add(message);
            } else {
                ReferenceCountUtil.release(message);
            }
        }
    }

    private String word(Object message) {
        if (message instanceof Http2SessionEvent.Headers head) {
            Object status = head.headers().value(":status");
            Object path = head.headers().value(":path");
            return (status != null ? status.toString() : path != null ? path.toString() : "trailers")
                    + (head.endStream() ? "." : "");
        } else if (message instanceof Http2SessionEvent.Data data) {
            bytes += data.content().readableBytes();
            String text = data.content().readableBytes() > 20
                    ? data.content().readableBytes() + " bytes"
                    : data.content().toString(CharsetUtil.US_ASCII);
            return "\"" + text + "\"" + (data.endStream() ? "." : "");
        }
        if (message instanceof Http2SessionEvent.Reset reset) {
            return "reset " + ErrorCode.name(reset.errorCode());
        }
        boolean speaks = message instanceof StreamChannelEvent
                || (message instanceof Http2SessionEvent.Extension extension
                        && extension.frame() instanceof PriorityUpdateFrame);
        return speaks ? message.toString() : message.getClass().getSimpleName();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        heard("complete", null);
        context.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        heard(word(event), event);
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        heard(channel.isWritable() ? "writable" : "unwritable", null);
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        exceptions.add(cause);
        heard("exception", cause);
        if (passesExceptions) {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        heard("inactive", null);
        context.fireChannelInactive();
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext context) throws Exception {
        heard("unregistered", null);
        context.fireChannelUnregistered();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        heard("removed", null);
    }
}
