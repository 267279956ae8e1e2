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
import org.jspecify.annotations.Nullable;

/**
 * The events that {@link Http2SessionHandler} fires into its pipeline: one type for each callback of a session.
 *
 * <pre>
 *   channelRead            Headers  Data  Settings  Ping  PushPromise  Extension
 *                          messages of the peer; they arrive when the application reads
 *   userEventTriggered     Reset  GoAway  WindowUpdate  StreamClosed  StreamWritability  WriteRefused  InvalidFrame
 *                          SessionError  FactChanged  Upgraded  SessionEnded
 *                          events that must not wait for a read, and acts of the session
 *   only on request        HeadersBegin  HeaderFieldReceived  InvalidHeaderField  FrameBegin  FrameReceived
 *                          ExtensionChunk (channelRead)  BeforeFrameSend  FrameSent  FrameNotSent (userEventTriggered)
 * </pre>
 *
 * <p>{@link Http2SessionHandlerBuilder#headerFieldEvents} and {@link Http2SessionHandlerBuilder#events} request them. Pure
 * questions (padding, read length, packing and unpacking an extension) are asked of the listener only.
 *
 * <p>Only {@link Data} and {@link ExtensionChunk} hold bytes and must be released. All others are plain values and may be kept.
 *
 * @since 0.1
 */
public sealed interface Http2SessionEvent {

    /** The stream of the event; null if the event concerns the connection, or gives only the number of its stream. */
    default @Nullable Http2StreamHandle stream() {
        return null;
    }

    // ---- channelRead -----------------------------------------------------------------------------------------------

    /**
     * A complete header block: a request, a response (1xx too), or trailers.
     *
     * @param stream the stream, the same handle in all its events
     * @param category which of these it is
     * @param headers the fields in the order in which they arrived
     * @param endStream whether the peer sends nothing more on the stream
     */
    record Headers(Http2StreamHandle stream, HeadersCategory category, HeaderList headers, boolean endStream)
            implements Http2SessionEvent {}

    /**
     * A piece of a body. The receiver owns it and must release it, as any reference-counted message.
     *
     * <p>As a rule, what arrives on one stream consecutively in one read is one event, however many frames or segments it came
     * in. It is fired before another event of the stream, when another stream's body follows, or when the read is complete. The
     * exception is an application that keeps many events of less than 64 bytes (more than about 20 of a stream, or about 170 of
     * the connection): then up to 255 bytes of a stream are held back until the application has released some events, until the
     * stream ends, or for {@link Http2SessionHandlerBuilder#holdBackTime}. So events that are kept take at most 8 bytes of
     * memory for each byte received, beyond what the first ones take.
     *
     * <p>The peer may send as much as was consumed: {@link #consume} consumes bytes, and the last release consumes the rest. To
     * keep the content longer than that, for example to write it elsewhere, retain the content alone: {@code
     * data.content().retain()}.
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

        /** A piece of a body that no session counts: for tests, and for handlers that make their own events. */
        public Data(Http2StreamHandle stream, ByteBuf content, boolean endStream) {
            this(stream, content, endStream, null, 0, 0);
        }

        /**
         * @param counted how many bytes the application has to consume
         * @param owed what this object costs beyond its content; reported when it is released
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
         * Declares that bytes were used, so that the peer may send as many more. Any thread; a session gathers the calls
         * between two flushes.
         *
         * @param bytes 0 or more; anything beyond the content does not count
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
         * Takes over the window credit for the bytes that have not been consumed: releasing the event no longer returns it. For
         * code that passes the event on and returns the credit later, by {@link Http2StreamHandle#consume}.
         *
         * @return how many bytes are left to consume; 0 if there are none
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

        /** A copy. The window credit stays with this event. */
        @Override
        public Data copy() {
            return replace(content().copy());
        }

        /** The same bytes with indices of their own, in an event with a reference count of its own. */
        @Override
        public Data duplicate() {
            return retainedDuplicate();
        }

        @Override
        public Data retainedDuplicate() {
            return replace(content().retainedDuplicate());
        }

        /** An event of the same stream with other content. The window credit stays with this event. */
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

    /** A PING, which the session answers by itself, or the answer to a PING of ours. */
    record Ping(boolean ack, long opaqueData) implements Http2SessionEvent {}

    /**
     * The server promises a response.
     *
     * @param stream the stream of the request that the promise belongs to
     * @param promised the stream of the promised response
     * @param headers the request that the response answers
     */
    record PushPromise(Http2StreamHandle stream, Http2StreamHandle promised, HeaderList headers)
            implements Http2SessionEvent {}

