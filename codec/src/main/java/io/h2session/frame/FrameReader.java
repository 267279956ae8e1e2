package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;

/**
 * Octets to frames, RFC 9113 section 4: incremental, and however the input is cut the findings are the same. Data and
 * header block fragments are handed on as they arrive; kept back are at most the octets of a frame header or of a small
 * frame. The 24 octets of the client's preface are not its business.
 *
 * <pre>
 *            +----------------------------- frame ends ------------------------------+
 *            v                                                                       |
 *         HEADER --9 octets, FrameRules--> PREFIX --> DATA | FRAGMENT | GOAWAY_DEBUG -+
 *            |                                                                       |
 *            +-----------------------------> SETTINGS | COLLECT | RAW | SKIP --------+
 * </pre>
 *
 * <p>One thread at a time. A verdict of its own ends the reader as {@link #close()} does.
 */
public final class FrameReader {
    /** The reason of the verdict on a header block in too many pieces. */
    public static final String TOO_MANY_CONTINUATIONS = "too_many_continuations";

    /** The reason of the verdict on a connection that does not begin with SETTINGS. */
    public static final String SETTINGS_EXPECTED = "settings_expected";

    private static final int HEADER_OCTETS = 9;
    private static final int LENGTH_OCTETS = 3;
    private static final int SETTING_OCTETS = 6;
    private static final int KEPT_SETTINGS = 32;
    private static final int[] NO_IDS = {};
    private static final long[] NO_VALUES = {};
    private static final byte[] NO_OCTETS = {};

    private enum State {
        HEADER,
        PREFIX,
        DATA,
        FRAGMENT,
        SETTINGS,
        GOAWAY_DEBUG,
        COLLECT,
        RAW,
        SKIP,
        CLOSED
    }

    private final FrameSink sink;
    private int maxFrameSize = 16384;
    private int maxContinuations = 8;
    private int maxEmptyContinuations = 1;
    private int maxSettings = 32;
    private int maxDebugData = 256;
    private boolean settingsExpected;
    private boolean selfDependencyRefused = true;
    private boolean anyStream;

    private State state = State.HEADER;
    private boolean paused;

    // The octets there are of an unfinished frame header or prefix. Eight fit, so a header's length moves out early.
    private long held;
    private int heldOctets;

    // The frame being read.
    private int type;
    private int flags;
    private int streamId;
    private int length;
    private int remaining;
    private int padding;
    private int paddingLeft;

    private int framesBegun;

    // The header block being read, if any.
    private boolean blockOpen;
    private int blocksBegun;
    private boolean fragmentOwed;
    private int blockStreamId;
    private int blockLength;
    private int continuations;
    private int emptyContinuations;

    // What must be whole before it is handed on.
    private int[] settingIds = NO_IDS;
    private long[] settingValues = NO_VALUES;
    private int settingCount;
    private int lastStreamId;
    private long errorCode;
    private byte[] collected = NO_OCTETS;
    private int collectedOctets;

    /**
     * A reader at the beginning of a frame.
     *
     * @param sink is told what is found
     */
    public FrameReader(FrameSink sink) {
        this.sink = sink;
    }

    /**
     * The longest payload accepted, CONTINUATION's too; anything longer is FRAME_SIZE_ERROR as soon as its header is
     * there.
     *
     * @param octets our acknowledged SETTINGS_MAX_FRAME_SIZE, 16384 to 2^24-1; 16384 unless set
     */
    public void maxFrameSize(int octets) {
        maxFrameSize = octets;
    }

    /**
     * How many CONTINUATIONs a header block may have; one more is ENHANCE_YOUR_CALM.
     *
     * @param frames 0 or more; 8 unless set
     */
    public void maxContinuations(int frames) {
        maxContinuations = frames;
    }

    /**
     * How many CONTINUATIONs of a header block may be empty without ending it; one more is ENHANCE_YOUR_CALM.
     *
     * @param frames 0 or more; 1 unless set
     */
    public void maxEmptyContinuations(int frames) {
        maxEmptyContinuations = frames;
    }

    /**
     * How many entries a SETTINGS frame may have; one more is ENHANCE_YOUR_CALM as soon as its header is there.
     *
     * @param entries 0 or more; 32 unless set
     */
    public void maxSettings(int entries) {
        maxSettings = entries;
    }

