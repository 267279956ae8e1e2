package io.h2session.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.h2session.frame.FrameWriter;
import io.h2session.frame.PrioritySpec;
import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HpackEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bytes a peer sends, written down frame by frame:
 *
 * <pre>
 * Frames.script().preface().settings().request(1, true, "/").data(3, "x", true).bytes()
 * </pre>
 *
 * <p>A script has one HPACK encoder, so that header fields given by name and value refer to what the script sent
 * before; {@link #fork} goes on with the same one. Nothing is judged: a script may break every rule, with {@link
 * #frame}, {@link #header} and {@link #raw} byte by byte.
 */
public final class Frames {
    /** The client's connection preface, RFC 9113 section 3.4. */
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private static final int MAX_FRAME_SIZE = 16384;
    private static final PrioritySpec NO_PRIORITY = null;

    private final ByteBuf out = Unpooled.buffer();
    private final HpackEncoder encoder;

    private Frames(HpackEncoder encoder) {
        this.encoder = encoder;
    }

    /** An empty script with a new HPACK encoder. */
    public static Frames script() {
        return new Frames(new HpackEncoder(4096));
    }

    /** An empty script that goes on with this one's HPACK encoder: what the same peer sends later. */
    public Frames fork() {
        return new Frames(encoder);
    }

    /** The bytes written so far. */
    public byte[] bytes() {
        return ByteBufUtil.getBytes(out);
    }

    /** The bytes written so far, in a heap buffer of their own that needs no release. */
    public ByteBuf buf() {
        return Unpooled.wrappedBuffer(bytes());
    }

    public Frames preface() {
        return raw(PREFACE.getBytes(UTF_8));
    }

    /** SETTINGS with identifiers and values alternating. */
    public Frames settings(long... idsAndValues) {
        Setting[] settings = new Setting[idsAndValues.length / 2];
        for (int i = 0; i < settings.length; i++) {
            settings[i] = new Setting((int) idsAndValues[2 * i], idsAndValues[2 * i + 1]);
        }
        FrameWriter.settings(out, List.of(settings));
        return this;
    }

    public Frames settingsAck() {
        FrameWriter.settingsAck(out);
        return this;
    }

    /** HEADERS, with CONTINUATIONs if it takes them, of an encoded block. */
    public Frames headers(int streamId, boolean endStream, byte[] block) {
        FrameWriter.headers(out, streamId, endStream, NO_PRIORITY, 0, block, 0, block.length, MAX_FRAME_SIZE);
        return this;
    }

    /** HEADERS, with CONTINUATIONs if it takes them, of names and values alternating. */
    public Frames headers(int streamId, boolean endStream, String... namesAndValues) {
        return headers(streamId, endStream, block(namesAndValues));
    }

    /** HEADERS of an encoded block with padding (Pad Length byte included) and deprecated priority (or null). */
    public Frames headers(int streamId, boolean endStream, PrioritySpec priority, int padding, byte[] block) {
        FrameWriter.headers(out, streamId, endStream, priority, padding, block, 0, block.length, MAX_FRAME_SIZE);
        return this;
    }

    /** HEADERS without END_HEADERS: {@link #continuation} has to follow. */
    public Frames headersBegin(int streamId, boolean endStream, byte[] fragment) {
        return frame(FrameType.HEADERS, endStream ? FrameFlags.END_STREAM : 0, streamId, fragment);
    }

    public Frames continuation(int streamId, boolean endHeaders, byte[] fragment) {
        return frame(FrameType.CONTINUATION, endHeaders ? FrameFlags.END_HEADERS : 0, streamId, fragment);
    }

    /**
     * HEADERS that make a GET, or a POST if the stream goes on, with more names and values after the pseudo-headers.
     */
    public Frames request(int streamId, boolean endStream, String path, String... namesAndValues) {
        String[] pseudo = {
            ":method", endStream ? "GET" : "POST", ":scheme", "https", ":authority", "example.com", ":path", path
        };
        return headers(streamId, endStream, concat(pseudo, namesAndValues));
    }

    /** HEADERS that make a response, with more names and values after the status. */
    public Frames response(int streamId, boolean endStream, int status, String... namesAndValues) {
        return headers(streamId, endStream, concat(new String[] {":status", "" + status}, namesAndValues));
    }

    public Frames data(int streamId, String text, boolean endStream) {
        return data(streamId, text.getBytes(UTF_8), endStream, 0);
    }

    public Frames data(int streamId, byte[] bytes, boolean endStream) {
        return data(streamId, bytes, endStream, 0);
    }

    /** DATA with padding, the Pad Length byte included. */
    public Frames data(int streamId, byte[] bytes, boolean endStream, int padding) {
        FrameWriter.dataHeader(out, streamId, endStream, bytes.length, padding);
        out.writeBytes(bytes);
        FrameWriter.padding(out, padding);
        return this;
    }

    public Frames priority(int streamId, int dependency, int weight, boolean exclusive) {
        FrameWriter.header(out, 5, FrameType.PRIORITY, 0, streamId);
        out.writeInt(exclusive ? dependency | Integer.MIN_VALUE : dependency);
        out.writeByte(weight - 1);
        return this;
    }

    public Frames reset(int streamId, ErrorCode code) {
        FrameWriter.reset(out, streamId, code.code());
        return this;
    }

    /** PUSH_PROMISE, with CONTINUATIONs if it takes them, of an encoded block. */
    public Frames pushPromise(int streamId, int promisedStreamId, byte[] block) {
        return pushPromise(streamId, promisedStreamId, 0, block);
    }

    /** PUSH_PROMISE, with CONTINUATIONs if it takes them, of names and values alternating. */
    public Frames pushPromise(int streamId, int promisedStreamId, String... namesAndValues) {
        return pushPromise(streamId, promisedStreamId, 0, block(namesAndValues));
    }

    /** PUSH_PROMISE of an encoded block with padding, the Pad Length byte included. */
    public Frames pushPromise(int streamId, int promisedStreamId, int padding, byte[] block) {
        FrameWriter.pushPromise(out, streamId, promisedStreamId, padding, block, 0, block.length, MAX_FRAME_SIZE);
        return this;
    }

    public Frames ping(long opaqueData) {
        FrameWriter.ping(out, false, opaqueData);
        return this;
    }

    public Frames pingAck(long opaqueData) {
        FrameWriter.ping(out, true, opaqueData);
        return this;
    }

    public Frames goAway(int lastStreamId, ErrorCode code, String debugData) {
        FrameWriter.goAway(out, lastStreamId, code.code(), debugData.getBytes(UTF_8));
        return this;
    }

    public Frames windowUpdate(int streamId, int increment) {
        FrameWriter.windowUpdate(out, streamId, increment);
        return this;
    }

    public Frames altSvc(int streamId, String origin, String value) {
        FrameWriter.altSvc(out, streamId, AsciiString.of(origin), AsciiString.of(value));
        return this;
    }

    public Frames origin(String... origins) {
        FrameWriter.origin(out, Stream.of(origins).map(AsciiString::of).toList());
        return this;
    }

    public Frames priorityUpdate(int prioritizedStreamId, String fieldValue) {
        FrameWriter.priorityUpdate(out, prioritizedStreamId, AsciiString.of(fieldValue));
        return this;
    }

    /** A frame of any type, flags and payload. */
    public Frames frame(int type, int flags, int streamId, byte... payload) {
        return header(payload.length, type, flags, streamId).raw(payload);
    }

    /** Nine bytes of frame header, whatever follows. */
    public Frames header(int length, int type, int flags, int streamId) {
        FrameWriter.header(out, length, type, flags, streamId);
        return this;
    }

    /** Any bytes. */
    public Frames raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Any bytes, as hexadecimal digits; blanks don't count. */
    public Frames hex(String digits) {
        return raw(ByteBufUtil.decodeHexDump(digits.replace(" ", "")));
    }

    /** What another script wrote so far. */
    public Frames append(Frames other) {
        return raw(other.bytes());
    }

    /** The same frames several times. */
    public Frames times(int count, Frames other) {
        byte[] bytes = other.bytes();
        for (int i = 0; i < count; i++) {
            raw(bytes);
        }
        return this;
    }

    /** The encoded block of names and values alternating, as this script's peer encodes it now. */
    public byte[] block(String... namesAndValues) {
        HeaderList fields = HeaderList.of((CharSequence[]) namesAndValues);
        byte[] scratch = new byte[(int) HpackEncoder.encodedBound(fields)];
        return Arrays.copyOf(scratch, encoder.encode(fields, scratch, 0));
    }

    private static String[] concat(String[] first, String[] second) {
        return Stream.concat(Stream.of(first), Stream.of(second)).toArray(String[]::new);
    }
}
