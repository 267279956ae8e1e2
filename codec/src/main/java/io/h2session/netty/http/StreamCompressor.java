package io.h2session.netty.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the content of responses, or of requests, that are written. Stands behind {@link HttpStreamCodec}, one for each stream.
 *
 * <p>A server's chooses the coding by {@code accept-encoding} with its weights. Left alone are messages with a {@code content-encoding},
 * a {@code content-range}, a digest or {@code no-transform}, those that are short or of a type that does not compress, answers to HEAD, 1xx,
 * 204, 205, 206 and 304, and files, which are sent from where they are. {@code vary} names {@code accept-encoding} in each response that
 * might have been compressed. One that is has no {@code content-length} and no {@code accept-ranges}, and a strong {@code etag} becomes
 * a weak one (RFC 9110 section 8.8.1).
 *
 * <p>Content is compressed as it is written, and what was written before a flush can be read at the other end after it. The objects
 * that are written are not changed. A head waits for the next object or a flush.
 *
 * @since 0.1
 */
public final class StreamCompressor extends ChannelDuplexHandler {
    private static final int PARTIAL_CONTENT = 206;
    private static final AsciiString CONTENT_DIGEST = AsciiString.cached("content-digest");
    private static final AsciiString REPR_DIGEST = AsciiString.cached("repr-digest");
    private static final AsciiString DIGEST = AsciiString.cached("digest");

    private final CompressionOptions options;

    /** What requests are compressed with; null at a server, whose clients choose. */
    private final @Nullable ContentCoding ofRequests;

    private HttpMethod method = HttpMethod.GET;
    private List<String> accepted = List.of();

    /** A head that would be compressed, unless a file follows. */
    private @Nullable HttpMessage held;

    private @Nullable ContentCoding heldCoding;
    private @Nullable ChannelPromise heldPromise;

    /** Null while what is written is not compressed. */
    private @Nullable ContentEncoder encoder;

    /** Whether something was written that the other end could not read yet. */
    private boolean unflushed;

    private StreamCompressor(CompressionOptions options, @Nullable ContentCoding ofRequests) {
        this.options = options;
        this.ofRequests = ofRequests;
    }

    /** Compresses responses as {@link CompressionOptions#DEFAULT} says. */
    public static StreamCompressor ofResponses() {
        return ofResponses(CompressionOptions.DEFAULT);
    }

    /** Compresses responses. */
    public static StreamCompressor ofResponses(CompressionOptions options) {
        return new StreamCompressor(options, null);
    }

