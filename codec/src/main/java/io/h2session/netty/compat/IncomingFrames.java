package io.h2session.netty.compat;

import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.Setting;
import io.h2session.netty.Http2SessionEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2PushPromiseFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.DefaultHttp2UnknownFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;

/** The events of a session as Netty's frames. */
final class IncomingFrames {
    private IncomingFrames() {}

    /** A header block: a request, a response, trailers. */
    static Http2Frame headers(Http2SessionEvent.Headers event, Http2FrameStream stream) {
        return new DefaultHttp2HeadersFrame(FieldConversion.toNetty(event.headers()), event.endStream()).stream(stream);
    }

    /**
     * A piece of a body, whose credit the channel has taken over. The session keeps the credit of padding to itself, so that there
     * is none here.
     *
     * @param event owned by this method
     */
    static Http2DataFrame data(Http2SessionEvent.Data event, Http2FrameStream stream) {
        ByteBuf content = event.content().retain();
        boolean endStream = event.endStream();
        event.release();
        return new DefaultHttp2DataFrame(content, endStream).stream(stream);
    }

    /** A promise of a response. */
    static Http2Frame pushPromise(
            Http2SessionEvent.PushPromise event, Http2FrameStream stream, Http2FrameStream promised) {
        DefaultHttp2PushPromiseFrame frame = new DefaultHttp2PushPromiseFrame(FieldConversion.toNetty(event.headers()));
        frame.pushStream(promised);
        return frame.stream(stream);
    }

    /** The end of a stream by the peer's reset. */
    static Http2Frame reset(Http2SessionEvent.Reset event, Http2FrameStream stream) {
        return new DefaultHttp2ResetFrame(event.errorCode()).stream(stream);
    }

    /** A frame of an unknown type; null if its payload is another listener's. */
    static Http2Frame unknown(ExtensionFrame frame, Http2FrameStream stream) {
        return frame.payload() instanceof byte[] payload
                ? new DefaultHttp2UnknownFrame(
                                (byte) frame.extensionType(),
                                new Http2Flags((short) frame.flags()),
                                Unpooled.wrappedBuffer(payload))
                        .stream(stream)
                : null;
    }

    // ---- about the connection --------------------------------------------------------------------------------------

    static Http2Frame settings(Http2SessionEvent.Settings event) {
        if (event.ack()) {
            return Http2SettingsAckFrame.INSTANCE;
        }
        // The session has judged the values, and Netty's own check of them is of another opinion here and there.
        Http2Settings settings = new Http2Settings();
        for (Setting setting : event.settings()) {
            settings.put((char) setting.id(), (Long) setting.value());
        }
        return new DefaultHttp2SettingsFrame(settings);
    }

    static Http2Frame ping(Http2SessionEvent.Ping event) {
        return new DefaultHttp2PingFrame(event.opaqueData(), event.ack());
    }

    static Http2GoAwayFrame goAway(Http2SessionEvent.GoAway event) {
        return new ReceivedGoAway(event.lastStreamId(), event.errorCode(), Unpooled.copiedBuffer(event.debugData()));
    }
}