    /** A frame of an extension: AltSvcFrame, OriginFrame, PriorityUpdateFrame, or one that the application requested. */
    record Extension(Frame frame) implements Http2SessionEvent {}

    // ---- userEventTriggered ----------------------------------------------------------------------------------------

    /**
     * The connection has come from HTTP/1.1, at a client: the request that asked for the upgrade is stream 1. It was sent whole; its
     * response comes on the stream. The first event that is fired.
     *
     * @param request the request as HTTP/2 represents it, pseudo-header fields first
     * @see io.h2session.netty.negotiation.Http2ClientUpgradeHandler
     */
    record Upgraded(Http2StreamHandle stream, HeaderList request) implements Http2SessionEvent {}

    /** The peer reset a stream; {@link StreamClosed} follows. */
    record Reset(Http2StreamHandle stream, long errorCode) implements Http2SessionEvent {
        @Override
        public String toString() {
            return "Reset[" + stream + ", " + ErrorCode.name(errorCode) + "]";
        }
    }

    /**
     * The peer is about to end the connection. It has not processed those of our streams that are beyond {@code lastStreamId}.
     *
     * @param debugData possibly truncated; the peer's bytes, which do not belong in logs. Must not be modified
     */
    @SuppressWarnings("ArrayRecordComponent") // read once; events are not compared
    record GoAway(int lastStreamId, long errorCode, byte[] debugData) implements Http2SessionEvent {
        @Override
        public String toString() {
            return "GoAway[last stream " + lastStreamId + ", " + ErrorCode.name(errorCode) + "]";
        }
    }

    /**
     * A stream is over. Fired exactly once for each stream, even for a stream that had no other event (a malformed request, a
     * request that was never sent, a request that was answered with 421 for its {@link Http2AuthorityVerifier}). No later event
     * carries the stream.
     *
     * @param errorCode as in {@link io.h2session.api.Http2SessionListener#onStreamClosed}: NO_ERROR only if the exchange was
     *     completed; otherwise the code that either end reset the stream with, or the code that the connection ended with
     * @param retryIsSafe whether the stream carried a request of ours that the peer has certainly not begun to process: see
     *     {@link Http2NotSentException#retryIsSafe()}
     * @param inboundComplete whether the peer's message was received completely: see {@link
     *     io.h2session.api.Http2SessionContext#inboundComplete}
     */
    record StreamClosed(Http2StreamHandle stream, long errorCode, boolean retryIsSafe, boolean inboundComplete)
            implements Http2SessionEvent {
        /**
         * Whether the peer wants the request in HTTP/1.1 (RFC 9113 section 7): it has not processed it, and would not in HTTP/2 either.
         * Send it again on a connection that speaks HTTP/1.1.
         */
        public boolean http11Required() {
            return errorCode == ErrorCode.HTTP_1_1_REQUIRED.code();
        }

        @Override
        public String toString() {
            return "StreamClosed[" + stream + ", " + ErrorCode.name(errorCode) + (retryIsSafe ? ", retry" : "")
                    + (inboundComplete ? "]" : ", incomplete]");
        }
    }

    /**
     * The peer allows us to send more.
     *
     * @param stream null for the connection
     * @param increment bytes
     */
    record WindowUpdate(@Nullable Http2StreamHandle stream, int increment) implements Http2SessionEvent {}

    /**
     * The pushed DATA that waits on a stream has risen above the high water mark, or sunk below the low one: signals when to
     * pause and resume. The marks are lower while much waits on all streams together: see {@link
     * Http2SessionHandlerBuilder#writeMarks}.
     */
    record StreamWritability(Http2StreamHandle stream, boolean writable) implements Http2SessionEvent {}

    /**
     * A write with a void promise was refused. (A real promise fails, and there is no such event.) Fired during the write.
     *
     * <p>If the stream can no longer end as the application intended, it is reset with INTERNAL_ERROR: a response whose head
     * was refused, a body that lacks a piece or its end, a message that lacks its trailers. Nothing is reset for a second head,
     * or for a write after the end of the message.
     *
     * @param stream null if the write does not belong to a stream
     * @param reason a fixed snake_case token
     * @param streamReset whether the stream is being reset because of it; {@link StreamClosed} follows
     * @param cause what a real promise would have failed with; {@link Http2NotSentException#retryIsSafe(Throwable)} applies to
     *     requests
     */
    record WriteRefused(@Nullable Http2StreamHandle stream, String reason, boolean streamReset, Throwable cause)
            implements Http2SessionEvent {}

