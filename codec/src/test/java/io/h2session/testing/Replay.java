package io.h2session.testing;

import io.h2session.Http2Session;
import io.h2session.Invariants;
import io.h2session.api.ByteSink;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Plays the same input to one new session after the other, cut in different ways, and compares what each did: the callbacks,
 * the bytes sent, the fatal results. Every buffer a session took has to be back when it is closed.
 *
 * <p>The session sends before the input, when replies are owed, and after the input, so that the way the input is cut does not
 * change when it sends.
 */
public final class Replay {
    /** Up to so many bytes of input, it is cut at every one; of longer ones, some are chosen. */
    private static final int ALL_CUTS = 400;

    private static final int RANDOM_CUTS = 20;

    private final Http2Role role;
    private final Http2SessionOptions options;
    private final Supplier<? extends Recorder> listeners;
    private final List<BiConsumer<Http2Session, ByteSink>> before = new ArrayList<>();
    private final List<BiConsumer<Http2Session, ByteSink>> after = new ArrayList<>();
    private int cutsInTwo = ALL_CUTS;

    /** What a session did with its input. */
    public record Outcome(List<String> trace, String sent, Http2SessionResult fatal, boolean terminated) {
        /** The frames it sent. */
        public List<String> frames(Http2Role role) {
            PeerView view = role.isServer() ? PeerView.ofServer() : PeerView.ofClient();
            return view.read(ByteBufUtil.decodeHexDump(sent));
        }
    }

    /** Plays to sessions of that role, each with a listener of its own. */
    public Replay(Http2Role role, Http2SessionOptions options, Supplier<? extends Recorder> listeners) {
        this.role = role;
        this.options = options;
        this.listeners = listeners;
    }

    /** The input is not cut in two at more than so many places. */
    public Replay cutsInTwo(int places) {
        cutsInTwo = places;
        return this;
    }

    /** What is done with each session before the input, after which it sends. */
    public Replay before(Consumer<Http2Session> step) {
        before.add((session, sink) -> step.accept(session));
        return this;
    }

    /** What is received, whole, before the input, after which it sends. */
    public Replay before(Frames received) {
        byte[] bytes = received.bytes();
        before.add((session, sink) -> receive(session, sink, Unpooled.wrappedBuffer(bytes)));
        return this;
    }

    /** What is done with each session after the input, after which it sends. */
    public Replay after(Consumer<Http2Session> step) {
        after.add((session, sink) -> step.accept(session));
        return this;
    }

    /** What is received, whole, after the input, after which the session sends. */
    public Replay after(Frames received) {
        byte[] bytes = received.bytes();
        after.add((session, sink) -> receive(session, sink, Unpooled.wrappedBuffer(bytes)));
        return this;
    }

    /**
     * Plays the input whole, byte by byte, and cut in two and in several at many places; answers what all plays
     * did.
     */
    public Outcome play(byte[] input) {
        Outcome whole = playCut(input);
        int[] every = new int[input.length];
        for (int i = 0; i < every.length; i++) {
            every[i] = i;
        }
        compare(whole, playCut(input, every), "byte by byte");
        Random random = new Random(input.length);
        int cuts = Math.min(input.length, cutsInTwo);
        for (int i = 1; i < cuts; i++) {
            int cut = cuts == input.length ? i : 1 + random.nextInt(input.length - 1);
            compare(whole, playCut(input, cut), "cut at " + cut);
        }
        for (int i = 0; i < RANDOM_CUTS && input.length > 2; i++) {
            int[] several =
                    random.ints(2 + random.nextInt(6), 1, input.length).sorted().toArray();
            compare(whole, playCut(input, several), "cut at " + Arrays.toString(several));
        }
        return whole;
    }

    private static void compare(Outcome whole, Outcome cut, String how) {
        if (!whole.equals(cut)) {
            throw new AssertionError(how + " it was different\nwhole: " + lines(whole) + "\ncut:   " + lines(cut));
        }
    }

    private static String lines(Outcome outcome) {
        return String.join("\n       ", outcome.trace) + "\n       " + outcome.sent + " " + outcome.fatal;
    }

    private Outcome playCut(byte[] input, int... cuts) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
        Recorder recorder = listeners.get();
        Http2Session session = new Http2Session(
                role, options.toBuilder().allocator(allocator).clock(() -> 0).build(), recorder);
        Sink wire = new Sink();
        for (BiConsumer<Http2Session, ByteSink> step : before) {
            session.send(wire);
            step.accept(session, wire);
        }
        session.send(wire);
        Http2SessionResult fatal = null;
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i == cuts.length ? input.length : cuts[i];
            Http2SessionResult result = receive(session, wire, Unpooled.wrappedBuffer(input, from, to - from));
            fatal = fatal == null && result.fatal() ? result : fatal;
            from = to;
        }
        session.send(wire);
        for (BiConsumer<Http2Session, ByteSink> step : after) {
            step.accept(session, wire);
            session.send(wire);
            Invariants.hold(session);
        }
        boolean terminated = session.terminated();
        session.close();
        String bytes = ByteBufUtil.hexDump(wire.bytes.toByteArray());
        long kept = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (kept != 0) {
            throw new AssertionError("the session kept " + kept + " bytes of buffers; " + recorder.lines());
        }
        return new Outcome(recorder.lines(), bytes, fatal, terminated);
    }

    private static Http2SessionResult receive(Http2Session session, ByteSink wire, ByteBuf in) {
        Http2SessionResult result = session.recv(in);
        Invariants.hold(session);
        while (result == Http2SessionResult.PAUSED || result == Http2SessionResult.REPLIES_OWED) {
            if (result == Http2SessionResult.REPLIES_OWED) {
                session.send(wire);
            }
            result = session.recv(in);
            Invariants.hold(session);
        }
        if (in.isReadable()) {
            throw new AssertionError(in.readableBytes() + " bytes were left behind after " + result);
        }
        return result;
    }

    /** Takes all there is. */
    private static final class Sink implements ByteSink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public long writableBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public void write(ByteBuf buffer) {
            bytes.writeBytes(ByteBufUtil.getBytes(buffer));
            buffer.release();
        }
    }
}
