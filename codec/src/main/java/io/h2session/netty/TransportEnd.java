package io.h2session.netty;

import io.netty.channel.ChannelHandlerContext;

/**
 * The end of the transport, in either direction or of both. If it comes while the session is at work, because a write closed the
 * channel, it waits until the session call returns, and the end of the input waits until what was read before is answered.
 */
final class TransportEnd {
    private final ChannelHandlerContext ctx;
    private final SessionEnd end;
    private final EngineCalls calls;
    private final SendLoop sender;
    private final ReceiveLoop receiver;
    private final SessionClosing closing;
    private final FramePromises promises;
    private final BodyPieces pieces;
    private final ChannelSink sink;
    private final ReadGate gate;
    private final SessionTimer timer;

    /** The transport was closed during a call. */
    private boolean goneDuringCall;

    private boolean inputEndedWhileBusy;

    /** Why a write failed; null as long as none did. */
    private Throwable writeFailure;

    private boolean writeFailureWaits;
    private boolean removed;

    TransportEnd(
            ChannelHandlerContext ctx,
            SessionEnd end,
            EngineCalls calls,
            SendLoop sender,
            ReceiveLoop receiver,
            SessionClosing closing,
            FramePromises promises,
            BodyPieces pieces,
            ChannelSink sink,
            ReadGate gate,
            SessionTimer timer) {
        this.ctx = ctx;
        this.end = end;
        this.calls = calls;
        this.sender = sender;
        this.receiver = receiver;
        this.closing = closing;
        this.promises = promises;
        this.pieces = pieces;
        this.sink = sink;
        this.gate = gate;
        this.timer = timer;
    }

    /** The handler was removed from its pipeline. */
    void removed() {
        removed = true;
        gone();
    }

    /** The channel is closed. */
    void gone() {
        if (calls.inCall()) {
            goneDuringCall = true;
            calls.waiting(true);
            receiver.transportGone();
            return;
        }
        receiver.takeAllTurns();
        boolean closes = removed && closing.closesChannel();
        closing.transportGone();
        timer.cancel();
        gate.discard();
        pieces.discard();
        sink.discard();
        promises.fail(end.endedCause());
        if (closes) {
            // The channel was to be closed, and without this handler nothing else would close it.
            ctx.close();
        }
    }

    /** A write of the session's bytes failed: nothing can follow them. */
    void writeFailed(Throwable cause) {
        if (writeFailure == null) {
            writeFailure = cause;
            writeFailureWaits = true;
            calls.waiting(true);
            sink.fail();
            if (!calls.inCall()) {
                endUnwritten();
            }
        }
    }

    private void endUnwritten() {
        if (writeFailureWaits && !sender.sending()) {
            writeFailureWaits = false;
            closing.writeFailed(writeFailure);
        }
    }

    /** The peer sends nothing more. TLS reports it in the middle of a read. */
    void inputEnded() {
        if (calls.inCall() || sender.reading() || receiver.turnOver()) {
            inputEndedWhileBusy = true;
            calls.waiting(true);
        } else {
            closing.inputEnded();
        }
    }

    /** Does what had to wait until the session call returned. */
    void catchUp() {
        endUnwritten();
        if (goneDuringCall) {
            goneDuringCall = false;
            gone();
        } else if (inputEndedWhileBusy && !receiver.turnOver()) {
            inputEndedWhileBusy = false;
            closing.inputEnded();
        }
        calls.waiting(writeFailureWaits || goneDuringCall || inputEndedWhileBusy);
    }
}
