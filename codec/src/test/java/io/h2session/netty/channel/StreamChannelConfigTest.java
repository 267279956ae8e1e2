package io.h2session.netty.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h2session.netty.Http2SessionHandler;
import io.h2session.priority.Priority;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The options of a stream. */
@SuppressWarnings("deprecation") // users still set MAX_MESSAGES_PER_READ
class StreamChannelConfigTest {
    private static StreamsEnd requested() {
        StreamsEnd end = StreamsEnd.server();
        end.receive(end.say().request(1, false, "/a"));
        return end;
    }

    @Test
    void everyOptionIsAnsweredAsItWasSet() {
        Map<ChannelOption<?>, Object> values = new LinkedHashMap<>();
        values.put(ChannelOption.AUTO_READ, false);
        values.put(ChannelOption.AUTO_CLOSE, false);
        values.put(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT);
        values.put(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(99));
        values.put(ChannelOption.MAX_MESSAGES_PER_READ, 3);
        values.put(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1, 2));
        values.put(StreamChannelOption.CREDIT_MODE, CreditMode.MANUAL);
        values.put(StreamChannelOption.PRIORITY, Priority.of(2, true));
        try (StreamsEnd end = requested()) {
            ChannelConfig config = end.child(0).config();
            assertThat(config.setOptions(values)).isTrue();
            assertThat(config.getOptions())
                    .containsAllEntriesOf(values)
                    .containsKey(ChannelOption.MESSAGE_SIZE_ESTIMATOR);
            assertThat(end.child(0).alloc()).isSameAs(UnpooledByteBufAllocator.DEFAULT);
            assertThat(config.setOption(ChannelOption.WRITE_BUFFER_HIGH_WATER_MARK, 20))
                    .isTrue();
            assertThat(config.setOption(ChannelOption.WRITE_BUFFER_LOW_WATER_MARK, 10))
                    .isTrue();
            assertThat(config.getOption(ChannelOption.WRITE_BUFFER_HIGH_WATER_MARK))
                    .isEqualTo(20);
            assertThat(config.getOption(ChannelOption.WRITE_BUFFER_LOW_WATER_MARK))
                    .isEqualTo(10);
        }
    }

    @Test
    void theDefaultsAreThoseOfOtherChannels() {
        try (StreamsEnd end = requested()) {
            ChannelConfig config = end.child(0).config();
            assertThat(config.isAutoRead()).isTrue();
            assertThat(config.isAutoClose()).isTrue();
            assertThat(config.getMaxMessagesPerRead()).isEqualTo(16);
            assertThat(config.getWriteBufferWaterMark()).isEqualTo(WriteBufferWaterMark.DEFAULT);
            assertThat(config.getAllocator()).isSameAs(end.channel.alloc());
            assertThat(config.getOption(StreamChannelOption.CREDIT_MODE)).isEqualTo(CreditMode.NEXT_READ);
            assertThat(config.getOption(StreamChannelOption.PRIORITY)).isNull();
            assertThat(config.<FixedRecvByteBufAllocator>getRecvByteBufAllocator())
                    .isNotNull();
        }
    }

    @Test
    void whatStreamsDoNotHaveIsRefused() {
        try (StreamsEnd end = requested()) {
            ChannelConfig config = end.child(0).config();
            assertThat(config.setOption(ChannelOption.TCP_NODELAY, true)).isFalse();
            assertThat(config.getOption(ChannelOption.ALLOW_HALF_CLOSURE)).isNull();
            assertThatThrownBy(() -> config.setConnectTimeoutMillis(1))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> config.setWriteSpinCount(1)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> config.setMaxMessagesPerRead(0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aServersPriorityIsTheSessions() {
        try (StreamsEnd end = requested()) {
            end.child(0).config().setOption(StreamChannelOption.PRIORITY, Priority.of(0, true));
            assertThat(end.session.session().priority(1)).isEqualTo(Priority.of(0, true));
        }
    }

    /** The request that asked for the switch from HTTP/1.1 is a stream as any other. */
    @Test
    void anUpgradedRequestHasAChannel() {
        Http2SessionHandler session = Http2SessionHandler.forServer().build();
        StringBuilder told = new StringBuilder();
        EmbeddedChannel channel = new EmbeddedChannel(
                session,
                Http2StreamsHandler.builder()
                        .childHandler(new ChannelInitializer<StreamChannel>() {
                            @Override
                            protected void initChannel(StreamChannel made) {
                                made.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                                    @Override
                                    public void channelActive(ChannelHandlerContext ctx) {
                                        told.append("active ")
                                                .append(made.stream().id());
                                        ctx.fireChannelActive();
                                    }

                                    @Override
                                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                                        told.append(" read");
                                    }

                                    @Override
                                    public void channelInactive(ChannelHandlerContext ctx) {
                                        told.append(" inactive");
                                    }
                                });
                            }
                        })
                        .build());
        session.upgrade(new byte[0], StreamsEnd.get("/"));
        assertThat(told).hasToString("active 1 read");
        channel.unsafe().close(channel.voidPromise());
        channel.runPendingTasks();
        assertThat(told).hasToString("active 1 read inactive");
        channel.finishAndReleaseAll();
    }
}
