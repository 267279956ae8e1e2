package io.h2session.netty.compat;

import io.netty.buffer.ByteBufHolder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PriorityFrame;
import io.netty.handler.codec.http2.Http2PushPromiseFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2UnknownFrame;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** A handler of a stream's channel, written for Netty's frames: it writes down what it is told, and does what a test says. */
final class Diary extends ChannelInboundHandlerAdapter {
    /** What a test does when the handler is told something. */
    interface Reaction {
        void react(Diary diary, String what, Object message) throws Exception;
    }

    final List<String> told = new ArrayList<>();
    final List<Throwable> exceptions = new ArrayList<>();
    private final Reaction reaction;
    Http2StreamChannel channel;
    ChannelHandlerContext ctx;

    /** Passes exceptions on to the end of the pipeline. */
    boolean passesExceptions;

    Diary(Reaction reaction) {
        this.reaction = reaction;
    }

    List<String> news() {
        List<String> all = List.copyOf(told);
        told.clear();
        return all;
    }

    /** The messages that were read, without what else was told. */
    List<String> read() {
        return told.stream()
                .filter(word -> !Character.isLowerCase(word.charAt(0)))
                .toList();
    }

    private void hears(String what, Object message) throws Exception {
        told.add(what);
        reaction.react(this, what, message);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        ctx = context;
        channel = (Http2StreamChannel) context.channel();
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) throws Exception {
        hears("registered", null);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        hears("active", null);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        try {
            hears(word(message), message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        hears("complete", null);
        context.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        hears("event " + word(event), event);
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        hears(context.channel().isWritable() ? "writable" : "unwritable", null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        exceptions.add(cause);
        hears("exception", cause);
        if (passesExceptions) {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        hears("inactive", null);
        context.fireChannelInactive();
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext context) throws Exception {
        hears("unregistered", null);
    }

    static String word(Object message) {
        if (message instanceof Http2HeadersFrame head) {
            CharSequence name = head.headers().path() != null
                    ? head.headers().path()
                    : head.headers().status();
            return (name == null ? "TRAILERS" : "HEADERS " + name) + (head.isEndStream() ? "." : "");
        } else if (message instanceof Http2DataFrame data) {
            int length = data.content().readableBytes();
            String text = length > 20 ? length + " bytes" : data.content().toString(CharsetUtil.US_ASCII);
            return "DATA " + text + (data.isEndStream() ? "." : "");
        } else if (message instanceof Http2ResetFrame reset) {
            return "RST_STREAM " + Http2Error.valueOf(reset.errorCode());
        } else if (message instanceof Http2PriorityFrame priority) {
            return "PRIORITY " + priority.streamDependency() + " " + priority.weight() + " " + priority.exclusive();
        } else if (message instanceof Http2GoAwayFrame goAway) {
            return "GOAWAY " + goAway.lastStreamId() + " " + Http2Error.valueOf(goAway.errorCode()) + " "
                    + text(goAway);
        } else if (message instanceof Http2UnknownFrame unknown) {
            return "UNKNOWN " + unknown.frameType() + " " + unknown.flags().value() + " " + text(unknown);
        } else if (message instanceof Http2PushPromiseFrame push) {
            return "PUSH_PROMISE " + push.promisedStreamId() + " "
                    + push.http2Headers().path();
        }
        return message.getClass().getSimpleName();
    }

    private static String text(ByteBufHolder holder) {
        return holder.content().toString(CharsetUtil.US_ASCII);
    }
}
