package io.h2session.receive;

import io.h2session.api.Http2Glitch;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.ReceiveAnswer;
import io.h2session.connection.Connection;
import io.h2session.connection.PrioritySignals;
import io.h2session.frame.AltSvcFrame;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.ExtensionFrame;
import io.h2session.frame.ExtensionPayload;
import io.h2session.frame.FrameReader;
import io.h2session.frame.FrameType;
import io.h2session.frame.OriginFrame;
import io.h2session.frame.PriorityUpdateFrame;
import io.h2session.priority.Priority;
import io.h2session.priority.PriorityField;
import io.h2session.stream.Stream;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Handles frames of other specifications (RFC 9113 section 5.5): ALTSVC, ORIGIN, PRIORITY_UPDATE, and the types for which
 * the application asked.
 */
final class ExtensionReceiver {
    private static final int MAX_PRIORITY_UPDATE = 32;
    private static final int RESERVED_ORIGIN_FLAGS = 0xf0;

    private final Connection connection;
    private final StreamFaults faults;
    private final FrameCharges charges;
    private final PrioritySignals signals;
    private final FrameReader reader;
    private boolean dropped;

    ExtensionReceiver(Connection connection, FrameReader reader, StreamFaults faults, FrameCharges charges) {
        this.connection = connection;
        this.reader = reader;
        this.faults = faults;
        this.charges = charges;
        signals = connection.prioritySignals();
    }

    /** What to do with a frame of an extension type. Types of the application take precedence over the built-in ones. */
    ExtensionPayload wanted(int type, int flags, int streamId, int length) throws ConnectionError {
        dropped = false;
        if (connection.options().receivesExtension(type)) {
            return ExtensionPayload.RAW;
        }
        boolean parse =
                switch (type) {
                    case FrameType.ALTSVC ->
                        connection.options().receiveAltSvc()
                                && !connection.role().isServer();
                    case FrameType.ORIGIN ->
                        connection.options().receiveOrigin()
                                && !connection.role().isServer()
                                && streamId == 0
                                && (flags & RESERVED_ORIGIN_FLAGS) == 0;
                    case FrameType.PRIORITY_UPDATE ->
                        connection.options().receivePriorityUpdate() && priorityUpdateWanted(length);
                    default -> false;
                };
        if (parse) {
            if (type == FrameType.PRIORITY_UPDATE) {
                charges.begun(Http2Glitch.PRIORITY_UPDATE);
            }
            ExtensionPayload.checkLength(type, length);
        } else {
            connection.floodGuard().unknownFrame(connection.now());
        }
        return parse ? ExtensionPayload.PARSE : ExtensionPayload.SKIP;
    }

    private boolean priorityUpdateWanted(int length) throws ConnectionError {
        if (!connection.role().isServer()) {
            throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "priority_update_from_server");
        }
        return length <= MAX_PRIORITY_UPDATE;
    }

    void onAltSvc(int streamId, AsciiString origin, AsciiString value) throws ConnectionError {
        connection.floodGuard().announcementReceived(0, connection.now());
        AltSvcFrame frame = new AltSvcFrame(streamId, origin, value);
        // RFC 7838 section 4: a frame has an origin if and only if it is on stream 0; otherwise it is ignored.
        Stream stream = connection.stream(streamId);
        if ((streamId == 0) == origin.isEmpty()) {
            connection.callbacks().invalidFrameReceived(frame, InvalidFrameReason.PROTO);
        } else if (streamId == 0 || (stream != null && !stream.resetQueued())) {
            if (value.isEmpty()) {
                connection.callbacks().invalidFrameReceived(frame, InvalidFrameReason.PROTO);
            } else {
                connection.callbacks().frameReceived(frame);
            }
        }
    }

    void onOrigin(int flags, List<AsciiString> origins) throws ConnectionError {
        if (origins == null || (flags & RESERVED_ORIGIN_FLAGS) != 0) {
            charges.complete(Http2Glitch.IGNORED_FRAME);
            return;
        }
        connection.floodGuard().announcementReceived(origins.size(), connection.now());
        connection.callbacks().frameReceived(new OriginFrame(origins));
    }

    void onPriorityUpdate(int streamId, AsciiString fieldValue) throws ConnectionError {
        charges.complete(Http2Glitch.PRIORITY_UPDATE);
        PriorityUpdateFrame frame = new PriorityUpdateFrame(streamId, fieldValue);
        boolean request = !connection.role().opens(streamId);
        if (!request && connection.idle(streamId)) {
            throw faults.connectionError(
                    frame,
                    InvalidFrameReason.PROTO,
                    new ConnectionError(ErrorCode.PROTOCOL_ERROR, "priority_update_of_idle_push"));
        }
        Priority priority = signals.given(streamId, PriorityField.parse(fieldValue, Priority.DEFAULT));
        if (request && priority != null) {
            apply(streamId, priority, frame);
        }
        connection.callbacks().frameReceived(frame);
    }

    private void apply(int streamId, Priority priority, PriorityUpdateFrame frame) throws ConnectionError {
        Stream stream = connection.stream(streamId);
        if (stream != null) {
            if (!stream.clientPriorityIgnored()) {
                stream.priority(priority);
                connection.scheduler().reprioritized(stream);
            }
        } else if (signals.keeps(streamId) && !signals.keep(streamId, priority)) {
            throw faults.connectionError(
                    frame,
                    InvalidFrameReason.PROTO,
                    new ConnectionError(ErrorCode.PROTOCOL_ERROR, "too_many_priority_updates"));
        }
    }

    void onChunk(int type, int flags, int streamId, ByteBuf in, int index, int bytes) {
        if (dropped) {
            return;
        }
        ReceiveAnswer answer = connection.callbacks().extensionChunk(type, flags, streamId, in.slice(index, bytes));
        dropped = answer == ReceiveAnswer.RESET_STREAM;
        if (answer == ReceiveAnswer.PAUSE || !connection.shutdown().live()) {
            reader.pause();
        }
    }

    void onEnd(int type, int flags, int streamId, int length) {
        if (dropped) {
            return;
        }
        Object payload = connection.callbacks().unpackExtension(type, flags, streamId, length);
        if (payload != null && connection.shutdown().keepsStreams()) {
            connection.callbacks().frameReceived(new ExtensionFrame(type, flags, streamId, length, payload));
        }
    }
}
