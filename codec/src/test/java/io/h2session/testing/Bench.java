package io.h2session.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.h2session.Http2Session;
import io.h2session.api.ByteSink;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionListener;
import io.h2session.api.Http2SessionOptions;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.function.Consumer;

/**
 * A session and a peer that talks with it for hours: like {@link Talk}, but nothing is written down. What the session says is
 * counted, and a peer that reacts to DATA overrides {@link #onData}.
 */
public class Bench implements AutoCloseable, ByteSink {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final Http2Session session;
    private final Frames peer = Frames.script();
    private final ByteBuf said = Unpooled.buffer();
    private int piece = Integer.MAX_VALUE;
    private boolean preface;
    private long now;
    private String goAway;
    private long resets;
    private long dataBytes;

    /** A session of the default options, changed. */
    public Bench(Http2Role role, Http2SessionListener listener, Consumer<Http2SessionOptions.Builder> options) {
        this(false, role, listener, options);
    }

    /** A session of either preset, changed, which begins with its SETTINGS. */
    public Bench(
            boolean nghttp2,
            Http2Role role,
            Http2SessionListener listener,
            Consumer<Http2SessionOptions.Builder> options) {
        Http2SessionOptions preset = nghttp2 ? Http2SessionOptions.nghttp2() : Http2SessionOptions.safe();
        Http2SessionOptions.Builder builder = preset.toBuilder().automaticSettings(true);
        options.accept(builder);
        session = new Http2Session(
                role, builder.allocator(allocator).clock(() -> now).build(), listener);
        preface = !role.isServer();
    }

    /** The peer says its preface and SETTINGS, acknowledges ours, and opens the connection's window wide. */
    public Bench greet(long... settings) {
        listen();
        Frames frames = peer();
        if (session.role().isServer()) {
            frames.preface();
        }
        say(frames.settings(settings).settingsAck().windowUpdate(0, 1 << 30));
        return listen();
    }

    /** What the peer says arrives in pieces of this many bytes. */
    public Bench piecewise(int bytes) {
        piece = bytes;
        return this;
    }

    /** The session. */
    public Http2Session session() {
        return session;
    }

    /** What the peer says next: with the same HPACK encoder. */
    public Frames peer() {
        return peer.fork();
    }

    /** The session receives it. */
    public Bench say(Frames frames) {
        ByteBuf in = frames.buf();
        while (in.readableBytes() > piece) {
            session.recv(in.readSlice(piece));
        }
        session.recv(in);
        return this;
    }

    /** The session sends all it can, and the peer reads it. */
    public Bench listen() {
        session.send(this);
        if (preface && said.isReadable()) {
            said.skipBytes(Frames.PREFACE.length());
            preface = false;
        }
        while (said.isReadable()) {
            int length = said.readUnsignedMedium();
            int type = said.readUnsignedByte();
            int flags = said.readUnsignedByte();
            int streamId = said.readInt();
            ByteBuf payload = said.readSlice(length);
            if (type == FrameType.DATA) {
                dataBytes += length;
                onData(streamId, length, (flags & FrameFlags.END_STREAM) != 0);
            } else if (type == FrameType.RST_STREAM) {
                resets++;
            } else if (type == FrameType.GOAWAY) {
                goAway = payload.skipBytes(8).toString(ISO_8859_1);
            }
        }
        said.clear();
        return this;
    }

    /** The peer has read a DATA frame. */
    protected void onData(int streamId, int length, boolean endStream) {}

    /** Lets time pass, in milliseconds, and deadlines with it. */
    public Bench pass(long millis) {
        now += millis * 1_000_000;
        session.checkDeadlines();
        return listen();
    }

    /** The debug data of the last GOAWAY the session sent, or null. */
    public String goAway() {
        return goAway;
    }

    /** How many RST_STREAM the session sent. */
    public long resets() {
        return resets;
    }

    /** How many bytes of DATA payload the session sent. */
    public long dataBytes() {
        return dataBytes;
    }

    @Override
    public long writableBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public void write(ByteBuf bytes) {
        said.writeBytes(bytes);
        bytes.release();
    }

    @Override
    public void close() {
        session.close();
        said.release();
        long kept = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (kept != 0) {
            throw new AssertionError("the session kept " + kept + " bytes of buffers");
        }
    }
}