    /**
     * How much of the debug data of GOAWAY is kept; the rest is dropped.
     *
     * @param octets 0 or more; 256 unless set
     */
    public void maxDebugData(int octets) {
        maxDebugData = octets;
    }

    /**
     * Whether the next frame has to be SETTINGS without ACK (RFC 9113 section 3.4), judged from its header; any other
     * is PROTOCOL_ERROR {@code settings_expected}.
     *
     * @param expected false unless set
     */
    public void firstFrameMustBeSettings(boolean expected) {
        settingsExpected = expected;
    }

    /**
     * Whether a stream that depends on itself is refused (RFC 7540 section 5.3.1); otherwise that is the sink's to judge.
     *
     * @param refused true unless set
     */
    public void refuseSelfDependency(boolean refused) {
        selfDependencyRefused = refused;
    }

    /**
     * Whether the sink judges which frames may come on a stream, and which only on one: {@link FrameSink#onMisplaced} for
     * frames whose values have no stream.
     *
     * @param judged false unless set
     */
    public void sinkJudgesStreams(boolean judged) {
        anyStream = judged;
    }

    /**
     * Reads until the input is used up or {@link #pause()} was called. Advances the reader index and never releases.
     * After a pause the next call goes on where this one stopped, even with an empty buffer: the end of a frame may be
     * owed. Octets left over by a pause have to be offered again first.
     *
     * @param in borrowed for the call
     * @throws ConnectionError the reader's verdict, after which it is closed, or the sink's
     */
    public void read(ByteBuf in) throws ConnectionError {
        paused = false;
        boolean more = true;
        while (more && !paused) {
            more = step(in);
        }
    }

    /** Makes {@link #read} return when the running call to the sink does; outside such a call it does nothing. */
    public void pause() {
        paused = true;
    }

    /**
     * Whether the last {@link #read} ended because of {@link #pause()}.
     *
     * @return false after one that used its input up
     */
    public boolean paused() {
        return paused;
    }

    /**
     * Whether a header block is open: nothing but its CONTINUATIONs may come.
     *
     * @return true from the header of HEADERS or PUSH_PROMISE to the last octet of the frame with END_HEADERS
     */
    public boolean inHeaderBlock() {
        return blockOpen;
    }

    /** How long the header block being read is, as far as its frames have come; the payload of each counts whole. */
    public int blockLength() {
        return blockLength;
    }

    /** Whether the frame being read is the last of its header block. */
    public boolean lastOfBlock() {
        return endsBlock();
    }

    /**
     * How many octets of the DATA frame being read are still to come.
     *
     * @return without its padding; 0 or more
     */
    public int dataLeft() {
        return state == State.DATA ? remaining : 0;
    }

    /** How long the payload of the frame being received is, its padding counted. */
    public int length() {
        return length;
    }

    /** How much of that is padding and the octet that says so. */
    public int padding() {
        return padding;
    }

    /**
     * Whether a frame was begun and is unfinished.
     *
     * @return true from the first octet of its header to the last of its payload
     */
    public boolean inFrame() {
        return heldOctets > 0 || (state != State.HEADER && state != State.CLOSED);
    }

    /**
     * How many frames were begun, by which an unfinished one can be told from the next.
     *
     * @return counted from the first octet of a frame's header; wraps
     */
    public int framesBegun() {
        return framesBegun;
    }

    /**
     * How many header blocks were begun, by which an open one can be told from the next.
     *
     * @return counted from the header of HEADERS or PUSH_PROMISE; wraps
     */
    public int blocksBegun() {
        return blocksBegun;
    }

    /**
     * How many octets of padding of the DATA frame being read are still to come.
     *
     * @return 0 or more
     */
    public int paddingLeft() {
        return state == State.DATA ? paddingLeft : 0;
    }

    /**
     * Forgets what it keeps; from now on {@link #read} drops its input and tells the sink nothing. Again is harmless.
     */
    public void close() {
        state = State.CLOSED;
        blockOpen = false;
        heldOctets = 0;
        settingIds = NO_IDS;
        settingValues = NO_VALUES;
        collected = NO_OCTETS;
    }

