package io.h2session.netty;

import static java.util.Objects.requireNonNull;

import io.h2session.api.DataSource;
import io.h2session.frame.ErrorCode;
import io.h2session.frame.Setting;
import io.h2session.hpack.HeaderList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCounted;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * What an application writes to a channel with a {@link Http2SessionHandler}, from any thread. Nothing leaves before a
 * flush.
 *
 * <p>The promise of a write completes when the transport accepted the last octet of it; it fails with a
 * {@link Http2NotSentException} when the session refuses or drops the frame, and with what the transport said when that
 * fails. A write takes what it owns (a buffer, a {@link DataSource}), also when it fails.
 *
 * <pre>
 *   request   = requestHead  data*  (data with endStream | trailers)  |  request
 *   response  = headers (1xx)*  (responseHead  data*  (data with endStream | trailers)  |  response)
 * </pre>
 */
public sealed interface Http2SessionWrite {

    // ---- messages --------------------------------------------------------------------------------------------------

    /** A request without a body. */
    static Http2SessionWrite request(Http2StreamHandle stream, HeaderList headers) {
        return new Head(stream, headers, true, true);
    }

    /**
     * A request and its body, read when it can be sent; the promise completes with the end of the body. A body that
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

    /** A response and its body, read when it can be sent; the promise completes with the end of the body. */
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

    /** An informational response (1xx); the response follows. */
    static Http2SessionWrite headers(Http2StreamHandle stream, HeaderList headers) {
        return new Headers(stream, headers);
    }

    /** A piece of the body of a message whose head was written. */
    static Http2SessionWrite data(Http2StreamHandle stream, ByteBuf content, boolean endStream) {
        return new Data(stream, content, endStream);
    }

    /** Trailers: they go when the body has been sent, and end the stream. */
    static Http2SessionWrite trailers(Http2StreamHandle stream, HeaderList trailers) {
        return new Trailers(stream, trailers);
    }

    /** Promises a response; the response is then written to {@code promised}. Servers only. */
    static Http2SessionWrite pushPromise(
            Http2StreamHandle stream, Http2StreamHandle promised, HeaderList requestHeaders) {
        return new PushPromise(stream, promised, requestHeaders);
    }

    // ---- control ---------------------------------------------------------------------------------------------------

    /** Ends a stream at once; what waits to be sent on it is dropped. Done at once if the stream is over. */
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

    /** GOAWAY: streams the peer has opened go on, new ones are refused. */
    static Http2SessionWrite goAway(long errorCode, byte[] debugData) {
        return new GoAway(errorCode, debugData);
    }

    /** Says that GOAWAY will follow. */
    static Http2SessionWrite shutdownNotice() {
        return ShutdownNotice.INSTANCE;
    }

    /**
     * Window credit beyond what was received.
     *
     * @param stream null for the connection
     * @param increment octets; negative to shrink the window
     */
    static Http2SessionWrite windowUpdate(Http2StreamHandle stream, int increment) {
        return new WindowUpdate(stream, increment);
    }

    /** Ends the session: GOAWAY, every stream is over, then the channel is closed. */
    static Http2SessionWrite terminate(long errorCode) {
        return new Terminate(errorCode);
    }

    /** Says that a {@link DataSource} that answered DEFERRED can go on. */
    static Http2SessionWrite resume(Http2StreamHandle stream) {
        return new Resume(stream);
    }

    /** A frame of the application's own type, written by its listener's {@code packExtension}; stream null for 0. */
    static Http2SessionWrite extension(int type, int flags, Http2StreamHandle stream, Object payload) {
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

    /** A request or response with its body, which is closed when the message is released unwritten. */
    final class Message implements Http2SessionWrite, ReferenceCounted {
        private static final AtomicIntegerFieldUpdater<Message> RETAINED =
                AtomicIntegerFieldUpdater.newUpdater(Message.class, "retained");

        private final Http2StreamHandle stream;
        private final HeaderList headers;
        private final boolean request;
        private DataSource source;
        private ByteBuf content;

        /**
         * The reference count less one, so that the field need not be written for a message that is made and written.
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

        /** Hands over the body if it is a source, else null. It is no longer closed with the message. */
        DataSource takeSource() {
            DataSource taken = source;
            source = null;
            return taken;
        }

        /** Hands over the body if it is a buffer, else null. It is no longer released with the message. */
        ByteBuf takeContent() {
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

    /** A piece of a body. */
    final class Data extends DefaultByteBufHolder implements Http2SessionWrite {
        private final Http2StreamHandle stream;
        private final boolean endStream;

        Data(Http2StreamHandle stream, ByteBuf content, boolean endStream) {
            super(content);
            this.stream = stream;
            this.endStream = endStream;
        }

        /** The stream. */
        public Http2StreamHandle stream() {
            return stream;
        }

        /** Whether it is the last the stream sends. */
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

    /** GOAWAY. */
    @SuppressWarnings("ArrayRecordComponent") // written once; equality is not its business
    record GoAway(long errorCode, byte[] debugData) implements Http2SessionWrite {}

    /** GOAWAY that announces another one. */
    record ShutdownNotice() implements Http2SessionWrite {
        static final ShutdownNotice INSTANCE = new ShutdownNotice();
    }

    /** Window credit. */
    record WindowUpdate(Http2StreamHandle stream, int increment) implements Http2SessionWrite {}

    /** The end of the session. */
    record Terminate(long errorCode) implements Http2SessionWrite {}

    /** A deferred body goes on. */
    record Resume(Http2StreamHandle stream) implements Http2SessionWrite {}

    /** A frame of an extension. */
    record Extension(int type, int flags, Http2StreamHandle stream, Object payload) implements Http2SessionWrite {}
}
