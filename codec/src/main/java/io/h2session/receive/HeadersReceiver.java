package io.h2session.receive;

import io.h2session.api.InvalidFrameReason;
import io.h2session.api.InvalidHeaderAnswer;
import io.h2session.api.ReceiveAnswer;
import io.h2session.connection.CallbackFailure;
import io.h2session.connection.Connection;
import io.h2session.connection.Semantics;
import io.h2session.frame.ConnectionError;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameFlags;
import io.h2session.frame.FrameReader;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersFrame;
import io.h2session.frame.PrioritySpec;
import io.h2session.frame.PushPromiseFrame;
import io.h2session.hpack.HeaderField;
import io.h2session.message.BlockKind;
import io.h2session.message.FieldVerdict;
import io.h2session.priority.Priority;
import io.h2session.stream.InformationalBudget;
import io.h2session.stream.Stream;
import io.h2session.stream.StreamEvent;
import io.netty.buffer.ByteBuf;

/**
 * Handles the header blocks of HEADERS and PUSH_PROMISE (RFC 9113 sections 6.2, 6.6 and 8): finds their stream, delivers
 * their fields and acts on their end. Each block is decoded to its end, even if it is ignored, because it changes the HPACK
 * table.
 */
final class HeadersReceiver {
    private final Connection connection;
    private final HeaderBlockDecoder block;
    private final StreamOpener opener;
    private final StreamFaults faults;
    private final Semantics semantics;
    private final LateFrames late;
    private final FrameReader reader;

    // The block being received. It is decoded and ignored if it has no stream.
    private Stream stream;
    private Frame frame;
    private boolean trailers;
    private boolean tooLarge;

    /** Whether the application was told of the block, and has not refused its stream since. */
    private boolean told;

    HeadersReceiver(
            Connection connection, FrameReader reader, HeaderBlockDecoder block, StreamFaults faults, LateFrames late) {
        this.connection = connection;
        this.reader = reader;
        this.block = block;
        this.faults = faults;
        this.late = late;
        semantics = connection.semantics();
        opener = new StreamOpener(connection, faults, late);
    }

    /** Whether the application is told of the block being received. */
    boolean delivering() {
        return late.tellsOfBlock(stream, told);
    }

    void onHeaders(int streamId, int flags, int length, int padding, PrioritySpec priority) throws ConnectionError {
        boolean first = opener.isFirst(streamId);
        HeadersFrame headers =
                new HeadersFrame(streamId, flags, length, padding, opener.category(streamId, first), priority, null);
        begin(headers, opener.forHeaders(headers), false);
    }

    void onPushPromise(int streamId, int flags, int length, int padding, int promisedStreamId) throws ConnectionError {
        PushPromiseFrame promise = new PushPromiseFrame(streamId, flags, length, padding, promisedStreamId, null);
        begin(promise, opener.forPushPromise(promise), true);
    }

    private void begin(Frame begun, Stream target, boolean promise) {
        frame = begun;
        stream = target;
        tooLarge = false;
        told = target != null;
        block.begin();
        if (target == null) {
            block.discard();
            return;
        }
        trailers = target.inbound().beginBlock(connection.local().connectProtocol(), promise) == BlockKind.TRAILERS;
        heed(connection.callbacks().beginHeaders(begun), false);
    }

    /** Returns how many bytes were taken: fewer than all only after a pause. */
    int onFragment(ByteBuf in, int index, int bytes, boolean lastOfBlock) throws ConnectionError {
        try {
            return decode(in, index, bytes, lastOfBlock);
        } catch (ConnectionError error) {
            if (error.code() == ErrorCode.COMPRESSION_ERROR && !semantics.allEndWithTheSession()) {
                resetUndecoded();
            }
            throw error;
        }
    }

    // nghttp2 resets the stream before the connection ends, so that nothing more is reported of it.
    private void resetUndecoded() {
        if (stream != null) {
            connection.lifecycle().reset(stream, ErrorCode.COMPRESSION_ERROR.code(), false);
        }
    }