    /** Does one thing, at most one call to the sink. Answers false when that takes octets that are not there. */
    private boolean step(ByteBuf in) throws ConnectionError {
        return switch (state) {
            case HEADER -> readHeader(in);
            case PREFIX -> readPrefix(in);
            case DATA -> readData(in);
            case FRAGMENT -> readFragment(in);
            case SETTINGS -> readSettings(in);
            case GOAWAY_DEBUG -> readDebugData(in);
            case COLLECT -> collect(in);
            case RAW -> readRaw(in);
            case SKIP -> skip(in);
            case CLOSED -> {
                in.readerIndex(in.writerIndex());
                yield false;
            }
        };
    }

    // ---- frame header

    private boolean readHeader(ByteBuf in) throws ConnectionError {
        if (heldOctets == 0 && in.isReadable()) {
            framesBegun++;
        }
        if (heldOctets == 0 && in.readableBytes() >= HEADER_OCTETS) {
            int index = in.readerIndex();
            length = in.getUnsignedMedium(index);
            type = in.getUnsignedByte(index + 3);
            flags = in.getUnsignedByte(index + 4);
            streamId = in.getInt(index + 5) & Integer.MAX_VALUE;
            in.readerIndex(index + HEADER_OCTETS);
        } else if (!holdHeader(in)) {
            return false;
        }
        acceptHeader();
        return true;
    }

    private boolean holdHeader(ByteBuf in) {
        while (heldOctets < HEADER_OCTETS) {
            if (!in.isReadable()) {
                return false;
            }
            hold(in.readUnsignedByte());
            if (heldOctets == LENGTH_OCTETS) {
                length = (int) held;
            }
        }
        heldOctets = 0;
        type = (int) (held >>> 40) & 0xff;
        flags = (int) (held >>> 32) & 0xff;
        streamId = (int) held & Integer.MAX_VALUE;
        return true;
    }

    private void acceptHeader() throws ConnectionError {
        // Closed until every rule is kept, so that a verdict needs no clearing up.
        state = State.CLOSED;
        if (settingsExpected) {
            if (type != FrameType.SETTINGS || (flags & FrameFlags.ACK) != 0) {
                throw refused(ErrorCode.PROTOCOL_ERROR, SETTINGS_EXPECTED);
            }
            settingsExpected = false;
        }
        int allFlags = flags;
        flags &= FrameFlags.definedFor(type);
        if (blockOpen != (type == FrameType.CONTINUATION)) {
            throw refused(ErrorCode.PROTOCOL_ERROR, blockOpen ? "continuation_expected" : "continuation_unexpected");
        }
        if (length > maxFrameSize) {
            throw refused(ErrorCode.FRAME_SIZE_ERROR, "frame_too_large");
        }
        if (blockOpen) {
            checkContinuation();
        } else {
            FrameRules.check(type, flags, streamId, length, maxSettings, anyStream);
        }
        beginPayload();
        boolean undefinedToo = anyStream && type == FrameType.CONTINUATION;
        ExtensionPayload wanted = sink.onFrameHeader(type, undefinedToo ? allFlags : flags, streamId, length);
        if (FrameType.isExtension(type) && state == State.SKIP) {
            beginExtension(wanted);
        }
    }

    private void checkContinuation() throws ConnectionError {
        if (streamId != blockStreamId) {
            throw refused(ErrorCode.PROTOCOL_ERROR, "continuation_of_another_stream");
        }
        continuations++;
        if (continuations > maxContinuations) {
            throw refused(ErrorCode.ENHANCE_YOUR_CALM, TOO_MANY_CONTINUATIONS);
        }
        if (length == 0 && !endsBlock()) {
            emptyContinuations++;
            if (emptyContinuations > maxEmptyContinuations) {
                throw refused(ErrorCode.ENHANCE_YOUR_CALM, "too_many_empty_continuations");
            }
        }
    }

    private ConnectionError refused(ErrorCode code, String reason) {
        close();
        return new ConnectionError(code, reason);
    }

    private void beginPayload() {
        remaining = length;
        padding = 0;
        paddingLeft = 0;
        switch (type) {
            case FrameType.DATA -> state = (flags & FrameFlags.PADDED) == 0 ? State.DATA : State.PREFIX;
            case FrameType.HEADERS, FrameType.PUSH_PROMISE -> {
                blockOpen = true;
                blocksBegun++;
                blockStreamId = streamId;
                blockLength = length;
                continuations = 0;
                emptyContinuations = 0;
                state = State.PREFIX;
            }
            case FrameType.CONTINUATION -> {
                blockLength = (int) Math.min((long) blockLength + length, Integer.MAX_VALUE);
                beginFragment();
            }
            case FrameType.SETTINGS -> {
                settingCount = 0;
                state = State.SETTINGS;
            }
            case FrameType.PRIORITY, FrameType.RST_STREAM, FrameType.PING, FrameType.GOAWAY, FrameType.WINDOW_UPDATE ->
                state = State.PREFIX;
            default -> state = State.SKIP;
        }
    }

