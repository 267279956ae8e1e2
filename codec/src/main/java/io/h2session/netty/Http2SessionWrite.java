package io.h2session.netty;

import static java.util.Objects.requireNonNull;

import io.h2session.api.DataSource;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.h2session.priority.Priority;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.AsciiString;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The messages that an application writes to a channel with a {@link Http2SessionHandler}, from any thread. Nothing is sent
 * before a flush.
 *
 * <p>The promise of a write completes when the transport has accepted its last byte. It fails with a {@link
 * Http2NotSentException} if the session refuses or drops the frame, and with the transport's exception if the transport fails.
 * A write takes ownership of its buffer or {@link DataSource}, even if it fails.
 *
 * <pre>
 *   request   = requestHead  data*  (data with endStream | trailers)  |  request
 *   response  = informational*   (responseHead  data*  (data with endStream | trailers)  |  response)
 * </pre>
 *
 * <p>A write out of this order fails with {@link io.h2session.api.Http2SubmitException}, whose {@code word()} names the rule.
 * A body that is not as long as its {@code content-length} fails with MORE_THAN_CONTENT_LENGTH or LESS_THAN_CONTENT_LENGTH,
 * and its stream is reset with INTERNAL_ERROR. A response without content, to HEAD or with status 204, 205 or 304, is complete
 * with its head: anything else that is written for it is released, and its promise completes with that of the head. So one
 * code path serves GET and HEAD.
 *
 * <p>A write that is refused fails its promise with {@link io.h2session.api.Http2SubmitException}, {@link
 * Http2NotSentException} or {@link IllegalStateException}, and is released; with a void promise {@link
 * Http2SessionEvent.WriteRefused} is fired.
 *
 * <p>An outbound handler behind the {@link Http2SessionHandler} sees the writes as the values below: it can read them, and pass on others
 * in their place. It owns what it does not pass on, and releases it ({@link ReferenceCountUtil#release(Object)}).
 *
 * @since 0.1
 */
public sealed interface Http2SessionWrite {

    /** The stream of the write; null if the write concerns the connection. */
    default @Nullable Http2StreamHandle stream() {
        return null;
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    /** A request without a body. */
    static Http2SessionWrite request(Http2StreamHandle stream, HeaderList headers) {
        return new Head(stream, headers, true, true);
    }

    /**
     * A request and its body, which is read when it can be sent. The promise completes with the end of the body. A body that
     * answers PAUSED is read again at the next flush, one that answers DEFERRED after {@link #resume}.
     */
    static Http2SessionWrite request(Http2StreamHandle stream, HeaderList headers, DataSource body) {
        return new Message(stream, headers, true, requireNonNull(body), null);
    }

    /** A request and its body; the promise completes with the end of the body. */
    static Http2SessionWrite request(Http2StreamHandle stream, HeaderList headers, ByteBuf content) {
        return new Message(stream, headers, true, null, requireNonNull(content));
    }

    /** The head of a request; {@link #data} and perhaps {@link #trailers} follow. */
    static Http2SessionWrite requestHead(Http2StreamHandle stream, HeaderList headers) {
        return new Head(stream, headers, true, false);
    }

    /** A response without a body. */
    static Http2SessionWrite response(Http2StreamHandle stream, HeaderList headers) {
        return new Head(stream, headers, false, true);
    }

    /** A response and its body, which is read when it can be sent. The promise completes with the end of the body. */
    static Http2SessionWrite response(Http2StreamHandle stream, HeaderList headers, DataSource body) {
        return new Message(stream, headers, false, requireNonNull(body), null);
    }

    /** A response and its body; the promise completes with the end of the body. */
    static Http2SessionWrite response(Http2StreamHandle stream, HeaderList headers, ByteBuf content) {
        return new Message(stream, headers, false, null, requireNonNull(content));
    }

    /** The head of a response; {@link #data} and perhaps {@link #trailers} follow. */
    static Http2SessionWrite responseHead(Http2StreamHandle stream, HeaderList headers) {
        return new Head(stream, headers, false, false);
    }

    /**
     * An informational response (1xx); the response follows. After 100 (Continue), write the final head when the request's
     * DATA has arrived, unless the response does not depend on it: some clients that receive both heads together take the
     * second one for the complete answer, and send no body.
     */
    static Http2SessionWrite informational(Http2StreamHandle stream, HeaderList headers) {
        return new Headers(stream, headers);
    }

    /** A piece of the body of a message whose head was written. */
    static Http2SessionWrite data(Http2StreamHandle stream, ByteBuf content, boolean endStream) {
        return new Data(stream, content, endStream);
    }

    /**
     * The rest of the body of a message whose head was written. It is read when the {@link #data} written before it was sent.
     * Its end ends the stream, unless {@link #trailers} follow. The promise completes with the end of the body.
     */
    static Http2SessionWrite body(Http2StreamHandle stream, DataSource body) {
        return new Body(stream, requireNonNull(body));
    }

    /** Trailers: they are sent after the body, and end the stream. */
    static Http2SessionWrite trailers(Http2StreamHandle stream, HeaderList trailers) {
        return new Trailers(stream, trailers);
    }

    /** Promises a response; the response is then written to {@code promised}. Servers only. */
    static Http2SessionWrite pushPromise(
            Http2StreamHandle stream, Http2StreamHandle promised, HeaderList requestHeaders) {
        return new PushPromise(stream, promised, requestHeaders);
    }

    // ---- control ---------------------------------------------------------------------------------------------------

    /** Ends a stream at once; what waits to be sent on it is dropped. Completes at once if the stream is over. */
    static Http2SessionWrite reset(Http2StreamHandle stream, long errorCode) {
        return new Reset(stream, errorCode);
    }

    /** {@link #reset(Http2StreamHandle, long)} with a code that has a name. */
    static Http2SessionWrite reset(Http2StreamHandle stream, ErrorCode errorCode) {
        return new Reset(stream, errorCode.code());
    }

    /** Our new settings. */
    static Http2SessionWrite settings(List<Setting> settings) {
        return new Settings(settings);
    }

    /** A PING; the answer comes as {@link Http2SessionEvent.Ping}. */
    static Http2SessionWrite ping(long opaqueData) {
        return new Ping(opaqueData);
    }

    /** The answer to a PING, if {@code Http2SessionOptions.automaticPingAck} is off. */
    static Http2SessionWrite pingAck(long opaqueData) {
        return new PingAck(opaqueData);
    }

    /** GOAWAY: streams that the peer has opened continue, new ones are refused. */
    static Http2SessionWrite goAway(long errorCode, byte[] debugData) {
        return new GoAway(GoAway.LAST_PROCESSED, errorCode, debugData);
    }

    /**
     * {@link #goAway(long, byte[])} with the last stream that will be processed.
     *
     * @param lastStreamId one of the peer's, 0, or 2^31-1
     */
    static Http2SessionWrite goAway(int lastStreamId, long errorCode, byte[] debugData) {
        if (lastStreamId < 0) {
            throw new IllegalArgumentException("lastStreamId: " + lastStreamId);
        }
        return new GoAway(lastStreamId, errorCode, debugData);
    }

    /** Announces that GOAWAY will follow. */
    static Http2SessionWrite shutdownNotice() {
        return ShutdownNotice.INSTANCE;
    }

    /**
     * Window credit beyond what was received.
     *
     * @param stream null for the connection
     * @param increment bytes; negative to shrink the window
     */
    static Http2SessionWrite windowUpdate(@Nullable Http2StreamHandle stream, int increment) {
        return new WindowUpdate(stream, increment);
    }

    /**
     * How many bytes the peer may send without credit, from now on. A smaller size takes effect as bytes arrive.
     *
     * @param stream null for the connection
     * @param bytes 0 to 2^31-1
     */
    static Http2SessionWrite localWindow(@Nullable Http2StreamHandle stream, int bytes) {
        return new LocalWindow(stream, bytes);
    }

    /**
     * Returns credit for bytes of a body that were used, so that the peer may send as many more. For applications that
     * release {@link Http2SessionEvent.Data} before that ({@link Http2SessionHandlerBuilder#releaseConsumes}).
     *
     * @param stream null for the connection's window alone
     * @param bytes 0 or more
     */
    static Http2SessionWrite consume(@Nullable Http2StreamHandle stream, int bytes) {
        return new Consume(stream, bytes);
    }

    /** Ends the session: GOAWAY is sent, every stream is closed, then the channel is closed. */
    static Http2SessionWrite terminate(long errorCode) {
        return new Terminate(GoAway.LAST_PROCESSED, errorCode);
    }

    /** {@link #terminate(long)} with the last stream that was processed. */
    static Http2SessionWrite terminate(int lastStreamId, long errorCode) {
        if (lastStreamId < 0) {
            throw new IllegalArgumentException("lastStreamId: " + lastStreamId);
        }
        return new Terminate(lastStreamId, errorCode);
    }

    /** Resumes a {@link DataSource} that answered DEFERRED. */
    static Http2SessionWrite resume(Http2StreamHandle stream) {
        return new Resume(stream);
    }

    /** {@link Http2SessionHandler#resumeReceiving}. */
    static Http2SessionWrite resumeReceiving() {
        return ResumeReceiving.INSTANCE;
    }

    /**
     * How a stream's body is scheduled among the others (RFC 9218).
     *
     * @param ignoreClientSignal whether later signals of the client for this stream are ignored
     */
    static Http2SessionWrite changePriority(Http2StreamHandle stream, Priority priority, boolean ignoreClientSignal) {
        return new ChangePriority(stream, priority, ignoreClientSignal);
    }

    /**
     * Stops returning window credit for a stream, so that the peer stops sending on it when its window is used up, or returns
     * it again. Other streams are not affected.
     */
    static Http2SessionWrite pauseReading(Http2StreamHandle stream, boolean paused) {
        return new PauseReading(stream, paused);
    }

    /** Discards what still arrives of a request. Once the client has the response, it is told to stop sending. */
    static Http2SessionWrite discardRequest(Http2StreamHandle stream) {
        return new DiscardRequest(stream);
    }

    /** Sets the number of the next stream that this end opens: skips numbers. */
    static Http2SessionWrite nextStreamId(int streamId) {
        return new NextStreamId(streamId);
    }

    /**
     * ALTSVC (RFC 7838). Servers only.
     *
     * @param stream null to name an origin
     * @param origin empty with a stream
     */
    static Http2SessionWrite altSvc(Http2StreamHandle stream, AsciiString origin, AsciiString fieldValue) {
        return new AltSvc(stream, origin, fieldValue);
    }

    /** ORIGIN (RFC 8336). Servers only. */
    static Http2SessionWrite origin(List<AsciiString> origins) {
        return new Origin(origins);
    }

    /** PRIORITY_UPDATE (RFC 9218 section 7.1) of a stream of ours. Clients only. */
    static Http2SessionWrite priorityUpdate(Http2StreamHandle stream, AsciiString fieldValue) {
        return new PriorityUpdate(stream, fieldValue);
    }

    /**
     * A frame of a type that the application defines, written by its listener's {@code packExtension}; stream null for 0.
     * {@code packExtension} must release a reference-counted payload. If the payload does not get there, it is released with
     * the write. The write is refused if the listener packs no extensions.
     */
    static Http2SessionWrite extension(
            int type, int flags, @Nullable Http2StreamHandle stream, @Nullable Object payload) {
        return new Extension(type, flags, stream, payload);
    }

    // ---- the messages as values ------------------------------------------------------------------------------------

    /**
     * The head of a request or response.
     *
     * @param request whether it is a request
     * @param endStream whether it is the whole message
     */
    record Head(Http2StreamHandle stream, HeaderList headers, boolean request, boolean endStream)
            implements Http2SessionWrite {}

    /**
     * A request or response with its body. A buffer is released, and a source is closed, when the message is released unwritten.
     */
    final class Message implements Http2SessionWrite, ReferenceCounted {
        private static final AtomicIntegerFieldUpdater<Message> RETAINED =
                AtomicIntegerFieldUpdater.newUpdater(Message.class, "retained");

        private final Http2StreamHandle stream;
        private final HeaderList headers;
        private final boolean request;
        private DataSource source;
        private ByteBuf content;

        /**
         * The reference count minus one, so that the field need not be written for a message that is made and written.
         */
        private volatile int retained;

        Message(Http2StreamHandle stream, HeaderList headers, boolean request, DataSource source, ByteBuf content) {
            this.stream = stream;
            this.headers = headers;
            this.request = request;
            this.source = source;
            this.content = content;
        }

        /** The stream. */
        @Override
        public Http2StreamHandle stream() {
            return stream;
        }

        /** The head. */
        public HeaderList headers() {
            return headers;
        }

        /** Whether it is a request. */
        public boolean request() {
            return request;
        }

        /** The length of the body in bytes; -1 if the body is read from a {@link DataSource}. */
        public int contentLength() {
            return content == null ? -1 : content.readableBytes();
        }

        /** The body if it is a buffer, which the message owns: retain it to keep it. Otherwise null. */
        public @Nullable ByteBuf content() {
            return content;
        }

        /**
         * Hands over the body if it is a source, otherwise null; null, too, if it was handed over before. The caller owns it, and it is
         * no longer closed with the message: as a rule, another message is written with it, and this one is released.
         */
        public @Nullable DataSource takeSource() {
            DataSource taken = source;
            source = null;
            return taken;
        }

        /**
         * Hands over the body if it is a buffer, otherwise null; null, too, if it was handed over before. The caller owns it, and it is
         * no longer released with the message: as a rule, another message is written with it, and this one is released.
         */
        public @Nullable ByteBuf takeContent() {
            ByteBuf taken = content;
            content = null;
            return taken;
        }

        @Override
        public int refCnt() {
            return retained + 1;
        }

        @Override
        public ReferenceCounted retain() {
            return retain(1);
        }

        @Override
        public ReferenceCounted retain(int increment) {
            if (RETAINED.getAndAdd(this, increment) < 0) {
                RETAINED.getAndAdd(this, -increment);
                throw new IllegalReferenceCountException(0, increment);
            }
            return this;
        }

        @Override
        public ReferenceCounted touch() {
            return touch(null);
        }

        @Override
        public ReferenceCounted touch(Object hint) {
            if (content != null) {
                content.touch(hint);
            }
            return this;
        }

        @Override
        public boolean release() {
            return release(1);
        }

        @Override
        public boolean release(int decrement) {
            if (retained == 0 && decrement == 1) {
                // The only reference is the caller's, so that no other thread can count.
                RETAINED.lazySet(this, -1);
                deallocate();
                return true;
            }
            int left = RETAINED.addAndGet(this, -decrement);
            if (left < -1) {
                RETAINED.getAndAdd(this, decrement);
                throw new IllegalReferenceCountException(left + 1 + decrement, -decrement);
            }
            if (left == -1) {
                deallocate();
            }
            return left == -1;
        }

        private void deallocate() {
            if (content != null) {
                content.release();
            }
            if (source != null) {
                source.close();
            }
        }
    }

    /** An informational response. */
    record Headers(Http2StreamHandle stream, HeaderList headers) implements Http2SessionWrite {}

    /** A piece of a body, which owns its buffer. {@link #replace} makes another piece of the same stream. */
    final class Data extends DefaultByteBufHolder implements Http2SessionWrite {
        private final Http2StreamHandle stream;
        private final boolean endStream;

        Data(Http2StreamHandle stream, ByteBuf content, boolean endStream) {
            super(content);
            this.stream = stream;
            this.endStream = endStream;
        }

        /** The stream. */
        @Override
        public Http2StreamHandle stream() {
            return stream;
        }

        /** Whether it is the last piece that the stream sends. */
        public boolean endStream() {
            return endStream;
        }

        @Override
        public Data replace(ByteBuf content) {
            return new Data(stream, content, endStream);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** The rest of a body, which is closed when the message is released unwritten. */
    final class Body extends AbstractReferenceCounted implements Http2SessionWrite {
        private final Http2StreamHandle stream;
        private DataSource source;

        Body(Http2StreamHandle stream, DataSource source) {
            this.stream = stream;
            this.source = source;
        }

        /** The stream. */
        @Override
        public Http2StreamHandle stream() {
            return stream;
        }

        /**
         * Hands over the source; null if that was done before. The caller owns it, and it is no longer closed with the message: as a
         * rule, another write is made with it, and this one is released.
         */
        public @Nullable DataSource takeSource() {
            DataSource taken = source;
            source = null;
            return taken;
        }

        @Override
        public Body touch(Object hint) {
            return this;
        }

        @Override
        protected void deallocate() {
            if (source != null) {
                source.close();
            }
        }
    }

    /** Trailers. */
    record Trailers(Http2StreamHandle stream, HeaderList trailers) implements Http2SessionWrite {}

    /** PUSH_PROMISE. */
    record PushPromise(Http2StreamHandle stream, Http2StreamHandle promised, HeaderList requestHeaders)
            implements Http2SessionWrite {}

    /** RST_STREAM. */
    record Reset(Http2StreamHandle stream, long errorCode) implements Http2SessionWrite {}

    /** SETTINGS. */
    record Settings(List<Setting> settings) implements Http2SessionWrite {
        /** Copies the entries. */
        public Settings {
            settings = List.copyOf(settings);
        }
    }

    /** PING. */
    record Ping(long opaqueData) implements Http2SessionWrite {}

    /** The answer to a PING. */
    record PingAck(long opaqueData) implements Http2SessionWrite {}

    /**
     * GOAWAY.
     *
     * @param lastStreamId {@link #LAST_PROCESSED}, or the last stream to be processed
     */
    @SuppressWarnings("ArrayRecordComponent") // written once; writes are not compared
    record GoAway(int lastStreamId, long errorCode, byte[] debugData) implements Http2SessionWrite {
        /** The last stream of the peer's that was processed when the write is handled. */
        public static final int LAST_PROCESSED = -1;
    }

    /** GOAWAY that announces another one. */
    record ShutdownNotice() implements Http2SessionWrite {
        static final ShutdownNotice INSTANCE = new ShutdownNotice();
    }

    /** Window credit. */
    record WindowUpdate(@Nullable Http2StreamHandle stream, int increment) implements Http2SessionWrite {}

    /** The size of a window. */
    record LocalWindow(@Nullable Http2StreamHandle stream, int bytes) implements Http2SessionWrite {}

    /** Bytes that were used. */
    record Consume(@Nullable Http2StreamHandle stream, int bytes) implements Http2SessionWrite {}

    /**
     * The end of the session.
     *
     * @param lastStreamId {@link GoAway#LAST_PROCESSED}, or the last stream that was processed
     */
    record Terminate(int lastStreamId, long errorCode) implements Http2SessionWrite {}

    /** Resumes a deferred body. */
    record Resume(Http2StreamHandle stream) implements Http2SessionWrite {}

    /** Resumes a session that its listener has paused. */
    record ResumeReceiving() implements Http2SessionWrite {
        static final ResumeReceiving INSTANCE = new ResumeReceiving();
    }

    /** How a body is scheduled. */
    record ChangePriority(Http2StreamHandle stream, Priority priority, boolean ignoreClientSignal)
            implements Http2SessionWrite {}

    /** No more window credit for a stream, or again. */
    record PauseReading(Http2StreamHandle stream, boolean paused) implements Http2SessionWrite {}

    /** The rest of a request is not wanted. */
    record DiscardRequest(Http2StreamHandle stream) implements Http2SessionWrite {}

    /** The number of the next stream. */
    record NextStreamId(int streamId) implements Http2SessionWrite {}

    /** ALTSVC. */
    record AltSvc(Http2StreamHandle stream, AsciiString origin, AsciiString fieldValue) implements Http2SessionWrite {}

    /** ORIGIN. */
    record Origin(List<AsciiString> origins) implements Http2SessionWrite {
        /** Copies the list. */
        public Origin {
            origins = List.copyOf(origins);
        }
    }

    /** PRIORITY_UPDATE. */
    record PriorityUpdate(Http2StreamHandle stream, AsciiString fieldValue) implements Http2SessionWrite {}

    /** A frame of an extension, whose payload is released with it unless it was submitted. */
    final class Extension extends AbstractReferenceCounted implements Http2SessionWrite {
        private final int type;
        private final int flags;
        private final Http2StreamHandle stream;
        private Object payload;

        Extension(int type, int flags, @Nullable Http2StreamHandle stream, @Nullable Object payload) {
            this.type = type;
            this.flags = flags;
            this.stream = stream;
            this.payload = payload;
        }

        /** The frame's type. */
        public int type() {
            return type;
        }

        /** Its flags. */
        public int flags() {
            return flags;
        }

        /** The stream; null for stream 0. */
        @Override
        public @Nullable Http2StreamHandle stream() {
            return stream;
        }

        /** The payload, which the message owns; null if there is none. */
        public @Nullable Object payload() {
            return payload;
        }

        /**
         * Hands over the payload; null if there is none, or that was done before. The caller owns it, and it is no longer released with
         * the message.
         */
        public @Nullable Object takePayload() {
            Object taken = payload;
            payload = null;
            return taken;
        }

        @Override
        public Extension touch(Object hint) {
            ReferenceCountUtil.touch(payload, hint);
            return this;
        }

        @Override
        protected void deallocate() {
            ReferenceCountUtil.release(payload);
        }
    }
}
