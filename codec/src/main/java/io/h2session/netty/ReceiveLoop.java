package io.h2session.netty;

import io.h2session.Http2Session;
import io.h2session.api.Http2SessionResult;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.hpack.HeaderToken;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;
import java.util.concurrent.TimeUnit;

/**
 * Gives the session what the channel reads: until a callback pauses it, too many replies are unsent, or the turn of the connection
 * is over. Then the {@link ReadGate} keeps the rest.
 *
 * <pre>
 *   channelRead ─► receive ─► recv ─┬─► PAUSED        gate stops ─► resume
 *                    ▲              ├─► REPLIES_OWED  sent at once, or gate stops ─► afterSend
 *                    │              └─► TURN_OVER     gate stops ─► next turn of the event loop
 *                    └──────────────────── what was kept ◄────────────┘
 *   channelReadComplete ─► bodies are fired, then everything is sent that the read has brought about
 * </pre>
 */
final class ReceiveLoop {
    private static final AsciiString HEAD = AsciiString.cached("HEAD");

    // Constant, so that the compiler can inline the call.
    private static final EngineCalls.Call RECV = Http2Session::recv;

    private final ChannelHandlerContext ctx;
    private final Http2Session session;
    private final int maxFramesPerTurn;
    private final int maxNewStreamsPerTurn;
    private final TurnClock clock;
    private final SessionEnd end;
    private final EngineCalls calls;
    private final SendLoop sender;
    private final SessionClosing closing;
    private final SessionUpkeep upkeep;
    private final SessionStreams streams;
    private final SessionEvents events;
    private final BodyPieces pieces;
    private final ReadGate gate;
    private final Runnable deliver = this::deliver;
    private final Runnable nextTurn = this::nextTurn;

    private boolean deliverScheduled;

    /** What was read waits for the next turn of the event loop. */
    private boolean turnOver;

    /** That turn came during a call of the session. */
    private boolean turnMissed;

    private boolean repliesOwed;
    private boolean inputSuspended;

    /** The transport was closed during a call. */
    private boolean transportGone;