    private void beginExtension(ExtensionPayload wanted) throws ConnectionError {
        boolean parsable = type == FrameType.ALTSVC || type == FrameType.ORIGIN || type == FrameType.PRIORITY_UPDATE;
        if (wanted == ExtensionPayload.PARSE && parsable) {
            state = State.CLOSED;
            FrameRules.checkParsed(type, anyStream ? 0 : streamId, length);
            collectedOctets = 0;
            state = State.COLLECT;
        } else if (wanted == ExtensionPayload.RAW || wanted == ExtensionPayload.PARSE) {
            state = State.RAW;
        }
    }

    // ---- fixed fields at the beginning of a payload

    private boolean readPrefix(ByteBuf in) throws ConnectionError {
        int octets = FrameRules.prefixOctets(type, flags);
        if (octets > length) {
            return readPadLengthAlone(in);
        }
        if (!take(in, octets)) {
            return false;
        }
        remaining -= octets;
        long prefix = held;
        switch (type) {
            case FrameType.DATA -> {
                // Pad Length counts against the windows before it is judged.
                state = State.DATA;
                sink.onDataPadding(streamId, 1);
                if (state == State.DATA) {
                    dividePayload((int) prefix);
                }
            }
            case FrameType.HEADERS -> headersPrefix(prefix);
            case FrameType.PUSH_PROMISE -> {
                if ((flags & FrameFlags.PADDED) != 0) {
                    dividePayload((int) (prefix >>> 32));
                }
                beginFragment();
                sink.onPushPromise(streamId, flags, length, padding, streamIdOf(prefix));
            }
            case FrameType.GOAWAY -> {
                lastStreamId = streamIdOf(prefix >>> 32);
                errorCode = prefix & 0xffff_ffffL;
                int kept = Math.min(remaining, maxDebugData);
                collected = kept == 0 ? NO_OCTETS : new byte[kept];
                collectedOctets = 0;
                state = State.GOAWAY_DEBUG;
            }
            default -> {
                state = State.HEADER;
                smallFrame(prefix);
            }
        }
        return true;
    }

    private boolean readPadLengthAlone(ByteBuf in) throws ConnectionError {
        if (!take(in, 1)) {
            return false;
        }
        throw refused(ErrorCode.PROTOCOL_ERROR, "padding_too_long");
    }

    private void smallFrame(long payload) throws ConnectionError {
        switch (type) {
            case FrameType.PRIORITY -> {
                int dependency = streamIdOf(payload >>> 8);
                refuseSelfDependency(dependency);
                sink.onPriority(streamId, dependency, weightOf(payload), exclusiveOf(payload));
            }
            case FrameType.RST_STREAM -> sink.onReset(streamId, payload);
            case FrameType.PING -> {
                boolean ack = (flags & FrameFlags.ACK) != 0;
                if (streamId != 0) {
                    sink.onMisplaced(new MisplacedFrame(streamId, new PingFrame(ack, payload)));
                } else {
                    sink.onPing(ack, payload);
                }
            }
            case FrameType.WINDOW_UPDATE -> sink.onWindowUpdate(streamId, streamIdOf(payload));
            default -> throw new IllegalStateException(FrameType.name(type));
        }
    }

    private void headersPrefix(long prefix) throws ConnectionError {
        boolean prioritized = (flags & FrameFlags.PRIORITY) != 0;
        if ((flags & FrameFlags.PADDED) != 0) {
            dividePayload((int) (prioritized ? prefix >>> 40 : prefix));
        }
        PrioritySpec priority = null;
        if (prioritized) {
            int dependency = streamIdOf(prefix >>> 8);
            refuseSelfDependency(dependency);
            priority = new PrioritySpec(dependency, weightOf(prefix), exclusiveOf(prefix));
        }
        beginFragment();
        sink.onHeaders(streamId, flags, length, padding, priority);
    }

