package io.h2session.netty.compat;

import io.h2session.frame.ExtensionFrame;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.netty.channel.ChildChannel;
import io.h2session.netty.channel.CreditMode;
import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.StreamChannelEvent;
import io.h2session.netty.channel.StreamChannelOption;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.util.Set;

/**
 * The channel of a stream as Netty's {@code Http2MultiplexHandler} has it: an {@link Http2StreamChannel} whose handlers read and
 * write {@link Http2StreamFrame}s. It reads, writes and ends as a {@link io.h2session.netty.channel.StreamChannel} does, and has that
 * class's additions too: {@link #end}, {@link #reset(long)}, {@link #lease}, {@link #shutdownOutput}.
 *
 * <p><b>Read</b> are HEADERS, DATA, PUSH_PROMISE and frames of unknown types; RST_STREAM and, if the peer leaves this stream out, GOAWAY
 * are user events. The session does not report PRIORITY, which is obsolete. <b>Written</b> are frames whose {@code stream()} is null or {@link #stream()}; also {@link ByteBuf}s and
 * {@link Http2SessionWrite}s, as to any channel of a stream. PRIORITY is taken and not sent (RFC 9113 section 5.3.2).
 *
 * <p>What was received on a stream in one read of the connection is one DATA frame without padding, however many frames the peer
 * made of it. Padding that a frame asks for is given to what is sent of its stream from then on, as far as there is room in a
 * frame, if {@link FrameSessionBuilder} has made the session's handler.
 *
 * @since 0.1
 */
public final class FrameStreamChannel extends ChildChannel implements Http2StreamChannel {
    private static final Set<ChannelOption<?>> OWN_OPTIONS = Set.of(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL);

    private final FrameMultiplexHandler frames;
    private final FrameStream stream;
    private int dataPadding;
    private int headersPadding;

    FrameStreamChannel(
            FrameMultiplexHandler frames,
            Http2StreamsHandler streams,
            Http2StreamHandle handle,
            int serial,
            boolean promised) {
        super(streams, handle, serial, promised);
        this.frames = frames;
        stream = frames.stream(handle);
    }

    @Override
    public Http2FrameStream stream() {
        return stream;
    }

    /** How much padding the DATA frames ask for. */
    int dataPadding() {
        return dataPadding;
    }

    /** How much padding the HEADERS frames ask for. */
    int headersPadding() {
        return headersPadding;
    }

    // ---- what comes ------------------------------------------------------------------------------------------------

    @Override
    protected Object received(Http2SessionEvent event) {
        if (event instanceof Http2SessionEvent.Data data) {
            return IncomingFrames.data(data, stream);
        } else if (event instanceof Http2SessionEvent.Headers headers) {
            return IncomingFrames.headers(headers, stream);
        } else if (event instanceof Http2SessionEvent.PushPromise push) {
            return IncomingFrames.pushPromise(push, stream, frames.stream(push.promised()));
        }
        Object unknown = event instanceof Http2SessionEvent.Extension extension
                        && extension.frame() instanceof ExtensionFrame frame
                ? IncomingFrames.unknown(frame, stream)
                : null;
        return unknown == null ? event : unknown;
    }

    @Override
    protected Object told(Object event) {
        if (event instanceof Http2SessionEvent.Reset reset) {
            return IncomingFrames.reset(reset, stream);
        } else if (event == StreamChannelEvent.REFUSED) {
            return frames.goAwayThatRefused(stream.id());
        }
        // The frame that ends a message says so itself.
        return event == StreamChannelEvent.INPUT_ENDED ? null : event;
    }

    @Override
    protected Throwable failed(Throwable cause) {
        return StreamErrors.told(stream.id(), cause);
    }

    @Override
    protected boolean isStreamError(Throwable cause) {
        return StreamErrors.hasCode(cause);
    }

    @Override
    protected boolean readsPromises() {
        return true;
    }

    // ---- what is written -------------------------------------------------------------------------------------------

    @Override
    protected Object written(Object message) {
        if (message instanceof Http2StreamFrame frame) {
            if (frame.stream() != null && frame.stream() != stream) {
                throw new IllegalArgumentException("a frame to " + stream + " must not name another");
            }
            // A frame that is not taken over must not have changed anything.
            int padding = frame instanceof Http2DataFrame data
                    ? data.padding()
                    : frame instanceof Http2HeadersFrame headers ? headers.padding() : 0;
            Object write = OutgoingFrames.ofStream(handle(), frame);
            if (write instanceof Http2SessionWrite.Data) {
                dataPadding = padding;
            } else if (frame instanceof Http2HeadersFrame) {
                headersPadding = padding;
            }
            return write;
        } else if (message instanceof Http2SessionWrite || message instanceof ByteBuf) {
            return message;
        }
        throw new IllegalArgumentException(
                "Message must be an Http2StreamFrame: " + message.getClass().getName());
    }

    @Override
    protected Throwable refused(Throwable cause) {
        return StreamErrors.refused(cause);
    }

    // ---- the option ------------------------------------------------------------------------------------------------

    @Override
    protected Set<ChannelOption<?>> ownOptions() {
        return OWN_OPTIONS;
    }

    @Override
    protected Object ownOption(ChannelOption<?> option) {
        return option == Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL
                ? config().getOption(StreamChannelOption.CREDIT_MODE) != CreditMode.MANUAL
                : null;
    }

    @Override
    protected boolean setOwnOption(ChannelOption<?> option, Object value) {
        if (option != Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL) {
            return false;
        }
        return config().setOption(
                        StreamChannelOption.CREDIT_MODE,
                        Boolean.TRUE.equals(value) ? CreditMode.NEXT_READ : CreditMode.MANUAL);
    }
}
