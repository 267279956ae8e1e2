package io.h2session.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * A sink that writes down what it is told, one line a finding. Bytes that arrive in several calls stand in one line,
 * so that the record must not depend on how the input was cut.
 */
final class Findings implements FrameSink {
    private final List<String> lines = new ArrayList<>();
    private final FrameReader reader = new FrameReader(this, FrameRules.RFC9113, FrameLimits.DEFAULT);
    private IntFunction<ExtensionPayload> wanted = type -> ExtensionPayload.SKIP;
    private IntPredicate pausesAt = call -> false;
    private int fragmentsTaken = Integer.MAX_VALUE;
    private boolean refuses;
    private int calls;
    private boolean pausedNow;
    private String pieces;
    private String bytes = "";
    private int count;
    private boolean last;

    FrameReader reader() {
        return reader;
    }

    Findings wanting(IntFunction<ExtensionPayload> wanted) {
        this.wanted = wanted;
        return this;
    }

    Findings wanting(ExtensionPayload always) {
        return wanting(type -> always);
    }

    /** Pauses in those calls, counted from 0. */
    Findings pausingAt(IntPredicate pausesAt) {
        this.pausesAt = pausesAt;
        return this;
    }

    /** Takes no more bytes of a header block fragment when pausing. */
    Findings takingAtMost(int bytes) {
        fragmentsTaken = bytes;
        return this;
    }

    /** Breaks the rule that less of a fragment is taken only after a pause. */
    Findings refusingWithoutPause() {
        refuses = true;
        return this;
    }

    int calls() {
        return calls;
    }

    /** What was found up to now. */
    List<String> lines() {
        endPieces();
        return List.copyOf(lines);
    }

