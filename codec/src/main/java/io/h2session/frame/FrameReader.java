package io.h2session.frame;

import io.netty.buffer.ByteBuf;

/**
 * Bytes to frames, RFC 9113 section 4. The reader is incremental, and what it finds does not depend on how the input is
 * split. Data and header block fragments are handed on as they arrive; the reader holds back at most the bytes of a frame
 * header or of a small frame. The 24 bytes of the client's preface are read elsewhere.
 *
 * <pre>
 *            +----------------------------- frame ends ------------------------------+
 *            v                                                                       |
 *         HEADER --9 bytes, FrameRules--> PREFIX --> DATA | FRAGMENT | GOAWAY_DEBUG --+
 *            |                                                                       |
 *            +-----------------------------> SETTINGS | COLLECT | RAW | SKIP --------+
 *
 *         HeaderReader                    PrefixReader  DataReader, HeaderBlockReader, GoAwayReader,
 *                                                       SettingsReader, ExtensionReader
 * </pre>
 *
 * <p>One thread at a time. After an error that it throws itself, the reader ignores its input, as after {@link #close()}.
 *
 * @since 0.1
 */
public final class FrameReader {
    private final FrameSink sink;
    private final ReadState frame;
    private final HeaderReader header;
    private final PrefixReader prefix;
    private final DataReader data;
    private final HeaderBlockReader block;
    private final SettingsReader settings;
    private final GoAwayReader goAway;
    private final ExtensionReader extension;
    private boolean settingsExpected;

    /**
     * A reader at the beginning of a frame.
     *
     * @param sink is told what is found
     * @param rules the RFC's, or nghttp2's
     * @param limits what is accepted at first
     */
    public FrameReader(FrameSink sink, FrameRules rules, FrameLimits limits) {
        this.sink = sink;
        frame = new ReadState(rules, limits);
        header = new HeaderReader(frame);
        block = new HeaderBlockReader(frame, sink);
        goAway = new GoAwayReader(frame, sink);
        prefix = new PrefixReader(frame, sink, block, goAway);
        data = new DataReader(frame, sink);
        settings = new SettingsReader(frame, sink);
        extension = new ExtensionReader(frame, sink);
    }

    /**
     * What is accepted at most.
     *
     * @return the limits in force
     */
    public FrameLimits limits() {
        return frame.limits;
    }

    /**
     * Sets {@link #limits()}, from the next frame header on.
     *
     * @param limits not null
     */
    public void limits(FrameLimits limits) {
        frame.limits = limits;
    }

    /**
     * The next frame has to be SETTINGS without ACK (RFC 9113 section 3.4). Any other is PROTOCOL_ERROR
     * {@link ConnectionError.Kind#SETTINGS_EXPECTED} as soon as its header is read.
     */
    public void expectSettings() {
        settingsExpected = true;
    }

    /**
     * Reads until the input is used up or {@link #pause()} was called. Advances the reader index and never releases. After
     * a pause the next call continues where this one stopped, even with an empty buffer: the sink may not have been told of
     * the end of a frame yet. Bytes that a pause left in the buffer have to be offered again first.
     *
     * @param in borrowed for the call
     * @throws ConnectionError the reader's own, after which it ignores its input, or the sink's
     */
    public void read(ByteBuf in) throws ConnectionError {
        frame.paused = false;
        boolean more = true;
        // Each step has at most one call to the sink. It answers false if it takes bytes that have not arrived.
        while (more && !frame.paused) {
            more = switch (frame.place) {
                case HEADER -> {
                    boolean complete = header.read(in);
                    if (complete) {
                        begin();
                    }
                    yield complete;
                }
                case PREFIX -> prefix.read(in);
                case DATA -> data.read(in);
                case FRAGMENT -> block.read(in);
                case SETTINGS -> settings.read(in);
                case GOAWAY_DEBUG -> goAway.read(in);
                case COLLECT -> extension.collect(in);
                case RAW -> extension.readRaw(in);
                case SKIP -> extension.skip(in);
                case CLOSED -> {
                    in.readerIndex(in.writerIndex());
                    yield false;
                }
            };
        }
    }

    /** Makes {@link #read} return when the running call to the sink does; outside such a call it does nothing. */
    public void pause() {
        frame.paused = true;
    }

    /**
     * Whether the last {@link #read} ended because of {@link #pause()}.
     *
     * @return false after one that used its input up
     */
    public boolean paused() {
        return frame.paused;
    }

    /**
     * Whether a header block is open: only its CONTINUATIONs may come.
     *
     * @return true from the header of HEADERS or PUSH_PROMISE to the last byte of the frame with END_HEADERS
     */
    public boolean inHeaderBlock() {
        return block.open() && !frame.closed();
    }