    ReceiveLoop(
            ChannelHandlerContext ctx,
            Http2Session session,
            HandlerSettings settings,
            TurnClock clock,
            SessionEnd end,
            EngineCalls calls,
            SendLoop sender,
            SessionClosing closing,
            SessionUpkeep upkeep,
            SessionStreams streams,
            SessionEvents events,
            BodyPieces pieces,
            ReadGate gate) {
        this.ctx = ctx;
        this.session = session;
        maxFramesPerTurn = settings.maxFramesPerTurn;
        maxNewStreamsPerTurn = settings.maxNewStreamsPerTurn;
        this.clock = clock;
        this.end = end;
        this.calls = calls;
        this.sender = sender;
        this.closing = closing;
        this.upkeep = upkeep;
        this.streams = streams;
        this.events = events;
        this.pieces = pieces;
        this.gate = gate;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The channel has read bytes, which this owns. */
    void read(ByteBuf in) {
        sender.begin();
        if (!sender.reading()) {
            sender.beginReading();
            beginTurn();
        }
        if (end.over()) {
            in.release();
            closing.discarded();
        } else if (calls.inCall() || gate.stopped() || gate.hasKept()) {
            if (!gate.keep(in)) {
                session.terminate(ErrorCode.INTERNAL_ERROR.code());
                gate.discard();
            }
        } else {
            receive(in);
        }
    }

    /** Gives bytes to the session; owns them. */
    private void receive(ByteBuf in) {
        boolean kept = false;
        try {
            Http2SessionResult result = recv(in);
            while (result == Http2SessionResult.REPLIES_OWED && !end.over()) {
                int before = in.readerIndex();
                sender.sendNow();
                if (end.over()) {
                    return;
                }
                result = recv(in);
                if (in.readerIndex() == before) {
                    break;
                }
            }
            if (end.over()) {
                return;
            }
            kept = stops(result);
            if (kept) {
                gate.stop();
                gate.keepRest(in);
                stopped(result);
            } else if (result.fatal()) {
                sender.sendNow();
            }
        } finally {
            if (!kept) {
                in.release();
            }
        }
    }

    private static boolean stops(Http2SessionResult result) {
        return result == Http2SessionResult.TURN_OVER
                || result == Http2SessionResult.PAUSED
                || result == Http2SessionResult.REPLIES_OWED;
    }

    private void stopped(Http2SessionResult result) {
        if (result == Http2SessionResult.TURN_OVER) {
            scheduleTurn();
        } else {
            repliesOwed = result == Http2SessionResult.REPLIES_OWED;
        }
    }

    private Http2SessionResult recv(ByteBuf in) {
        Http2SessionResult result = calls.call(RECV, in);
        while (result == Http2SessionResult.TURN_OVER && transportGone) {
            // No other turn will come.
            session.turn(Integer.MAX_VALUE, Integer.MAX_VALUE);
            result = calls.call(RECV, in);
        }
        turnOver = result == Http2SessionResult.TURN_OVER;
        if (result == Http2SessionResult.PAUSED) {
            pieces.paused();
        }
        calls.returned(result);
        if (!streams.consumed.isEmpty() && !end.over()) {
            streams.consumed.apply(session);
        }
        return result;
    }

    /** The channel has read all it had. */
    void readComplete() {
        endReading();
        if (gate.hasKept() && !gate.stopped() && !calls.inCall()) {
            reopenGate();
        }
        if (!calls.inCall()) {
            calls.catchUp();
        }
        if (end.over()) {
            closing.readOn();
        } else {
            gate.readComplete();
            suspendInput();
        }
        clock.unfreeze();
    }

    private void endReading() {
        pieces.readComplete(session.dataLeft());
        ctx.fireChannelReadComplete();
        sender.endReading();
        if (sender.somethingToSend()) {
            sender.send();
        } else {
            endIfDone();
        }
    }

    private void endIfDone() {
        upkeep.endIfDone();
        if (turnMissed) {
            turnMissed = false;
            scheduleTurn();
        }
    }

    /** The session has sent: ends it if it is done, or reads on if enough replies have left. */
    void afterSend() {
        endIfDone();
        if (repliesOwed && sender.sentBytes() && gate.stopped() && !end.over() && !sender.reading()) {
            reopenGate();
        }
    }

    /** What was kept goes to the session; unless that stops the gate again, the channel reads on. */
    private void reopenGate() {
        gate.open();
        repliesOwed = false;
        boolean wasReading = sender.reading();
        sender.beginReading();
        if (!wasReading) {
            beginTurn();
        }
        for (ByteBuf in = gate.takeKept(); in != null; in = gate.takeKept()) {
            receive(in);
            if (gate.stopped()) {
                break;
            }
        }
        if (!wasReading) {
            endReading();
            clock.unfreeze();
        }
        if (!gate.stopped()) {
            gate.restoreReading();
        }
    }

    /** Receives again after a callback has paused the session. */
    void resume() {
        if (gate.stopped() && !repliesOwed && !turnOver()) {
            reopenGate();
        }
    }

    // ---- turns -----------------------------------------------------------------------------------------------------

    private void beginTurn() {
        clock.freeze();
        session.turn(maxFramesPerTurn, maxNewStreamsPerTurn);
    }

    /** Whether what was read waits for the next turn of the event loop. */
    boolean turnOver() {
        return turnOver && !end.over();
    }

    private void scheduleTurn() {
        // Tasks that are executed and not scheduled may all be run before the loop looks at its other channels again.
        ctx.executor().schedule(nextTurn, 0, TimeUnit.NANOSECONDS);
    }

    private void nextTurn() {
        if (!turnOver() || ctx.isRemoved()) {
            return;
        }
        if (calls.inCall()) {
            // A callback runs the tasks of the event loop.
            turnMissed = true;
            return;
        }
        turnOver = false;
        reopenGate();
        if (!sender.reading()) {
            calls.catchUp();
        }
    }

    /** The transport was closed during a call: what was read is processed in that call. */
    void transportGone() {
        transportGone = true;
    }

    /** No other turn will come: what was read is processed now. */
    void takeAllTurns() {
        transportGone = false;
        while (!end.over() && (turnOver || (gate.hasKept() && !gate.stopped()))) {
            turnOver = false;
            reopenGate();
        }
    }

    // ---- bodies that were held back --------------------------------------------------------------------------------

    /** What was held back of bodies may be fired: at the end of the read, or else in a turn of its own. */
    void deliverSoon() {
        if (!sender.reading() && !deliverScheduled) {
            deliverScheduled = true;
            ctx.executor().execute(deliver);
        }
    }

    private void deliver() {
        deliverScheduled = false;
        // In a callback that runs the tasks of the event loop it has to wait for the timer.
        if (!sender.reading() && !calls.inCall() && !ctx.isRemoved() && !end.over()) {
            sender.beginReading();
            endReading();
        }
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** Tells the session whether the channel is read: while it is not, the peer is not blamed for what does not arrive. */
    private void suspendInput() {
        suspendInput(gate.unread());
    }

    private void suspendInput(boolean suspended) {
        if (inputSuspended != suspended) {
            inputSuspended = suspended;
            session.inputSuspended(suspended);
            upkeep.setTimer();
        }
    }

    /** The application wants to read. */
    void wantRead() {
        gate.read();
        suspendInput(false);
    }

    /** The timer has fired. */
    void timePassed() {
        if (calls.inCall()) {
            // A callback ran the tasks of the event loop: the timer is set again when the session call is done.
            return;
        }
        clock.unfreeze();
        suspendInput();
        calls.returned(calls.call((called, none) -> called.checkDeadlines(), null));
        if (pieces.nextDeadline() <= session.time() && !sender.reading()) {
            sender.beginReading();
            pieces.expire();
            endReading();
        }
        closing.expire();
        sender.send();
        upkeep.setTimer();
    }

    // ---- Upgrade ---------------------------------------------------------------------------------------------------

    /** {@link Http2SessionHandler#upgrade}. */
    void upgrade(byte[] settingsPayload, HeaderList request) {
        sender.begin();
        Http2StreamHandle stream = new Http2StreamHandle(streams, 1);
        boolean head = HEAD.equals(request.value(HeaderToken.METHOD));
        sender.beginReading();
        Http2SessionResult result;
        try {
            result = calls.callOrThrow((called, none) -> called.upgrade(settingsPayload, head, stream), null);
        } finally {
            sender.endReading();
        }
        calls.returned(result);
        if (!end.over()) {
            sender.beginReading();
            if (session.terminationReason() == null) {
                events.upgraded(session, stream, request);
            }
            readComplete();
        }
    }

    /** {@link Http2SessionHandler#beginUpgraded}. The preface is sent when the read is complete, or in a turn of its own. */
    void beginUpgraded(byte[] settingsPayload, Http2StreamHandle stream, HeaderList request) {
        if (stream.record.owner != null) {
            throw new IllegalStateException(stream + " is in use");
        }
        session.upgrade(settingsPayload, HEAD.equals(request.value(HeaderToken.METHOD)), stream);
        streams.opened(stream, 1);
        stream.record.headWritten = true;
        stream.record.endWritten = true;
    }
}