    private int decode(ByteBuf in, int index, int bytes, boolean lastOfBlock) throws ConnectionError {
        forgetEnded();
        block.input(in, index, bytes, lastOfBlock);
        HeaderField field = block.next();
        while (field != null) {
            if (stream != null && deliver(field)) {
                return block.pause(bytes);
            }
            field = block.next();
        }
        block.suspend(lastOfBlock);
        return bytes;
    }

    /** Answers whether to pause. */
    private boolean deliver(HeaderField field) throws ConnectionError {
        if (!block.withinCounts()) {
            tooLarge = true;
            block.discard();
            return false;
        }
        FieldVerdict verdict = stream.inbound().field(field);
        return switch (verdict) {
            case ACCEPT -> heed(connection.callbacks().header(frame, field), true);
            case INVALID -> heed(connection.callbacks().invalidHeader(frame, field));
            case REMOVE -> false;
            case MALFORMED -> {
                malformed(InvalidFrameReason.HTTP_HEADER);
                yield false;
            }
        };
    }

    private boolean heed(InvalidHeaderAnswer answer) throws ConnectionError {
        boolean malformed = answer == InvalidHeaderAnswer.MALFORMED
                || (answer == InvalidHeaderAnswer.AS_CONFIGURED
                        && connection.options().invalidFieldsMalformed());
        if (malformed) {
            malformed(InvalidFrameReason.HTTP_HEADER);
            return false;
        }
        // nghttp2 reports each field that is left out as an error, unless the answer ends the call.
        boolean toldAsError = answer == InvalidHeaderAnswer.AS_CONFIGURED
                || (!semantics.violationsHaveResults() && answer != InvalidHeaderAnswer.PAUSE);
        if (toldAsError) {
            connection.callbacks().error(stream.inbound().reason());
        }
        return heed(answer == InvalidHeaderAnswer.PAUSE ? ReceiveAnswer.PAUSE : ReceiveAnswer.CONTINUE, true);
    }

    /** Answers whether to pause. Afterwards the block may have no stream any more. */
    private boolean heed(ReceiveAnswer answer, boolean mayPause) {
        if (answer == ReceiveAnswer.RESET_STREAM) {
            connection.lifecycle().reset(stream, ErrorCode.INTERNAL_ERROR.code(), false);
            told = false;
            stopDelivering();
        } else if (answer == ReceiveAnswer.PAUSE && !mayPause) {
            throw new CallbackFailure(new IllegalStateException("onBeginHeaders cannot pause"));
        }
        forgetEnded();
        if (!connection.shutdown().live()) {
            reader.pause();
            // nghttp2 still delivers the fields that have arrived if the application terminates the session within a
            // block.
            return !connection.shutdown().terminating() || !mayPause || answer == ReceiveAnswer.PAUSE;
        }
        if (answer == ReceiveAnswer.PAUSE) {
            reader.pause();
            return true;
        }
        return false;
    }

    // The application may have reset, ended or discarded the stream in a callback or between two calls.
    private void forgetEnded() {
        if (stream != null && !stream.inputCounts() && late.restIsDropped(stream)) {
            stopDelivering();
        }
    }

    private void malformed(InvalidFrameReason reason) throws ConnectionError {
        Stream faulty = stream;
        told = false;
        stopDelivering();
        faults.streamError(
                faulty,
                asFarAsItCame(),
                ErrorCode.PROTOCOL_ERROR,
                reason,
                faulty.inbound().reason());
    }

    private Frame asFarAsItCame() {
        boolean whole = (frame.flags() & FrameFlags.END_HEADERS) != 0;
        return whole ? frame : withLength(reader.blockLength(), reader.lastOfBlock());
    }

    private void stopDelivering() {
        endOfInput();
        stream = null;
        block.discard();
    }