    /**
     * Compresses requests. A server that does not know the coding answers 415; which it knows it may tell by {@code accept-encoding}
     * in a response (RFC 9110 section 12.5.3).
     *
     * @throws IllegalArgumentException if the coding is not available
     */
    public static StreamCompressor ofRequests(CompressionOptions options, ContentCoding coding) {
        if (!coding.isAvailable()) {
            throw new IllegalArgumentException(coding.token() + " is not available");
        }
        return new StreamCompressor(options, coding);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ofRequests == null && message instanceof HttpRequest request) {
            method = request.method();
            accepted = request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING);
        }
        context.fireChannelRead(message);
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpMessage head) {
            head(context, head, promise);
            return;
        }
        if (held != null) {
            if (message instanceof FileRegion
                    || (message instanceof LastHttpContent last
                            && last.content().readableBytes() < options.minBytes())) {
                sendHeldAsItIs(context);
            } else {
                sendHeld(context);
            }
        }
        if (encoder == null) {
            context.write(message, promise);
        } else if (message instanceof HttpContent content) {
            content(context, content, promise);
        } else if (message instanceof ByteBuf bytes) {
            content(context, new DefaultHttpContent(bytes), promise);
        } else if (message instanceof FileRegion) {
            ReferenceCountUtil.release(message);
            fail(context, promise, new IllegalStateException("a file cannot follow content that is compressed"));
        } else {
            context.write(message, promise);
        }
    }

    private void head(ChannelHandlerContext context, HttpMessage head, ChannelPromise promise) {
        ContentCoding coding = null;
        HttpMessage sent = head;
        if (held != null || encoder != null) {
            // The codec refuses what is out of order.
            sendHeldAsItIs(context);
        } else if (head instanceof HttpResponse response ? compressible(response) : compressible(head)) {
            coding = ofRequests == null ? AcceptedCodings.best(accepted, options.codings()) : ofRequests;
            if (coding == null) {
                sent = head instanceof FullHttpMessage full ? full.replace(full.content()) : bare(head);
                vary(sent);
            }
        }
        if (coding == null) {
            context.write(sent, promise);
        } else if (head instanceof FullHttpMessage full) {
            whole(context, full, coding, promise);
        } else {
            held = head;
            heldCoding = coding;
            heldPromise = promise;
        }
    }

    private boolean compressible(HttpResponse response) {
        int status = response.status().code();
        return ofRequests == null
                && status / 100 != 1
                && status != PARTIAL_CONTENT
                && ContentKind.ofResponse(method, status) == ContentKind.CONTENT
                && compressible((HttpMessage) response);
    }

    private boolean compressible(HttpMessage head) {
        HttpHeaders headers = head.headers();
        boolean ours = head instanceof HttpResponse
                ? ofRequests == null
                : ofRequests != null && !HttpMethod.CONNECT.equals(((HttpRequest) head).method());
        return ours
                && !headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                && !headers.contains(HttpHeaderNames.CONTENT_RANGE)
                && !headers.contains(HttpHeaderNames.CONTENT_MD5)
                && !headers.contains(CONTENT_DIGEST)
                && !headers.contains(REPR_DIGEST)
                && !headers.contains(DIGEST)
                && !headers.containsValue(HttpHeaderNames.CACHE_CONTROL, "no-transform", true)
                && options.compresses(headers.get(HttpHeaderNames.CONTENT_TYPE))
                && length(head) >= options.minBytes();
    }

    private static long length(HttpMessage head) {
        if (head instanceof FullHttpMessage full) {
            return full.content().readableBytes();
        }
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        // What is malformed the codec refuses.
        return length == null || length.length() > 9 || !length.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Long.MAX_VALUE
                : Long.parseLong(length);
    }

    /** The head of a message with fields of its own. */
    private static HttpMessage bare(HttpMessage head) {
        return head instanceof HttpResponse response
                ? new DefaultHttpResponse(
                        response.protocolVersion(),
                        response.status(),
                        response.headers().copy())
                : new DefaultHttpRequest(
                        head.protocolVersion(),
                        ((HttpRequest) head).method(),
                        ((HttpRequest) head).uri(),
                        head.headers().copy());
    }

    private static void vary(HttpMessage head) {
        HttpHeaders headers = head.headers();
        if (head instanceof HttpResponse
                && !headers.containsValue(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING, true)
                && !headers.containsValue(HttpHeaderNames.VARY, "*", true)) {
            headers.add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        }
    }

    private HttpMessage compressed(HttpMessage head, ContentCoding coding) {
        HttpMessage made = bare(head);
        HttpHeaders headers = made.headers();
        vary(made);
        headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.token());
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.ACCEPT_RANGES);
        // Codecs of HTTP/1.1 have to be told; HTTP/2 leaves it out.
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        String tag = headers.get(HttpHeaderNames.ETAG);
        if (tag != null && !tag.toLowerCase(Locale.ROOT).startsWith("w/")) {
            headers.set(HttpHeaderNames.ETAG, "W/" + tag);
        }
        encoder = coding.encoder();
        return made;
    }

    private void whole(
            ChannelHandlerContext context, FullHttpMessage message, ContentCoding coding, ChannelPromise promise) {
        WriteParts parts = new WriteParts(promise);
        context.write(compressed(message, coding), parts.next(context));
        ByteBuf bytes = encoded(context, message.content(), ContentEncoder.Step.FINISH);
        LastHttpContent last = new DefaultLastHttpContent(bytes, message.trailingHeaders());
        message.release();
        end();
        context.write(last, parts.last(context));
    }

    private void content(ChannelHandlerContext context, HttpContent content, ChannelPromise promise) {
        boolean ends = content instanceof LastHttpContent;
        ByteBuf bytes;
        HttpContent sent;
        try {
            bytes = encoded(context, content.content(), ends ? ContentEncoder.Step.FINISH : ContentEncoder.Step.MORE);
            sent = content instanceof LastHttpContent last
                    ? new DefaultLastHttpContent(bytes, last.trailingHeaders())
                    : new DefaultHttpContent(bytes);
        } finally {
            content.release();
        }
        unflushed = !ends;
        if (ends) {
            end();
        }
        context.write(sent, promise);
    }

    private ByteBuf encoded(ChannelHandlerContext context, ByteBuf source, ContentEncoder.Step step) {
        ByteBuf target = context.alloc().directBuffer();
        try {
            encoder.encode(source.duplicate(), step, target);
        } catch (RuntimeException failure) {
            target.release();
            throw failure;
        }
        if (target.isReadable()) {
            return target;
        }
        target.release();
        return Unpooled.EMPTY_BUFFER;
    }

    // ---- what waits ------------------------------------------------------------------------------------------------

    private void sendHeld(ChannelHandlerContext context) {
        HttpMessage head = held;
        held = null;
        context.write(compressed(head, heldCoding), heldPromise);
    }

    private void sendHeldAsItIs(ChannelHandlerContext context) {
        if (held != null) {
            HttpMessage head = bare(held);
            held = null;
            vary(head);
            context.write(head, heldPromise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (held != null) {
            sendHeld(context);
        }
        if (encoder != null && unflushed) {
            unflushed = false;
            context.write(
                    new DefaultHttpContent(encoded(context, Unpooled.EMPTY_BUFFER, ContentEncoder.Step.FLUSH)),
                    context.voidPromise());
        }
        context.flush();
    }

    private void drop(ChannelHandlerContext context) {
        if (held != null) {
            held = null;
            fail(context, heldPromise, new ClosedChannelException());
        }
        end();
    }

    private void end() {
        if (encoder != null) {
            encoder.end();
            encoder = null;
        }
    }

    private static void fail(ChannelHandlerContext context, ChannelPromise promise, Throwable cause) {
        if (promise.isVoid()) {
            context.fireExceptionCaught(cause);
        } else {
            promise.tryFailure(cause);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        drop(context);
        context.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        drop(context);
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        drop(context);
    }
}