    /** Sets aside the padding at the payload's end; it may take all that is left but no more (RFC 9113 section 6.1). */
    private void dividePayload(int padLength) throws ConnectionError {
        if (padLength > remaining) {
            throw refused(ErrorCode.PROTOCOL_ERROR, "padding_too_long");
        }
        padding = padLength + 1;
        paddingLeft = padLength;
        remaining -= padLength;
    }

    private void refuseSelfDependency(int dependency) throws ConnectionError {
        if (dependency == streamId && selfDependencyRefused) {
            throw refused(ErrorCode.PROTOCOL_ERROR, "stream_depends_on_itself");
        }
    }

    /** The lower 31 of 32 bits: a stream or an increment, without the bit in front of it. */
    private static int streamIdOf(long bits) {
        return (int) bits & Integer.MAX_VALUE;
    }

    private static int weightOf(long priority) {
        return (int) (priority & 0xff) + 1;
    }

    private static boolean exclusiveOf(long priority) {
        return (priority & 0x80_0000_0000L) != 0;
    }

    /**
     * Brings the next octets, 8 at most, into {@link #held}; answers false and keeps what there was if there are fewer.
     */
    private boolean take(ByteBuf in, int octets) {
        if (heldOctets == 0 && in.readableBytes() >= octets) {
            int index = in.readerIndex();
            in.readerIndex(index + octets);
            held = switch (octets) {
                case 0 -> 0;
                case 1 -> in.getUnsignedByte(index);
                case 4 -> in.getUnsignedInt(index);
                case 5 -> in.getUnsignedInt(index) << 8 | in.getUnsignedByte(index + 4);
                case 6 -> in.getUnsignedInt(index) << 16 | in.getUnsignedShort(index + 4);
                case 8 -> in.getLong(index);
                default -> throw new IllegalArgumentException("no field has " + octets + " octets");
            };
            return true;
        }
        while (heldOctets < octets) {
            if (!in.isReadable()) {
                return false;
            }
            hold(in.readUnsignedByte());
        }
        heldOctets = 0;
        return true;
    }

    private void hold(int octet) {
        held = heldOctets == 0 ? octet : held << 8 | octet;
        heldOctets++;
    }

    // ---- DATA

    private boolean readData(ByteBuf in) throws ConnectionError {
        int readable = in.readableBytes();
        if (remaining == 0 && paddingLeft == 0) {
            state = State.HEADER;
            sink.onDataEnd(streamId, flags, length, padding);
            return true;
        }
        if (readable == 0) {
            return false;
        }
        int index = in.readerIndex();
        if (remaining > 0) {
            int octets = Math.min(remaining, readable);
            remaining -= octets;
            in.readerIndex(index + octets);
            sink.onData(streamId, flags, in, index, octets);
            if (anyStream && paused && remaining == 0 && state == State.DATA) {
                // In nghttp2 the padding that has come with the last of the data is taken with it, pause or not.
                readDataPadding(in);
            }
        } else {
            readDataPadding(in);
        }
        return true;
    }

    private void readDataPadding(ByteBuf in) throws ConnectionError {
        int octets = Math.min(paddingLeft, in.readableBytes());
        if (octets > 0) {
            paddingLeft -= octets;
            in.readerIndex(in.readerIndex() + octets);
            sink.onDataPadding(streamId, octets);
        }
    }

    // ---- header blocks

    private boolean endsBlock() {
        return (flags & FrameFlags.END_HEADERS) != 0;
    }

    private void beginFragment() {
        fragmentOwed = remaining > 0 || endsBlock();
        state = State.FRAGMENT;
    }

    private boolean readFragment(ByteBuf in) throws ConnectionError {
        int readable = in.readableBytes();
        if (fragmentOwed) {
            if (readable == 0 && remaining > 0) {
                return false;
            }
            handFragment(in, Math.min(remaining, readable));
            return true;
        }
        if (paddingLeft > 0) {
            int octets = Math.min(paddingLeft, readable);
            paddingLeft -= octets;
            in.readerIndex(in.readerIndex() + octets);
            return octets > 0;
        }
        state = State.HEADER;
        if (endsBlock()) {
            blockOpen = false;
            sink.onHeaderBlockEnd(blockLength, continuations);
        }
        return true;
    }

