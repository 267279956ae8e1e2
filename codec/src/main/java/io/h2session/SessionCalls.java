package io.h2session;

import io.h2session.api.ByteSink;
import io.h2session.api.ByteSource;
import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2Limits;
import io.h2session.api.Http2SessionResult;
import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Connection;
import io.h2session.connection.FatalFault;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.FrameReader;
import io.h2session.frame.Setting;
import io.h2session.receive.FrameDispatcher;
import io.h2session.receive.Preface;
import io.h2session.send.FrameSender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Runs one call at a time: {@code recv} and {@code send} that callbacks make meanwhile are carried out afterwards, in the
 * order of the input. This is also the one place where errors from below become the end of the session and a result.
 */
final class SessionCalls {
    private static final int PULL_SIZE = 16 * 1024;

    private final Connection connection;
    private final Preface preface;
    private final FrameDispatcher dispatcher;
    private final FrameReader reader;
    private final FrameSender sender;

    private boolean running;
    private boolean paused;
    private Http2SessionResult failure = Http2SessionResult.OK;

    // What callbacks requested.
    private boolean abandoned;
    private boolean restOwed;
    private ArrayDeque<ByteBuf> laterInput;
    private ByteSink laterSink;

    SessionCalls(Connection connection, Preface preface, FrameDispatcher dispatcher, FrameSender sender) {
        this.connection = connection;
        this.preface = preface;
        this.dispatcher = dispatcher;
        this.reader = dispatcher.reader();
        this.sender = sender;
    }

    /** Whether a call is being carried out: then the caller is a callback. */
    boolean running() {
        return running;
    }

    Http2SessionResult recv(ByteBuf in) {
        if (running) {
            takeLater(in);
            return Http2SessionResult.OK;
        }
        running = true;
        try {
            // Here and not below: the compiler inlines to a limited depth, and this is the beginning of a deep path.
            Http2SessionResult result;
            if (hasLaterInput()) {
                result = receiveInOrder(in);
            } else {
                result = receive(in);
                restOwed = in.isReadable();
            }
            return orLater(result);
        } finally {
            running = false;
        }
    }

    Http2SessionResult recv(ByteSource source) {
        ByteBuf buffer;
        try {
            buffer = connection.allocator().ioBuffer(PULL_SIZE);
        } catch (OutOfMemoryError error) {
            return exhausted(error);
        }
        try {
            if (paused || hasLaterInput()) {
                Http2SessionResult goneOn = recv(Unpooled.EMPTY_BUFFER);
                if (goneOn != Http2SessionResult.OK) {
                    return goneOn;
                }
            }
            return pull(source, buffer);
        } finally {
            buffer.release();
        }
    }

    private Http2SessionResult pull(ByteSource source, ByteBuf buffer) {
        while (true) {
            int count;
            buffer.clear();
            try {
                count = source.read(buffer);
            } catch (Throwable thrown) {
                return failed(thrown);
            }
            if (count <= 0) {
                return count == 0 ? Http2SessionResult.WOULDBLOCK : Http2SessionResult.EOF;
            }
            Http2SessionResult result = recv(buffer);
            if (result != Http2SessionResult.OK) {
                if (buffer.isReadable()) {
                    takeLater(buffer);
                }
                return result;
            }
        }
    }

    /** Sends at most this number of frames. */
    Http2SessionResult send(ByteSink sink, int frames) {
        if (running) {
            laterSink = sink;
            return Http2SessionResult.OK;
        }
        running = true;
        try {
            Http2SessionResult result = transmit(sink, frames);
            runLater();
            return result;
        } finally {
            running = false;
        }
    }

    /**
     * Applies the settings of the peer from an upgrade from HTTP/1.1. Then its stream begins, even if the settings are
     * invalid.
     */
    Http2SessionResult upgrade(List<Setting> settings, Runnable beginStream) {
        running = true;
        try {
            connection.readClock();
            Http2SessionResult result = Http2SessionResult.OK;
            try {
                dispatcher.upgrade(settings);
            } catch (ConnectionError error) {
                result = brokenBy(error);
            } catch (CallbackFailure thrown) {
                result = failed(thrown.getCause());
            }
            // A client that has not sent its preface may still be reading HTTP/1.1 into a buffer of fixed size: curl
            // 7.88 fails if more than 32 KiB follow the response that switched protocols.
            connection
                    .scheduler()
                    .hold(!preface.complete() && connection.semantics().upgradedDataWaits());
            beginStream.run();
            return orLater(result);
        } finally {
            running = false;
        }
    }

    Http2SessionResult checkDeadlines() {
        if (running || !connection.shutdown().live()) {
            return Http2SessionResult.OK;
        }
        running = true;
        try {
            Http2SessionResult result = expire();
            runLater();
            return result;
        } finally {
            running = false;
        }
    }

