package io.h2session.testing;

import io.h2session.Http2Session;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A session and the peer it talks with, whose frames are written by hand:
 *
 * <pre>
 * Talk talk = Talk.server(recorder);
 * talk.hears(peer -> peer.request(1, true, "/"));      the callbacks, line by line
 * talk.session().submitResponse(1, ok, null);
 * talk.says();                                         the frames, line by line
 * </pre>
 *
 * <p>Both ends have exchanged and acknowledged their SETTINGS. The clock stands still until it is set. After each call, a timer that
 * asks as little as it may has to be set early enough.
 */
public final class Talk implements AutoCloseable {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final Recorder recorder;
    private final Http2Session session;
    private final Wire wire = new Wire();
    private final PeerView view;
    private final Frames peer = Frames.script();
    private long now;

    /** When a timer would fire that is set again only if {@link Http2Session#mayBeDueBefore} tells it to ask. */
    private long timer = Long.MAX_VALUE;

    private Talk(Http2Role role, Recorder recorder, Consumer<Http2SessionOptions.Builder> options) {
        this(role, recorder, Http2SessionOptions.builder(), options);
    }

    private Talk(
            Http2Role role,
            Recorder recorder,
            Http2SessionOptions.Builder builder,
            Consumer<Http2SessionOptions.Builder> options) {
        this.recorder = recorder;
        view = role.isServer() ? PeerView.ofServer() : PeerView.ofClient();
        options.accept(builder);
        session = new Http2Session(
                role, builder.allocator(allocator).clock(() -> now).build(), recorder);
    }

    /** Talks with a server of default options. */
    public static Talk server(Recorder recorder) {
        return server(recorder, options -> {});
    }

    /** Talks with a server. */
    public static Talk server(Recorder recorder, Consumer<Http2SessionOptions.Builder> options) {
        return strange(Http2Role.SERVER, recorder, options).greet();
    }

    /** Talks with a client of default options. */
    public static Talk client(Recorder recorder) {
        return client(recorder, options -> {});
    }

    /** Talks with a client. */
    public static Talk client(Recorder recorder, Consumer<Http2SessionOptions.Builder> options) {
        return strange(Http2Role.CLIENT, recorder, options).greet();
    }

    /** Talks with a session of either preset, which begins with its SETTINGS. */
    public static Talk either(
            boolean nghttp2, Http2Role role, Recorder recorder, Consumer<Http2SessionOptions.Builder> options) {
        Http2SessionOptions preset = nghttp2 ? Http2SessionOptions.nghttp2() : Http2SessionOptions.safe();
        return new Talk(role, recorder, preset.toBuilder().automaticSettings(true), options).greet();
    }

    /** Talks with a session to which nothing was said yet. */
    public static Talk strange(Http2Role role, Recorder recorder, Consumer<Http2SessionOptions.Builder> options) {
        return new Talk(role, recorder, options);
    }

    /** The peer says its preface and SETTINGS, and acknowledges ours, if there were any. */
    public Talk greet(long... settings) {
        boolean settingsSent = says().stream().anyMatch(frame -> frame.startsWith("SETTINGS"));
        hears(frames -> {
            if (session.role().isServer()) {
                frames.preface();
            }
            frames.settings(settings);
            if (settingsSent) {
                frames.settingsAck();
            }
        });
        says();
        recorder.take();
        return this;
    }

    /** The session. */
    public Http2Session session() {
        return session;
    }

    /** The lengths of the DATA payloads said so far. */
    public List<Integer> dataLengths() {
        return view.dataLengths();
    }

    /** Sets the clock, in seconds. */
    public void time(long seconds) {
        now = seconds * 1_000_000_000L;
    }

    /** What the peer says next: with the same HPACK encoder. */
    public Frames peer() {
        return peer.fork();
    }

    /** The session receives all of it; answers the callbacks there were since they were last asked for. */
    public List<String> hears(Consumer<Frames> script) {
        Frames frames = peer();
        script.accept(frames);
        ByteBuf in = frames.buf();
        Http2SessionResult result = session.recv(in);
        boolean fine = result == Http2SessionResult.OK || result == Http2SessionResult.PEER_FAULT;
        if (!fine || in.isReadable()) {
            throw new AssertionError(result + ", and " + in.readableBytes() + " bytes left");
        }
        checkTimer();
        return recorder.take();
    }

    /** The session sends all it can; answers the frames. */
    public List<String> says() {
        return says(Long.MAX_VALUE);
    }

    /** The session sends to a sink that takes this many bytes; answers the frames. */
    public List<String> says(long bytes) {
        session.send(wire.limit(bytes));
        checkTimer();
        return view.readAndRelease(wire.take());
    }

    private void checkTimer() {
        boolean asks = session.mayBeDueBefore(timer);
        long next = session.nextDeadline();
        if (!asks && next < timer) {
            throw new AssertionError("the timer fires at " + timer + ", and a deadline comes at " + next);
        }
        timer = next;
    }

    /** The callbacks there were since they were last asked for. */
    public List<String> callbacks() {
        return recorder.take();
    }

    /** Ends the session; every buffer it took has to be back. */
    @Override
    public void close() {
        session.close();
        wire.release();
        long kept = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (kept != 0) {
            throw new AssertionError("the session kept " + kept + " bytes of buffers");
        }
    }
}
