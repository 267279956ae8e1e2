package io.h2session.receive;

import io.h2session.api.Http2Glitch;
import io.h2session.api.Http2SessionOptions;
import io.h2session.connection.Connection;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ExtensionPayload;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameLimits;
import io.h2session.frame.FrameReader;
import io.h2session.frame.FrameRules;
import io.h2session.frame.FrameSink;
import io.h2session.frame.FrameType;
import io.h2session.frame.MisplacedFrame;
import io.h2session.frame.PrioritySpec;
import io.h2session.frame.Setting;
import io.h2session.hpack.HpackDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Routes each finding of the reader to its receiver, and tells the application of frames that begin.
 */
public final class FrameDispatcher implements FrameSink {
    private final Connection connection;
    private final FrameReader reader;
    private final HeaderBlockDecoder block;
    private final HeadersReceiver headers;
    private final DataReceiver data;
    private final FrameCharges charges;
    private final SettingsReceiver settings;
    private final ControlReceiver control;
    private final ExtensionReceiver extensions;

    // How much the turn still allows.
    private boolean limited;
    private int framesLeft;
    private int streamsLeft;
    private boolean turnOver;

    /** The receiving side of a connection. */
    public FrameDispatcher(Connection connection) {
        this.connection = connection;
        LateFrames late = LateFrames.of(connection);
        StreamFaults faults = new StreamFaults(connection, late);
        block = new HeaderBlockDecoder(connection.options());
        charges = FrameCharges.of(connection);
        charges.limit(block.hpack());
        reader = newReader(connection.options());
        headers = new HeadersReceiver(connection, reader, block, faults, late);
        data = new DataReceiver(connection, reader, faults, late);
        settings = new SettingsReceiver(connection, reader, block.hpack(), faults);
        control = new ControlReceiver(connection, reader, faults, charges);
        extensions = new ExtensionReceiver(connection, reader, faults, charges);
    }

    private FrameReader newReader(Http2SessionOptions options) {
        FrameLimits limits = FrameLimits.DEFAULT
                .withMaxContinuations(options.limits().maxContinuations())
                .withMaxEmptyContinuations(options.limits().maxEmptyContinuations())
                .withMaxSettings(options.limits().maxSettingsEntries());
        FrameRules rules = connection.semantics().violationsHaveResults() ? FrameRules.RFC9113 : FrameRules.NGHTTP2;
        FrameReader made = new FrameReader(this, rules, charges.limits(limits));
        made.expectSettings();
        return made;
    }

    /** The reader whose findings are routed. */
    public FrameReader reader() {
        return reader;
    }

    /** Begins a turn, in which this number of frames and of new streams of the peer may be received. */
    public void turn(int frames, int streams) {
        // The frame that exceeded the turn before counts in this one.
        framesLeft = limited && framesLeft < 0 ? frames - 1 : frames;
        streamsLeft = limited && streamsLeft < 0 ? streams - 1 : streams;
        limited = true;
    }

    /** Whether the reader was paused because the turn is over since this was last asked. */
    public boolean takeTurnOver() {
        boolean over = turnOver;
        turnOver = false;
        return over;
    }

    // Of the frame that exceeds the turn only the header has been read.
    private void countFrame(int type, int streamId) {
        boolean begins = type == FrameType.HEADERS
                && connection.role().isServer()
                && streamId > connection.peerHistory().highest();
        if (--framesLeft < 0 || (begins && --streamsLeft < 0)) {
            turnOver = true;
            reader.pause();
        }
    }

    /** The decoder of the header blocks of the peer. */
    public HpackDecoder decoder() {
        return block.hpack();
    }

    /** The settings of the peer arrived with an upgrade from HTTP/1.1. */
    public void upgrade(List<Setting> received) throws ConnectionError {
        settings.onUpgrade(received);
    }

    /** {@code recv} returns: gives the leased scratch back. */
    public void releaseScratch() {
        block.releaseScratch();
    }