    void close() {
        if (running) {
            abandoned = true;
            connection.shutdown().endSilently(ErrorCode.CANCEL.code(), "transport_closed", Http2EndedBy.TRANSPORT);
            reader.pause();
            return;
        }
        running = true;
        try {
            abandon();
        } finally {
            running = false;
        }
    }

    // ---- one step, and what it may throw ---------------------------------------------------------------------------

    private Http2SessionResult receive(ByteBuf in) {
        int offered = in.readableBytes();
        Http2SessionResult result = receiveFrames(in);
        connection.metrics().bytesReceived(offered - in.readableBytes());
        return unlessMetricsFailed(result);
    }

    private Http2SessionResult unlessMetricsFailed(Http2SessionResult result) {
        Throwable thrown = connection.metrics().takeFailure();
        return thrown == null ? result : failed(thrown);
    }

    private Http2SessionResult receiveFrames(ByteBuf in) {
        connection.readClock();
        connection.deadlines().begin();
        paused = false;
        connection.deadlines().paused(false);
        int offered = in.readableBytes();
        Http2SessionResult result;
        try {
            if (!connection.semantics().sameForAnySplit()
                    && !connection.shutdown().wantRead()) {
                in.readerIndex(in.writerIndex());
            } else if (connection.shutdown().live()) {
                if (!preface.complete()) {
                    preface.read(in);
                    if (preface.complete()) {
                        connection.scheduler().hold(false);
                    }
                }
                if (preface.complete()) {
                    reader.read(in);
                }
                checkQueueSize();
            }
            return received(in, offered - in.readableBytes());
        } catch (ConnectionError error) {
            result = brokenBy(error);
        } catch (FatalFault fault) {
            result = gaveUp(fault);
        } catch (CallbackFailure thrown) {
            result = failed(thrown.getCause());
        } catch (OutOfMemoryError error) {
            result = exhausted(error);
        } finally {
            dispatcher.releaseScratch();
        }
        in.readerIndex(in.writerIndex());
        return result;
    }

    private Http2SessionResult received(ByteBuf in, int bytes) {
        if (!connection.shutdown().live()) {
            in.readerIndex(in.writerIndex());
            reader.close();
            boolean threwMeanwhile =
                    failure == Http2SessionResult.OK && connection.shutdown().cause() != null;
            return threwMeanwhile ? Http2SessionResult.CALLBACK_FAILURE : failure;
        }
        connection
                .deadlines()
                .received(
                        bytes,
                        reader.inFrame() ? reader.framesBegun() & Integer.MAX_VALUE : -1,
                        reader.inHeaderBlock() ? reader.blocksBegun() & Integer.MAX_VALUE : -1);
        boolean turnOver = dispatcher.takeTurnOver();
        if (connection.owedReplies().suspendReceiving()) {
            return Http2SessionResult.REPLIES_OWED;
        }
        paused = in.isReadable() || reader.paused();
        connection.deadlines().paused(paused);
        if (paused && turnOver) {
            return Http2SessionResult.TURN_OVER;
        }
        return paused ? Http2SessionResult.PAUSED : Http2SessionResult.OK;
    }

    private void checkQueueSize() {
        int waiting = connection.queue().size();
        if (connection.options().limits().maxPendingRequests() != Http2Limits.UNLIMITED) {
            // These are requests of the application, and have a limit of their own.
            waiting -= connection.queue().waitingToOpen();
        }
        if (waiting > connection.options().limits().maxOutboundQueue()) {
            throw new FatalFault(Http2SessionResult.FLOODED, ErrorCode.ENHANCE_YOUR_CALM, "too_many_frames_queued");
        }
    }

    private Http2SessionResult transmit(ByteSink sink, int frames) {
        if (connection.shutdown().over()) {
            return Http2SessionResult.OK;
        }
        connection.readClock();
        connection.deadlines().begin();
        try {
            return unlessMetricsFailed(sender.send(sink, frames));
        } catch (FatalFault fault) {
            return gaveUp(fault);
        } catch (CallbackFailure thrown) {
            return failed(thrown.getCause());
        } catch (OutOfMemoryError error) {
            return exhausted(error);
        }
    }

    private Http2SessionResult expire() {
        connection.readClock();
        try {
            connection.deadlines().expire();
            return Http2SessionResult.OK;
        } catch (ConnectionError error) {
            return endedBy(error, Http2EndedBy.TIMEOUT, Http2SessionResult.TIMED_OUT);
        } catch (CallbackFailure thrown) {
            return failed(thrown.getCause());
        } catch (OutOfMemoryError error) {
            return exhausted(error);
        }
    }

    // ---- how it ends -----------------------------------------------------------------------------------------------

