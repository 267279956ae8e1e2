package io.h2session.differential;

import io.h2session.Http2Session;
import io.h2session.api.Http2Role;
import io.h2session.api.Http2SessionOptions;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.Http2SubmitException;
import io.h2session.differential.Tape.Operation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;

/** Plays the operations of one scenario on one session. */
final class TapeSession {
    private final Trace trace;
    private final Http2SessionOptions preset;
    private final Witness witness;
    private final Behaviours behaviours;
    private TapeListener listener;
    private Http2Session session;
    private TapeCalls calls;
    private TapeQueries queries;
    private TapeWire wire;
    private byte[] rest = {};
    private boolean dead;

    /** Looks at a session before and after each operation that is called on it, and at its end. */
    interface Witness {
        void before(Http2Session session);

        void after(Http2Session session, Operation operation);

        void end(List<TapeBody> bodies);
    }

    TapeSession(Trace trace) {
        this(trace, Http2SessionOptions.nghttp2(), null);
    }

    /** @param witness null for none; without one the trace does not tell how the session is closed at the end */
    TapeSession(Trace trace, Http2SessionOptions preset, Witness witness) {
        this.trace = trace;
        this.preset = preset;
        this.witness = witness;
        behaviours = new Behaviours(trace, this::nested);
    }

    void play(List<Operation> operations) {
        try {
            for (Operation operation : operations) {
                if (dead) {
                    break;
                }
                perform(operation);
            }
        } catch (RuntimeException | Error broken) {
            trace.line("rc BROKEN " + broken);
            for (StackTraceElement frame : broken.getStackTrace()) {
                trace.line("~ " + frame);
            }
        } finally {
            if (session != null) {
                end();
            }
        }
    }

    private void end() {
        if (witness != null) {
            // What it finds must not become a line of the trace.
            session.close();
            witness.end(calls.taken());
            return;
        }
        try {
            listener.mute();
            session.close();
        } catch (RuntimeException | Error broken) {
            trace.line("rc BROKEN by close " + broken);
        }
    }

    private void perform(Operation operation) {
        String[] words = operation.words();
        switch (operation.name()) {
            case "on" -> behaviours.add(words);
            case "query" -> trace.line(queries.query(words));
            case "fn" -> trace.line(TapeFunctions.call(words));
            case "state" -> {
                trace.line("op " + operation.number() + " state");
                queries.state(words[1], trace);
            }
            default -> {
                String shown = operation.name().equals("memsend") ? "send" : operation.name();
                trace.line("op " + operation.number() + " " + shown);
                if (witness != null && session != null) {
                    witness.before(session);
                }
                String result = result(words);
                trace.endChunk();
                String sent = wire == null ? "" : wire.takeHex();
                if (!sent.isEmpty()) {
                    trace.line("  txraw " + sent);
                }
                trace.line("rc " + result + (operation.name().equals("session") || dead ? "" : want()));
                if (dead) {
                    trace.line("dead");
                }
                if (witness != null) {
                    witness.after(session, operation);
                }
            }
        }
    }

    private String want() {
        return " want=" + (session.wantRead() ? "r" : "-") + (session.wantWrite() ? "w" : "-");
    }

    private void nested(String[] words) {
        switch (words[0]) {
            case "query" -> trace.line("    " + queries.query(words));
            case "on" -> behaviours.add(words);
            default -> trace.line("    do " + words[0] + " = " + called(words));
        }
    }

    private String result(String[] words) {
        return switch (words[0]) {
            case "session" -> begin(words);
            case "recv" -> receive(Integer.parseInt(words[1]), Text.bytes(words[2]));
            case "continue" -> receive(0, rest);
            case "recv_cb" -> pull(Integer.parseInt(words[1]), words[2], Text.bytes(words[3]));
            case "send" -> sent(wire.accept(Long.parseLong(words[1])));
            case "memsend" -> sentFrames(Integer.parseInt(words[1]));
            default -> called(words);
        };
    }

    private String called(String[] words) {
        try {
            return calls.call(words);
        } catch (Http2SubmitException refused) {
            return Result.error(refused.reason().name());
        }
    }

    private String begin(String[] words) {
        Http2Role role = words[1].equals("client") ? Http2Role.CLIENT : Http2Role.SERVER;
        TapeOptions options = new TapeOptions(preset, Arrays.asList(words).subList(2, words.length), trace);
        listener = new TapeListener(trace, behaviours, options.leftOut(), options.padding(), options.readLength());
        session = new Http2Session(role, options.build(), listener);
        wire = new TapeWire();
        calls = new TapeCalls(session, trace, behaviours, listener, options.leftOut());
        listener.dataWriter(calls::dataSent);
        queries = new TapeQueries(session);
        return "OK";
    }

    // ---- receiving -------------------------------------------------------------------------------------------------

    private String receive(int piece, byte[] bytes) {
        int step = piece == 0 ? bytes.length : piece;
        int taken = 0;
        boolean paused = false;
        do {
            int length = Math.min(step, bytes.length - taken);
            ByteBuf in = Unpooled.wrappedBuffer(bytes, taken, length);
            Http2SessionResult result = session.recv(in);
            if (result.fatal()) {
                return fatal(result);
            }
            taken += length - in.readableBytes();
            // A callback that terminates and pauses ends the session, but the call is told as paused all the same.
            paused = listener.takePaused()
                    || result == Http2SessionResult.PAUSED
                    || result == Http2SessionResult.REPLIES_OWED;
        } while (!paused && taken < bytes.length);
        if (paused || bytes == rest) {
            rest = Arrays.copyOfRange(bytes, taken, bytes.length);
        }
        return Result.of(taken) + (paused ? " paused" : "");
    }

    private String pull(int piece, String then, byte[] bytes) {
        TapeSource source = new TapeSource(bytes, piece, then);
        Http2SessionResult result = session.recv(source);
        if (result.fatal()) {
            return fatal(result);
        }
        return switch (result) {
            case OK, WOULDBLOCK -> "OK";
            default -> Result.error(result.name());
        };
    }

    private String fatal(Http2SessionResult result) {
        dead = true;
        return Result.error(result.name());
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    private String sent(TapeWire to) {
        Http2SessionResult result = session.send(to);
        return result.fatal() ? fatal(result) : "OK";
    }

    private String sentFrames(int count) {
        for (int i = 0; i != count; i++) {
            Http2SessionResult result = session.sendFrame(wire.accept(-1));
            if (result.fatal()) {
                return fatal(result);
            }
            if (!wire.any()) {
                break;
            }
        }
        return "OK";
    }
}
