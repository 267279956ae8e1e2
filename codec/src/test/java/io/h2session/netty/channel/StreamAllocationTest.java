package io.h2session.netty.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.hpack.HeaderList;
import io.h2session.netty.Http2SessionEvent;
import io.h2session.netty.Http2SessionWrite;
import io.h2session.netty.Http2StreamHandle;
import io.h2session.testing.Allocation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.Test;

/** What a stream costs in objects, beside what the handler's events cost without one. */
class StreamAllocationTest {
    private static final long MAX_OF_CHANNEL = 370;

    private static final HeaderList OK =
            HeaderList.of(":status", "200", "server", "tiny", "content-type", "text/plain");
    private static final ByteBuf BODY = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[13]));

    @ChannelHandler.Sharable
    private static final class OfEvents extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2SessionEvent.Headers head) {
                ctx.writeAndFlush(Http2SessionWrite.response(head.stream(), OK, BODY.duplicate()), ctx.voidPromise());
            }
        }
    }

    private static final class OfStreams implements StreamHandler {
        @Override
        public void head(ChannelHandlerContext connection, Http2SessionEvent.Headers head) {
            connection.writeAndFlush(
                    Http2SessionWrite.response(head.stream(), OK, BODY.duplicate()), connection.voidPromise());
        }

        @Override
        public void data(ChannelHandlerContext connection, Http2SessionEvent.Data data) {
            data.release();
        }

        @Override
        public void ended(ChannelHandlerContext connection, Http2StreamHandle stream, StreamEnd end) {}
    }

    @Test
    void aStreamWithAChannelCostsLittleAndOneWithAHandlerNearlyNothing() {
        Costs costs = Allocation.settled(Costs::measured, Costs::areLow);
        assertThat(costs.events).isBetween(100L, 1000L);
        assertThat(costs.areLow()).as(costs.toString()).isTrue();
    }

    /** Bytes for a request, in each of the ways. */
    private record Costs(long events, long handlers, long channels) {
        private static Costs measured() {
            return new Costs(
                    RequestCost.of(new OfEvents()),
                    RequestCost.of(Http2StreamsHandler.builder()
                            .streamHandler(head -> HANDLER)
                            .build()),
                    RequestCost.of(Http2StreamsHandler.builder()
                            .childHandler(new OfEvents())
                            .build()));
        }

        /** Whether a stream's handler costs less than 50 bytes, and a channel neither nothing nor more than it may. */
        private boolean areLow() {
            long channel = channels - events;
            return handlers - events < 50 && channel > 100 && channel <= MAX_OF_CHANNEL;
        }
    }

    private static final StreamHandler HANDLER = new OfStreams();
}
