package io.h2session.netty.http;

import io.h2session.frame.ErrorCode;
import io.h2session.netty.channel.StreamErrorException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.zip.DataFormatException;

/**
 * Inflates content that is read with a {@code content-encoding} of {@code gzip} or {@code deflate}, and {@code br} or {@code zstd} where
 * they are {@linkplain ContentCoding#isAvailable available}, of requests and of responses, within limits: a small message must not fill
 * the memory. Stands behind {@link HttpStreamCodec}, one for each stream. Other codings pass as they are.
 *
 * <p>Window credit is given for the bytes received. Without autoRead no more than 16 pieces of 8 KiB come out for each {@code read()};
 * what is not inflated yet waits compressed.
 *
 * <p>Content beyond the limits fires {@code exceptionCaught} with a {@link StreamErrorException} of ENHANCE_YOUR_CALM, corrupt content
 * one of PROTOCOL_ERROR. The rest of the content is dropped. A handler may answer then; if it lets the exception pass, the stream is
 * reset with that code.
 *
 * @since 0.1
 */
public final class BoundedDecompressor extends ChannelDuplexHandler {
    private static final int PIECE = 8192;
    private static final int PIECES_PER_READ = 16;

    private final DecompressionLimits limits;
    private final ArrayDeque<HttpContent> waiting = new ArrayDeque<>(4);

    /** Null while what is read is not compressed. */
    private ContentDecoder coding;

    private long received;
    private long produced;
    private boolean failed;
    private boolean busy;
    private boolean told;

    /** How many pieces may still come out, without autoRead. */
    private int budget;

    /** A decompressor within {@link DecompressionLimits#DEFAULT}. */
    public BoundedDecompressor() {
        this(DecompressionLimits.DEFAULT);
    }

    /** A decompressor within limits. */
    public BoundedDecompressor(DecompressionLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpMessage head) {
            if (!(message instanceof HttpContent)) {
                begin(head);
            }
        } else if (message instanceof HttpContent content && (coding != null || failed)) {
            if (failed) {
                content.release();
            } else {
                received += content.content().readableBytes();
                waiting.add(content);
                inflate(context);
            }
            return;
        }
        told = true;
        context.fireChannelRead(message);
    }

    private void begin(HttpMessage head) {
        end();
        HttpHeaders headers = head.headers();
        String name = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        ContentCoding known = ContentCoding.of(name);
        if (known == null) {
            return;
        }
        coding = known.decoder();
        headers.remove(HttpHeaderNames.CONTENT_ENCODING);
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    private void inflate(ChannelHandlerContext context) {
        if (busy) {
            return;
        }
        busy = true;
        try {
            boolean auto = context.channel().config().isAutoRead();
            while (!waiting.isEmpty() && !failed && (auto || budget > 0)) {
                step(context, waiting.peek());
            }
        } catch (DataFormatException corrupt) {
            fail(context, ErrorCode.PROTOCOL_ERROR, "compressed content is corrupt");
        } finally {
            busy = false;
        }
    }

    private void step(ChannelHandlerContext context, HttpContent content) throws DataFormatException {
        ByteBuf piece = context.alloc().directBuffer(PIECE, PIECE);
        boolean more;
        try {
            more = coding.decode(content.content(), piece);
        } catch (DataFormatException corrupt) {
            piece.release();
            throw corrupt;
        }
        produced += piece.readableBytes();
        if (!limits.allow(produced, received)) {
            piece.release();
            fail(context, ErrorCode.ENHANCE_YOUR_CALM, "compressed content is beyond its limits");
            return;
        }
        if (!more) {
            waiting.poll();
        }
        if (piece.isReadable()) {
            tell(context, new DefaultHttpContent(piece));
        } else {
            piece.release();
        }
        if (!more) {
            finished(context, content);
        }
    }

    private void finished(ChannelHandlerContext context, HttpContent content) throws DataFormatException {
        LastHttpContent end = null;
        try {
            if (content instanceof LastHttpContent last && coding != null) {
                if (!coding.whole()) {
                    throw new DataFormatException("cut off");
                }
                end = last.trailingHeaders().isEmpty()
                        ? LastHttpContent.EMPTY_LAST_CONTENT
                        : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, last.trailingHeaders());
            }
        } finally {
            content.release();
        }
        if (end != null) {
            end();
            tell(context, end);
        }
    }

    private void tell(ChannelHandlerContext context, HttpContent content) {
        told = true;
        budget--;
        context.fireChannelRead(content);
    }

    private void fail(ChannelHandlerContext context, ErrorCode code, String what) {
        failed = true;
        end();
        told = true;
        context.fireExceptionCaught(new StreamErrorException(code, what));
    }

    private void end() {
        if (coding != null) {
            coding.end();
            coding = null;
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void read(ChannelHandlerContext context) {
        budget = PIECES_PER_READ;
        if (waiting.isEmpty()) {
            context.read();
        } else if (!busy) {
            inflate(context);
            context.fireChannelReadComplete();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        boolean nothing = !told && waiting.isEmpty();
        told = false;
        context.fireChannelReadComplete();
        if (nothing && !context.channel().config().isAutoRead()) {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        end();
    }
}