    private Http2SessionResult brokenBy(ConnectionError error) {
        if (error.kind() == ConnectionError.Kind.TOO_MANY_CONTINUATIONS) {
            end(error.code(), error.reason(), true);
            return Http2SessionResult.TOO_MANY_CONTINUATIONS;
        }
        if (error.kind() == ConnectionError.Kind.SETTINGS_EXPECTED) {
            try {
                connection.callbacks().error(error.reason());
            } catch (CallbackFailure thrown) {
                return failed(thrown.getCause());
            }
        }
        return endedBy(error, Http2EndedBy.PEER, Http2SessionResult.PEER_FAULT);
    }

    private Http2SessionResult endedBy(ConnectionError error, Http2EndedBy by, Http2SessionResult result) {
        reader.close();
        connection
                .shutdown()
                .terminate(connection.lastProcessedStreamId(), error.code().code(), error.reason(), by);
        if (connection.semantics().violationsHaveResults()) {
            failure = result;
        }
        return failure;
    }

    private Http2SessionResult gaveUp(FatalFault fault) {
        end(fault.code(), fault.reason(), true);
        return fault.result();
    }

    private Http2SessionResult failed(Throwable thrown) {
        connection.shutdown().cause(thrown);
        end(ErrorCode.INTERNAL_ERROR, "callback_failure", false);
        failure = Http2SessionResult.CALLBACK_FAILURE;
        return failure;
    }

    private Http2SessionResult exhausted(OutOfMemoryError error) {
        connection.shutdown().cause(error);
        end(ErrorCode.INTERNAL_ERROR, "out_of_memory", false);
        failure = Http2SessionResult.NOMEM;
        return failure;
    }

    private void end(ErrorCode code, String reason, boolean fatal) {
        reader.close();
        if (fatal && !connection.options().goodbyeOnFlood()) {
            connection.shutdown().endSilently(code.code(), reason, Http2EndedBy.PEER);
        } else {
            connection
                    .shutdown()
                    .end(
                            connection.lastProcessedStreamId(),
                            code.code(),
                            reason,
                            fatal ? Http2EndedBy.PEER : Http2EndedBy.LOCAL);
        }
    }

    private void abandon() {
        reader.close();
        connection.shutdown().abandon();
        Throwable thrown = connection.metrics().takeFailure();
        if (thrown != null) {
            connection.shutdown().cause(thrown);
        }
        sender.close();
        if (laterInput != null) {
            laterInput.forEach(ByteBuf::release);
            laterInput = null;
        }
        laterSink = null;
    }

    // ---- what callbacks requested ----------------------------------------------------------------------------------

    private void takeLater(ByteBuf in) {
        if (laterInput == null) {
            laterInput = new ArrayDeque<>();
        }
        if (in.isReadable()) {
            laterInput.add(Unpooled.copiedBuffer(in));
            in.readerIndex(in.writerIndex());
        }
    }

    private Http2SessionResult orLater(Http2SessionResult result) {
        Http2SessionResult later = runLater();
        return result == Http2SessionResult.OK ? later : result;
    }

    // A loop and not a recursion, because two sessions of one thread may call each other any number of times. Returns
    // the result of the last recv; OK if there was none.
    private Http2SessionResult runLater() {
        Http2SessionResult result = Http2SessionResult.OK;
        while (true) {
            if (abandoned) {
                abandoned = false;
                abandon();
            } else if (mayReceiveLaterInput()) {
                result = receiveLaterInput();
            } else if (laterSink != null) {
                ByteSink sink = laterSink;
                laterSink = null;
                transmit(sink, Integer.MAX_VALUE);
            } else {
                return result;
            }
        }
    }

    private boolean hasLaterInput() {
        return laterInput != null && !laterInput.isEmpty();
    }

    // The rest of an earlier input comes first, and only the application ends a pause.
    private boolean mayReceiveLaterInput() {
        return hasLaterInput()
                && !restOwed
                && !paused
                && !connection.owedReplies().suspendReceiving();
    }

    /** Input from callbacks comes before this, unless this is the rest of an input that was handed in before them. */
    private Http2SessionResult receiveInOrder(ByteBuf in) {
        if (hasLaterInput() && !restOwed) {
            Http2SessionResult result = receiveLaterInput();
            while (result == Http2SessionResult.OK && hasLaterInput()) {
                result = receiveLaterInput();
            }
            if (result != Http2SessionResult.OK) {
                takeLater(in);
                return result;
            }
        }
        Http2SessionResult result = receive(in);
        restOwed = in.isReadable();
        return result;
    }

    private Http2SessionResult receiveLaterInput() {
        ByteBuf first = laterInput.peek();
        Http2SessionResult result = receive(first);
        if (!first.isReadable()) {
            laterInput.remove().release();
        }
        return result;
    }
}
