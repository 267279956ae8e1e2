package io.h2session.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.channel.Http2StreamsHandler;
import io.h2session.netty.channel.RequestCost;
import io.h2session.netty.channel.StreamChannel;
import io.h2session.testing.Allocation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

/** What HTTP objects on a stream's channel cost in bytes that the heap has to provide. */
class HttpAllocationTest {
    private static final long MAX_OF_REQUEST = 1600;

    private static final HttpHeaders HEADERS = new ReadOnlyHttpHeaders(
            false,
            HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderValues.TEXT_PLAIN,
            HttpHeaderNames.SERVER,
            AsciiString.of("x"));
    private static final ByteBuf BODY = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[13]));

    @ChannelHandler.Sharable
    private static final class Responder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (((FullHttpRequest) message).content() != Unpooled.EMPTY_BUFFER) {
                throw new IllegalStateException("a buffer was allocated");
            }
            ctx.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, BODY, HEADERS, EmptyHttpHeaders.INSTANCE),
                    ctx.voidPromise());
        }
    }

    @Test
    void aRequestWithoutContentAndItsAnswerAllocateNoBufferAndLittleElse() {
        ChannelHandler responder = new Responder();
        long cost = Allocation.settled(
                () -> RequestCost.of(Http2StreamsHandler.builder()
                        .childHandler(new ChannelInitializer<StreamChannel>() {
                            @Override
                            protected void initChannel(StreamChannel stream) {
                                stream.pipeline().addLast(HttpStreamCodec.forServer(), responder);
                            }
                        })
                        .build()),
                found -> found <= MAX_OF_REQUEST);
        assertThat(cost).isBetween(500L, MAX_OF_REQUEST);
    }
}