    void onBlockEnd(int blockLength, int continuations) throws ConnectionError {
        if (continuations > 0) {
            frame = withLength(blockLength, true);
        }
        faults.blockEnded(frame);
        connection.metrics().headersReceived(block.encodedBytes(), block.listSize());
        forgetEnded();
        if (stream == null || stream.resetQueued()) {
            stream = null;
            endIgnored();
            return;
        }
        if (tooLarge || block.overflowed()) {
            rejectTooLarge();
            return;
        }
        boolean endStream = endsStream();
        if (!stream.inbound().endBlock(endStream)) {
            Stream faulty = stream;
            malformed(InvalidFrameReason.HTTP_MESSAGING);
            if (endStream) {
                connection.lifecycle().rememberInputEnd(faulty);
            }
            return;
        }
        if (stream.inbound().informational() && !mayInform()) {
            Stream faulty = stream;
            stopDelivering();
            faults.streamError(
                    faulty, frame, ErrorCode.ENHANCE_YOUR_CALM, InvalidFrameReason.HTTP_MESSAGING, "too_many_1xx");
            return;
        }
        received(frame, endStream);
    }

    private boolean mayInform() {
        if (stream.informational() == null) {
            stream.informational(new InformationalBudget(connection.now()));
        }
        return stream.informational()
                .take(
                        connection.options().limits().maxInformationalResponses(),
                        connection.options().limits().informationalRate(),
                        connection.now());
    }

    private void received(Frame whole, boolean endStream) {
        Stream target = stream;
        stream = null;
        connection.floodGuard().headersReceived();
        connection.metrics().headReceived(target, trailers);
        connection.callbacks().frameReceived(whole);
        if (!connection.shutdown().keepsStreams() || target.over()) {
            return;
        }
        if (connection.role().isServer() && !trailers) {
            prioritize(target);
        }
        if (endStream) {
            connection.lifecycle().endInput(target);
        } else {
            connection.deadlines().expectRest(target);
        }
    }

    private void prioritize(Stream target) {
        Priority priority = target.inbound().priority();
        if (priority != null && !target.clientPriorityIgnored() && !priority.equals(target.priority())) {
            target.priority(priority);
            connection.scheduler().reprioritized(target);
        }
    }

    // The application is told that the frame is invalid; the peer gets a response with status 431.
    private void rejectTooLarge() throws ConnectionError {
        Stream target = stream;
        boolean answerable = connection.role().isServer() && frame.type() == FrameType.HEADERS && !trailers;
        if (answerable) {
            stream = null;
            target.ignoreInput();
            connection.callbacks().error("header_list_too_large");
            connection.callbacks().invalidFrameReceived(frame, InvalidFrameReason.HEADER_LIST_TOO_LARGE);
            connection.floodGuard().streamFault(false, connection.now());
            connection.lifecycle().answerHeaderListTooLarge(target);
            if (endsStream() && !target.over() && !target.resetQueued()) {
                connection.lifecycle().move(target, StreamEvent.RECEIVE_END_STREAM);
            }
        } else {
            stopDelivering();
            // The code REFUSED_STREAM of a client would mean that the server may try again.
            ErrorCode code = connection.role().isServer() ? ErrorCode.ENHANCE_YOUR_CALM : ErrorCode.CANCEL;
            faults.streamError(target, frame, code, InvalidFrameReason.HEADER_LIST_TOO_LARGE, "header_list_too_large");
        }
    }

    /** The block was ignored, but its END_STREAM counts. */
    private void endIgnored() {
        if (endsStream()) {
            late.endIgnored(frame.streamId());
        }
    }

    /** The peer has ended its side of a stream that is being reset: later frames of it are errors. */
    private void endOfInput() {
        if (stream != null && endsStream()) {
            late.endDropped(stream);
        }
    }

    private boolean endsStream() {
        return frame.type() == FrameType.HEADERS && (frame.flags() & FrameFlags.END_STREAM) != 0;
    }

    private Frame withLength(int length, boolean whole) {
        int end = whole ? FrameFlags.END_HEADERS : FrameFlags.NONE;
        if (frame instanceof PushPromiseFrame promise) {
            return new PushPromiseFrame(
                    promise.streamId(),
                    promise.flags() | end,
                    length,
                    promise.padding(),
                    promise.promisedStreamId(),
                    null);
        }
        HeadersFrame headers = (HeadersFrame) frame;
        return new HeadersFrame(
                headers.streamId(),
                headers.flags() | end,
                length,
                headers.padding(),
                headers.category(),
                headers.priority(),
                null);
    }
}