    private void handFragment(ByteBuf in, int octets) throws ConnectionError {
        int index = in.readerIndex();
        in.readerIndex(index + octets);
        remaining -= octets;
        fragmentOwed = remaining > 0;
        int taken = sink.onHeaderFragment(in, index, octets, remaining == 0 && endsBlock());
        if (taken == octets || state == State.CLOSED) {
            return;
        }
        if (taken < 0 || taken > octets || !paused) {
            throw new IllegalStateException("took " + taken + " of " + octets + " octets, paused " + paused);
        }
        in.readerIndex(index + taken);
        remaining += octets - taken;
        fragmentOwed = true;
    }

    // ---- SETTINGS, GOAWAY

    private boolean readSettings(ByteBuf in) throws ConnectionError {
        int count = length / SETTING_OCTETS;
        if (settingIds.length < count) {
            settingIds = new int[count];
            settingValues = new long[count];
        }
        while (settingCount < count) {
            if (!take(in, SETTING_OCTETS)) {
                return false;
            }
            settingIds[settingCount] = (int) (held >>> 32);
            settingValues[settingCount] = held & 0xffff_ffffL;
            settingCount++;
        }
        state = State.HEADER;
        int[] ids = settingIds;
        long[] values = settingValues;
        if (ids.length > KEPT_SETTINGS) {
            settingIds = NO_IDS;
            settingValues = NO_VALUES;
        }
        boolean ack = (flags & FrameFlags.ACK) != 0;
        if (streamId != 0) {
            sink.onMisplaced(new MisplacedFrame(streamId, settingsFrame(ack, count, ids, values)));
        } else {
            sink.onSettings(ack, count, ids, values);
        }
        return true;
    }

    private static SettingsFrame settingsFrame(boolean ack, int count, int[] ids, long[] values) {
        Setting[] settings = new Setting[count];
        for (int i = 0; i < count; i++) {
            settings[i] = new Setting(ids[i], values[i]);
        }
        return new SettingsFrame(ack, List.of(settings));
    }

    private boolean readDebugData(ByteBuf in) throws ConnectionError {
        int index = in.readerIndex();
        int octets = Math.min(remaining, in.readableBytes());
        int kept = Math.min(octets, collected.length - collectedOctets);
        in.getBytes(index, collected, collectedOctets, kept);
        in.readerIndex(index + octets);
        collectedOctets += kept;
        remaining -= octets;
        if (remaining > 0) {
            return false;
        }
        state = State.HEADER;
        byte[] debugData = collected;
        collected = NO_OCTETS;
        if (streamId != 0) {
            sink.onMisplaced(new MisplacedFrame(streamId, new GoAwayFrame(lastStreamId, errorCode, debugData)));
        } else {
            sink.onGoAway(lastStreamId, errorCode, debugData);
        }
        return true;
    }

    // ---- extension frames

    private boolean collect(ByteBuf in) throws ConnectionError {
        int index = in.readerIndex();
        int octets = Math.min(remaining, in.readableBytes());
        int needed = collectedOctets + octets;
        if (needed > collected.length) {
            // Grows with what arrived and not with what was announced.
            collected = Arrays.copyOf(collected, Math.min(length, Math.max(needed, 2 * collected.length)));
        }
        in.getBytes(index, collected, collectedOctets, octets);
        in.readerIndex(index + octets);
        collectedOctets = needed;
        remaining -= octets;
        if (remaining > 0) {
            return false;
        }
        byte[] payload = collected;
        collected = NO_OCTETS;
        state = State.CLOSED;
        ExtensionParser.check(type, payload);
        state = State.HEADER;
        ExtensionParser.parse(type, flags, streamId, payload, sink);
        return true;
    }

    private boolean readRaw(ByteBuf in) throws ConnectionError {
        if (remaining == 0) {
            state = State.HEADER;
            sink.onExtensionEnd(type, flags, streamId, length);
            return true;
        }
        int octets = Math.min(remaining, in.readableBytes());
        if (octets == 0) {
            return false;
        }
        int index = in.readerIndex();
        remaining -= octets;
        in.readerIndex(index + octets);
        sink.onExtension(type, flags, streamId, in, index, octets);
        return true;
    }

    private boolean skip(ByteBuf in) throws ConnectionError {
        if (remaining == 0) {
            state = State.HEADER;
            return true;
        }
        int octets = Math.min(remaining, in.readableBytes());
        if (octets == 0) {
            return false;
        }
        remaining -= octets;
        in.readerIndex(in.readerIndex() + octets);
        sink.onSkipped(octets);
        return true;
    }
}
