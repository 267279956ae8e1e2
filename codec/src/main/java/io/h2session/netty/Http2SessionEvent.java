package io.h2session.netty;

import io.h2session.api.Http2EndedBy;
import io.h2session.api.Http2SessionResult;
import io.h2session.api.InvalidFrameReason;
import io.h2session.api.NotSentReason;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Frame;
import io.h2session.frame.FrameType;
import io.h2session.frame.HeadersCategory;
import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderField;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.DefaultByteBufHolder;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.IllegalReferenceCountException;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * What {@link Http2SessionHandler} fires into its pipeline: one type for each callback of a session.
 *
 * <pre>
 *   channelRead            Headers  Data  Settings  Ping  PushPromise  Extension
 *                          what the peer says; comes when the application reads
 *   userEventTriggered     Reset  GoAway  WindowUpdate  StreamClosed  StreamWritability  WriteRefused  InvalidFrame
 *                          SessionError  SessionEnded   what must not wait for a read, and what the session itself did
 *   only when asked for    HeadersBegin  HeaderFieldReceived  InvalidHeaderField  FrameBegin  FrameReceived
 *                          ExtensionChunk (channelRead)  BeforeFrameSend  FrameSent  FrameNotSent (userEventTriggered)
 * </pre>
 *
 * <p>{@link Http2SessionHandlerBuilder#headerFieldEvents} and {@link Http2SessionHandlerBuilder#events} ask. What is a
 * question only (padding, read length, packing and unpacking an extension) is put to the listener alone.
 *
 * <p>Only {@link Data} and {@link ExtensionChunk} hold bytes and must be released; all the others are plain values and
 * may be kept.
 */
public sealed interface Http2SessionEvent {

    /** The stream it belongs to; null if it is about the connection, or names its stream by number only. */
    default Http2StreamHandle stream() {
        return null;
    }

    // ---- channelRead -----------------------------------------------------------------------------------------------

    /**
     * A whole header block: a request, a response (1xx too), or trailers.
     *
     * @param stream the stream, the same handle in all its events
     * @param category which of these it is
     * @param headers the fields in the peer's order
     * @param endStream whether the peer sends nothing more on the stream
     */
    record Headers(Http2StreamHandle stream, HeadersCategory category, HeaderList headers, boolean endStream)
            implements Http2SessionEvent {}

    /**
     * A piece of a body. Whoever receives it owns it and releases it, as any reference-counted message.
     *
     * <p>What arrives on a stream without a break in one read is one event, as a rule, however many frames or segments it came
     * in: it is fired before another event of the stream, when another stream's body follows, or when the read is complete.
     * Only while the application keeps many events of less than 64 bytes (of a stream more than about 20, of the connection
     * about 170) is less than 256 bytes of a stream held back until it has released some, until the stream ends, or for {@link
     * Http2SessionHandlerBuilder#holdBackTime}. So events that are kept take at most 8 bytes of memory for each byte received,
     * beyond what those first ones take.
     *
     * <p>The peer may send as much as was consumed: {@link #consume} says that bytes were used, and the last release
     * consumes what is left. Content that is kept beyond that (written on, say) is retained by itself:
     * {@code data.content().retain()}.
     */
    final class Data extends AbstractReferenceCounted implements Http2SessionEvent, ByteBufHolder {
        private static final AtomicIntegerFieldUpdater<Data> UNCONSUMED =
                AtomicIntegerFieldUpdater.newUpdater(Data.class, "unconsumed");

        private final Http2StreamHandle stream;
        private final ByteBuf content;
        private final ConsumedBytes consumedBytes;
        private final boolean endStream;
        private final short owed;
        private volatile int unconsumed;

        /** A piece of a body that no session counts: for tests and for handlers that make their own. */
        public Data(Http2StreamHandle stream, ByteBuf content, boolean endStream) {
            this(stream, content, endStream, null, 0, 0);
        }

        /**
         * @param counted how many bytes the application has to consume
         * @param owed what this object costs beside its content, to be given back with it
         */
        Data(
                Http2StreamHandle stream,
                ByteBuf content,
                boolean endStream,
                ConsumedBytes consumedBytes,
                int counted,
                int owed) {
            this.stream = stream;
            this.content = content;
            this.endStream = endStream;
            this.consumedBytes = consumedBytes;
            this.owed = (short) owed;
            UNCONSUMED.lazySet(this, counted);
        }

        /** The stream, the same handle in all its events. */
        @Override
        public Http2StreamHandle stream() {
            return stream;
        }

        /** Whether the peer sends nothing more on the stream; the content may then be empty. */
        public boolean endStream() {
            return endStream;
        }

        /**
         * Says that bytes were used, so that the peer may send as many more. Any thread; a session gathers what is
         * said between two flushes.
         *
         * @param bytes 0 or more; what exceeds the content does not count
         */
        public void consume(int bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes: " + bytes);
            }
            for (int before = unconsumed; before > 0 && bytes > 0; before = unconsumed) {
                int used = Math.min(before, bytes);
                if (UNCONSUMED.compareAndSet(this, before, before - used)) {
                    consumedBytes.give(stream, used, 0);
                    return;
                }
            }
        }

        /**
         * Takes over the credit for what was not consumed yet: releasing the event gives none any more. For what gives the credit
         * at a moment of its own, by {@link Http2StreamHandle#consume}, and passes the event on.
         *
         * @return how many bytes are left to be consumed; 0 if there is nothing to consume
         */
        public int takeCredit() {
            return UNCONSUMED.getAndSet(this, 0);
        }

        @Override
        public ByteBuf content() {
            if (refCnt() <= 0) {
                throw new IllegalReferenceCountException(refCnt());
            }
            return content;
        }

        /** A copy; the window credit stays with this one. */
        @Override
        public Data copy() {
            return replace(content().copy());
        }

        /** The same bytes with indices of their own, in a message that shares no count with this one. */
        @Override
        public Data duplicate() {
            return retainedDuplicate();
        }

        @Override
        public Data retainedDuplicate() {
            return replace(content().retainedDuplicate());
        }

        /** A message of the same stream with another content; the window credit stays with this one. */
        @Override
        public Data replace(ByteBuf other) {
            return new Data(stream, other, endStream);
        }

        @Override
        public Data retain() {
            super.retain();
            return this;
        }

        @Override
        public Data retain(int increment) {
            super.retain(increment);
            return this;
        }

        @Override
        public Data touch() {
            content.touch();
            return this;
        }

        @Override
        public Data touch(Object hint) {
            content.touch(hint);
            return this;
        }

        @Override
        protected void deallocate() {
            content.release();
            if (consumedBytes != null) {
                int rest = consumedBytes.givenByRelease() ? UNCONSUMED.getAndSet(this, 0) : 0;
                if (rest > 0 || owed > 0) {
                    consumedBytes.give(stream, rest, owed);
                }
            }
        }

        @Override
        public String toString() {
            return "Data[" + stream + ", " + content + (endStream ? ", end of stream]" : "]");
        }
    }

    /**
     * The peer's settings, or its acknowledgement of ours.
     *
     * @param settings empty in an acknowledgement
     */
    record Settings(boolean ack, List<Setting> settings) implements Http2SessionEvent {}

    /** A PING, which the session answers itself, or the answer to one of ours. */
    record Ping(boolean ack, long opaqueData) implements Http2SessionEvent {}

    /**
     * The server promises a response.
     *
     * @param stream of the request it belongs to
     * @param promised where the response will come
     * @param headers of the request it would answer
     */
    record PushPromise(Http2StreamHandle stream, Http2StreamHandle promised, HeaderList headers)
            implements Http2SessionEvent {}

    /** A frame of an extension: AltSvcFrame, OriginFrame, PriorityUpdateFrame, or one the application asked for. */
    record Extension(Frame frame) implements Http2SessionEvent {}

    // ---- userEventTriggered ----------------------------------------------------------------------------------------

    /** The peer reset a stream; {@link StreamClosed} follows. */
    record Reset(Http2StreamHandle stream, long errorCode) implements Http2SessionEvent {
        @Override
        public String toString() {
            return "Reset[" + stream + ", " + ErrorCode.name(errorCode) + "]";
        }
    }

    /**
     * The peer is about to end the connection; of our streams those beyond {@code lastStreamId} were not processed.
     *
     * @param debugData possibly only its beginning; the peer's bytes, not for logs. Not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // one event, one reader; equality is not its business
    record GoAway(int lastStreamId, long errorCode, byte[] debugData) implements Http2SessionEvent {
        @Override
        public String toString() {
            return "GoAway[last stream " + lastStreamId + ", " + ErrorCode.name(errorCode) + "]";
        }
    }

    /**
     * A stream is over. Exactly one for each stream, also for one of which nothing else was told (a malformed request, a request
     * that was never sent, one that was answered with 421 for its {@link Http2AuthorityVerifier}). It is the last event that carries the stream.
     *
     * @param errorCode as {@link io.h2session.api.Http2SessionListener#onStreamClosed} has it: NO_ERROR only when the exchange
     *     was completed; otherwise the code the stream was reset with, by either end, or that of the end of the connection
     * @param retryIsSafe whether it carried a request of ours that the peer has certainly not begun to process: see {@link
     *     Http2NotSentException#retryIsSafe()}
     * @param inboundComplete whether the peer's message was received whole: see {@link
     *     io.h2session.api.Http2SessionContext#inboundComplete}
     */
    record StreamClosed(Http2StreamHandle stream, long errorCode, boolean retryIsSafe, boolean inboundComplete)
            implements Http2SessionEvent {
        @Override
        public String toString() {
            return "StreamClosed[" + stream + ", " + ErrorCode.name(errorCode) + (retryIsSafe ? ", retry" : "")
                    + (inboundComplete ? "]" : ", incomplete]");
        }
    }

    /**
     * The peer lets us send more.
     *
     * @param stream null for the connection
     * @param increment bytes
     */
    record WindowUpdate(Http2StreamHandle stream, int increment) implements Http2SessionEvent {}

    /**
     * Pushed DATA of a stream has risen above the high water mark, or sunk below the low one. The marks are lower while much waits
     * on all streams together: see {@link Http2SessionHandlerBuilder#writeMarks}.
     */
    record StreamWritability(Http2StreamHandle stream, boolean writable) implements Http2SessionEvent {}

    /**
     * A write was refused, and its promise is void, so that nobody would hear of it. (A real promise fails, and there is no such
     * event.) Fired while it is written.
     *
     * <p>If the stream could not end any more as the application meant it, it is reset with INTERNAL_ERROR: a response whose head was
     * refused, a body that lacks a piece or its end, a message that lacks its trailers. Nothing is reset for a second head, or
     * for what comes after the end.
     *
     * @param stream null where no stream has to do with it
     * @param reason a fixed snake_case token
     * @param streamReset whether the stream is being reset for it; {@link StreamClosed} follows
     * @param cause what a real promise would have failed with; {@link Http2NotSentException#retryIsSafe(Throwable)} is about
     *     requests
     */
    record WriteRefused(Http2StreamHandle stream, String reason, boolean streamReset, Throwable cause)
            implements Http2SessionEvent {}

    /** A frame of the peer's broke a rule; its stream is being reset, or the connection ends. */
    record InvalidFrame(Frame frame, InvalidFrameReason reason) implements Http2SessionEvent {}

    /**
     * The peer did something wrong, or a limit was reached.
     *
     * @param reason a fixed snake_case token, never bytes of the peer's
     */
    record SessionError(String reason) implements Http2SessionEvent {}

    /**
     * The session is over: every stream has had its {@link StreamClosed}. Exactly one, before {@code channelInactive}.
     *
     * @param result {@link Http2SessionResult#OK} after an orderly end, or {@code terminate}; {@link Http2SessionResult#EOF} when
     *     the transport ended or failed; otherwise fatal: {@link Http2SessionResult#PEER_FAULT} or a more precise one when the
     *     peer broke the rules, {@link Http2SessionResult#TIMED_OUT} after a timeout
     * @param reason a fixed snake_case token: as {@link io.h2session.api.Http2SessionContext#terminationReason()} has it;
     *     {@code write_failed} when bytes could not be written though the channel was open; {@code shutdown_timeout} when streams were cut because {@link
     *     Http2SessionHandlerBuilder#gracefulShutdownTimeout} had passed
     * @param endedBy who ended it
     * @param cause what a callback or the transport threw, or null
     */
    record SessionEnded(Http2SessionResult result, String reason, Http2EndedBy endedBy, Throwable cause)
            implements Http2SessionEvent {}

    // ---- only when asked for ---------------------------------------------------------------------------------------

    /** A header block begins; {@link HeaderFieldReceived} follow. */
    record HeadersBegin(Frame frame) implements Http2SessionEvent {}

    /** A field of the header block. */
    record HeaderFieldReceived(Frame frame, HeaderField field) implements Http2SessionEvent {}

    /** A field with bytes RFC 9113 section 8.2.1 forbids. */
    record InvalidHeaderField(Frame frame, HeaderField field) implements Http2SessionEvent {}

    /** The header of a frame has arrived. */
    record FrameBegin(int type, int flags, int streamId, int length) implements Http2SessionEvent {}

    /** A whole frame has arrived and is well formed. */
    record FrameReceived(Frame frame) implements Http2SessionEvent {}

    /** A piece of the payload of an extension frame, as it arrived; {@link Extension} follows. */
    final class ExtensionChunk extends DefaultByteBufHolder implements Http2SessionEvent {
        private final int type;
        private final int flags;
        private final int streamId;

        /** A piece of a payload; it owns {@code content}. */
        public ExtensionChunk(int type, int flags, int streamId, ByteBuf content) {
            super(content);
            this.type = type;
            this.flags = flags;
            this.streamId = streamId;
        }

        /** The frame's type, 10 to 255. */
        public int type() {
            return type;
        }

        /** The frame's flags. */
        public int flags() {
            return flags;
        }

        /** The frame's stream, 0 for the connection. */
        public int streamId() {
            return streamId;
        }

        @Override
        public ExtensionChunk replace(ByteBuf content) {
            return new ExtensionChunk(type, flags, streamId, content);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return "ExtensionChunk[" + FrameType.name(type) + ", " + content().readableBytes() + " bytes]";
        }
    }

    /** A frame is about to be sent, the listener agreeing. Not told of DATA. */
    record BeforeFrameSend(Frame frame) implements Http2SessionEvent {}

    /** A frame was committed to the output; that the transport took it is told by the promise of the write. */
    record FrameSent(Frame frame) implements Http2SessionEvent {}

    /** A submitted frame will not be sent. */
    record FrameNotSent(Frame frame, NotSentReason reason) implements Http2SessionEvent {}
}