    /**
     * How long the header block being read is, as far as its frames have begun.
     *
     * @return bytes of payload of its frames
     */
    public int blockLength() {
        return block.length();
    }

    /**
     * Whether the frame being read is the last of its header block.
     *
     * @return its flag END_HEADERS
     */
    public boolean lastOfBlock() {
        return block.lastFrame();
    }

    /**
     * How many bytes of the DATA frame being read are still to come.
     *
     * @return without its padding; 0 or more
     */
    public int dataLeft() {
        return frame.place == ReadState.Place.DATA ? frame.remaining : 0;
    }

    /**
     * How many bytes of padding of the DATA frame being read are still to come.
     *
     * @return 0 or more
     */
    public int paddingLeft() {
        return frame.place == ReadState.Place.DATA ? frame.paddingLeft : 0;
    }

    /**
     * How long the payload of the frame being read is.
     *
     * @return bytes, padding included
     */
    public int length() {
        return frame.length;
    }

    /**
     * How much of the payload of the frame being read is padding.
     *
     * @return bytes with the Pad Length byte, 0 to 256
     */
    public int padding() {
        return frame.padding;
    }

    /**
     * Whether a frame has begun and is unfinished.
     *
     * @return true from the first byte of its header to the last of its payload
     */
    public boolean inFrame() {
        return !frame.closed() && (frame.held.any() || frame.place != ReadState.Place.HEADER);
    }

    /**
     * How many frames have begun, by which an unfinished one can be told from the next.
     *
     * @return counted from the first byte of a frame's header; wraps
     */
    public int framesBegun() {
        return header.framesBegun();
    }

    /**
     * How many header blocks have begun, by which an open one can be told from the next.
     *
     * @return counted from the header of HEADERS or PUSH_PROMISE; wraps
     */
    public int blocksBegun() {
        return block.begun();
    }

    /**
     * Releases what the reader keeps; from now on {@link #read} drops its input and tells the sink nothing. Closing again
     * does nothing.
     */
    public void close() {
        frame.place = ReadState.Place.CLOSED;
        settings.release();
        goAway.release();
        extension.release();
    }

    /** Judges the header that was read, and begins the payload. */
    private void begin() throws ConnectionError {
        // Closed until all rules are kept, so that an error needs no cleaning up.
        frame.place = ReadState.Place.CLOSED;
        int type = frame.type;
        int allFlags = frame.flags;
        if (settingsExpected) {
            if (type != FrameType.SETTINGS || frame.has(FrameFlags.ACK)) {
                throw new ConnectionError(
                        ErrorCode.PROTOCOL_ERROR, "settings_expected", ConnectionError.Kind.SETTINGS_EXPECTED);
            }
            settingsExpected = false;
        }
        int flags = allFlags & FrameFlags.definedFor(type);
        frame.flags = flags;
        check(type, flags);
        beginPayload(type, flags);
        boolean tellAll = type == FrameType.CONTINUATION && frame.rules.tellUndefinedContinuationFlags;
        ExtensionPayload wanted = sink.onFrameHeader(type, tellAll ? allFlags : flags, frame.streamId, frame.length);
        if (FrameType.isExtension(type) && frame.place == ReadState.Place.SKIP) {
            extension.begin(wanted);
        }
    }

    private void check(int type, int flags) throws ConnectionError {
        boolean blockOpen = block.open();
        if (blockOpen != (type == FrameType.CONTINUATION)) {
            throw new ConnectionError(
                    ErrorCode.PROTOCOL_ERROR, blockOpen ? "continuation_expected" : "continuation_unexpected");
        }
        FrameLimits limits = frame.limits;
        if (frame.length > limits.maxFrameSize()) {
            throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "frame_too_large");
        }
        if (blockOpen) {
            block.checkContinuation();
        } else {
            frame.rules.check(type, flags, frame.streamId, frame.length, limits.maxSettings());
        }
    }

    private void beginPayload(int type, int flags) {
        frame.beginPayload();
        switch (type) {
            case FrameType.DATA ->
                frame.place = (flags & FrameFlags.PADDED) == 0 ? ReadState.Place.DATA : ReadState.Place.PREFIX;
            case FrameType.HEADERS, FrameType.PUSH_PROMISE -> block.begin();
            case FrameType.CONTINUATION -> block.continued();
            case FrameType.SETTINGS -> settings.begin();
            case FrameType.PRIORITY, FrameType.RST_STREAM, FrameType.PING, FrameType.GOAWAY, FrameType.WINDOW_UPDATE ->
                frame.place = ReadState.Place.PREFIX;
            default -> frame.place = ReadState.Place.SKIP;
        }
    }
}
