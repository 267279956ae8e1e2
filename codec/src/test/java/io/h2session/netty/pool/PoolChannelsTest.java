package io.h2session.netty.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.h2session.netty.channel.StreamBootstrap;
import io.h2session.netty.channel.StreamChannel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Options and attributes of the channels that a pool opens. */
class PoolChannelsTest {
    private static final AttributeKey<String> CALL = AttributeKey.valueOf(PoolChannelsTest.class, "call");
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(100, 200);

    /** Does nothing, so that the stream waits for its request. */
    private static final class Idle extends ChannelInboundHandlerAdapter {}

    private static Origin origin(UnaryOperator<Http2ConnectionPool.Builder> channels) {
        return new Origin(100, options -> options, () -> 0.5, channels);
    }

    private static StreamChannel opened(Origin origin, Consumer<StreamBootstrap> settings) {
        Future<StreamChannel> opening = origin.pool.open(settings);
        origin.exchange();
        assertThat(opening.isSuccess()).isTrue();
        return opening.getNow();
    }

    @Test
    void theOptionsAndAttributesOfThePoolAreThoseOfEachChannel() {
        try (Origin origin = origin(pool -> pool.childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
                .childAttr(CALL, "any"))) {
            Future<StreamChannel> first = origin.pool.open(new Idle());
            origin.exchange();
            for (StreamChannel stream :
                    new StreamChannel[] {first.getNow(), opened(origin, s -> s.handler(new Idle()))}) {
                assertThat(stream.config().isAutoRead()).isFalse();
                assertThat(stream.config().getWriteBufferHighWaterMark()).isEqualTo(200);
                assertThat(stream.attr(CALL).get()).isEqualTo("any");
            }
        }
    }

    @Test
    void aChannelHasOptionsAndAttributesOfItsOwn() {
        try (Origin origin =
                origin(pool -> pool.childOption(ChannelOption.AUTO_READ, false).childAttr(CALL, "any"))) {
            StreamChannel own = opened(origin, stream -> stream.handler(new Idle())
                    .option(ChannelOption.AUTO_READ, true)
                    .attr(CALL, "own"));
            StreamChannel without =
                    opened(origin, stream -> stream.handler(new Idle()).attr(CALL, null));
            StreamChannel plain = opened(origin, stream -> stream.handler(new Idle()));
            assertThat(own.config().isAutoRead()).isTrue();
            assertThat(own.attr(CALL).get()).isEqualTo("own");
            assertThat(without.attr(CALL).get()).isNull();
            assertThat(plain.config().isAutoRead()).isFalse();
            assertThat(plain.attr(CALL).get()).isEqualTo("any");
        }
    }

    @Test
    void theyAreSetBeforeTheHandlerIsTold() {
        try (Origin origin = origin(pool -> pool)) {
            String[] seen = new String[1];
            opened(origin, stream -> stream.attr(CALL, "own").handler(new ChannelInboundHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext context) {
                    seen[0] = context.channel().attr(CALL).get();
                }
            }));
            assertThat(seen[0]).isEqualTo("own");
        }
    }

    @Test
    void whatIsSetAfterThePoolWasBuiltIsForTheNextPool() {
        Http2ConnectionPool.Builder[] builder = new Http2ConnectionPool.Builder[1];
        try (Origin origin = origin(pool -> {
            builder[0] = pool.childAttr(CALL, "any").childAttr(AttributeKey.valueOf("none"), null);
            return pool;
        })) {
            builder[0].childAttr(CALL, null);
            assertThat(opened(origin, stream -> stream.handler(new Idle()))
                            .attr(CALL)
                            .get())
                    .isEqualTo("any");
        }
    }

    @Test
    void aStreamOfSuchAChannelCountsUntilItIsOver() {
        try (Origin origin = origin(pool -> pool)) {
            StreamChannel stream =
                    opened(origin, bootstrap -> bootstrap.handler(new Idle()).attr(Slot.KEY, null));
            assertThat(origin.facts().openStreams()).isOne();
            stream.close();
            origin.exchange();
            assertThat(origin.facts().openStreams()).isZero();
        }
    }

    @Test
    void settingsThatFailFailTheirOpeningAndUseNoStream() {
        try (Origin origin = origin(pool -> pool)) {
            IllegalStateException wrong = new IllegalStateException("wrong");
            Future<StreamChannel> opening = origin.pool.open((StreamBootstrap stream) -> {
                throw wrong;
            });
            origin.exchange();
            assertThat(opening.cause()).isSameAs(wrong);
            assertThat(origin.facts().openStreams()).isZero();
            assertThat(origin.connection(0).paths).isEmpty();
        }
    }
}