    @Override
    public ExtensionPayload onFrameHeader(int type, int flags, int streamId, int length) throws ConnectionError {
        connection.metrics().frameReceived(type, flags, streamId, length);
        if (limited) {
            countFrame(type, streamId);
        }
        ExtensionPayload payload = null;
        boolean told =
                switch (type) {
                    case FrameType.DATA -> data.begin(streamId, flags, length);
                    case FrameType.CONTINUATION -> {
                        if ((flags & FrameFlags.END_HEADERS) == 0) {
                            connection.floodGuard().continuationReceived(length, connection.now());
                        }
                        yield headers.delivering();
                    }
                    case FrameType.SETTINGS -> {
                        charges.settingsBegun(flags);
                        yield true;
                    }
                    case FrameType.PRIORITY -> {
                        charges.begun(Http2Glitch.PRIORITY);
                        yield true;
                    }
                    default -> {
                        if (FrameType.isExtension(type)) {
                            payload = extensions.wanted(type, flags, streamId, length);
                        }
                        yield payload != ExtensionPayload.SKIP;
                    }
                };
        if (told) {
            // The built-in extensions define no flags.
            int shown = payload == ExtensionPayload.PARSE ? 0 : flags;
            connection.callbacks().beginFrame(type, shown, streamId, length);
            stopIfEnded();
        }
        return payload;
    }

    @Override
    public void onDataPadding(int streamId, int bytes) throws ConnectionError {
        data.onPadding(bytes);
    }

    @Override
    public void onData(int streamId, int flags, ByteBuf in, int index, int bytes) throws ConnectionError {
        data.onData(streamId, flags, in, index, bytes);
    }

    @Override
    public void onDataEnd(int streamId, int flags, int length, int padding) throws ConnectionError {
        data.onEnd(streamId, flags, length, padding);
        stopIfEnded();
    }

    @Override
    public void onHeaders(int streamId, int flags, int length, int padding, PrioritySpec priority)
            throws ConnectionError {
        headers.onHeaders(streamId, flags, length, padding, priority);
    }

    @Override
    public void onPushPromise(int streamId, int flags, int length, int padding, int promisedStreamId)
            throws ConnectionError {
        headers.onPushPromise(streamId, flags, length, padding, promisedStreamId);
    }

    @Override
    public int onHeaderFragment(ByteBuf in, int index, int bytes, boolean lastOfBlock) throws ConnectionError {
        return headers.onFragment(in, index, bytes, lastOfBlock);
    }

    @Override
    public void onHeaderBlockEnd(int blockLength, int continuations) throws ConnectionError {
        headers.onBlockEnd(blockLength, continuations);
        stopIfEnded();
    }

    @Override
    public void onPriority(int streamId, int dependency, int weight, boolean exclusive) throws ConnectionError {
        control.onPriority();
    }

    @Override
    public void onReset(int streamId, long errorCode) throws ConnectionError {
        control.onReset(streamId, errorCode);
        stopIfEnded();
    }

    @Override
    public void onSettings(boolean ack, int count, int[] ids, long[] values) throws ConnectionError {
        settings.onSettings(ack, count, ids, values);
        stopIfEnded();
    }

    @Override
    public void onPing(boolean ack, long opaqueData) throws ConnectionError {
        control.onPing(ack, opaqueData);
        stopIfEnded();
    }

    @Override
    public void onGoAway(int lastStreamId, long errorCode, byte[] debugData) throws ConnectionError {
        control.onGoAway(lastStreamId, errorCode, debugData);
        stopIfEnded();
    }

    @Override
    public void onWindowUpdate(int streamId, int increment) throws ConnectionError {
        control.onWindowUpdate(streamId, increment);
        stopIfEnded();
    }

    @Override
    public void onAltSvc(int streamId, AsciiString origin, AsciiString value) throws ConnectionError {
        extensions.onAltSvc(streamId, origin, value);
        stopIfEnded();
    }

    @Override
    public void onOrigin(int streamId, int flags, List<AsciiString> origins) throws ConnectionError {
        extensions.onOrigin(flags, origins);
        stopIfEnded();
    }

    @Override
    public void onPriorityUpdate(int prioritizedStreamId, AsciiString fieldValue) throws ConnectionError {
        extensions.onPriorityUpdate(prioritizedStreamId, fieldValue);
        stopIfEnded();
    }

    @Override
    public void onMisplaced(MisplacedFrame frame) throws ConnectionError {
        throw control.misplaced(frame);
    }

    @Override
    public void onExtension(int type, int flags, int streamId, ByteBuf in, int index, int bytes)
            throws ConnectionError {
        extensions.onChunk(type, flags, streamId, in, index, bytes);
    }

    @Override
    public void onExtensionEnd(int type, int flags, int streamId, int length) throws ConnectionError {
        extensions.onEnd(type, flags, streamId, length);
        stopIfEnded();
    }

    @Override
    public void onSkipped(int bytes) {
        // The frame was counted when it began.
    }

    // A callback may have terminated the session: then no more frames are read.
    private void stopIfEnded() {
        if (!connection.shutdown().live()) {
            reader.pause();
        }
    }
}
