package io.h2session.send;

import io.h2session.api.ByteSink;
import io.h2session.api.Http2SessionResult;
import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Connection;
import io.h2session.connection.Shutdown;
import io.h2session.frame.ClientPreface;
import io.h2session.frame.PingFrame;
import io.h2session.queue.Lane;
import io.h2session.queue.OutboundItem;
import io.h2session.stream.Stream;

/** The sending side of a connection: sends frames and bodies until none is left or the sink is full. */
public final class FrameSender {
    private final Connection connection;
    private final OutboundBuffer out;
    private final FrameHandover handover;
    private final SentEffects effects;
    private final HeaderBlockSender headerBlocks;
    private final ControlFrameSender controlFrames;
    private final ItemSender items;
    private final DataSender data;
    private final LastFrames end;
    private boolean prefaceOwed;
    private int framesLeft;

    /** The sending side of a new connection. */
    public FrameSender(Connection connection) {
        this.connection = connection;
        out = new OutboundBuffer(connection.allocator(), connection.metrics());
        handover = FrameHandover.of(connection, out);
        SendRules rules = SendRules.of(connection);
        effects = new SentEffects(connection, out);
        headerBlocks = new HeaderBlockSender(connection, out);
        controlFrames = new ControlFrameSender(connection, out);
        items = new ItemSender(connection, handover, rules, headerBlocks, controlFrames, effects);
        data = new DataSender(connection, out, handover, rules, effects);
        end = new LastFrames(connection, out, items, controlFrames, effects);
        prefaceOwed = !connection.role().isServer();
    }

    /** Whether the caller has not got all of a frame yet, so that the session wants to write. */
    public boolean holdsFrame() {
        return handover.unfinished();
    }

    /** Whether the end of a body may be sent though there is no window. */
    public boolean endMayBeDue() {
        return data.endMayBeDue();
    }

    /** The session is over: the rest of a frame that the sink did not take is released. */
    public void close() {
        handover.abort();
    }

    /**
     * Sends what can be sent. A callback failure is thrown after the frames that were written before it were handed over.
     *
     * @param frames how many frames at most, the preface counted
     */
    public Http2SessionResult send(ByteSink sink, int frames) {
        boolean done = false;
        framesLeft = frames;
        handover.sendComplete(false);
        out.begin(sink);
        connection.deadlines().sink(sink);
        try {
            connection.shutdown().giveUpOpenings();
            boolean preface = prefaceOwed;
            Http2SessionResult result = sendHeld() && sendPreface() ? sendDue() : Http2SessionResult.WOULDBLOCK;
            if (connection.shutdown().unfinished() && !handover.held()) {
                end.send();
                result = Http2SessionResult.OK;
            }
            handover.sendComplete(frames == 1 && framesLeft == 0 && !preface);
            out.finish();
            done = true;
            connection.queue().sendEnded(result == Http2SessionResult.WOULDBLOCK);
            connection.deadlines().sent(out.takeHandedOver(), result == Http2SessionResult.WOULDBLOCK);
            connection.metrics().sendEnded(result == Http2SessionResult.WOULDBLOCK);
            return result;
        } catch (CallbackFailure | OutOfMemoryError failure) {
            out.finishWhole();
            done = true;
            throw failure;
        } finally {
            headerBlocks.releaseScratch();
            handover.end();
            if (!done) {
                out.abort();
                handover.abort();
            }
        }
    }

    private boolean sendPreface() {
        if (!prefaceOwed) {
            return true;
        }
        ClientPreface.write(out.gather());
        prefaceOwed = false;
        framesLeft--;
        if (!handover.sent()) {
            return false;
        }
        out.frameWritten();
        return true;
    }

    /** Returns false if the sink still has not taken all of the frame that is held. */
    private boolean sendHeld() {
        if (!handover.held()) {
            return true;
        }
        if (!handover.resume(effects, data)) {
            return false;
        }
        framesLeft--;
        return true;
    }

    private Http2SessionResult sendDue() {
        Shutdown shutdown = connection.shutdown();
        while (shutdown.keepsStreams() && framesLeft > 0) {
            if (connection.deadlines().pingWanted()) {
                sendPing();
            }
            if (!handover.roomForFrame()) {
                return idle() ? Http2SessionResult.OK : Http2SessionResult.WOULDBLOCK;
            }
            OutboundItem item = connection.queue().poll(connection.mayOpenStream());
            handover.begin();
            if (item != null) {
                framesLeft -= items.send(item) ? 1 : 0;
            } else {
                Stream stream = connection.scheduler().next();
                if (stream == null) {
                    return Http2SessionResult.OK;
                }
                DataSender.Turn turn = data.send(stream);
                if (turn == DataSender.Turn.PAUSED) {
                    return Http2SessionResult.PAUSED;
                }
                if (turn == DataSender.Turn.BLOCKED) {
                    return Http2SessionResult.OK;
                }
                framesLeft -= turn == DataSender.Turn.DONE && data.frameMade() ? 1 : 0;
            }
            handover.end();
            if (handover.held()) {
                return Http2SessionResult.WOULDBLOCK;
            }
            out.frameComplete();
        }
        return Http2SessionResult.OK;
    }

    // Even without room, since the PING is to find out whether the peer reads.
    private void sendPing() {
        if (!controlFrames.settingsWritten()) {
            return;
        }
        long opaqueData = connection.deadlines().takePing();
        if (opaqueData == 0) {
            return;
        }
        OutboundItem ping = OutboundItem.ofSession(new PingFrame(false, opaqueData));
        if (connection.semantics().sentIsCommitted()) {
            framesLeft -= items.send(ping) ? 1 : 0;
            out.frameComplete();
        } else {
            connection.queue().add(Lane.URGENT, ping);
        }
    }

    private boolean idle() {
        return !connection.queue().hasSendable(connection.mayOpenStream())
                && connection.scheduler().next() == null;
    }
}