    /** Reads the whole input cut at these offsets; a verdict ends the reading and is the last line. */
    Findings read(byte[] input, int... cuts) {
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : input.length;
            if (!readPiece(input, from, to)) {
                break;
            }
            from = to;
        }
        return this;
    }

    Findings readByteByByte(byte[] input) {
        int[] cuts = new int[input.length];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i;
        }
        return read(input, cuts);
    }

    private boolean readPiece(byte[] input, int from, int to) {
        ByteBuf in = Unpooled.wrappedBuffer(input, from, to - from);
        try {
            do {
                pausedNow = false;
                reader.read(in);
                if (!pausedNow && in.isReadable()) {
                    throw new AssertionError(in.readableBytes() + " bytes left without a pause");
                }
            } while (pausedNow);
            return true;
        } catch (ConnectionError error) {
            line("ERROR " + error.code() + " " + error.reason());
            return false;
        }
    }

    private void line(String line) {
        endPieces();
        lines.add(line);
    }

    private void piece(String kind, String bytes, int count, boolean last) {
        if (!kind.equals(pieces)) {
            endPieces();
            pieces = kind;
        }
        this.bytes += bytes;
        this.count += count;
        this.last |= last;
    }

    private void endPieces() {
        if (pieces != null) {
            String what = bytes.isEmpty() && count > 0 ? "" + count : bytes;
            lines.add((pieces + " " + what + (last ? " LAST" : "")).trim().replaceAll(" +", " "));
        }
        pieces = null;
        bytes = "";
        count = 0;
        last = false;
    }

    private boolean called() {
        if (pausesAt.test(calls++)) {
            pausedNow = true;
            reader.pause();
            return true;
        }
        return false;
    }

    private static String hex(ByteBuf in, int index, int bytes) {
        if (in.readerIndex() != index + bytes) {
            throw new AssertionError("the reader index is " + in.readerIndex() + ", not " + (index + bytes));
        }
        return ByteBufUtil.hexDump(in, index, bytes);
    }

    @Override
    public ExtensionPayload onFrameHeader(int type, int flags, int streamId, int length) {
        line("> " + FrameType.name(type) + " " + flags + " " + streamId + " " + length);
        called();
        return FrameType.isExtension(type) ? wanted.apply(type) : null;
    }

    @Override
    public void onDataPadding(int streamId, int bytes) {
        piece("data padding " + streamId, "", bytes, false);
        called();
    }

    @Override
    public void onData(int streamId, int flags, ByteBuf in, int index, int bytes) {
        piece("data bytes " + streamId + " " + flags, hex(in, index, bytes), bytes, false);
        called();
    }

    @Override
    public void onDataEnd(int streamId, int flags, int length, int padding) {
        line("data end " + streamId + " " + flags + " " + length + " " + padding);
        called();
    }

    @Override
    public void onHeaders(int streamId, int flags, int length, int padding, PrioritySpec priority) {
        String spec = priority == null
                ? ""
                : " on " + priority.dependency() + " weight " + priority.weight()
                        + (priority.exclusive() ? " exclusive" : "");
        line("headers " + streamId + " " + flags + " " + length + " " + padding + spec);
        called();
    }

    @Override
    public void onPushPromise(int streamId, int flags, int length, int padding, int promisedStreamId) {
        line("promise " + streamId + " " + flags + " " + length + " " + padding + " of " + promisedStreamId);
        called();
    }

    @Override
    public int onHeaderFragment(ByteBuf in, int index, int bytes, boolean lastOfBlock) {
        if (refuses) {
            return 0;
        }
        boolean pauses = called();
        int taken = pauses ? Math.min(bytes, fragmentsTaken) : bytes;
        String text = hex(in, index, bytes).substring(0, 2 * taken);
        piece("fragment", text, taken, lastOfBlock && taken == bytes);
        return taken;
    }

    @Override
    public void onHeaderBlockEnd(int blockLength, int continuations) {
        line("block end " + blockLength + " " + continuations);
        called();
    }

    @Override
    public void onPriority(int streamId, int dependency, int weight, boolean exclusive) {
        line("priority " + streamId + " on " + dependency + " weight " + weight + (exclusive ? " exclusive" : ""));
        called();
    }

    @Override
    public void onReset(int streamId, long errorCode) {
        line("reset " + streamId + " " + errorCode);
        called();
    }

    @Override
    public void onSettings(boolean ack, int count, int[] ids, long[] values) {
        StringBuilder text = new StringBuilder("settings").append(ack ? " ack" : "");
        for (int i = 0; i < count; i++) {
            text.append(' ').append(ids[i]).append('=').append(values[i]);
        }
        line(text.toString());
        called();
    }

    @Override
    public void onPing(boolean ack, long opaqueData) {
        line("ping " + (ack ? "ack " : "") + HexFormat.of().toHexDigits(opaqueData));
        called();
    }

    @Override
    public void onGoAway(int lastStreamId, long errorCode, byte[] debugData) {
        line(("goaway " + lastStreamId + " " + errorCode + " " + ByteBufUtil.hexDump(debugData)).trim());
        called();
    }

    @Override
    public void onWindowUpdate(int streamId, int increment) {
        line("window " + streamId + " " + increment);
        called();
    }

    @Override
    public void onAltSvc(int streamId, AsciiString origin, AsciiString value) {
        line("altsvc " + streamId + " [" + origin + "] [" + value + "]");
        called();
    }

    @Override
    public void onOrigin(int streamId, int flags, List<AsciiString> origins) {
        line("origin " + streamId + " " + flags + " " + origins);
        called();
    }

    @Override
    public void onPriorityUpdate(int prioritizedStreamId, AsciiString fieldValue) {
        line("update " + prioritizedStreamId + " [" + fieldValue + "]");
        called();
    }

    @Override
    public void onExtension(int type, int flags, int streamId, ByteBuf in, int index, int bytes) {
        piece("raw " + type + " " + flags + " " + streamId, hex(in, index, bytes), bytes, false);
        called();
    }

    @Override
    public void onExtensionEnd(int type, int flags, int streamId, int length) {
        line("raw end " + type + " " + flags + " " + streamId + " " + length);
        called();
    }

    @Override
    public void onSkipped(int bytes) {
        piece("skipped", "", bytes, false);
        called();
    }
}
