package io.h2session.frame;

import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the payloads of ALTSVC, ORIGIN and PRIORITY_UPDATE. The strings share the array of the payload, which is not used
 * again.
 */
final class ExtensionParser {
    private ExtensionParser() {}

    /** Checks a payload whose length {@link FrameRules#checkParsed} has accepted. */
    static void check(int type, byte[] payload) throws ConnectionError {
        if (type == FrameType.ALTSVC && unsignedShort(payload, 0) > payload.length - 2) {
            throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "altsvc_origin_length");
        }
        if (type == FrameType.PRIORITY_UPDATE && prioritized(payload) == 0) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "priority_update_of_stream_zero");
        }
    }

    /** Hands the content of a checked payload to the sink. */
    static void parse(int type, int flags, int streamId, byte[] payload, FrameSink sink) throws ConnectionError {
        switch (type) {
            case FrameType.ALTSVC -> altSvc(streamId, payload, sink);
            case FrameType.ORIGIN -> sink.onOrigin(streamId, flags, origins(payload));
            case FrameType.PRIORITY_UPDATE -> {
                AsciiString value = ascii(payload, 4, payload.length);
                if (streamId != 0) {
                    sink.onMisplaced(
                            new MisplacedFrame(streamId, new PriorityUpdateFrame(prioritized(payload), value)));
                } else {
                    sink.onPriorityUpdate(prioritized(payload), value);
                }
            }
            default -> throw new IllegalArgumentException(FrameType.name(type));
        }
    }

    private static void altSvc(int streamId, byte[] payload, FrameSink sink) throws ConnectionError {
        int value = 2 + unsignedShort(payload, 0);
        sink.onAltSvc(streamId, ascii(payload, 2, value), ascii(payload, value, payload.length));
    }

    private static List<AsciiString> origins(byte[] payload) {
        List<AsciiString> origins = new ArrayList<>(4);
        int at = 0;
        while (at < payload.length) {
            if (payload.length - at < 2) {
                return null;
            }
            int length = unsignedShort(payload, at);
            at += 2;
            if (length > payload.length - at) {
                return null;
            }
            if (length > 0) {
                origins.add(ascii(payload, at, at + length));
            }
            at += length;
        }
        return origins;
    }

    private static int prioritized(byte[] payload) {
        return (unsignedShort(payload, 0) << 16 | unsignedShort(payload, 2)) & Integer.MAX_VALUE;
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    private static AsciiString ascii(byte[] bytes, int from, int to) {
        return from == to ? AsciiString.EMPTY_STRING : new AsciiString(bytes, from, to - from, false);
    }
}
