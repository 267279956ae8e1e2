package io.h2session.netty.compat;

import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2UnknownFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2PriorityFrame;
import io.netty.handler.codec.http2.Http2PushPromiseFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2UnknownFrame;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import io.netty.util.AsciiString;
import io.netty.util.collection.CharObjectMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Netty's frames as writes of a session. Each method owns the frame when it returns a write, or null for nothing to be sent; when it
 * throws, the frame is still the caller's.
 */
final class OutgoingFrames {
    private static final int STATUS_DIGITS = 3;
    private static final AsciiString SWITCHING_PROTOCOLS = AsciiString.cached("101");

    private OutgoingFrames() {}

    /**
     * A frame of a stream.
     *
     * @throws IllegalArgumentException if it cannot be sent
     */
    static Http2SessionWrite ofStream(Http2StreamHandle handle, Http2StreamFrame frame) {
        if (frame instanceof Http2DataFrame data) {
            boolean endStream = data.isEndStream();
            return Http2SessionWrite.data(handle, content(data, data instanceof DefaultHttp2DataFrame), endStream);
        } else if (frame instanceof Http2HeadersFrame headers) {
            return message(handle, FieldConversion.toList(headers.headers()), headers.isEndStream());
        } else if (frame instanceof Http2ResetFrame reset) {
            return Http2SessionWrite.reset(handle, reset.errorCode());
        } else if (frame instanceof Http2WindowUpdateFrame credit) {
            return Http2SessionWrite.consume(handle, credit.windowSizeIncrement());
        } else if (frame instanceof Http2UnknownFrame unknown) {
            int type = unknown.frameType() & 0xff;
            int flags = unknown.flags().value() & 0xff;
            return Http2SessionWrite.extension(
                    type, flags, handle, content(unknown, unknown instanceof DefaultHttp2UnknownFrame));
        } else if (frame instanceof Http2PushPromiseFrame push) {
            if (!(push.pushStream() instanceof FrameStream promised)) {
                throw new IllegalArgumentException("the promised stream is not one that newStream() has made");
            }
            return Http2SessionWrite.pushPromise(
                    handle, promised.handle(), FieldConversion.toList(push.http2Headers()));
        } else if (frame instanceof Http2PriorityFrame) {
            // RFC 9113 section 5.3.2: the priorities of RFC 7540 are not sent any more.
            return null;
        }
        throw new IllegalArgumentException(
                "no frame of a stream: " + frame.getClass().getName());
    }

    private static Http2SessionWrite message(Http2StreamHandle handle, HeaderList fields, boolean endStream) {
        AsciiString status = fields.value(HeaderToken.STATUS);
        if (status != null) {
            if (status.length() != STATUS_DIGITS || status.byteAt(0) != '1') {
                return endStream
                        ? Http2SessionWrite.response(handle, fields)
                        : Http2SessionWrite.responseHead(handle, fields);
            } else if (endStream || status.equals(SWITCHING_PROTOCOLS)) {
                throw new IllegalArgumentException("an informational response ends nothing, and HTTP/2 has no 101");
            }
            return Http2SessionWrite.informational(handle, fields);
        } else if (fields.value(HeaderToken.METHOD) != null) {
            return endStream
                    ? Http2SessionWrite.request(handle, fields)
                    : Http2SessionWrite.requestHead(handle, fields);
        } else if (!endStream) {
            throw new IllegalArgumentException("trailers end the stream");
        }
        return Http2SessionWrite.trailers(handle, fields);
    }

    /** Takes over the content of a frame. Netty's own frames count the references of their content and nothing else. */
    private static ByteBuf content(ByteBufHolder frame, boolean netty) {
        ByteBuf content = frame.content();
        if (!netty) {
            content.retain();
            frame.release();
        }
        return content;
    }

    /**
     * A frame of the connection.
     *
     * @param lastStreamId the last stream that will be processed, if it is GOAWAY
     */
    static Http2SessionWrite ofConnection(Http2Frame frame, LastStream lastStreamId) {
        if (frame instanceof Http2SettingsFrame settings) {
            List<Setting> list = new ArrayList<>();
            for (CharObjectMap.PrimitiveEntry<Long> entry : settings.settings().entries()) {
                list.add(new Setting(entry.key(), entry.value()));
            }
            return Http2SessionWrite.settings(list);
        } else if (frame instanceof Http2PingFrame ping) {
            return ping.ack() ? Http2SessionWrite.pingAck(ping.content()) : Http2SessionWrite.ping(ping.content());
        } else if (frame instanceof Http2GoAwayFrame goAway) {
            if (goAway.lastStreamId() > -1) {
                throw new IllegalArgumentException("Last stream id must not be set on GOAWAY frame");
            }
            Http2SessionWrite write = Http2SessionWrite.goAway(
                    lastStreamId.beyond(goAway.extraStreamIds()),
                    goAway.errorCode(),
                    ByteBufUtil.getBytes(goAway.content()));
            goAway.release();
            return write;
        } else if (frame instanceof Http2SettingsAckFrame) {
            // The session has acknowledged the settings when it received them.
            return null;
        }
        throw new IllegalArgumentException(
                "no frame of a connection: " + frame.getClass().getName());
    }

    /** Tells the last stream of the peer's that will be processed. */
    @FunctionalInterface
    interface LastStream {
        /** @param more how many of the peer's streams beyond those that were opened will be processed */
        int beyond(int more);
    }
}
