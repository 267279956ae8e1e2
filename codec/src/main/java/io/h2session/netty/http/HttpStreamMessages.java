package io.h2session.netty.http;

import static java.util.Objects.requireNonNull;

import io.h2session.api.Http2SubmitException;
import io.h2session.frame.ErrorCode;
import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Converts the events of a stream to Netty's {@code HttpObject}s and back, as {@link HttpStreamCodec} does, but one message at a time and
 * without a pipeline: for a {@link io.h2session.netty.channel.StreamHandler} that works with HTTP objects. A proxy uses it to have the
 * same rules for HTTP/1.1 and HTTP/2, and no channel for each stream.
 *
 * <p>It does not check the order of the messages, nor whether the content is as long as its head says. The session does, unless {@link
 * io.h2session.api.Http2SessionOptions#httpMessaging()} is off. This class does not handle CONNECT: a tunnel needs the pipeline of a
 * channel.
 *
 * @since 0.1
 */
public final class HttpStreamMessages {
    private HttpStreamMessages() {}

    // ---- received --------------------------------------------------------------------------------------------------

    /**
     * The request that a header block is. One that is complete with its head is a {@code FullHttpRequest} without content.
     *
     * @return null if it is none, or could be taken for more than one request as HTTP/1.1: reset the stream with PROTOCOL_ERROR
     */
    public static @Nullable StreamRequest request(Http2SessionEvent.Headers head, HttpStreamOptions options) {
        IncomingHead read = IncomingHead.of(head.headers(), requireNonNull(options, "options"));
        if (read == null) {
            return null;
        }
        HttpMessage message = read.request(head.stream().id(), head.endStream());
        return head.endStream() && read.contentLength() > 0 ? null : (StreamRequest) message;
    }

    /**
     * The response, perhaps an informational one, that a header block is. One that is complete with its head is a {@code
     * FullHttpResponse} without content, as each informational one is.
     *
     * @param asked the method of the request
     * @return null if it is none, or could be taken for more than one response as HTTP/1.1: reset the stream with PROTOCOL_ERROR
     */
    public static @Nullable HttpResponse response(
            Http2SessionEvent.Headers head, HttpMethod asked, HttpStreamOptions options) {
        IncomingHead read = IncomingHead.of(head.headers(), requireNonNull(options, "options"));
        if (read == null) {
            return null;
        }
        boolean lacksContent = head.endStream()
                && read.contentLength() > 0
                && ContentKind.ofReceived(asked, read.status()) == ContentKind.CONTENT;
        return lacksContent ? null : (HttpResponse) read.answer(asked, head.endStream());
    }

    /**
     * A piece of content; a {@code LastHttpContent} if it ends the message. It owns the event: window credit is given when it is
     * released, or, if it is written by {@link #write}, when that write is complete.
     */
    public static HttpContent content(Http2SessionEvent.Data data) {
        boolean ends = data.endStream();
        if (!data.content().isReadable()) {
            data.release();
            return ends ? LastHttpContent.EMPTY_LAST_CONTENT : new DefaultHttpContent(Unpooled.EMPTY_BUFFER);
        }
        return ends ? new LastStreamContent(data) : new StreamContent(data);
    }

    /** The end of a message: its trailers, without those that must not stand there (RFC 9110 section 6.5.1). */
    public static LastHttpContent trailers(Http2SessionEvent.Headers trailers) {
        return IncomingHead.trailers(trailers.headers());
    }

    // ---- sent ------------------------------------------------------------------------------------------------------

    /**
     * The fields of a request, pseudo-header fields first. The target may have each of the forms of RFC 9112 section 3.2; what HTTP/2
     * has no place for is left out (RFC 9113 section 8.2.2).
     *
     * @param scheme {@code https} or {@code http}, of a target that does not say one
     * @throws IllegalArgumentException if it is malformed in HTTP/2
     */
    public static HeaderList fields(HttpRequest request, CharSequence scheme) {
        return OutgoingFields.request(request, AsciiString.of(scheme));
    }

    /**
     * The fields of a response, also of an informational one. Of Netty's {@code ReadOnlyHttpHeaders} that are not large they are made
     * once for each status: a server should keep those it answers many requests with.
     *
     * @param asked the method of the request
     * @throws IllegalArgumentException if it is malformed in HTTP/2
     */
    public static HeaderList fields(HttpResponse response, HttpMethod asked) {
        return OutgoingFields.response(response, asked);
    }

    /**
     * The fields of trailers, without those that must not stand there.
     *
     * @throws IllegalArgumentException if one is malformed in HTTP/2
     */
    public static HeaderList trailers(HttpHeaders trailers) {
        return OutgoingFields.trailers(trailers);
    }

    /**
     * Writes a piece of content, and its trailers. A {@code LastHttpContent} ends the stream. Content that was read from another stream
     * gives that one's window credit when this write is complete: so a peer sends as fast as the other one reads. A piece that the session
     * refuses, because it is more than the head said for example, resets the stream with INTERNAL_ERROR.
     *
     * @param connection of the stream, as a {@code StreamHandler} is given it
     * @param content released in any case
     * @throws IllegalArgumentException if trailers are malformed; nothing was written then
     */
    public static void write(ChannelHandlerContext connection, Http2StreamHandle stream, HttpContent content) {
        boolean ends = content instanceof LastHttpContent;
        HeaderList trailers = HeaderList.EMPTY;
        if (ends && !((LastHttpContent) content).trailingHeaders().isEmpty()) {
            try {
                trailers = OutgoingFields.trailers(((LastHttpContent) content).trailingHeaders());
            } catch (IllegalArgumentException wrong) {
                content.release();
                throw wrong;
            }
        }
        boolean last = ends && trailers.isEmpty();
        ByteBuf bytes = content.content();
        if (last || bytes.isReadable()) {
            ByteBuf written = bytes.isReadable() ? bytes.retain() : Unpooled.EMPTY_BUFFER;
            ChannelPromise promise =
                    content instanceof StreamContent ? resetIfRefused(connection, stream) : connection.voidPromise();
            connection.write(Http2SessionWrite.data(stream, written, last), credited(content, promise));
        } else {
            content.release();
        }
        if (ends && !last) {
            connection.write(Http2SessionWrite.trailers(stream, trailers), connection.voidPromise());
        }
    }

    /** For a write whose completion counts: as the session does with one on a void promise, the stream is reset if it is refused. */
    private static ChannelPromise resetIfRefused(ChannelHandlerContext connection, Http2StreamHandle stream) {
        return connection.newPromise().addListener(done -> {
            if (done.cause() instanceof Http2SubmitException) {
                connection.writeAndFlush(
                        Http2SessionWrite.reset(stream, ErrorCode.INTERNAL_ERROR), connection.voidPromise());
            }
        });
    }

    /**
     * Releases a content whose buffer was taken. If it was read from a stream, which gives credit when its content was used, then that
     * is when the write of this promise is complete.
     */
    static ChannelPromise credited(HttpContent content, ChannelPromise promise) {
        int credit = content instanceof StreamContent read ? read.takeCredit() : 0;
        Http2StreamHandle source = credit > 0 ? ((StreamContent) content).stream() : null;
        content.release();
        return source == null ? promise : promise.unvoid().addListener(done -> source.consume(credit));
    }
}
