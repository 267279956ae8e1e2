package io.h2session.netty.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtension;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionUtil;
import java.util.List;
import java.util.Map;

/**
 * What stands between the codec of a stream and its handlers once it is a WebSocket.
 *
 * <pre>
 *   HttpStreamCodec ─ TunnelBytes ─ WebSocket13FrameEncoder ─ WebSocket13FrameDecoder ─ [permessage-deflate] ─ Utf8FrameValidator
 *                   ─ WebSocketCloser ─ handlers
 * </pre>
 */
final class WebSocketPipeline {
    /** How hard permessage-deflate works, 0 to 9: zlib's default. */
    static final int LEVEL = 6;

    private WebSocketPipeline() {}

    /**
     * Puts it in the place of the handler that agreed on it.
     *
     * @param client whether this end masks what it sends, and the other does not
     * @param deflate the extension, null for none
     */
    static void replace(
            ChannelHandlerContext handshaker, boolean client, WebSocketOptions options, WebSocketExtension deflate) {
        ChannelPipeline pipeline = handshaker.pipeline();
        String before = handshaker.name();
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(!client)
                .allowMaskMismatch(false)
                .allowExtensions(deflate != null)
                .maxFramePayloadLength(options.maxFrameBytes())
                .withUTF8Validator(false)
                .build();
        pipeline.addBefore(before, null, new TunnelBytes());
        pipeline.addBefore(before, null, new WebSocket13FrameEncoder(client));
        pipeline.addBefore(before, null, new WebSocket13FrameDecoder(config));
        if (deflate != null) {
            pipeline.addBefore(before, null, deflate.newExtensionEncoder());
            pipeline.addBefore(before, null, deflate.newExtensionDecoder());
        }
        pipeline.addBefore(before, null, new Utf8FrameValidator());
        pipeline.addBefore(before, null, new WebSocketCloser());
        pipeline.remove(handshaker.handler());
    }

    /** What a sec-websocket-extensions field lists. */
    static List<WebSocketExtensionData> extensions(String field) {
        return field == null ? List.of() : WebSocketExtensionUtil.extractExtensions(field);
    }

    /** An extension as it stands in such a field. */
    static String text(WebSocketExtensionData extension) {
        StringBuilder text = new StringBuilder(extension.name());
        for (Map.Entry<String, String> parameter : extension.parameters().entrySet()) {
            text.append("; ").append(parameter.getKey());
            if (parameter.getValue() != null) {
                text.append('=').append(parameter.getValue());
            }
        }
        return text.toString();
    }
}