    /** A frame of the peer broke a rule. Its stream is being reset, or the connection ends. */
    record InvalidFrame(Frame frame, InvalidFrameReason reason) implements Http2SessionEvent {}

    /**
     * The peer made an error, or a limit was reached.
     *
     * @param reason a fixed snake_case token, never bytes of the peer
     */
    record SessionError(String reason) implements Http2SessionEvent {}

    /**
     * The session is over, and every stream has had its {@link StreamClosed}. Fired exactly once, before {@code
     * channelInactive}.
     *
     * @param result {@link Http2SessionResult#OK} after an orderly end, or {@code terminate}; {@link Http2SessionResult#EOF} if
     *     the transport ended or failed; otherwise fatal: {@link Http2SessionResult#PEER_FAULT} or a more precise value if the
     *     peer broke the rules, {@link Http2SessionResult#TIMED_OUT} after a timeout
     * @param reason a fixed snake_case token, as in {@link io.h2session.api.Http2SessionContext#terminationReason()}. It is
     *     {@code goaway_with_error} if the peer has sent GOAWAY with an error code, which {@link GoAway} and {@link
     *     Http2SessionFacts#goAwayErrorCode()} tell, {@code write_failed} if bytes could not be written although the channel was open, and {@code shutdown_timeout} if
     *     streams were cut because {@link Http2SessionHandlerBuilder#gracefulShutdownTimeout} had passed
     * @param endedBy which end, or what, ended the session
     * @param cause what a callback or the transport threw, or null
     */
    record SessionEnded(
            Http2SessionResult result,
            String reason,
            Http2EndedBy endedBy,
            @Nullable Throwable cause) implements Http2SessionEvent {}

    /**
     * A fact of the session has changed; {@link Http2SessionHandler#facts()} has the new value. Fired when a read, or a send, is
     * complete: what has changed twice in between is told once. A handler that keeps no account of streams ignores these.
     */
    enum FactChanged implements Http2SessionEvent {
        /** The peer's first SETTINGS have arrived: what it allows is known now. */
        SETTINGS_RECEIVED,
        /** {@link Http2SessionFacts#streamLimit()} has changed. */
        STREAM_LIMIT,
        /** Clients only: {@link Http2SessionFacts#availableStreams()} is 0 now. */
        NO_STREAMS_AVAILABLE,
        /** Clients only: {@link Http2SessionFacts#availableStreams()} was 0, and is not any more. */
        STREAMS_AVAILABLE,
        /**
         * Clients only: a request was refused because too much waited ({@link
         * io.h2session.api.Http2SubmitException.Reason#TOO_MANY_PENDING}), and there is room for it now.
         */
        REQUESTS_ACCEPTED,
        /** {@link Http2SessionFacts#roundTripNanos()} was measured. */
        ROUND_TRIP,
        /**
         * {@link Http2SessionFacts#draining()} is true now: requests belong on another connection. Fired once for each session,
         * before {@link SessionEnded} at the latest.
         */
        DRAINING
    }

    // ---- only when asked for ---------------------------------------------------------------------------------------

    /** A header block begins; {@link HeaderFieldReceived} follow. */
    record HeadersBegin(Frame frame) implements Http2SessionEvent {}

    /** A field of the header block. */
    record HeaderFieldReceived(Frame frame, HeaderField field) implements Http2SessionEvent {}

    /** A field with bytes that RFC 9113 section 8.2.1 forbids. */
    record InvalidHeaderField(Frame frame, HeaderField field) implements Http2SessionEvent {}

    /** The header of a frame has arrived. */
    record FrameBegin(int type, int flags, int streamId, int length) implements Http2SessionEvent {}

    /** A complete, well-formed frame has arrived. */
    record FrameReceived(Frame frame) implements Http2SessionEvent {}

    /** A piece of the payload of an extension frame, as it arrived. {@link Extension} follows. */
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

    /** A frame is about to be sent, and the listener has agreed. Not fired for DATA. */
    record BeforeFrameSend(Frame frame) implements Http2SessionEvent {}

    /** A frame was committed to the output. The promise of its write reports when the transport has taken it. */
    record FrameSent(Frame frame) implements Http2SessionEvent {}

    /** A submitted frame will not be sent. */
    record FrameNotSent(Frame frame, NotSentReason reason) implements Http2SessionEvent {}
}
